//! Choosing, and asking for what was chosen.

use leptos::prelude::*;
use shared::access::{Displaced, NewAccess};
use shared::port::Port;
use shared::problem::{ProblemKind, Violation};

use super::{Asked, CONFIRM, Desk, REASON_KEPT_AS, STATUS};
use crate::api::code::fragment;
use crate::api::{self, ApiError, access_requests};
use crate::browser;
use crate::page::code_of;
use crate::pages::connect::form::{Form, Method, Origin, field};
use crate::pages::connect::length::Length;
use crate::pages::connect::source::TYPED;
use crate::pages::connect::state::Card;

impl Desk {
    /// Changes what is chosen; what was wrong with `field` is forgotten.
    pub fn choose(self, field: &str, change: impl FnOnce(&mut Form)) {
        self.wrong.update(|wrong| wrong.retain(|violation| violation.field != field));
        self.form.update(change);
    }

    /// Changes the method, and the port with it.
    pub fn switch(self, method: Method) {
        self.choose(field::PORT, |form| {
            form.method = method;
            form.port = method
                .port()
                .unwrap_or_else(|| self.details.with_untracked(|details| details.vm.usual_port()));
        });
        self.judge_choices();
        self.find_bastion();
    }

    /// Chooses a port that is not open yet in place of those that are.
    pub fn want(self, port: Port) {
        self.form.update(|form| form.more.clear());
        let other = self.form.with_untracked(|form| form.method.others());
        match other.into_iter().find(|other| other.port() == Some(port)) {
            Some(other) => self.switch(other),
            None => self.choose(field::PORT, |form| form.port = port),
        }
    }

    /// Judges what need not be filled in: neither this device's address nor what came in the page's
    /// is known to be right.
    pub fn judge_choices(self) {
        self.judge(field::SOURCE);
        self.judge(field::DURATION);
    }

    /// Takes what was offered in place of something wrong.
    pub fn accept(self, violation: &Violation) {
        let Some(offer) = &violation.offer else { return };
        let origin = self.origin_of(offer);
        self.choose(&violation.field, |form| match violation.field.as_str() {
            field::SOURCE => form.origin = origin,
            field::DURATION => {
                if let Ok(duration) = offer.parse() {
                    form.length = Length::of(duration);
                }
            }
            field::REASON => form.reason.clone_from(offer),
            _ => {
                if let Ok(port) = offer.parse() {
                    form.port = port;
                }
            }
        });
        browser::focus(self.control_of(&violation.field));
    }

    /// Judges one field as it stands, if that can be told yet.
    pub fn judge(self, name: &str) {
        let is_looking = name == field::SOURCE && self.form.with_untracked(Form::is_looking);
        let broken = self.broken().err().filter(|_| !is_looking).unwrap_or_default();
        self.wrong.update(|wrong| {
            wrong.retain(|violation| violation.field != name);
            wrong.extend(broken.into_iter().filter(|violation| violation.field == name));
        });
    }

    pub(super) fn broken(self) -> Result<NewAccess, Vec<Violation>> {
        self.form
            .with_untracked(|form| self.details.with_untracked(|details| form.request(details, self.here())))
    }

    /// Requests access; where somebody else may lose theirs by it, only once that is confirmed. The
    /// machine is read once more before: what others opened meanwhile is not known here yet.
    pub fn submit(self) {
        if self.checked_form().is_none() {
            return;
        }
        let is_open = move || self.card.with_untracked(|card| card.open().is_some());
        let was_open = is_open();
        // What others have open stays on the page until something is sent.
        self.sending.set(!was_open);
        let vm = self.details.with_untracked(|details| details.vm.id.clone());
        api::vms::details(&vm, move |read| {
            if self.sending.is_disposed() {
                return;
            }
            // Where it cannot be read, the request itself says why.
            if let Ok(details) = read {
                self.details.set(details);
            }
            self.sending.set(false);
            if is_open() && !was_open {
                // There is a way in by now, which may do.
                self.refresh();
            } else {
                let others = untrack(|| self.displaced_by(false));
                if others.is_empty() {
                    self.send(others);
                } else {
                    self.confirm(others);
                }
            }
        });
    }

    /// Shows the request as text, on a page of its own.
    pub fn show_code(self) {
        if let Some(new) = self.checked_form() {
            browser::leave_for(&code_of(&fragment(&new)));
        }
    }

    /// The request as it is filled in. If it cannot be made, what is wrong is shown.
    fn checked_form(self) -> Option<NewAccess> {
        if !self.card.with_untracked(Card::can_request) {
            return None;
        }
        self.unsent.set(None);
        match self.broken() {
            Ok(new) => {
                self.wrong.set(Vec::new());
                Some(new)
            }
            Err(wrong) => {
                let first = wrong.first().map(|violation| violation.field.clone()).unwrap_or_default();
                self.wrong.set(wrong);
                browser::focus(self.control_of(&first));
                None
            }
        }
    }

    /// Asks whether others may lose what they have.
    fn confirm(self, others: Vec<Displaced>) {
        self.displaced.set(others);
        // Once the page shows what was read: a part that is made anew takes the question with it.
        request_animation_frame(|| browser::open_dialog(CONFIRM));
    }

    /// Requests access, which these may lose by it. If anybody else would, that is asked about.
    pub fn send(self, replaces: Vec<Displaced>) {
        let Some(new) = self.checked_form() else { return };
        let new = NewAccess { replaces, ..new };
        self.sending.set(true);
        self.say("Requesting access…");
        let wants_file = self.form.with_untracked(|form| form.method == Method::Rdp);
        let reason = new.reason.clone();
        access_requests::create(&new, move |created| {
            if self.sending.is_disposed() {
                return;
            }
            match created {
                Ok(created) => {
                    if let Some(reason) = &reason {
                        browser::remember(REASON_KEPT_AS, reason.as_str());
                    }
                    if let Some(request) = created.items.into_iter().next() {
                        let asked = Some(Asked { id: request.id, wants_file });
                        self.kept.update_value(|kept| kept.asked = asked);
                        self.follow(request.id);
                        self.learn(request);
                    }
                }
                Err(ApiError::Refused(problem)) if !problem.violations.is_empty() => {
                    let first = problem.violations[0].field.clone();
                    self.wrong.set(problem.violations);
                    request_animation_frame(move || browser::focus(self.control_of(&first)));
                }
                Err(ApiError::Refused(problem)) if problem.kind == ProblemKind::ReplacesOthers => {
                    self.sending.set(false);
                    return self.confirm(problem.replaces);
                }
                Err(error) => self.unsent.set(Some(error)),
            }
            self.sending.set(false);
            self.load_recent();
        });
    }

    /// The id of the control that a field is filled in with.
    fn control_of(self, name: &str) -> &'static str {
        let is_typed = || self.form.with_untracked(|form| matches!(form.origin, Origin::Typed(_)));
        match name {
            field::SOURCE if is_typed() => TYPED,
            field::SOURCE => "source",
            field::DURATION => "duration",
            field::REASON => "reason",
            field::PORT => "port",
            _ => STATUS,
        }
    }
}
