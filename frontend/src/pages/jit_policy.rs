//! The ports of several machines at once: what is set up, what is to be, and what becomes of it.

mod bench;
mod progress;
mod review;
mod union;

use leptos::prelude::*;
use shared::policy_change::PlannedVm;
use shared::port::Port;
use shared::resource_id::VmId;
use shared::source::Source;

use crate::browser;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::dialog::dialog;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::format;
use crate::page::Page;
use crate::pages::configuration::{HEADING, described, editor};
use crate::view::{Element, IntoView, View, el, several};

use bench::Bench;
use progress::progress;
use review::{DISABLING, review};
use union::{ports_of, rules_of, said};

/// The id of the question whether to disable it.
const DISABLE: &str = "disable";

/// The page for the ports of several machines.
pub fn jit_policy_page() -> View {
    let bench = Bench::new();
    let blade = Blade {
        title: "JIT VM access configuration",
        aspect: None,
        subtitle: Some("Just-in-time VM access"),
        glyph: Glyph::Settings,
        crumbs: &[("My access", Page::MyAccess), ("Just-in-time VM access", Page::Jit)],
    };
    blade.around(several![move || bench.trouble.get().as_ref().map(failure), sections(bench)])
}

fn sections(bench: Bench) -> View {
    // Whatever is typed, or becomes of a machine, must not make the rest anew.
    let going_on = Memo::new(move |_| bench.change.with(Option::is_some));
    let planned = Memo::new(move |_| bench.planned.with(Option::is_some));
    (move || {
        if planned.get() {
            return several![move || bench.planned.get().map(|planned| review(bench, &planned))];
        }
        if going_on.get() {
            return progress(bench);
        }
        let has_errand = bench.has_errand();
        if bench.is_empty() && !has_errand {
            return nothing_chosen();
        }
        if has_errand {
            let waiting = move || {
                bench.trouble.with(Option::is_none).then(|| el("div").class("card").child(skeleton(8)))
            };
            return waiting.into_view();
        }
        edited(bench)
    })
    .into_view()
}

fn nothing_chosen() -> View {
    let link = el("a").class("link").attr("href", Page::Jit.path()).child("Just-in-time VM access");
    let words = several![
        "No machine is chosen, or the link here names none that can be read. They are found under ",
        link,
        "."
    ];
    message_bar(Tone::Info, words).into_view()
}

fn card(title: impl IntoView, content: View) -> View {
    el("section")
        .class("card configuration")
        .attr("aria-labelledby", HEADING)
        .child(el("h2").id(HEADING).attr("tabindex", "-1").child(title))
        .child(content)
        .into_view()
}

fn edited(bench: Bench) -> View {
    (move || match bench.known.get() {
        None => el("div").class("card").child(skeleton(8)).into_view(),
        Some(Err(error)) => failure_with_retry(&error, move || bench.load()).into_view(),
        Some(Ok(plan)) => {
            let possible = plan.items.iter().filter(|item| item.obstacle.is_none()).count();
            let title = format!("Ports of {}", machines(plan.items.len()));
            if possible == 0 {
                return card(title, several![blocked(&plan.items)]);
            }
            card(
                title,
                several![
                    el("p").child(
                        "Configure the ports for which the just-in-time VM access will be applicable."
                    ),
                    gone(bench, &plan.gone),
                    blocked(&plan.items),
                    named(&plan.items),
                    standing(bench, &plan.items),
                    bench.drafting.told(),
                    editor(bench.drafting),
                    anywhere(bench),
                    commands(bench, &plan.items),
                ],
            )
        }
    })
    .into_view()
}

/// Which machines it is about; of many, the first.
fn named(items: &[PlannedVm]) -> Element {
    const FIRST: usize = 20;
    let names = items.iter().filter(|item| item.obstacle.is_none()).map(|item| item.vm.name().to_string());
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(FIRST);
    names.truncate(FIRST);
    let more = (more > 0).then(|| format!(", and {more} more"));
    el("p").child(names.join(", ")).child(more)
}

/// Which machines have which port now.
fn standing(bench: Bench, items: &[PlannedVm]) -> Option<Element> {
    let ports = ports_of(items);
    if ports.is_empty() {
        let words =
            "Just-in-time access is enabled on none of them. These are the ports that are usually protected.";
        return Some(el("p").class("quiet").child(words));
    }
    if ports.iter().all(|shared| shared.on == items.len() && !shared.differs) {
        return None;
    }
    let row = |shared: &union::Shared| {
        let port = shared.rule.port;
        let rules = rules_of(items, port).into_iter().map(|(rule, names)| {
            let what = shared.differs.then(|| format!("{}: ", described(rule)));
            el("div").class("quiet").child(what).child(names.join(", "))
        });
        let rules: View = rules.collect();
        let is_alike = shared.on == items.len() && !shared.differs;
        el("li")
            .child(el("strong").child(format!("Port {port}")))
            .child(format!(" {}", said(shared, items.len())))
            .child(rules)
            .child((!is_alike).then(|| alike(bench, port)))
    };
    let list = el("ul").class("configuration__changes").child(ports.iter().map(row).collect::<View>());
    let summary = el("summary")
        .child("The machines differ. What you do not change here stays as it is on each of them, and a port that only some of them have changes on those.");
    Some(el("details").attr("open", "").child(summary).child(list))
}

