//! One request, from its beginning to its end.

mod rules;
mod steps;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::access::{AccessRequest, NewAccess, RequestId, Status, Target};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::history::Timeline;

use crate::api::code::Scripted;
use crate::api::{self, ApiError};
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::code::code;
use crate::components::failure::failure_with_retry;
use crate::components::icon::{Glyph, icon};
use crate::components::skeleton::skeleton;
use crate::components::standing::standing;
use crate::components::status_line::status_line;
use crate::format;
use crate::page::Page;
use crate::view::{Element, IntoView, View, anew, el, several};

use rules::rules;
use steps::steps;

/// One request, from its beginning to its end.
pub fn request_page(id: RequestId) -> View {
    let told = RwSignal::new(None::<Result<Timeline, ApiError>>);
    let busy = RwSignal::new(false);
    let load = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = api::history::timeline(id).await;
            // The page may be gone by now.
            _ = told.try_set(Some(answer));
            _ = busy.try_set(false);
        });
    };
    load();
    let refresh = Button::new("Refresh", load).look(Look::Quiet).glyph(Glyph::Refresh).busy(busy);
    let blade = Blade {
        title: "Request",
        aspect: None,
        subtitle: Some("From its beginning to its end"),
        glyph: Glyph::Clock,
        crumbs: &[("My access", Page::MyAccess), ("Requests", Page::all_requests())],
    };
    let connect = move || {
        let vm = told.with(|told| Some(told.as_ref()?.as_ref().ok()?.request.vm.clone()))?;
        let link = el("a").class(Look::Quiet.class()).attr("href", Page::Connect(vm).path());
        Some(link.child(icon(Glyph::Plug)).child("Connect"))
    };
    let commands = el("div").class("commands").child(refresh).child(connect);
    blade.around(several![commands, move || match told.get() {
        None => skeleton(8).into_view(),
        Some(Err(error)) => failure_with_retry(&error, load).into_view(),
        Some(Ok(timeline)) => anew(move || whole(&timeline)),
    }])
}

fn whole(timeline: &Timeline) -> View {
    let section = |id: &'static str, title: &'static str, content: View| {
        el("section")
            .class("section")
            .attr("aria-labelledby", id)
            .child(el("h2").id(id).child(title))
            .child(content)
    };
    several![
        facts(&timeline.request),
        again(&timeline.request).map(|asked| code("again", move || vec![asked.clone()])),
        section("steps", "What happened", steps(timeline)),
        section("rules", "The rules of the network around it", rules(&timeline.rules, &timeline.request)),
    ]
}

/// The same request for as long as it was granted.
fn again(request: &AccessRequest) -> Option<Scripted> {
    let minutes = request.ends_at.duration_since(request.requested_at).as_secs() + 30;
    let source = request.bastion.clone().map_or(Whence::Source(request.source), Whence::Bastion);
    Some(Scripted::access(&NewAccess {
        vms: vec![Target { vm: request.vm.clone(), ports: request.ports.clone() }],
        source,
        duration: AccessDuration::from_minutes(minutes / 60).ok()?,
        reason: request.reason.clone(),
        requested_for: request.requested_for.clone(),
        redirections: request.redirections.clone(),
        shareable_link: request.shareable_link,
        replaces: Vec::new(),
    }))
}

fn facts(request: &AccessRequest) -> Element {
    let (tone, words) = standing(&request.status);
    let person = |name: &str, username: &str| format!("{name} ({username})");
    let asked = &request.requested_by;
    let handed = request.handed_over.as_ref();
    let reason = request.reason.as_ref().map_or("None was given", |reason| reason.as_str());
    let connect = el("a")
        .class("link")
        .attr("href", Page::Connect(request.vm.clone()).path())
        .child(request.vm.name().to_string());
    let ended = match &request.status {
        Status::Ended { at, .. } => Some(*at),
        _ => None,
    };
    let fact = |name: &'static str, what: View| several![el("dt").child(name), el("dd").child(what)];
    el("dl").class("facts past__facts").child(several![
        fact("Status", status_line(tone, words).into_view()),
        fact("Virtual machine", several![connect, format!(" in {}", request.vm.resource_group())]),
        fact("Requested by", person(&asked.name, &asked.username).into_view()),
        request.requested_for.as_ref().map(|whom| fact("For", whom.as_str().to_owned().into_view())),
        handed.map(|by| fact("Prepared by", person(&by.by.name, &by.by.username).into_view())),
        fact("Ports", format::listed(&request.ports).replace(',', ", ").into_view()),
        fact("Source", request.source.to_string().into_view()),
        fact("Until", format::day_and_time(request.ends_at).into_view()),
        ended.map(|at| fact("Ended", format::day_and_time(at).into_view())),
        fact("Reason", reason.to_owned().into_view()),
        fact("Access rule", request.rule.clone().into_view()),
    ])
}
