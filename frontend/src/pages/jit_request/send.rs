//! Asking for everything that is on, machine by machine, and following what becomes of it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::{AccessRequest, NewAccess, Reason, RequestId, Status, Target};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::resource_id::VmId;
use shared::source::Source;
use shared::vm::VmDetails;

use super::row::{Outcome, Row};
use super::{AT_ONCE, Desk};
use crate::api;
use crate::api::code::Scripted;

/// How often it is looked what became of requests.
const GLANCE: Duration = Duration::from_secs(2);

/// Ports of one machine that are asked for together.
struct Errand {
    vm: VmId,
    source: Source,
    length: AccessDuration,
    rows: Vec<Row>,
}

impl Desk {
    /// What `of` says of a machine that was read.
    pub fn known<T>(self, vm: &VmId, of: impl FnOnce(&VmDetails) -> T) -> Option<T> {
        self.details.with_value(|details| {
            let known = details.iter().find(|(known, _)| known == vm);
            known.and_then(|(_, read)| read.as_ref().ok()).map(of)
        })
    }

    /// Finds out whether anything is on.
    pub fn refresh_any(self) {
        let any = self.rows.with_value(|rows| rows.iter().any(|row| row.on.get_untracked()));
        if self.any.get_untracked() != any {
            self.any.set(any);
        }
    }

    /// Asks for everything that is on and not under way already.
    pub fn open(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Ok(reason) = self.reason() else { return };
        let Some(mut errands) = self.errands() else { return };
        if errands.is_empty() {
            self.announcer.say("Everything that is on was requested already.");
            return;
        }
        self.busy.set(true);
        for row in errands.iter().flat_map(|errand| &errand.rows) {
            row.outcome.set(Outcome::Asking);
        }
        errands.reverse();
        let asked = errands.len();
        let left = StoredValue::new(errands);
        let unanswered = StoredValue::new(asked);
        for _ in 0..AT_ONCE {
            self.ask_next(left, unanswered, reason.clone());
        }
    }

    /// Everything that is on as what can be written as text: a request for each source and length.
    /// Nothing if a source is wrong.
    pub fn scripted(self) -> Vec<Scripted> {
        let reason = self.reason.with(|reason| reason.parse::<Reason>().ok());
        let mut all: Vec<NewAccess> = Vec::new();
        for row in self.rows.get_value().into_iter().filter(|row| row.on.get()) {
            row.whence.track();
            row.range.track();
            let (vm, length) = (row.vm.get_value(), row.length.get());
            let Ok(source) = row.source(self.mine) else { return Vec::new() };
            let source = Whence::Source(source);
            let fits = |new: &NewAccess| new.source == source && new.duration == length;
            let at = all.iter().position(fits).unwrap_or_else(|| {
                all.push(request_for(Vec::new(), source, length, reason.clone()));
                all.len() - 1
            });
            let targets = &mut all[at].vms;
            match targets.iter_mut().find(|target| target.vm == vm) {
                Some(target) => target.ports.push(row.port),
                None => targets.push(Target { vm, ports: vec![row.port] }),
            }
        }
        all.iter().map(Scripted::access).collect()
    }

    /// Asks for one of what is left, and then for the next.
    fn ask_next(
        self,
        left: StoredValue<Vec<Errand>>,
        unanswered: StoredValue<usize>,
        reason: Option<Reason>,
    ) {
        let Some(Some(errand)) = left.try_update_value(Vec::pop) else { return };
        let Errand { vm, source, length, rows } = errand;
        let vms = vec![Target { vm, ports: rows.iter().map(|row| row.port).collect() }];
        let new = request_for(vms, source.into(), length, reason.clone());
        api::access_requests::create(&new, move |answer| {
            let outcome = match answer {
                Ok(created) => match created.items.into_iter().next() {
                    Some(request) => Outcome::Made(Box::new(request)),
                    None => Outcome::Not("Postern's answer holds no request".to_owned()),
                },
                Err(error) => Outcome::Not(error.words()),
            };
            for row in rows {
                _ = row.outcome.try_set(outcome.clone());
            }
            // The page may be gone by now. What was to be asked for then is not.
            let still = unanswered.try_update_value(|left| {
                *left -= 1;
                *left
            });
            match still {
                None => {}
                Some(0) => self.all_asked(),
                Some(_) => self.ask_next(left, unanswered, reason),
            }
        });
    }

