//! What was prepared, before it is opened.

use shared::handoff::Handoff;
use shared::port::Port;
use shared::session::{Detection, SeenAddress};

use super::heading;
use super::visit::Visit;
use crate::components::button::{Button, Look};
use crate::format;
use crate::view::{Element, IntoView, View, el, several};

/// What was prepared, and the button.
pub fn ready(visit: Visit, handoff: &Handoff, address: SeenAddress) -> View {
    let Handoff { prepared_by, vm, ports, duration, reason, .. } = handoff;
    let title = format!("{} prepared access to {} for {}", prepared_by.name, vm.name(), duration.words());
    let how = match address.how {
        Detection::Direct => "as your device reaches Postern".to_owned(),
        Detection::Proxy { proxy } => format!("as the proxy {proxy} tells Postern"),
    };
    let words = if ports.contains(&Port::RDP) { "Open access and download" } else { "Open access" };
    let open = Button::new(words, move || visit.open(address.address));
    let facts = el("dl")
        .class("facts")
        .child(fact("Prepared by", format!("{}, {}", prepared_by.name, prepared_by.username)))
        .child(fact("Machine", vm.name().to_string()))
        .child(fact("Opens", format::ports(ports)))
        .child(reason.as_ref().map(|reason| fact("What for", reason.to_string())))
        .child(fact("Your address", format!("{}, {how}", address.address)));
    several![
        heading(title),
        facts,
        el("p").class("quiet").child("It opens for this address alone. If you are to connect from another network or device, open the link there instead. It works once."),
        open.look(Look::Primary).busy(visit.busy),
    ]
}

pub fn fact(name: &'static str, value: impl IntoView) -> View {
    let pair: [Element; 2] = [el("dt").child(name), el("dd").child(value)];
    pair.into_iter().collect()
}
