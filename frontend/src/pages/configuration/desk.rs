//! What is known, edited and under way on the page.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::configuration::JitConfiguration;
use shared::policy::JitPolicy;
use shared::policy_change::{Change, Merge};
use shared::problem::ProblemKind;
use shared::resource_id::VmId;
use shared::vm::{Unsupported, VmDetails};

use super::HEADING;
use super::draft::Draft;
use super::drafting::Drafting;
use crate::api::code::Scripted;
use crate::api::{self, ApiError};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};

/// A machine and how it is set up.
type Known = (VmDetails, JitConfiguration);

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Desk {
    vm: StoredValue<VmId>,
    /// What Azure has, as it was read last.
    pub known: RwSignal<Option<Result<Known, ApiError>>>,
    /// What is edited.
    pub drafting: Drafting,
    /// Whether somebody changed it while it was edited.
    pub conflict: RwSignal<bool>,
    /// Why something was not done.
    pub trouble: RwSignal<Option<ApiError>>,
    /// Whether it is being read.
    pub loading: RwSignal<bool>,
    /// Whether it is being changed.
    pub busy: RwSignal<bool>,
    announcer: Announcer,
}

impl Desk {
    /// Of a machine of which nothing is known.
    pub fn new(vm: VmId) -> Self {
        Self {
            vm: StoredValue::new(vm),
            known: RwSignal::new(None),
            drafting: Drafting::new(),
            conflict: RwSignal::new(false),
            trouble: RwSignal::new(None),
            loading: RwSignal::new(false),
            busy: RwSignal::new(false),
            announcer: use_announcer(),
        }
    }

    /// Reads it, or reads it again.
    pub fn load(self) {
        self.loading.set(true);
        self.read(move |read| {
            // The page may be gone by now.
            if self.loading.try_set(false).is_none() {
                self.known.set(Some(read));
            }
        });
    }

    fn read(self, then: impl FnOnce(Result<Known, ApiError>) + 'static) {
        let vm = self.vm.get_value();
        api::vms::details(&vm.clone(), move |details| match details {
            Ok(details) => spawn_local(async move {
                then(api::jit_policies::show(&vm).await.map(|configuration| (details, configuration)));
            }),
            Err(error) => then(Err(error)),
        });
    }

    fn look<T>(self, at: impl FnOnce(&Known) -> T) -> Option<T> {
        self.known.with(|known| known.as_ref().and_then(|known| known.as_ref().ok()).map(at))
    }

    /// The ports that are set up, if any are.
    pub fn standing(self) -> Option<JitPolicy> {
        self.look(|(_, configuration)| configuration.policy.clone()).flatten()
    }

    fn standing_untracked(self) -> Option<JitPolicy> {
        untrack(|| self.standing())
    }

    /// Brings what was edited of `before` into what stands there now, so that saving it touches nothing
    /// else.
    fn bring_into(self, before: Option<&JitPolicy>, edited: Option<&JitPolicy>) {
        if let (Some(edited), Some(now)) = (edited, self.standing_untracked()) {
            let mine = Change::Merge(Merge::between(before, edited));
            self.drafting.draft.set(mine.applied_to(Some(&now)).as_ref().map(Draft::of));
        }
    }

    /// The name of the policy and how many other machines are in it.
    pub fn policy(self) -> Option<(String, u64)> {
        self.look(|(_, configuration)| {
            let name = configuration.policy_id.rsplit('/').next().unwrap_or_default();
            let others = configuration.shared_with.len() as u64 + u64::from(configuration.shared_with_hidden);
            (name.to_owned(), others)
        })
    }

    /// What is set up and not understood here, as Azure has it.
    pub fn unread(self) -> Vec<String> {
        self.look(|(_, configuration)| configuration.unread.clone()).unwrap_or_default()
    }

    /// The machine.
    pub fn vm(self) -> VmId {
        self.vm.get_value()
    }

    /// Whether whoever looks may change it.
    pub fn may_configure(self) -> bool {
        self.look(|(_, configuration)| configuration.may_configure).unwrap_or_default()
    }

    /// Why Azure would not enable it here at all, if that is known.
    pub fn unsupported(self) -> Option<Unsupported> {
        self.look(|(details, _)| details.unsupported.clone()).flatten()
    }

    /// What enabling it sets up.
    pub fn usual(self) -> JitPolicy {
        self.look(|(details, _)| JitPolicy::usual(details.vm.os)).unwrap_or_else(JitPolicy::proposed)
    }

    /// What is edited, if it can be saved.
    pub fn edited(self) -> Option<JitPolicy> {
        self.drafting.draft.with(|draft| draft.as_ref().and_then(|draft| draft.read().ok()))
    }

    /// A change of the machine as what can be written as text.
    pub fn scripted(self, change: &Change) -> Scripted {
        Scripted::change(&[self.vm.get_value()], change)
    }

    /// Begins to edit `policy`.
    pub fn begin(self, policy: &JitPolicy) {
        self.trouble.set(None);
        self.drafting.begin(policy, &[self.vm.get_value()]);
        browser::focus(HEADING);
    }

    /// Leaves it as it is.
    pub fn discard(self) {
        self.conflict.set(false);
        self.trouble.set(None);
        self.drafting.discard();
        browser::focus(HEADING);
    }

    /// Sets up what Azure's own pane would.
    pub fn enable(self) {
        let usual = self.usual();
        self.put(Some(usual), "Just-in-time access is enabled.");
    }

    /// Disables it.
    pub fn disable(self) {
        self.put(None, "Just-in-time access is disabled.");
    }

    /// Saves what is edited.
    pub fn save(self) {
        if let Some(policy) = self.drafting.judged() {
            self.put(Some(policy), "Saved.");
        }
    }

    fn put(self, wanted: Option<JitPolicy>, done: &'static str) {
        let version = self.known.with_untracked(|known| match known {
            Some(Ok((_, configuration))) => Some(configuration.version.clone()),
            Some(Err(_)) | None => None,
        });
        let Some(version) = version.filter(|_| !self.busy.get_untracked()) else { return };
        self.busy.set(true);
        self.trouble.set(None);
        let vm = self.vm.get_value();
        spawn_local(async move {
            let answer = match &wanted {
                Some(policy) => api::jit_policies::set(&vm, &version, policy).await,
                None => api::jit_policies::remove(&vm, &version).await,
            };
            let overtaken = matches!(&answer, Err(ApiError::Refused(problem)) if problem.kind == ProblemKind::ChangedMeanwhile);
            // The page may be gone by now.
            if overtaken {
                return self.read(move |read| {
                    if self.busy.try_set(false).is_none() {
                        let before = self.standing_untracked();
                        self.known.set(Some(read));
                        self.bring_into(before.as_ref(), wanted.as_ref());
                        self.conflict.set(true);
                        browser::focus(HEADING);
                    }
                });
            }
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(configuration) => {
                    self.known.update(|known| {
                        if let Some(Ok((_, known))) = known {
                            *known = configuration;
                        }
                    });
                    self.discard();
                    self.announcer.say(done);
                }
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }
}
