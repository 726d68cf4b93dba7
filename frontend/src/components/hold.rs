//! Holding on to access that is open, and letting go of it early.

use std::rc::Rc;

use jiff::Timestamp;
use leptos::prelude::*;
use shared::access::{AccessRequest, RequestId};
use shared::duration::AccessDuration;
use shared::handoff::HandoffId;
use shared::problem::ProblemKind;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::button::{Button, Look};
use super::failure::failure;
use crate::api::ApiError;
use crate::api::access_requests::{Change, change};
use crate::browser;
use crate::session::{ServerClock, use_server_clock, use_session};
use crate::view::{Element, IntoView, View, el, several};

/// What can be asked about access that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    HowLong,
    WhetherToClose,
}

/// What is being asked and done about requests of mine that are open.
#[derive(Clone, Copy)]
pub struct Hold {
    question: RwSignal<Option<(RequestId, Question)>>,
    failed: RwSignal<Option<(Change, ApiError)>>,
    busy: RwSignal<bool>,
    clock: ServerClock,
    can_close: bool,
    /// What it came of, if it was handed over.
    given: Option<HandoffId>,
    done: StoredValue<Rc<dyn Fn(AccessRequest)>, LocalStorage>,
}

impl Hold {
    /// Nothing yet. `done` is told of the request that came of it, which is a new one if access
    /// was made to last longer.
    pub fn new(done: impl Fn(AccessRequest) + 'static) -> Self {
        Self::with(None, use_session().can_close, Rc::new(done))
    }

    /// The same for what was handed over, where whoever had it opened may close it.
    pub fn of_given(handoff: HandoffId, done: impl Fn(AccessRequest) + 'static) -> Self {
        Self::with(Some(handoff), true, Rc::new(done))
    }

    fn with(given: Option<HandoffId>, can_close: bool, done: Rc<dyn Fn(AccessRequest)>) -> Self {
        Self {
            question: RwSignal::new(None),
            failed: RwSignal::new(None),
            busy: RwSignal::new(false),
            clock: use_server_clock(),
            can_close,
            given,
            done: StoredValue::new_local(done),
        }
    }

    /// What can be done with the request `id`, which ends at `until`; it can be made to last for one
    /// of `lengths` from now.
    pub fn controls(self, id: RequestId, until: Timestamp, lengths: Vec<(AccessDuration, String)>) -> View {
        let toggle = move |question| {
            self.failed.set(None);
            self.question.update(|asked| {
                *asked = Some((id, question)).filter(|asked_now| *asked != Some(*asked_now));
            });
        };
        let asks = move |question| self.question.get() == Some((id, question));
        let opens = move |words, question| {
            Button::new(words, move || toggle(question))
                .element()
                .attr("aria-expanded", move || Some(if asks(question) { "true" } else { "false" }))
        };
        let extend = (!lengths.is_empty()).then(|| opens("Extend", Question::HowLong));
        let close = self.can_close.then(|| opens("Close now", Question::WhetherToClose));
        let place = format!("hold-{id}");
        let back = format!("#{place} [aria-expanded=true]");
        let escape = move |event: Event| {
            let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
            if key.as_deref() == Some("Escape") && self.question.with_untracked(Option::is_some) {
                // To the button that asked, before what was asked is gone.
                browser::focus_first(&back);
                self.question.set(None);
            }
        };
        let held = several![
            el("div").class("session__actions").child(extend).child(close),
            move || asks(Question::HowLong).then(|| self.how_long(id, until, &lengths)),
            move || asks(Question::WhetherToClose).then(|| self.whether_to_close(id)),
            move || self
                .failed
                .get()
                .filter(|(change, _)| change.id() == id)
                .map(|(change, error)| self.failure(change, &error)),
        ];
        el("div").id(place).class("session__hold").on("keydown", escape).child(held).into_view()
    }

    fn how_long(self, id: RequestId, until: Timestamp, lengths: &[(AccessDuration, String)]) -> Element {
        // What would end before that is no extension.
        let left = until.duration_since(self.clock.now());
        let longer = lengths.iter().filter(|(duration, _)| left < duration.length());
        let choice = |(duration, name): &(AccessDuration, String)| {
            let change = Change::Extend { id, duration: *duration, replaces: Vec::new() };
            Button::new(name.clone(), move || self.act(&change)).busy(self.busy).element()
        };
        group("Extend access")
            .child(el("span").child("From now on, for"))
            .child(longer.map(choice).collect::<View>())
    }

    fn whether_to_close(self, id: RequestId) -> Element {
        let words =
            "New connections are refused once the port is closed. A session that is open stays connected.";
        let close = Button::new("Close access", move || self.act(&Change::Close { id, given: self.given }));
        group("Close access").child(el("span").child(words)).child(close.look(Look::Primary).busy(self.busy))
    }

    /// Why it was not done; where others would lose their access by it, the way to do it all the same.
    fn failure(self, change: Change, error: &ApiError) -> View {
        let anyway = match (error, change) {
            (ApiError::Refused(problem), Change::Extend { id, duration, .. })
                if problem.kind == ProblemKind::ReplacesOthers =>
            {
                let change = Change::Extend { id, duration, replaces: problem.replaces.clone() };
                Some(Button::new("Extend anyway", move || self.act(&change)).busy(self.busy))
            }
            (ApiError::Unreachable, change) => {
                Some(Button::new("Try again", move || self.act(&change)).busy(self.busy))
            }
            (ApiError::Refused(_) | ApiError::Garbled(_), _) => None,
        };
        several![failure(error), anyway]
    }

    fn act(self, wanted: &Change) {
        self.busy.set(true);
        let tried = wanted.clone();
        change(wanted, move |answer| {
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(request) => {
                    self.question.set(None);
                    self.failed.set(None);
                    (self.done.get_value())(request);
                }
                Err(error) => self.failed.set(Some((tried, error))),
            }
        });
    }
}

fn group(name: &'static str) -> Element {
    el("div").class("session__question").attr("role", "group").attr("aria-label", name)
}
