//! The requests, one per row; on a narrow screen, one per card.

use shared::access::AccessRequest;

use crate::components::standing::standing;
use crate::components::status_line::status_line;
use crate::components::table::{cell, row, table};
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;
use crate::view::{Element, el};

/// The requests; with who made them where there are those of others.
pub fn request_table(requests: &[AccessRequest], of_others: bool) -> Element {
    let columns: &[&'static str] = if of_others {
        &["Requested", "Person", "Virtual machine", "Ports", "Source", "Status", "Until", "Reason"]
    } else {
        &["Requested", "Virtual machine", "Ports", "Source", "Status", "Until", "Reason"]
    };
    table("Requests", "", columns, requests.iter().map(|request| line(request, of_others)).collect())
}

fn line(request: &AccessRequest, of_others: bool) -> Element {
    let now = use_server_clock().now();
    let (tone, words) = standing(&request.status);
    let link = el("a")
        .class("link nowrap")
        .attr("href", Page::Request(request.id).path())
        .child(format::when(request.requested_at, now));
    let machine = el("a")
        .class("link")
        .attr("href", Page::Connect(request.vm.clone()).path())
        .child(request.vm.name().to_string());
    let reason = request.reason.as_ref().map_or("–", |reason| reason.as_str()).to_owned();
    row(link)
        .child(of_others.then(|| cell("Person").child(people(request))))
        .child(cell("Virtual machine").child(machine))
        .child(cell("Ports").child(format::listed(&request.ports).replace(',', ", ")))
        .child(cell("Source").class("nowrap").child(source(request)))
        .child(cell("Status").child(status_line(tone, words)))
        .child(cell("Until").class("nowrap").child(format::when(request.over_at(), now)))
        .child(cell("Reason").child(el("span").class("past__reason").child(reason)))
}

/// Who asked, and for whom.
fn people(request: &AccessRequest) -> Element {
    let for_whom = request.requested_for.as_ref().map(|person| format!("for {}", person.as_str()));
    let by = request.handed_over.as_ref().map(|handed| format!("prepared by {}", handed.by.username));
    let more = for_whom.or(by).map(|words| el("span").class("past__more quiet").child(words));
    el("span").child(request.requested_by.username.clone()).child(more)
}

fn source(request: &AccessRequest) -> String {
    match &request.bastion {
        Some(bastion) => format!("{} ({})", request.source, bastion.name()),
        None => request.source.to_string(),
    }
}
