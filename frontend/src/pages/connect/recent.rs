//! What I asked for on this machine lately.

use leptos::prelude::*;
use shared::access::{AccessRequest, Status};
use shared::port::Port;

use super::desk::Desk;
use super::form::{Method, field};
use crate::browser;
use crate::components::blade::HEADING;
use crate::components::status_line::{StatusLine, Tone};
use crate::format;

use super::texts;

/// My requests on this machine, newest first.
#[component]
pub fn Recent(desk: Desk) -> impl IntoView {
    let requests = move || desk.recent.get();
    view! {
        <section class="section" aria-labelledby="recent-here">
            <h2 id="recent-here">"Recent requests on this VM"</h2>
            {move || requests().is_empty().then(|| view! {
                <p class="quiet">"You have not requested access to this VM lately."</p>
            })}
            {move || (!requests().is_empty()).then(|| view! {
                <div class="table-frame"><table class="table" role="table" aria-labelledby="recent-here">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">"Requested"</th>
                            <th scope="col" role="columnheader">"Port"</th>
                            <th scope="col" role="columnheader">"Source"</th>
                            <th scope="col" role="columnheader">"Reason"</th>
                            <th scope="col" role="columnheader">"Status"</th>
                            <th scope="col" role="columnheader"><span class="visually-hidden">"Action"</span></th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        {requests().into_iter().map(|request| view! { <Line desk request/> }).collect_view()}
                    </tbody>
                </table></div>
            })}
        </section>
    }
}

#[component]
fn Line(desk: Desk, request: AccessRequest) -> impl IntoView {
    let ports: Vec<String> = request.ports.iter().map(Port::to_string).collect();
    let again = request.clone();
    let row = format!("request-{}", request.id);
    let when = row.clone();
    let reason = request.reason.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    view! {
        <tr role="row">
            <th scope="row" role="rowheader" class="nowrap" id=row>{format::day_and_time(request.requested_at)}</th>
            <td role="cell" data-label="Port">{ports.join(", ")}</td>
            <td role="cell" data-label="Source" class="nowrap">{texts::addresses(request.source)}</td>
            <td role="cell" data-label="Reason">{reason}</td>
            <td role="cell" data-label="Status">
                <StatusLine tone=tone(&request.status)>{texts::brief(&request.status)}</StatusLine>
            </td>
            <td role="cell">
                <button type="button" class="connect__help" aria-describedby=when on:click=move |_| use_again(desk, &again)>
                    "Use again"
                </button>
            </td>
        </tr>
    }
}

fn tone(status: &Status) -> Tone {
    match status {
        Status::Requesting | Status::Opening { .. } => Tone::Busy,
        Status::Open { .. } => Tone::Success,
        Status::Refused { .. } | Status::Failed { .. } => Tone::Error,
        Status::Ended { .. } => Tone::Pending,
    }
}

/// Fills the form with what was asked for then.
fn use_again(desk: Desk, request: &AccessRequest) {
    let origin = desk.origin_of(&request.source.to_string());
    desk.choose(field::SOURCE, |form| {
        form.origin = origin;
        if let Some(port) = request.ports.first() {
            form.port = *port;
            form.method = match *port {
                Port::RDP => Method::Rdp,
                Port::SSH => Method::Ssh,
                _ => form.method,
            };
        }
        if let Some(reason) = &request.reason {
            form.reason = reason.to_string();
        }
    });
    browser::focus(HEADING);
}
