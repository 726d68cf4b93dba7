//! Assigning the policy to a part of Azure.

use leptos::prelude::*;
use shared::compliance::Effect;
use web_sys::Event;

use super::assignments::Assignments;
use crate::api::{self, ApiError};
use crate::components::button::{Button, Look};
use crate::components::failure::failure;
use crate::components::select::{option, select};
use crate::view::{Element, IntoView, View, anew, el};

/// How long the name of an assignment is at most.
const LONGEST: &str = "128";

/// What is being filled in.
#[derive(Clone, Copy)]
pub struct Assign {
    assignments: Assignments,
    scope: RwSignal<String>,
    effect: RwSignal<String>,
    name: RwSignal<String>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiError>>,
}

impl Assign {
    /// A form that is empty.
    pub fn new(assignments: Assignments) -> Self {
        let effect = RwSignal::new(Effect::default().name().to_owned());
        let (scope, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
        Self { assignments, scope, effect, name, busy: RwSignal::new(false), failure: RwSignal::new(None) }
    }

    /// The form, for those who may assign it anywhere.
    pub fn view(self) -> View {
        (move || {
            let can = !self.assignments.scopes().is_empty();
            can.then(|| anew(move || self.form()))
        })
        .into_view()
    }

    fn form(self) -> Element {
        let scopes = move || {
            let chosen = self.scope.get();
            let none = option(String::new(), "Choose a scope".to_owned(), chosen.is_empty());
            let each = self.assignments.scopes().into_iter().map(|(name, scope)| {
                let is = scope == chosen;
                option(scope, name, is)
            });
            std::iter::once(none).chain(each).collect::<View>()
        };
        let scopes = scopes.into_view();
        let scope =
            select("Scope".to_owned(), scopes, move |event| self.scope.set(event_target_value(&event)));
        let effects: View = Effect::ALL
            .into_iter()
            .map(|effect| {
                option(effect.name().to_owned(), effect.name().to_owned(), effect == Effect::default())
            })
            .collect();
        let effect =
            select("Effect".to_owned(), effects, move |event| self.effect.set(event_target_value(&event)));
        let name = el("input")
            .class("input")
            .attr("type", "text")
            .attr("maxlength", LONGEST)
            .attr("autocomplete", "off")
            .attr("placeholder", "As the policy is called")
            .attr("aria-label", "Assignment name")
            .prop("value", move || self.name.get())
            .on("input", move |event: Event| self.name.set(event_target_value(&event)));
        let press = Button::new("Assign", move || self.assign())
            .look(Look::Primary)
            .busy(self.busy)
            .disabled(Signal::derive(move || self.scope.with(String::is_empty)));
        let field = |name: &'static str, field: Element| {
            el("label").class("comply__field").child(el("span").child(name)).child(field)
        };
        el("section")
            .class("comply__assign")
            .child(el("h2").class("comply__title").child("Assign policy"))
            .child(el("p").class("quiet").child("Azure’s built-in policy reports machines without just-in-time access; it changes none. After it is assigned Azure takes up to half an hour until it looks at them."))
            .child(
                el("div")
                    .class("comply__form")
                    .child(field("Scope", scope))
                    .child(field("Effect", effect))
                    .child(field("Assignment name", name))
                    .child(press),
            )
            .child(move || self.failure.get().map(|error| failure(&error)))
    }

    fn assign(self) {
        self.busy.set(true);
        self.failure.set(None);
        let [scope, effect, name] = [self.scope, self.effect, self.name].map(|field| field.get_untracked());
        api::compliance::assign(&scope, &effect, &name, move |answer| {
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(made) => {
                    self.scope.set(String::new());
                    self.name.set(String::new());
                    self.assignments.did(format!(
                        "“{}” is assigned to {}. Azure looks at its machines within half an hour.",
                        made.display_name, made.scope_name
                    ));
                }
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }
}