    /// What is to be asked for; nothing if a source is wrong, which is told beside it.
    fn errands(self) -> Option<Vec<Errand>> {
        let mut errands: Vec<Errand> = Vec::new();
        let mut all_right = true;
        for row in self.rows.get_value() {
            row.range_wrong.set(None);
            if !row.on.get_untracked() || row.outcome.with_untracked(Outcome::is_under_way) {
                continue;
            }
            let source = match row.source(self.mine) {
                Ok(source) => source,
                Err(wrong) => {
                    row.range_wrong.set(Some(wrong));
                    all_right = false;
                    continue;
                }
            };
            let (vm, length) = (row.vm.get_value(), row.length.get_untracked());
            let fits =
                |errand: &&mut Errand| errand.vm == vm && errand.source == source && errand.length == length;
            match errands.iter_mut().find(fits) {
                Some(errand) => errand.rows.push(row),
                None => errands.push(Errand { vm, source, length, rows: vec![row] }),
            }
        }
        all_right.then_some(errands)
    }

    /// Tells how it went, and follows what goes on.
    fn all_asked(self) {
        self.busy.set(false);
        let outcomes: Vec<Outcome> =
            self.rows.with_value(|rows| rows.iter().map(|row| row.outcome.get_untracked()).collect());
        let made = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Made(_))).count();
        let not = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Not(_))).count();
        self.announcer.say(match not {
            0 => format!("Requested: {made} ports."),
            _ => format!("Requested: {made} ports. Not requested: {not}; the reasons stand beside them."),
        });
        self.follow();
    }

    /// Looks now and then at what is not settled.
    fn follow(self) {
        let is_awaited = |row: &Row| {
            row.outcome.try_with_untracked(|outcome| match outcome {
                Outcome::Made(request) => is_moving(request),
                Outcome::Nothing | Outcome::Asking | Outcome::Not(_) => false,
            }) == Some(true)
        };
        spawn_local(async move {
            let Ok(page) = api::access_requests::latest().await else {
                self.follow_later();
                return;
            };
            let rows = self.rows.try_get_value().unwrap_or_default();
            for row in rows.iter().filter(|row| is_awaited(row)) {
                let id = row.outcome.with_untracked(made);
                if let Some(now) = page.items.iter().find(|request| Some(request.id) == id) {
                    row.outcome.set(Outcome::Made(Box::new(now.clone())));
                }
            }
            if rows.iter().any(is_awaited) {
                self.follow_later();
            }
        });
    }

    fn follow_later(self) {
        if self.rows.try_get_value().is_some() {
            set_timeout(move || self.follow(), GLANCE);
        }
    }
}

fn request_for(
    vms: Vec<Target>,
    source: Whence,
    duration: AccessDuration,
    reason: Option<Reason>,
) -> NewAccess {
    NewAccess {
        vms,
        source,
        duration,
        reason,
        requested_for: None,
        redirections: Vec::new(),
        shareable_link: false,
        replaces: Vec::new(),
    }
}

fn made(outcome: &Outcome) -> Option<RequestId> {
    match outcome {
        Outcome::Made(request) => Some(request.id),
        Outcome::Nothing | Outcome::Asking | Outcome::Not(_) => None,
    }
}

/// Whether something is about to become of it.
fn is_moving(request: &AccessRequest) -> bool {
    matches!(request.status, Status::Requesting | Status::Opening { .. } | Status::Closing { .. })
}
