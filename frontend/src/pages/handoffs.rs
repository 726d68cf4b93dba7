//! Preparing access for somebody else, and what one has prepared.

mod form;
mod list;
mod result;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::handoff::{Handoff, NewHandoff, PreparedHandoff};
use shared::vm::VmDetails;

use crate::api::{self, ApiError, handoffs};
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::blade::Blade;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::skeleton::skeleton;
use crate::page::{Page, value_of};
use crate::router::use_router;
use crate::view::{IntoView, View, anew, el, several};

/// Preparing access for somebody else.
pub fn handoffs_page() -> View {
    let desk = Desk::new();
    desk.load();
    let vm = value_of(&use_router().query().get_untracked(), "vm").and_then(|vm| vm.parse().ok());
    if let Some(vm) = vm {
        spawn_local(async move { _ = desk.details.try_set(Some(api::vms::details(&vm).await)) });
    }
    let has_vm = value_of(&use_router().query().get_untracked(), "vm").is_some();
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
        (None, None) => el("p")
            .child("Open the Connect page of a machine and choose “Prepare for somebody else” there. ")
            .child(el("a").class("link").attr("href", Page::all_vms().path()).child("Choose a machine"))
            .into_view(),
    };
    blade.around(several![prepare, move || desk.trouble.get().as_ref().map(failure), move || match desk
        .known
        .get()
    {
        None => skeleton(3).into_view(),
        Some(Err(error)) => failure_with_retry(&error, move || desk.load()).into_view(),
        Some(Ok(known)) => list::list(desk, &known),
    },])
}

/// What is being prepared, and what was.
#[derive(Clone, Copy)]
struct Desk {
    details: RwSignal<Option<Result<VmDetails, ApiError>>>,
    prepared: RwSignal<Option<PreparedHandoff>>,
    known: RwSignal<Option<Result<Vec<Handoff>, ApiError>>>,
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
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            announcer: use_announcer(),
        }
    }

    fn load(self) {
        spawn_local(async move {
            let known = handoffs::list().await;
            // The page may be gone by now.
            self.known.try_set(Some(known.map(|page| page.items)));
        });
    }

    fn prepare(self, new: NewHandoff) {
        self.attempt(async move {
            let prepared = handoffs::prepare(&new).await?;
            self.announcer.say("Prepared. The link is on the page.");
            self.prepared.try_set(Some(prepared));
            Ok(())
        });
    }

    fn revoke(self, handoff: &Handoff) {
        let id = handoff.id;
        self.attempt(async move {
            handoffs::revoke(id).await?;
            self.announcer.say("Taken back.");
            Ok(())
        });
    }

    fn attempt(self, what: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let trouble = what.await.err();
            if self.busy.try_set(false).is_none() {
                self.trouble.set(trouble);
                self.load();
            }
        });
    }
}
