//! Having Azure Policy look at machines anew, and how that goes.

use std::time::Duration;

use jiff::Timestamp;
use leptos::prelude::*;
use shared::compliance::{Scan, ScanList};
use uuid::Uuid;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::failure;
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::status_line::status_line;
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, View, el, several};

/// The id of the question whether to scan.
const ASK: &str = "comply-scan";

/// How often it is asked how scans go.
const ROUND: Duration = Duration::from_secs(15);

/// How many subscriptions can be scanned by one press.
const MOST: usize = 50;

/// The scans.
#[derive(Clone, Copy)]
pub struct Scans {
    list: RwSignal<Option<ScanList>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// What is done once one is over.
    over: StoredValue<Box<dyn Fn() + Send + Sync>>,
}

impl Scans {
    /// The scans there are; `over` is called once one is over.
    pub fn new(over: impl Fn() + Send + Sync + 'static) -> Self {
        let (list, failure, busy) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(false));
        let over: Box<dyn Fn() + Send + Sync> = Box::new(over);
        let scans = Self { list, failure, busy, over: StoredValue::new(over) };
        scans.look();
        if let Ok(ticking) = set_interval_with_handle(move || scans.look_again(), ROUND) {
            on_cleanup(move || ticking.clear());
        }
        scans
    }

    fn look(self) {
        api::compliance::scans(move |answer| {
            if let Ok(list) = answer {
                self.told(list);
            }
        });
    }

    /// Asks again while one goes on and somebody looks.
    fn look_again(self) {
        if self.going_on() > 0 && browser::is_looked_at() {
            self.look();
        }
    }

    fn going_on(self) -> usize {
        let count = |list: &ScanList| list.items.iter().filter(|scan| scan.goes_on()).count();
        self.list.with_untracked(|list| list.as_ref().map_or(0, count))
    }

    fn told(self, list: ScanList) {
        // The page may be gone by now.
        let Some(before) = self.list.try_with_untracked(Option::is_some).map(|_| self.going_on()) else {
            return;
        };
        self.list.set(Some(list));
        if self.going_on() < before {
            self.over.with_value(|over| over());
        }
    }

    fn begin(self) {
        let ids: Vec<Uuid> = self.list.with_untracked(|list| {
            list.iter().flat_map(|list| list.subscriptions.iter().map(|known| known.id)).take(MOST).collect()
        });
        if ids.is_empty() || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        api::compliance::scan(&ids, move |answer| {
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(list) => self.told(list),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    /// The button that asks whether to.
    pub fn button(self) -> Button {
        Button::new("Scan now", || browser::open_dialog(ASK))
            .look(Look::Quiet)
            .glyph(Glyph::Play)
            .busy(self.busy)
            .disabled(Signal::derive(move || {
                self.list.with(|list| list.as_ref().is_none_or(|list| list.subscriptions.is_empty()))
            }))
    }

    /// The question, and how it goes.
    pub fn view(self) -> View {
        let begin = Button::new("Scan now", move || {
            browser::close_dialog(ASK);
            self.begin();
        });
        several![
            dialog(ASK, "Have Azure Policy look again?", move || self.question(), begin.look(Look::Primary)),
            move || self.failure.get().map(|error| failure(&error)),
            move || self.progress(),
        ]
    }

    fn question(self) -> View {
        let number = self.list.with(|list| list.as_ref().map_or(0, |list| list.subscriptions.len()));
        let which = match number {
            number if MOST < number => format!("the first {MOST} subscriptions"),
            number => format::count(number as u64, "subscription", "subscriptions"),
        };
        several![
            el("p").child(format!("Azure Policy evaluates all machines of {which}, which takes it minutes to hours. You can go on meanwhile.")),
            el("p").class("quiet").child("It goes by what Defender for Cloud last found, which looks at machines every few hours on its own: what Defender has not noticed stays as it is."),
        ]
    }

    fn progress(self) -> Option<Element> {
        let list = self.list.get()?;
        if list.items.is_empty() {
            return None;
        }
        let now = use_server_clock().now();
        let lines = list.items.iter().map(|scan| line(scan, now)).collect::<View>();
        let going_on = list.items.iter().filter(|scan| scan.goes_on()).count();
        let words = match going_on {
            0 => "Scans of the last 24 hours".to_owned(),
            number => format!("{} under way", format::count(number as u64, "scan", "scans")),
        };
        let details = el("details")
            .attr("open", (going_on > 0).then_some(""))
            .child(el("summary").child(words))
            .child(el("ul").class("comply__scans").child(lines));
        let tone = if going_on > 0 { Tone::Busy } else { Tone::Info };
        Some(message_bar(tone, details))
    }
}

fn line(scan: &Scan, now: Timestamp) -> Element {
    let name = &scan.subscription.name;
    let begun = format::when(scan.begun_at, now);
    let (tone, words) = match (&scan.ended_at, &scan.problem) {
        (None, _) => (Tone::Busy, format!("{name}: scanning since {begun}, asked for by {}", scan.begun_by)),
        (Some(at), None) => (Tone::Success, format!("{name}: done at {}", format::when(*at, now))),
        (Some(_), Some(problem)) => (Tone::Error, format!("{name}: {problem}")),
    };
    el("li").child(status_line(tone, words)).key(scan.subscription.id.to_string())
}