/// Whether a port is to be the same on every machine.
fn alike(bench: Bench, port: Port) -> Element {
    let tick = move |event: web_sys::Event| {
        let is_ticked = event_target_checked(&event);
        bench.reach.update(|reach| {
            reach.alike.retain(|other| *other != port);
            reach.alike.extend(is_ticked.then_some(port));
        });
    };
    let input = el("input")
        .attr("type", "checkbox")
        .attr("aria-label", format!("Make port {port} the same on every machine, as in the table below"))
        .prop("checked", move || bench.reach.with(|reach| reach.alike.contains(&port)))
        .on("change", tick);
    el("label").class("check").child(input).child("Make it the same on every machine, as in the table below")
}

fn blocked(items: &[PlannedVm]) -> Option<Element> {
    let blocked: Vec<&PlannedVm> = items.iter().filter(|item| item.obstacle.is_some()).collect();
    let row = |item: &&PlannedVm| {
        el("li")
            .child(el("strong").child(item.vm.name().to_string()))
            .child(": ")
            .child(item.obstacle.clone())
    };
    (!blocked.is_empty()).then(|| {
        let list = el("ul").class("configuration__changes").child(blocked.iter().map(row).collect::<View>());
        let words = format!("{} cannot be changed by you:", machines(blocked.len()));
        message_bar(Tone::Warning, several![words, list])
    })
}

fn gone(bench: Bench, gone: &[VmId]) -> Option<Element> {
    (!gone.is_empty()).then(|| {
        let names: Vec<&str> = gone.iter().map(|vm| vm.name().as_str()).collect();
        let words = format!(
            "Their policies still name {} any more: {}.",
            format::count(gone.len() as u64, "machine that does not exist", "machines that do not exist"),
            names.join(", ")
        );
        let clean = Button::new("Clean up", move || bench.review_forgetting()).busy(bench.busy);
        message_bar(Tone::Info, several![el("p").child(words), clean])
    })
}

/// A word of warning where a port may be requested from anywhere.
fn anywhere(bench: Bench) -> View {
    (move || {
        let read = bench.drafting.draft.with(|draft| draft.as_ref().and_then(|draft| draft.read().ok()));
        let open = read.is_some_and(|policy| {
            policy.ports.iter().any(|rule| rule.sources.iter().any(Source::is_anywhere))
        });
        open.then(|| {
            el("p")
                .class("quiet")
                .child("“Per request (any)” lets people ask for any address. Address ranges are narrower.")
        })
    })
    .into_view()
}

fn commands(bench: Bench, items: &[PlannedVm]) -> View {
    let enabled = items.iter().filter(|item| item.from.is_some()).count();
    let tick = move |event: web_sys::Event| {
        let exactly = event_target_checked(&event);
        bench.reach.update(|reach| reach.exactly = exactly);
    };
    let words = "Exactly these ports on every machine, and no others";
    let exactly = (enabled > 0).then(|| {
        let input = el("input")
            .attr("type", "checkbox")
            .prop("checked", move || bench.reach.with(|reach| reach.exactly))
            .on("change", tick);
        el("label").class("check").child(input).child(words)
    });
    let shares =
        items.iter().any(|item| item.obstacle.is_none() && item.from.is_some() && item.shared_with > 0);
    let split = Button::new("Give each its own policy…", move || bench.review_splitting()).busy(bench.busy);
    let save = Button::new("Save…", move || bench.review()).look(Look::Primary).busy(bench.busy);
    let disable = Button::new("Disable just-in-time…", || browser::open_dialog(DISABLE)).busy(bench.busy);
    let really = Button::new("Show what that means", move || {
        browser::close_dialog(DISABLE);
        bench.review_disabling();
    });
    let question = several![named(items), el("p").child(DISABLING),];
    several![
        exactly,
        move || bench.has_nothing().then(|| el("p").attr("role", "alert").child("Nothing is changed yet.")),
        el("div")
            .class("configuration__actions")
            .child(save)
            .child(Button::new("Discard", move || bench.discard()).disabled(bench.busy))
            .child(shares.then_some(split))
            .child((enabled > 0).then_some(disable)),
        dialog(
            DISABLE,
            "Disable just-in-time access on these machines?",
            question,
            really.look(Look::Primary)
        ),
    ]
}

fn machines(number: usize) -> String {
    format::count(number as u64, "machine", "machines")
}
