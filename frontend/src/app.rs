//! The whole site: who looks at it, and which page they see.

use leptos::prelude::*;
use shared::session::Session;
use shared::site::Module;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::announcer::announcer_region;
use crate::components::blade::FirstPage;
use crate::components::failure::failure_with_retry;
use crate::page::Page;
use crate::pages::about::about_page;
use crate::pages::audit::audit_page;
use crate::pages::compliance::{ask_page, compliance_page};
use crate::pages::configuration::configuration_page;
use crate::pages::connect::connect_page;
use crate::pages::given::{cut_off_page, given_page};
use crate::pages::handoffs::handoffs_page;
use crate::pages::jit::jit_page;
use crate::pages::jit_policy::jit_policy_page;
use crate::pages::jit_request::jit_request_page;
use crate::pages::my_access::my_access_page;
use crate::pages::not_found::not_found_page;
use crate::pages::reports::reports_page;
use crate::pages::request::request_page;
use crate::pages::request_code::request_code_page;
use crate::pages::requests::requests_page;
use crate::pages::sessions::sessions_page;
use crate::pages::sign_in::sign_in_page;
use crate::pages::vms::vms_page;
use crate::router::Router;
use crate::session::ServerClock;
use crate::shell::shell;
use crate::view::{Element, IntoView, View, anew, el, several};

/// What shows the page at a path, if this module is the one that can.
pub type Pages = fn(&str) -> Option<View>;

/// The page of the module that links in tickets lead to. It asks for no other, so that none of what
/// their addresses hold has to be downloaded to get onto a machine.
pub fn connect_pages(path: &str) -> Option<View> {
    let vm = Page::machine_at(path, "connect")?;
    Some(anew(move || connect_page(vm.clone())))
}

/// The pages for those who set things up.
pub fn admin_pages(path: &str) -> Option<View> {
    match Page::at(path, "")? {
        Page::Configuration(vm) => Some(anew(move || configuration_page(vm.clone()))),
        Page::Jit => Some(anew(jit_page)),
        Page::JitPolicy => Some(anew(jit_policy_page)),
        Page::MyAccess
        | Page::Vms(_)
        | Page::Connect(_)
        | Page::JitRequest
        | Page::Requests(_)
        | Page::Request(_)
        | Page::RequestCode
        | Page::Audit
        | Page::Activity(_)
        | Page::Compliance
        | Page::ComplianceAsk
        | Page::Reports
        | Page::Handoffs
        | Page::Given(_)
        | Page::CutOff
        | Page::Sessions
        | Page::About => None,
    }
}

/// The pages about requests: for many machines at once, and looked back at.
pub fn records_pages(path: &str) -> Option<View> {
    match Page::at(path, "")? {
        Page::Requests(_) => Some(anew(requests_page)),
        Page::JitRequest => Some(anew(jit_request_page)),
        Page::Audit => Some(anew(|| audit_page(None))),
        Page::Activity(vm) => Some(anew(move || audit_page(Some(&vm)))),
        Page::RequestCode => Some(anew(request_code_page)),
        Page::Request(id) => Some(anew(move || request_page(id))),
        Page::MyAccess
        | Page::Vms(_)
        | Page::Connect(_)
        | Page::Configuration(_)
        | Page::Jit
        | Page::JitPolicy
        | Page::Compliance
        | Page::ComplianceAsk
        | Page::Reports
        | Page::Handoffs
        | Page::Given(_)
        | Page::CutOff
        | Page::Sessions
        | Page::About => None,
    }
}

/// The pages that a review looks at.
pub fn review_pages(path: &str) -> Option<View> {
    match Page::at(path, "")? {
        Page::Compliance => Some(anew(compliance_page)),
        Page::ComplianceAsk => Some(anew(ask_page)),
        Page::Reports => Some(anew(reports_page)),
        Page::MyAccess
        | Page::Vms(_)
        | Page::Connect(_)
        | Page::Configuration(_)
        | Page::Jit
        | Page::JitPolicy
        | Page::JitRequest
        | Page::Requests(_)
        | Page::Request(_)
        | Page::RequestCode
        | Page::Audit
        | Page::Activity(_)
        | Page::Handoffs
        | Page::Given(_)
        | Page::CutOff
        | Page::Sessions
        | Page::About => None,
    }
}

/// The pages of everything else.
pub fn office_pages(path: &str) -> Option<View> {
    match Page::at(path, "")? {
        Page::MyAccess => Some(anew(my_access_page)),
        Page::Vms(_) => Some(anew(vms_page)),
        Page::Handoffs => Some(anew(handoffs_page)),
        Page::Sessions => Some(anew(sessions_page)),
        Page::About => Some(anew(about_page)),
        Page::Connect(_)
        | Page::Configuration(_)
        | Page::Jit
        | Page::JitPolicy
        | Page::JitRequest
        | Page::Requests(_)
        | Page::Request(_)
        | Page::RequestCode
        | Page::Audit
        | Page::Activity(_)
        | Page::Compliance
        | Page::ComplianceAsk
        | Page::Reports
        | Page::Given(_)
        | Page::CutOff => None,
    }
}

/// The pages of that one that are for whoever has their address, signed in or not. They stand alone.
pub fn pages_alone(path: &str) -> Option<View> {
    match Page::at(path, "")? {
        Page::Given(id) => Some(given_page(id)),
        Page::CutOff => Some(cut_off_page()),
        Page::MyAccess
        | Page::Vms(_)
        | Page::Connect(_)
        | Page::Configuration(_)
        | Page::Jit
        | Page::JitPolicy
        | Page::JitRequest
        | Page::Requests(_)
        | Page::Request(_)
        | Page::RequestCode
        | Page::Audit
        | Page::Activity(_)
        | Page::Compliance
        | Page::ComplianceAsk
        | Page::Reports
        | Page::Handoffs
        | Page::Sessions
        | Page::About => None,
    }
}

/// The site, of which `module` is here.
pub fn app(module: Module, pages: Pages, alone: Pages) -> View {
    let clock = ServerClock::start();
    provide_context(clock);
    let region = announcer_region();
    if let Some(page) = alone(&browser::path()) {
        take_away_start();
        return several![region, page];
    }
    let session = RwSignal::new(None::<Result<Session, ApiError>>);
    let load = move || api::session::show(move |told| session.set(Some(told)));
    load();
    clock.when_in_doubt(move || {
        api::session::show(move |told| {
            if let Ok(session) = told {
                clock.told(session.now);
            }
        });
    });
    several![region, move || {
        let session = session.get()?;
        take_away_start();
        Some(match session {
            Err(error) if error.is_signed_out() => sign_in_page().into_view(),
            Err(error) => waiting(failure_with_retry(&error, load)).into_view(),
            Ok(session) => {
                clock.learn(session.now);
                anew(move || site(session.clone(), module, pages))
            }
        })
    }]
}

/// Takes away what stands on the page from its first byte on (`index.html`).
fn take_away_start() {
    if let Some(start) = document().get_element_by_id("starting") {
        start.remove();
    }
}

fn waiting(for_what: Element) -> Element {
    el("div").class("waiting").child(for_what)
}

/// The pages, for somebody who is signed in.
fn site(session: Session, module: Module, pages: Pages) -> View {
    provide_context(session);
    FirstPage::provide();
    let router = Router::start(module);
    shell(move || pages(&router.path()).unwrap_or_else(|| anew(not_found_page)))
}
