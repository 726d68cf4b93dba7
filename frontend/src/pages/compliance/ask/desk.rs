//! What is known of the messages, and what became of each.

use leptos::prelude::*;
use shared::compliance::{Remediation, RemediationMessage, RemediationOutcome};
use shared::resource_id::VmId;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::format;
use crate::view::{Element, el, several};

/// The id of the question whether to send all.
const ASK: &str = "comply-ask-all";

/// What became of a message.
#[derive(Clone)]
pub enum Fate {
    /// Somebody is told, in these words.
    Sent(String),
    /// It was not sent, since there is nothing to be done any more, in these words.
    Not(String),
    /// It could not be.
    Failed(ApiError),
}

/// What is known of the messages, and what became of each.
#[derive(Clone, Copy)]
pub struct Desk {
    machines: StoredValue<Vec<VmId>>,
    known: RwSignal<Option<Result<Remediation, ApiError>>>,
    /// By the place of the message.
    fates: RwSignal<Vec<Option<Fate>>>,
    /// Whether anything is on its way.
    pub busy: RwSignal<bool>,
    announcer: Announcer,
}

impl Desk {
    /// What the owners of these machines would be written.
    pub fn of(machines: Vec<VmId>) -> Self {
        let desk = Self {
            machines: StoredValue::new(machines),
            known: RwSignal::new(None),
            fates: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            announcer: use_announcer(),
        };
        desk.load();
        desk
    }

    /// Asks what they would be written now.
    pub fn load(self) {
        self.busy.set(true);
        let machines = self.machines.get_value();
        api::compliance::remediation(&machines, "preview", None, move |answer| {
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            let count = answer.as_ref().map_or(0, |known| known.messages.len());
            self.fates.set(vec![None; count]);
            self.known.set(Some(answer));
        });
    }

    /// Something of what is known.
    pub fn with<T>(self, of: impl FnOnce(Option<&Result<Remediation, ApiError>>) -> T) -> T {
        self.known.with(|known| of(known.as_ref()))
    }

    /// What became of a message.
    pub fn fate(self, place: usize) -> Option<Fate> {
        self.fates.with(|fates| fates.get(place).cloned().flatten())
    }

    fn is_to_be_mailed(self, place: usize, message: &RemediationMessage) -> bool {
        !message.to.is_empty() && !is_over(self.fate(place).as_ref())
    }

    /// The places of those that a mail can go to, and did not yet.
    fn to_be_mailed(self) -> Vec<usize> {
        self.with(|known| {
            let Some(Ok(known)) = known else { return Vec::new() };
            let messages = known.messages.iter().enumerate();
            messages
                .filter(|(place, message)| self.is_to_be_mailed(*place, message))
                .map(|(place, _)| place)
                .collect()
        })
    }

    /// The button that sends all that can be, after a question, where they are several.
    pub fn all_by_mail(self) -> Option<Button> {
        let number = self.to_be_mailed().len();
        let words = format!("Send all {number} by mail…");
        (number > 1)
            .then(|| Button::new(words, || browser::open_dialog(ASK)).look(Look::Quiet).busy(self.busy))
    }

    /// The question.
    pub fn question(self) -> Element {
        let send = Button::new("Send", move || {
            browser::close_dialog(ASK);
            let places = untrack(|| self.to_be_mailed());
            self.send(places, "mail", None);
        });
        let message = move || {
            let number = self.to_be_mailed().len() as u64;
            several![
                el("p").child(format!(
                    "{} are told by mail now, each of their own machines.",
                    format::count(number, "owner", "owners")
                )),
                el("p")
                    .class("quiet")
                    .child("That cannot be taken back. It stands in the audit trail, with what came of it."),
            ]
        };
        dialog(ASK, "Send all messages?", message, send.look(Look::Primary))
    }

    /// Has messages sent.
    pub fn send(self, places: Vec<usize>, way: &'static str, webhook: Option<String>) {
        if places.is_empty() || self.busy.get_untracked() {
            return;
        }
        let machines: Vec<VmId> = self.known.with_untracked(|known| match known {
            Some(Ok(known)) => places
                .iter()
                .filter_map(|place| known.messages.get(*place))
                .flat_map(|message| message.vms.clone())
                .collect(),
            _ => Vec::new(),
        });
        self.busy.set(true);
        let named = webhook.clone();
        api::compliance::remediation(&machines, way, named.as_deref(), move |answer| {
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.note(&places, webhook.as_deref(), &answer);
        });
    }

    fn note(self, places: &[usize], webhook: Option<&str>, answer: &Result<Remediation, ApiError>) {
        let owners: Vec<Option<String>> = self.known.with_untracked(|known| match known {
            Some(Ok(known)) => known.messages.iter().map(|message| message.owner.clone()).collect(),
            _ => Vec::new(),
        });
        let mut last = String::new();
        self.fates.update(|fates| {
            for place in places {
                let owner = owners.get(*place).cloned().flatten();
                let fate = fate(owner.as_deref(), webhook, answer);
                if let Fate::Sent(words) | Fate::Not(words) = &fate {
                    last.clone_from(words);
                }
                if let Some(known) = fates.get_mut(*place) {
                    *known = Some(fate);
                }
            }
        });
        if let [_] = places {
            self.announcer.say(last);
        } else {
            self.announcer.say("The messages are on their way");
        }
    }
}

fn fate(owner: Option<&str>, webhook: Option<&str>, answer: &Result<Remediation, ApiError>) -> Fate {
    let told = match answer {
        Ok(told) => told,
        Err(error) => return Fate::Failed(error.clone()),
    };
    let is_theirs = |message: &&RemediationMessage| match (message.owner.as_deref(), owner) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    };
    match told.messages.iter().find(is_theirs) {
        Some(message) if message.outcome == RemediationOutcome::Accepted => {
            let to = webhook.map_or_else(|| message.to.join(", "), str::to_owned);
            let machines = format::count(message.vms.len() as u64, "VM", "VMs");
            Fate::Sent(format!("On its way to {to}, about {machines}"))
        }
        Some(message) => Fate::Not(message.no_mail.clone().unwrap_or_default()),
        None => {
            let why = told.left_out.first().map(|left| format!("{}: {}", left.vm.name(), left.why));
            Fate::Not(format!("Not sent. {}", why.unwrap_or_default()))
        }
    }
}

/// Whether there is nothing left to be sent.
pub fn is_over(fate: Option<&Fate>) -> bool {
    matches!(fate, Some(Fate::Sent(_) | Fate::Not(_)))
}
