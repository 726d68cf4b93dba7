//! Something that is open for me, or about to be, or was until just now.

use std::net::IpAddr;

use shared::access::{AccessRequest, Ending, Status};
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::source::Source;

use crate::api::access_requests::rdp_url;
use crate::components::button::Look;
use crate::components::countdown::countdown;
use crate::components::field::sentence;
use crate::components::hold::Hold;
use crate::components::rdp_file::RdpFile;
use crate::components::standing::refused;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::page::Page;
use crate::session::{use_server_clock, use_session};
use crate::view::{Element, el, several};

/// A request as it stands, and what can be done with it.
pub fn grant_card(request: &AccessRequest, hold: Hold, file: RdpFile) -> Element {
    // What somebody prepared is opened and shown at its own address; the machine's page may not be
    // for whoever was given it.
    let given = request.handed_over.as_ref().map(|handed| Page::Given(handed.handoff));
    let lengths = if given.is_some() { Vec::new() } else { lengths() };
    let connect = given.map_or_else(|| Page::connecting_again(request), |given| given.path());
    let name = request.vm.name().to_string();
    let is_open = matches!(request.status, Status::Open { .. });
    let is_direct = request.bastion.is_none();
    let is_rdp = request.ports.contains(&Port::RDP) && !request.shut.contains(&Port::RDP);
    let rdp = (is_open && is_direct && is_rdp).then(|| rdp_url(request.id));
    // Where one sits now the file may lead nowhere.
    let here = use_session().address.address;
    let elsewhere = is_open && is_direct && !request.source.contains(&Source::address(here));
    let (file_look, look) = if rdp.is_some() && !elsewhere {
        (Look::Primary, Look::Secondary)
    } else {
        (Look::Secondary, Look::Primary)
    };
    let action = if request.status.is_final() { "Request again" } else { "Connect" };
    let heading = el("a").class("link").attr("href", connect.clone()).child(name.clone());
    let opens = format!("{} for {}", format::ports(&request.ports), request.source);
    let facts = el("dl")
        .class("facts")
        .child(el("dt").child("Opens"))
        .child(el("dd").child(opens))
        .child(el("dt").child("Group"))
        .child(el("dd").child(request.vm.resource_group().to_string()))
        .child(
            request
                .reason
                .as_ref()
                .map(|reason| several![el("dt").child("Reason"), el("dd").child(reason.to_string())]),
        );
    let refused = rdp.clone().map(|rdp| move || file.refusal(&rdp));
    let download = rdp.map(|rdp| {
        file.link(file_look, rdp, &request.vm).attr("aria-label", format!("Download RDP file for {name}"))
    });
    let shut = (is_open && !request.shut.is_empty()).then(|| {
        let words =
            format!("{}: closed already, by a newer request or in Azure", format::ports(&request.shut));
        el("p").child(status_line(Tone::Warning, words))
    });
    let go = el("a")
        .class(look.class())
        .attr("href", connect)
        .attr("aria-label", format!("{action}: {name}"))
        .child(action);
    el("article")
        .class("card grant")
        .attr("data-rest", "a")
        .attr("aria-label", name)
        .child(el("h3").class("grant__name").child(heading))
        .child(el("p").child(status_line(tone(&request.status), words(&request.status))))
        .child(is_open.then(|| left(request)))
        .child(facts)
        .child(shut)
        .child(elsewhere.then(|| from_elsewhere(request.source, here)))
        .child(el("p").class("grant__actions").child(download).child(go))
        .child(refused)
        .child(is_open.then(|| hold.controls(request.id, request.ends_at, lengths)))
        .child(
            request.not_closed.as_ref().map(|words| el("p").child(status_line(Tone::Warning, words.clone()))),
        )
}

/// That whoever looks is somewhere else now than where it is open for.
fn from_elsewhere(source: Source, here: IpAddr) -> Element {
    let words = format!(
        "Open for {source}, and you come from {here} now: it lets you in from here only if the VM sees you at another address, as over a VPN"
    );
    el("p").child(status_line(Tone::Warning, sentence(&words)))
}

/// For how long access may be made to last. The limits are known on the machine's page; here the
/// service says if one is too long.
fn lengths() -> Vec<(AccessDuration, String)> {
    let lengths = [30, 60, 120].into_iter().filter_map(|minutes| AccessDuration::from_minutes(minutes).ok());
    lengths.map(|length| (length, length.words())).collect()
}

/// How much of it is left.
fn left(request: &AccessRequest) -> Element {
    let until = format::when(request.ends_at, use_server_clock().now());
    el("p")
        .class("grant__left")
        .child(countdown(request.ends_at, format!("Access to {}", request.vm.name())))
        .child(el("span").class("quiet").child(format!("left, until {until}")))
}

fn tone(status: &Status) -> Tone {
    match status {
        Status::Requesting | Status::Opening { .. } | Status::Closing { .. } => Tone::Busy,
        Status::Open { .. } => Tone::Success,
        Status::Refused { .. } | Status::Failed { .. } => Tone::Error,
        Status::Ended { .. } => Tone::Pending,
    }
}

/// Where a request stands, in words.
pub fn words(status: &Status) -> String {
    match status {
        Status::Requesting => "Requesting access…".to_owned(),
        Status::Opening { .. } => "Access approved. Opening the port, usually under a minute…".to_owned(),
        Status::Open { .. } => "Open".to_owned(),
        Status::Closing { .. } => "Closing the port…".to_owned(),
        Status::Refused { reason, .. } => refused(reason),
        Status::Failed { reason, .. } => format!("Failed: {reason}"),
        Status::Ended { how, .. } => format!("Access ended ({})", ending(*how)),
    }
}

fn ending(how: Ending) -> &'static str {
    match how {
        Ending::Expired => "its time was over",
        Ending::Replaced => "a newer request took its place",
        Ending::Extended => "extended",
        Ending::Closed => "closed early",
        Ending::Withdrawn => "withdrawn in Azure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_says_how_it_came() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let ended = Status::Ended { at, how: Ending::Withdrawn };
        assert_eq!(words(&ended), "Access ended (withdrawn in Azure)");
        assert_eq!(words(&Status::Refused { at, reason: "too wide".into() }), "Refused: Too wide.");
        let refused = Status::Refused { at, reason: "Azure refused: too wide".into() };
        assert_eq!(words(&refused), "Refused: Too wide.");
    }
}
