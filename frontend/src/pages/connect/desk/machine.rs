//! Looking at the machine: what it is doing, and whether its network lets one through.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use shared::preflight::{Diagnosis, Preflight, Reach};
use shared::vm::PowerState;

use super::Desk;
use crate::api::{self, ApiError};
use crate::pages::connect::form::Method;
use crate::pages::connect::notices;

/// How long a choice rests before the network rules are asked about it.
const SETTLED: Duration = Duration::from_millis(400);
/// How often a machine that is on its way up is looked at.
const POLL: Duration = Duration::from_secs(5);
/// How many times.
const MOST_POLLS: u32 = 60;

impl Desk {
    /// Reads the machine again.
    pub fn refresh(self) {
        self.check();
        self.load_recent();
        if self.refreshing.get_untracked() {
            return;
        }
        self.refreshing.set(true);
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        api::vms::details(&vm, move |read| {
            if self.refreshing.is_disposed() {
                return;
            }
            self.refreshing.set(false);
            match read {
                Ok(details) => {
                    self.details.set(details);
                    self.trouble.set(None);
                }
                Err(error) => self.trouble.set(Some(error)),
            }
            self.keep_starting();
        });
    }

    /// Starts the machine, and looks at it until it runs.
    pub fn start(self) {
        self.starting.set(true);
        self.kept.update_value(|kept| kept.polls = 0);
        self.say("Starting the VM…");
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        api::vms::start(&vm, move |started| {
            if self.starting.is_disposed() {
                return;
            }
            match started {
                Ok(_) => self.refresh(),
                Err(error) => {
                    self.starting.set(false);
                    self.trouble.set(Some(error));
                }
            }
        });
    }

    fn keep_starting(self) {
        let power = self.details.with_untracked(|details| details.vm.power);
        let started = self.starting.get_untracked();
        if power == PowerState::Running {
            if started {
                self.say("The VM is running.");
            }
            self.starting.set(false);
        } else if started || notices::is_changing(power) {
            self.kept.update_value(|kept| kept.polls += 1);
            if self.kept.with_value(|kept| kept.polls > MOST_POLLS) {
                return self.starting.set(false);
            }
            set_timeout(
                move || {
                    if !self.refreshing.is_disposed() {
                        self.refresh();
                    }
                },
                POLL,
            );
        }
    }

    /// What the network rules say about the port and the source that are chosen, once they were
    /// asked. What they said about another choice is none of it.
    pub fn preflight(self) -> Option<Preflight> {
        let chosen = self.chosen();
        self.checked.with(|checked| {
            checked.as_ref().filter(|(asked, _)| *asked == chosen).map(|(_, checked)| checked.clone())
        })
    }

    /// Finds out which Bastion reaches the machine, if that is how one wants to connect.
    pub fn find_bastion(self) {
        if self.form.with_untracked(|form| form.method != Method::Bastion || form.bastion().is_some()) {
            return;
        }
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        api::vms::ways(&vm, move |ways| {
            if !self.refreshing.is_disposed() {
                self.form.update(|form| form.ways = Some(ways));
                self.judge_choices();
            }
        });
    }

    /// Asks the network rules again.
    pub fn check(self) {
        let asked = untrack(|| self.chosen());
        let Some(source) = asked.1 else {
            self.checking.set(false);
            return self.checked.set(None);
        };
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        let whence = self.form.with_untracked(|form| form.whence(source));
        self.checking.set(true);
        let ports = asked.0.clone();
        api::vms::preflight(&vm, &ports, &whence, move |checked| {
            // By now something else may be chosen, or another page be open.
            if self.checking.is_disposed() || untrack(|| self.chosen()) != asked {
                return;
            }
            self.checking.set(false);
            // What is known is worth more than that it cannot be asked again.
            if checked == Err(ApiError::Unreachable) && untrack(|| self.preflight()).is_some() {
                return;
            }
            let unverified = |error: ApiError| Preflight {
                port: asked.0[0],
                source,
                reach: Reach::Unverified { reason: error.words() },
                exposed_by: Vec::new(),
                also: Vec::new(),
                refused_source: None,
                diagnosis: Diagnosis { headline: error.words(), ..Diagnosis::default() },
            };
            let checked = checked.unwrap_or_else(unverified);
            if let Some(refused) = checked.refused_source.clone() {
                self.wrong.update(|wrong| {
                    if wrong.iter().all(|known| known.field != refused.field) {
                        wrong.push(refused);
                    }
                });
            }
            self.checked.set(Some((asked, checked)));
        });
    }

    pub(super) fn keep_checking(self) {
        let by_bastion = move || self.form.with(|form| form.method == Method::Bastion);
        let target = Memo::new(move |_| (self.chosen(), by_bastion()));
        let mut check = debounce(SETTLED, move |()| {
            if !self.checking.is_disposed() {
                self.check();
            }
        });
        Effect::new(move |_| {
            // Read, and not only tracked: a memo that nobody reads follows nothing.
            target.get();
            check(());
        });
        untrack(move || self.keep_starting());
    }
}
