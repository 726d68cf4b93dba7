//! Asking for everything that is on, machine by machine, and following what becomes of it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::{AccessRequest, CreatedAccess, Displaced, NewAccess, Reason, RequestId, Status, Target};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::resource_id::VmId;
use shared::source::Source;
use shared::vm::VmDetails;

use super::outcome::{Outcome, reason_of};
use super::row::Row;
use super::{AT_ONCE, Desk};
use crate::api::code::Scripted;
use crate::api::{self, ApiError};
use crate::format;

/// How often it is looked what became of requests.
const GLANCE: Duration = Duration::from_secs(2);

/// Ports of one machine that are asked for together.
struct Errand {
    vm: VmId,
    source: Source,
    length: AccessDuration,
    rows: Vec<Row>,
    /// What others may lose by it, as far as whoever asks has said so.
    replaces: Vec<Displaced>,
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
        let vms =
            vec![Target { vm: errand.vm.clone(), ports: errand.rows.iter().map(|row| row.port).collect() }];
        let replaces = errand.replaces.clone();
        let new =
            NewAccess { replaces, ..request_for(vms, errand.source.into(), errand.length, reason.clone()) };
        api::access_requests::create(&new, move |answer| {
            let rest = self.answered(errand, answer);
            // The page may be gone by now. What was to be asked for then is not.
            let again = usize::from(rest.is_some());
            _ = left.try_update_value(|left| left.extend(rest));
            let still = unanswered.try_update_value(|left| {
                *left = *left + again - 1;
                *left
            });
            match still {
                None => {}
                Some(0) => self.all_asked(),
                Some(_) => self.ask_next(left, unanswered, reason),
            }
        });
    }

    /// Tells each port what became of it. What is left to be asked for is what was asked for together
    /// with what others have.
    fn answered(self, errand: Errand, answer: Result<CreatedAccess, ApiError>) -> Option<Errand> {
        let made = answer.and_then(|created| {
            let first = created.items.into_iter().next();
            first.ok_or_else(|| ApiError::Garbled("it holds no request".to_owned()))
        });
        if let Err(ApiError::Refused(problem)) = &made
            && let Some(wrong) = reason_of(problem)
        {
            _ = self.reason_wrong.try_set(Some(wrong));
        }
        let mut rest = Vec::new();
        for row in &errand.rows {
            let outcome = match &made {
                Ok(request) => Some(Outcome::Made(Box::new(request.clone()))),
                Err(error) => Outcome::of_refusal(*row, error),
            };
            match outcome {
                Some(outcome) => _ = row.outcome.try_set(outcome),
                None => rest.push(*row),
            }
        }
        // Nothing is asked for over and over: what is left is less than before.
        if rest.len() == errand.rows.len() {
            for row in rest.drain(..) {
                _ = row.outcome.try_set(Outcome::Not("others have it open".to_owned()));
            }
        }
        (!rest.is_empty()).then_some(Errand { rows: rest, replaces: Vec::new(), ..errand })
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
            let others = row.outcome.with_untracked(|outcome| match outcome {
                Outcome::Held(others) if row.accepted.get_untracked() => others.clone(),
                _ => Vec::new(),
            });
            match errands.iter_mut().find(fits) {
                Some(errand) => {
                    errand.rows.push(row);
                    errand.replaces.extend(others);
                }
                None => errands.push(Errand { vm, source, length, rows: vec![row], replaces: others }),
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
        let not = outcomes.iter().filter(|outcome| outcome.is_refusal()).count();
        let ports = |number: usize| format::count(number as u64, "port", "ports");
        self.announcer.say(match not {
            0 => format!("Requested: {}.", ports(made)),
            _ => format!("Requested: {}. Not requested: {not}; the reasons stand beside them.", ports(made)),
        });
        if self.reason_wrong.with_untracked(Option::is_some) {
            crate::browser::focus("reason");
        }
        self.follow();
    }

    /// Looks now and then at what is not settled.
    fn follow(self) {
        let is_awaited = |row: &Row| {
            row.outcome.try_with_untracked(|outcome| match outcome {
                Outcome::Made(request) => is_moving(request),
                _ => false,
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
        _ => None,
    }
}

/// Whether something is about to become of it.
fn is_moving(request: &AccessRequest) -> bool {
    matches!(request.status, Status::Requesting | Status::Opening { .. } | Status::Closing { .. })
}
