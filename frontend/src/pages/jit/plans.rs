//! Where something has to be done in Defender for Cloud before all of this works, and the button that
//! does it.

use leptos::prelude::*;
use shared::defender::SubscriptionPlan;

use super::list::JitList;
use super::menu::FOLLOWS;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::failure;
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::view::{Element, View, el, several};

/// The id of the question whether to switch a plan on.
const ENABLE: &str = "jit-enable-plan";

/// Where Microsoft says what it costs.
const PRICES: &str = "https://azure.microsoft.com/pricing/details/defender-for-cloud/";

/// The Defender plans of the subscriptions.
#[derive(Clone, Copy)]
pub struct Plans {
    list: JitList,
    /// The one that is asked about.
    of: RwSignal<Option<SubscriptionPlan>>,
    /// The one that was switched on last.
    done: RwSignal<Option<SubscriptionPlan>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

impl Plans {
    /// The plans that `list` tells of.
    pub fn new(list: JitList) -> Self {
        let (of, done, failure) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
        Self { list, of, done, failure, busy: RwSignal::new(false) }
    }

    /// What is lacking, the question that a button there leads to, and what became of it.
    pub fn view(self) -> View {
        let question = move || self.of.get().map(|plan| question(&plan));
        let enable = Button::new("Switch Plan 2 on", move || {
            browser::close_dialog(ENABLE);
            self.enable();
        });
        several![
            move || self.lacking(),
            move || self.told(),
            dialog(ENABLE, "Switch Defender for Servers Plan 2 on?", question, enable.look(Look::Primary)),
        ]
    }

    /// The subscriptions where something is to be done.
    fn lacking(self) -> Option<Element> {
        let done = self.done.with(|done| done.as_ref().map(|done| done.subscription.id));
        let is_lacking = |plan: &SubscriptionPlan| plan.step.is_some() && Some(plan.subscription.id) != done;
        let lacking: Vec<SubscriptionPlan> =
            self.list.about(|page| page.plans.iter().filter(|plan| is_lacking(plan)).cloned().collect());
        if lacking.is_empty() {
            return None;
        }
        let number = format::count(lacking.len() as u64, "subscription", "subscriptions");
        let steps = lacking.into_iter().map(|plan| self.step(plan)).collect::<View>();
        let words = el("details")
            .child(el("summary").child(format!(
                "Something is to be done in {number} before just-in-time access works everywhere."
            )))
            .child(el("ul").class("jit__steps").child(steps));
        Some(message_bar(Tone::Warning, words))
    }

    fn step(self, plan: SubscriptionPlan) -> Element {
        let step = el("li").child(plan.told.clone()).child(" ").child(plan.step.clone());
        if !plan.may_enable {
            return step;
        }
        let words = format!("Switch Plan 2 on for {}…", plan.subscription.name);
        let ask = move || {
            self.of.set(Some(plan.clone()));
            browser::open_dialog(ENABLE);
        };
        step.child(el("div").child(Button::new(words, ask).busy(self.busy)))
    }

    fn enable(self) {
        let Some(plan) = self.of.get_untracked().filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        self.failure.set(None);
        api::jit::enable_plan(plan.subscription.id, move |answer| {
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(plan) => {
                    self.done.set(Some(plan));
                    set_timeout(move || self.list.load_if_there(), FOLLOWS);
                }
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    fn told(self) -> Option<Element> {
        if let Some(error) = self.failure.get() {
            return Some(failure(&error));
        }
        let plan = self.done.get()?;
        let words = format!("{} The list follows within a minute.", plan.told);
        Some(message_bar(Tone::Success, words))
    }
}

/// What somebody should know before they spend money.
fn question(plan: &SubscriptionPlan) -> View {
    let name = &plan.subscription.name;
    let machines = format::count(plan.machines.into(), "virtual machine", "virtual machines");
    let trial = match plan.trial_days {
        Some(days) => {
            let days = format::count(days.into(), "day", "days");
            format!("The first {days} are free of charge; after that Azure bills it without asking again.")
        }
        None => "No trial is left: Azure bills it from the first hour.".to_owned(),
    };
    let prices = el("a")
        .class("link")
        .attr("href", PRICES)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer external")
        .child("Microsoft's price list");
    several![
        el("p").child(format!(
            "It costs money: Azure bills {name} for every server and hour. That is every server of the subscription, those that come later too, and not only the {machines} that you see here."
        )),
        el("p").child(trial),
        el("p").child("What it costs says ").child(prices).child("."),
        el("p").class("quiet").child(
            "It goes on record that you switched it on. Switching it off again is done in Microsoft Defender for Cloud."
        ),
    ]
}
