//! What was requested for a machine past Postern.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::history::{OutsideRequest, OutsideRequests};
use shared::resource_id::VmId;

use crate::api::{self, ApiError};
use crate::components::failure::failure;
use crate::components::skeleton::skeleton;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, anew, el, several};

/// What Azure remembers of requests for `vm` that Postern knows nothing of.
pub fn outside_requests(vm: &VmId) -> View {
    let told = RwSignal::new(None::<Result<OutsideRequests, ApiError>>);
    let asked = vm.clone();
    spawn_local(async move { _ = told.try_set(Some(api::history::outside(&asked).await)) });
    let shown = move || match told.get() {
        None => skeleton(2).into_view(),
        Some(Err(error)) => failure(&error).into_view(),
        Some(Ok(outside)) => anew(move || list(&outside)),
    };
    let words = "Azure remembers these for some days. They were requested in the Azure portal or by a program, so Postern's access rules did not judge them.";
    several![
        el("section")
            .class("section")
            .attr("aria-labelledby", "outside")
            .child(el("h2").id("outside").child(format!("Made outside Postern on {}", vm.name())))
            .child(el("p").class("quiet").child(words))
            .child(shown)
    ]
}

fn list(outside: &OutsideRequests) -> View {
    if outside.items.is_empty() {
        return el("p").child("None.").into_view();
    }
    let columns = ["Requested", "Person", "Port", "Source", "Status", "Until", "Reason"];
    let rows = outside.items.iter().map(line).collect();
    table("Made outside Postern", "", &columns, rows).into_view()
}

fn line(request: &OutsideRequest) -> Element {
    let now = use_server_clock().now();
    let sources: Vec<String> = request.sources.iter().map(ToString::to_string).collect();
    let requestor = request.requestor.clone().unwrap_or_else(|| "Not told (a program)".to_owned());
    let requested = format::when(request.requested_at, now);
    row(requested)
        .child(cell("Person").child(requestor))
        .child(cell("Port").child(request.port.to_string()))
        .child(cell("Source").child(sources.join(", ")))
        .child(cell("Status").child(shared::text::capitalised(&request.state)))
        .child(cell("Until").child(format::when(request.ends_at, now)))
        .child(reason(request))
}

fn reason(request: &OutsideRequest) -> Element {
    let said = request.reason.clone().unwrap_or_else(|| "–".to_owned());
    let note = request.names.map(|id| {
        let note = format!("It names request {id}, but is not what was granted with that.");
        el("p").class("quiet").child(note)
    });
    cell("Reason").child(said).child(note)
}
