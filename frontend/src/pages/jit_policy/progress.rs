//! What becomes of a change, machine by machine.

use leptos::prelude::*;
use shared::policy::JitPolicy;
use shared::policy_change::{ChangedVm, Fate, PolicyChange, Progress};

use super::bench::Bench;
use super::card;
use crate::components::button::{Button, Look};
use crate::components::status_line::{Tone, status_line};
use crate::page::Page;
use crate::pages::configuration::{changed, changes, ports_table, sentence};
use crate::view::{Element, IntoView, View, el, several};

/// How far the change has come.
pub fn progress(bench: Bench) -> View {
    let shown = move || bench.change.get().map(|change| told(&change));
    let ways = Memo::new(move |_| {
        bench.change.with(|change| {
            let change = change.as_ref()?;
            let again = change.items.iter().any(|item| item.fate.can_be_retried());
            Some((change.progress, change.progress == Progress::Over && again))
        })
    });
    let ways = move || {
        let (progress, again) = ways.get()?;
        let cancel = (progress == Progress::Working)
            .then(|| Button::new("Cancel what has not begun", move || bench.cancel()).busy(bench.busy));
        let again = again.then(|| {
            Button::new("Try again…", move || bench.review_again()).look(Look::Primary).busy(bench.busy)
        });
        let list = (progress == Progress::Over).then(|| {
            let words = "Back to the list";
            el("a").class(Look::Secondary.class()).attr("href", Page::Jit.path()).child(words)
        });
        Some(el("div").class("configuration__actions").child(cancel).child(again).child(list))
    };
    card("Progress", several![shown, ways])
}

fn told(change: &PolicyChange) -> View {
    let PolicyChange { settled, machines, progress, items, .. } = change;
    let words = match progress {
        Progress::Working => {
            format!("{settled} of {machines} machines. You may leave this page; it goes on.")
        }
        Progress::Cancelling => format!("{settled} of {machines} machines. What has begun is finished."),
        Progress::Over => {
            let done = items.iter().filter(|item| matches!(item.fate, Fate::Done | Fate::Unchanged)).count();
            format!("{done} of {machines} machines done.")
        }
    };
    let rows: View = items.iter().map(row).collect();
    several![el("p").attr("role", "status").child(words), el("ul").class("machines").child(rows)]
}

fn row(item: &ChangedVm) -> Element {
    let (tone, word, reason) = match &item.fate {
        Fate::Waiting => (Tone::Pending, "Waiting", None),
        Fate::Working => (Tone::Busy, "Working", None),
        Fate::Done => (Tone::Success, "Done", None),
        Fate::Unchanged => (Tone::Success, "It was like that already", None),
        Fate::Overtaken { .. } => {
            (Tone::Warning, "Somebody else changed it, and nothing was overwritten", None)
        }
        Fate::Refused { reason } => (Tone::Locked, "Refused", Some(reason)),
        Fate::Failed { reason } => (Tone::Error, "Failed", Some(reason)),
        Fate::Cancelled => (Tone::Info, "Cancelled", None),
    };
    let beside = match &item.fate {
        Fate::Overtaken { standing } => Some(overtaken(item, standing.as_ref())),
        _ => None,
    };
    el("li")
        .key(item.vm.to_string())
        .child(el("h3").child(item.vm.name().to_string()))
        .child(el("p").child(status_line(tone, word)))
        .child(reason.map(|reason| el("p").class("field__error").child(sentence(reason))))
        .child(beside)
}

/// What somebody else made of it, beside what was wanted.
fn overtaken(item: &ChangedVm, standing: Option<&JitPolicy>) -> View {
    let now: View = match standing {
        Some(policy) => ports_table(policy).into_view(),
        None => el("p").child("Just-in-time access is disabled.").into_view(),
    };
    let ours = changes(standing, item.to.as_ref()).into_iter().map(changed).collect::<View>();
    several![
        el("h4").child("As it is now"),
        now,
        el("h4").child("What yours would change of that"),
        el("ul").class("configuration__changes").child(ours),
    ]
}
