//! All that is looked for as a file. That can take a while, so it is told how far it has come.

mod lines;

use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Event;

use super::list::ActivityList;
use crate::api::activity::file;
use crate::api::download::Download;
use crate::api::{self, ApiError};
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::page::Past;
use crate::view::{Element, IntoView, View, el, several};
use crate::{browser, format};

use lines::Lines;

/// A file, as the service calls its form, and as people do.
type Form = (&'static str, &'static str);

/// The files there are.
const FORMS: [Form; 2] = [("csv", "CSV"), ("jsonl", "JSON lines")];

/// The file that is asked for.
#[derive(Clone, Copy)]
pub struct Export {
    past: Memo<Past>,
    list: ActivityList,
    state: RwSignal<State>,
    /// How many entries are there, and back to which moment.
    came: RwSignal<(u64, Option<Timestamp>)>,
    /// Counts what was asked for, so that what was given up is known as such.
    asked: StoredValue<u32>,
    announcer: Announcer,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// Nothing was asked for.
    Idle,
    /// It is coming, and is about this time.
    Going(Range),
    /// It was handed to the browser.
    Saved { entries: u64 },
    /// It was not, and nothing was saved.
    Failed(ApiError, Form),
}

/// The time that the file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    since: Timestamp,
    until: Timestamp,
}

impl Range {
    /// How much of it lies behind `moment`, in hundredths: what is newest comes first.
    fn done(self, moment: Timestamp) -> i64 {
        let all = (self.until.as_second() - self.since.as_second()).max(1);
        let gone = self.until.as_second() - moment.as_second();
        (gone * 100 / all).clamp(0, 100)
    }
}

impl Export {
    /// Nothing was asked for yet. What is asked for is `past`, of which `list` knows how long it goes on.
    pub fn of(past: Memo<Past>, list: ActivityList) -> Self {
        let (state, came) = (RwSignal::new(State::Idle), RwSignal::new((0, None)));
        Self { past, list, state, came, asked: StoredValue::new(0), announcer: use_announcer() }
    }

    /// The links to the files. Where they are opened some other way they are files like any other.
    pub fn links(self) -> View {
        FORMS.into_iter().map(|form| self.link(form)).collect()
    }

    fn link(self, form: Form) -> Element {
        let press = move |event: Event| {
            event.prevent_default();
            self.fetch(form);
        };
        el("a")
            .class(Look::Quiet.class())
            .attr("href", move || self.past.with(|past| file(past, form.0)))
            .attr("rel", "external")
            .attr("download", "")
            .on("click", press)
            .child(icon(Glyph::Download))
            .child(format!("Download {}", form.1))
    }

    fn fetch(self, form: Form) {
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        let range = self.range();
        self.came.set((0, None));
        self.state.set(State::Going(range));
        let url = self.past.with_untracked(|past| file(past, form.0));
        spawn_local(async move {
            let fetched = self.follow(number, &url).await;
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            match fetched {
                Ok(Some((download, entries))) => {
                    download.save(&format!("activity.{}", form.0));
                    let words = said(entries);
                    self.state.set(State::Saved { entries });
                    self.announcer.say(words);
                }
                Ok(None) => {}
                Err(error) => self.state.set(State::Failed(error, form)),
            }
        });
    }

    /// Fetches it to its end; nothing if it was given up, or the page is gone.
    async fn follow(self, number: u32, url: &str) -> Result<Option<(Download, u64)>, ApiError> {
        let mut download = Download::begin(url).await?;
        let mut lines = Lines::default();
        while let Some(piece) = download.next().await? {
            if self.asked.try_get_value() != Some(number) {
                return Ok(None);
            }
            lines.add(&piece);
            self.came.set((lines.entries, lines.back_to));
        }
        Ok(Some((download, lines.entries)))
    }

    fn give_up(self) {
        self.asked.update_value(|asked| *asked += 1);
        self.state.set(State::Idle);
        self.announcer.say("The download was cancelled. Nothing was saved.");
    }

    /// What is looked for, or as long as anything is known.
    fn range(self) -> Range {
        let now = browser::now();
        let (since, until) = self.past.with_untracked(api::history::days);
        let begins = self
            .list
            .about(|page| Some(page.own_since.map_or(page.azure_since, |own| own.min(page.azure_since))));
        let until = until.unwrap_or(now).min(now);
        Range { since: since.or(begins).unwrap_or(until), until }
    }

    fn going(self, range: Range) -> Element {
        let done = move || self.came.get().1.map(|moment| range.done(moment).to_string());
        let words = move || match self.came.get() {
            (_, None) => "Nothing found yet …".to_owned(),
            (entries, Some(moment)) => {
                format!("{}, back to {}", counted(entries), format::day_and_year(moment))
            }
        };
        let bar = el("progress").class("export__bar").attr("aria-label", "Download").attr("max", "100");
        let cancel = Button::new("Cancel", move || self.give_up()).look(Look::Quiet);
        el("div").class("export").child(bar.attr("value", done)).child(el("span").child(words)).child(cancel)
    }

    /// How far it has come, and what came of it.
    pub fn progress(self) -> View {
        (move || match self.state.get() {
            State::Idle => several![],
            State::Going(range) => several![self.going(range)],
            State::Saved { entries } => several![el("p").class("export quiet").child(said(entries))],
            State::Failed(error, form) => {
                let words = el("p").class("export").child("The file was not downloaded. Nothing was saved.");
                several![words, failure_with_retry(&error, move || self.fetch(form))]
            }
        })
        .into_view()
    }
}

fn counted(entries: u64) -> String {
    format::count(entries, "entry", "entries")
}

fn said(entries: u64) -> String {
    format!("{} downloaded.", counted(entries))
}
