//! What became of a port that was asked for, and what is open of it already.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::access::{AccessRequest, Displaced, Status};
use shared::problem::{Problem, ProblemKind};
use shared::source::Source;
use shared::vm::Grant;
use web_sys::Event;

use super::row::Row;
use crate::api::ApiError;
use crate::components::field::sentence;
use crate::components::standing::standing;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, el, several};

/// What became of a port that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was not asked for.
    Nothing,
    /// It is its turn, or about to be.
    Asking,
    /// There is a request, which stands somewhere.
    Made(Box<AccessRequest>),
    /// The reason is not one that counts here, which is told beside it.
    Reason,
    /// Others have it open, and would lose that.
    Held(Vec<Displaced>),
    /// It was refused, or the service could not be asked.
    Not(String),
}

impl Outcome {
    /// Whether it need not be asked for again.
    pub fn is_under_way(&self) -> bool {
        match self {
            Self::Nothing | Self::Reason | Self::Held(_) | Self::Not(_) => false,
            Self::Asking => true,
            Self::Made(request) => !request.status.is_final(),
        }
    }

    /// Whether it was asked for in vain.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Reason | Self::Held(_) | Self::Not(_))
    }

    /// What a refusal means for the ports of one machine that were asked for together; `None` for a
    /// port that can be asked for without the others.
    pub fn of_refusal(row: Row, error: &ApiError) -> Option<Self> {
        let ApiError::Refused(problem) = error else { return Some(Self::Not(error.words())) };
        if problem.kind == ProblemKind::ReplacesOthers {
            let of_port = problem.replaces.iter().filter(|displaced| displaced.port == row.port);
            let of_port: Vec<Displaced> = of_port.cloned().collect();
            return (!of_port.is_empty()).then_some(Self::Held(of_port));
        }
        if reason_of(problem).is_none() {
            return Some(Self::Not(error.words()));
        }
        let others = problem.violations.iter().filter(|violation| violation.field != REASON);
        let others: Vec<String> = others.map(|violation| sentence(&violation.detail)).collect();
        Some(if others.is_empty() { Self::Reason } else { Self::Not(others.join(" ")) })
    }
}

/// The field that the reason travels in.
const REASON: &str = "reason";

/// What is wrong with the reason, if that is among what was wrong.
pub fn reason_of(problem: &Problem) -> Option<String> {
    let wrong = problem.violations.iter().find(|violation| violation.field == REASON);
    wrong.map(|violation| sentence(&violation.detail))
}

/// What became of it, with the way on.
pub fn outcome(row: Row) -> View {
    let now = use_server_clock().now();
    match row.outcome.get() {
        Outcome::Nothing => already(row, now),
        Outcome::Asking => status_line(Tone::Busy, "Requesting…").into_view(),
        Outcome::Reason => status_line(Tone::Error, "Not requested: see the justification below").into_view(),
        Outcome::Held(others) => held(row, &others, now),
        Outcome::Not(why) => several![
            status_line(Tone::Error, sentence(&why)),
            el("p").child(connect(row).child("See on its Connect page")),
        ],
        Outcome::Made(request) => {
            let (tone, words) = standing(&request.status);
            match &request.status {
                Status::Open { .. } => {
                    let until = format!("{words} until {}", format::when(request.ends_at, now));
                    several![status_line(tone, until), el("p").child(connect(row).child("Connect"))]
                }
                Status::Refused { reason, .. } | Status::Failed { reason, .. } => {
                    status_line(tone, format!("{words}: {reason}")).into_view()
                }
                Status::Requesting
                | Status::Opening { .. }
                | Status::Closing { .. }
                | Status::Ended { .. } => status_line(tone, words).into_view(),
            }
        }
    }
}

fn connect(row: Row) -> Element {
    let path = row.vm.with_value(|vm| Page::Connect(vm.clone()).path());
    el("a").class("link").attr("href", path)
}

/// What was open when the machine was read.
fn already(row: Row, now: Timestamp) -> View {
    let grants = row.grants.get_value();
    if grants.is_empty() {
        return el("span").class("quiet").child("–").into_view();
    }
    let until = |grant: &Grant| format::when(grant.until, now);
    let line = |grant: &Grant| {
        if grant.mine.is_some() {
            let (tone, words) = if grant.open { (Tone::Success, "Open") } else { (Tone::Busy, "Opening") };
            let words = format!("{words} for you until {}", until(grant));
            return several![status_line(tone, words), el("p").child(connect(row).child("Connect"))];
        }
        let whose = grant.requested_by.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let words = format!("Open for {}{whose} until {}", listed(&grant.sources), until(grant));
        status_line(Tone::Info, words).into_view()
    };
    grants.iter().map(line).collect()
}

/// What others would lose, to be accepted.
fn held(row: Row, others: &[Displaced], now: Timestamp) -> View {
    let theirs = others.iter().map(|displaced| {
        let until = format::when(displaced.until, now);
        let words = format!("Others have it open for {} until {until}", listed(&displaced.sources));
        status_line(Tone::Warning, words)
    });
    let tick = el("input")
        .attr("type", "checkbox")
        .prop("checked", move || row.accepted.get())
        .on("change", move |event: Event| row.accepted.set(event_target_checked(&event)));
    let words = format!("Request port {} all the same; theirs may end", row.port);
    several![theirs.collect::<View>(), el("label").class("check").child(tick).child(el("span").child(words)),]
}

fn listed(sources: &[Source]) -> String {
    sources.iter().map(Source::to_string).collect::<Vec<_>>().join(", ")
}
