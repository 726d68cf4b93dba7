//! Where the policy is assigned, by itself or through an initiative.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::compliance::{Assignment, AssignmentList};

use super::address;
use super::assign::Assign;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::listed::{age, unreadable};
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::loading::{Face, Loading};
use crate::page::Complying;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, el, several};

/// The id of the question whether to remove one.
const REMOVE: &str = "comply-remove";

/// The assignments, and what was done to them last.
#[derive(Clone, Copy)]
pub struct Assignments {
    list: RwSignal<Option<AssignmentList>>,
    loading: Loading,
    /// The one that is asked about.
    of: RwSignal<Option<Assignment>>,
    done: RwSignal<String>,
    failure: RwSignal<Option<ApiError>>,
}

/// The tab.
pub fn assignments_tab() -> View {
    let assignments = Assignments {
        list: RwSignal::new(None),
        loading: Loading::new(),
        of: RwSignal::new(None),
        done: RwSignal::new(String::new()),
        failure: RwSignal::new(None),
    };
    assignments.load();
    let assign = Assign::new(assignments);
    let refresh = Button::new("Refresh", move || assignments.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(assignments.loading.busy);
    let remove = Button::new("Remove", move || {
        browser::close_dialog(REMOVE);
        assignments.remove();
    });
    several![
        el("div")
            .class("commands")
            .child(refresh)
            .child(age(move || { assignments.list.with(|list| list.as_ref().map(|list| list.as_of)) })),
        move || assignments.told(),
        move || match assignments.loading.face(assignments.list.with(Option::is_some)) {
            Face::Waiting => skeleton(4).into_view(),
            Face::Failed(error) => failure_with_retry(&error, move || assignments.load()).into_view(),
            Face::Loaded => assignments.view(),
        },
        assign.view(),
        dialog(REMOVE, "Remove this assignment?", move || assignments.question(), remove.look(Look::Primary)),
    ]
}

impl Assignments {
    /// Loads them anew.
    pub fn load(self) {
        let number = self.loading.begin();
        api::compliance::assignments(move |answer| {
            if self.loading.is_waited_for(number) {
                let answer = answer.map(|list| self.list.set(Some(list)));
                self.loading.end(answer.err());
            }
        });
    }

    /// Where the policy can be assigned, by name and id.
    pub fn scopes(self) -> Vec<(String, String)> {
        use shared::compliance::ScopeKind::{ManagementGroup, ResourceGroup, Subscription};
        let kind = |kind| match kind {
            ManagementGroup => "Management group",
            Subscription => "Subscription",
            ResourceGroup => "Resource group",
        };
        self.list.with(|list| {
            let scopes = list.iter().flat_map(|list| &list.scopes);
            scopes
                .map(|scope| (format!("{}: {}", kind(scope.kind), scope.name), scope.scope.to_string()))
                .collect()
        })
    }

    /// Says that something was done, and loads them anew.
    pub fn did(self, words: String) {
        self.failure.set(None);
        self.done.set(words);
        self.load();
    }

    fn told(self) -> Option<Element> {
        match self.failure.get() {
            Some(error) => Some(failure(&error)),
            None => Some(self.done.get())
                .filter(|done| !done.is_empty())
                .map(|done| message_bar(Tone::Success, done)),
        }
    }

    fn view(self) -> View {
        let Some(list) = self.list.get() else { return several![] };
        let now = use_server_clock().now();
        let rows: View = list.items.iter().map(|item| self.line(item, now)).collect();
        let columns = ["Name", "Scope", "Effect", "Compliance state", "Last evaluated", ""];
        several![
            self.loading.failure().map(|error| failure_with_retry(&error, move || self.load())),
            unreadable(list.unreadable.clone()),
            if list.items.is_empty() {
                empty().into_view()
            } else {
                table("Assignments", "", &columns, rows).into_view()
            },
        ]
    }

    fn line(self, item: &Assignment, now: Timestamp) -> Element {
        let machines = address(&Complying::default().with("assignment", &item.id));
        let through = item.initiative.as_ref().map(|_| quiet("through an initiative"));
        // What it does unless it is told otherwise, as the definition of the policy has it.
        let usual =
            if item.initiative.is_some() { "As the initiative says" } else { "AuditIfNotExists (default)" };
        let effect = item.effect.clone().unwrap_or_else(|| usual.to_owned());
        let effect = if item.enforced { effect } else { format!("{effect}, not enforced") };
        let counts = item.counts;
        let covered = counts.covered();
        let is_known = counts.other < covered;
        let state = if is_known {
            format!(
                "{} of {} non-compliant",
                format::grouped(counts.non_compliant.into()),
                format::count(covered.into(), "VM", "VMs")
            )
        } else {
            "Not started".to_owned()
        };
        // As Azure counts it: what is exempt or unknown does not weigh against anybody.
        let share = is_known.then(|| {
            format!("{} % compliant", u64::from(covered - counts.non_compliant) * 100 / u64::from(covered))
        });
        let asked = item.clone();
        let remove = item.may_remove.then(|| {
            Button::new("Remove…", move || {
                self.of.set(Some(asked.clone()));
                browser::open_dialog(REMOVE);
            })
            .look(Look::Quiet)
        });
        let name = el("span").class("comply__parts");
        let link = el("a").class("link").attr("href", machines).child(item.display_name.clone());
        row(name.child(link).child(through))
            .child(cell("Scope").child(item.scope_name.clone()))
            .child(cell("Effect").child(effect))
            .child(cell("Compliance state").child(el("div").child(state).child(share.as_deref().map(quiet))))
            .child(
                cell("Last evaluated")
                    .child(item.evaluated_at.map_or_else(|| "–".to_owned(), |at| format::when(at, now))),
            )
            .child(cell("").child(remove))
            .key(item.id.clone())
    }

    fn question(self) -> View {
        let of = self.of.with(|of| of.as_ref().map(|of| (of.display_name.clone(), of.scope_name.clone())));
        let (name, scope) = of.unwrap_or_default();
        several![
            el("p").child(format!("Azure Policy stops looking at the machines of {scope} by “{name}”, and what it found there is gone from its compliance.")),
            el("p").class("quiet").child("No machine changes. It goes on record that you removed it."),
        ]
    }

    fn remove(self) {
        let Some(of) = self.of.get_untracked() else { return };
        api::compliance::remove(&of.scope.clone(), move |error| match error {
            None => self.did(format!("The assignment is removed from {}.", of.scope_name)),
            Some(error) => drop(self.failure.try_set(Some(error))),
        });
    }
}

fn empty() -> Element {
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child("The policy is assigned nowhere that you can see."))
        .child(
            el("p")
                .class("quiet")
                .child("Azure Policy looks at no machine until it is, by itself or through an initiative."),
        )
}

fn quiet(words: &str) -> Element {
    el("span").class("comply__small quiet").child(words.to_owned())
}
