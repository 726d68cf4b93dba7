//! Preparing access for somebody else, and what one has prepared.

mod form;
mod list;
mod result;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::handoff::{Handoff, HandoffState, NewHandoff, PreparedHandoff};
use shared::problem::Violation;
use shared::verb::Verb;
use shared::vm::VmDetails;

use crate::api::{self, ApiError, handoffs};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::blade::Blade;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::page::{Page, value_of};
use crate::router::use_router;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, anew, el, several};

/// The id of the heading of the form, or of what came of it.
const HEADING: &str = "prepare";

/// How often it is looked whether somebody has come.
const GLANCE: Duration = Duration::from_secs(10);

/// Preparing access for somebody else.
pub fn handoffs_page() -> View {
    let desk = Desk::new();
    desk.load();
    desk.keep_looking();
    let vm = value_of(&use_router().query().get_untracked(), "vm").and_then(|vm| vm.parse().ok());
    let has_vm = vm.is_some();
    let may = use_session().may.contains(&Verb::RequestForOthers);
    if let Some(vm) = vm {
        api::vms::details(&vm, move |read| _ = desk.details.try_set(Some(read)));
    }
    let blade = Blade {
        title: "Access for somebody else",
        aspect: None,
        subtitle: None,
        glyph: Glyph::Person,
        crumbs: &[("My access", Page::MyAccess)],
    };
    let prepare = move || match (desk.prepared.get(), desk.details.get()) {
        (Some(prepared), _) => anew(move || result::result(desk, &prepared)),
        (None, Some(Ok(details))) => anew(move || form::form(desk, &details)),
        (None, Some(Err(error))) => failure(&error).into_view(),
        (None, None) if has_vm => skeleton(6).into_view(),
        (None, None) if !may => nobody_else().into_view(),
        (None, None) => el("p")
            .child("Open the Connect page of a machine and choose “Prepare for somebody else” there. ")
            .child(el("a").class("link").attr("href", Page::all_vms().path()).child("Choose a machine"))
            .into_view(),
    };
    let list = move || match desk.known.get() {
        None => skeleton(3).into_view(),
        Some(Err(error)) => failure_with_retry(&error, move || desk.load()).into_view(),
        Some(Ok(known)) => list::list(desk, &known),
    };
    blade.around(several![prepare, move || desk.trouble.get().as_ref().map(failure), list])
}

/// That it is for others to prepare access, and who they are.
fn nobody_else() -> Element {
    let words = several![
        el("p").child("No access rule lets you prepare access for somebody else."),
        el("p").child("The helpdesk does that, or whoever else has “request-for-others” in the access rules of Postern. Ask one of them, or ask whoever runs Postern for such a rule."),
        el("p").child(el("a").class("link").attr("href", Page::MyAccess.path()).child("Request access for yourself")),
    ];
    message_bar(Tone::Info, words)
}

/// What is being prepared, and what was.
#[derive(Clone, Copy)]
struct Desk {
    details: RwSignal<Option<Result<VmDetails, ApiError>>>,
    prepared: RwSignal<Option<PreparedHandoff>>,
    known: RwSignal<Option<Result<Vec<Handoff>, ApiError>>>,
    /// What is wrong with the fields of the form.
    wrong: RwSignal<Vec<Violation>>,
    trouble: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    announcer: Announcer,
}

impl Desk {
    fn new() -> Self {
        Self {
            details: RwSignal::new(None),
            prepared: RwSignal::new(None),
            known: RwSignal::new(None),
            wrong: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            announcer: use_announcer(),
        }
    }

    fn load(self) {
        spawn_local(async move {
            let known = handoffs::list().await.map(|page| page.items);
            // The page may be gone by now.
            if self.known.try_with_untracked(|before| before.as_ref() != Some(&known)) == Some(true) {
                self.known.set(Some(known));
            }
        });
    }

    /// Looks now and then, while the link of something may be used any moment.
    fn keep_looking(self) {
        let look = move || {
            let is_awaited = self.known.with_untracked(|known| {
                let known = known.iter().flatten().flatten();
                known.into_iter().any(|handoff| handoff.state == HandoffState::Prepared)
            });
            if is_awaited && browser::is_looked_at() && !self.busy.get_untracked() {
                self.load();
            }
        };
        if let Ok(looking) = set_interval_with_handle(look, GLANCE) {
            on_cleanup(move || looking.clear());
        }
    }

    fn prepare(self, new: NewHandoff) {
        self.attempt(async move {
            let prepared = handoffs::prepare(&new).await?;
            self.prepared.try_set(Some(prepared));
            request_animation_frame(|| browser::focus(HEADING));
            Ok(())
        });
    }

    /// Goes back to the form.
    fn prepare_another(self) {
        self.prepared.set(None);
        request_animation_frame(|| browser::focus(HEADING));
    }

    fn revoke(self, handoff: &Handoff) {
        let id = handoff.id;
        self.attempt(async move {
            handoffs::revoke(id).await?;
            // What leads nowhere is not to be handed over any more.
            if self
                .prepared
                .try_with_untracked(|prepared| prepared.as_ref().is_some_and(|it| it.handoff.id == id))
                == Some(true)
            {
                self.prepared.set(None);
            }
            self.announcer.say("Taken back.");
            request_animation_frame(|| browser::focus(list::HEADING));
            Ok(())
        });
    }

    fn attempt(self, what: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(Vec::new());
        self.trouble.set(None);
        self.announcer.say("");
        spawn_local(async move {
            let trouble = what.await.err();
            if self.busy.try_set(false).is_none() {
                match trouble {
                    Some(ApiError::Refused(problem)) if !problem.violations.is_empty() => {
                        self.refused(problem.violations);
                    }
                    trouble => self.trouble.set(trouble),
                }
                self.load();
            }
        });
    }

    /// Says what is wrong with the form, and goes to the first field that is.
    fn refused(self, wrong: Vec<Violation>) {
        self.trouble.set(None);
        self.wrong.set(wrong);
        request_animation_frame(|| _ = browser::focus_first(".handoff [aria-invalid=true]"));
    }

    fn is_wrong(self, field: &str) -> bool {
        self.wrong.with(|wrong| wrong.iter().any(|wrong| wrong.field == field))
    }

    /// What was said of a field is not true any more: somebody changes it.
    fn is_right(self, field: &str) {
        if self.wrong.with_untracked(|wrong| wrong.iter().any(|wrong| wrong.field == field)) {
            self.wrong.update(|wrong| wrong.retain(|wrong| wrong.field != field));
        }
    }
}
