//! What is handed over: told once.

use shared::handoff::PreparedHandoff;

use super::{Desk, HEADING};
use crate::components::button::Button;
use crate::components::copy::worded_copy_button;
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::page::escaped;
use crate::session::use_server_clock;
use crate::view::{View, el, several};

/// The link, its picture, the message, and the code for a guest.
pub fn result(desk: Desk, prepared: &PreparedHandoff) -> View {
    let PreparedHandoff { handoff, link, qr, message, code } = prepared;
    let whom = handoff.requested_for.to_string();
    let until = format::when(handoff.expires_at, use_server_clock().now());
    let picture = el("img")
        .class("handoff__qr")
        .attr("alt", format!("QR code of the link for {whom}"))
        .attr("src", format!("data:image/svg+xml,{}", escaped(qr)));
    let code = code.as_ref().map(|code| {
        message_bar(
            Tone::Info,
            several![
                el("p").child(format!("Read this code out to {whom} on the phone. Do not write it to them.")),
                el("p").child(el("strong").class("handoff__code").child(code.clone())),
            ],
        )
    });
    let link_field = el("input")
        .id("link")
        .class("input")
        .attr("readonly", "")
        .attr("aria-label", "Link")
        .prop("value", link.clone());
    let card = el("div")
        .class("card handoff")
        .child(el("h2").id(HEADING).attr("tabindex", "-1").child(format!("Prepared for {whom}")))
        .child(el("p").child(format!(
            "The link is good until {until}, for {whom} alone, and once. It is shown here and nowhere else: hand it over before you leave this page."
        )))
        .child(code)
        .child(link_field)
        .child(worded_copy_button(link.clone(), "link"))
        .child(picture)
        .child(el("pre").class("handoff__message").attr("tabindex", "0").attr("aria-label", "Message").child(message.clone()))
        .child(worded_copy_button(message.clone(), "message"))
        .child(Button::new("Prepare another", move || desk.prepare_another()));
    several![card]
}
