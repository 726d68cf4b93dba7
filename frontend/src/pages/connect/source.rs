//! From where: this device, a network with a name, or something typed.

use leptos::prelude::*;
use shared::bastion::ByBastion;
use shared::source::Source;
use web_sys::Event;

use super::desk::Desk;
use super::form::{Origin, field};
use super::row::{Row, invalid, wrong};
use super::texts;
use crate::components::copy::copy_button;
use crate::components::icon::{Glyph, icon};
use crate::session::use_session;
use crate::view::{Element, IntoView, View, el, several};

/// The id of the field for another source; as a value, the choice to type one. No source looks like it.
pub const TYPED: &str = "source-typed";
/// The value of the choice of this device.
const DEVICE: &str = "device";

/// The section about the machine one sits at.
pub fn source_section(desk: Desk, by_bastion: bool) -> View {
    let user_agent = window().navigator().user_agent().unwrap_or_default();
    let how = texts::detected(use_session().address.how);
    let hint = |words: String| el("p").class("field__hint").child(words);
    let copy = move || {
        let source = desk.target().1.filter(|source| !source.is_anywhere());
        source.map(|source| copy_button(source.to_string(), "source IP address"))
    };
    let detected = move || desk.form.with(|form| form.origin == Origin::Device).then(|| hint(how.clone()));
    let size = move || desk.target().1.and_then(texts::size).map(hint);
    let caution = move || {
        // What is wrong says more.
        let source = desk.target().1.filter(|_| invalid(desk, field::SOURCE).is_none())?;
        let caution = desk.details.with(|details| texts::caution(source, details))?;
        let icon = icon(Glyph::Warning);
        Some(el("p").class("connect__caution").attr("role", "status").child(icon).child(caution))
    };
    let help = el("button")
        .attr("type", "button")
        .class("connect__help")
        .attr("popovertarget", "vpn")
        .child("Connecting over a VPN?");
    let vpn = el("div").id("vpn").attr("popover", "auto").class("info__text").child(
        "Over a VPN, the VM may see another address than the one Postern sees. If the VPN carries all traffic, connect it first and reload this page. If it only carries traffic to the VM, choose another address and enter the one your VPN gives you, or ask whoever runs the VPN.",
    );
    if by_bastion {
        return several![el("h3").class("connect__heading").child("Source machine"), bastion_row(desk)];
    }
    let os = Row {
        label: "Source machine OS",
        id: "about-os",
        about: "The operating system that this browser says it runs on. It decides which client you are offered first.",
    };
    let address = Row {
        label: "Source IP address",
        id: "about-source",
        about: "The port opens for this address alone. Keep it as narrow as you can: one address is best.",
    };
    several![
        el("h3").class("connect__heading").child("Source machine"),
        os.showing(el("span").class("row__line").child(texts::os_of(&user_agent))),
        address.chosen_with(
            "source",
            several![
                el("div").class("row__line").child(choice(desk)).child(copy).child(help),
                vpn,
                typed(desk),
                wrong(desk, field::SOURCE, "source-wrong"),
                detected,
                size,
                caution,
            ]
        ),
    ]
}

/// Which Bastion one comes through, and why that one.
fn bastion_row(desk: Desk) -> Element {
    let hint = |words: String| el("p").class("field__hint").child(words);
    let told = move || -> View {
        desk.form.with(|form| match form.ways.as_ref().map(|ways| &ways.bastion) {
            None => hint("Looking for a Bastion that reaches this VM…".to_owned()).into_view(),
            // Why stands below, as what is wrong.
            Some(ByBastion::Unreached { .. }) => el("span").class("row__line quiet").child("None").into_view(),
            Some(ByBastion::Reached { bastion }) => {
                let range = bastion.network.map(|network| network.to_string());
                let opens = range.clone().map(|range| {
                    let words = format!("The port opens for {range}, the subnet of this Bastion: whoever else may use the Bastion gets to it, too.");
                    el("p").class("connect__caution").child(icon(Glyph::Warning)).child(words)
                });
                let named = format!("{} | {}", bastion.id.name(), range.as_deref().unwrap_or(bastion.sku.name()));
                several![el("span").class("row__line").child(named), hint(bastion.why.clone()), opens]
            }
        })
    };
    let row = Row {
        label: "Azure Bastion",
        id: "about-bastion",
        about: "A Bastion stands in the VM's virtual network, or in one that is peered with it, and connects to the VM from there. Postern reads from Azure which one that is.",
    };
    row.showing(several![told, wrong(desk, field::SOURCE, "source-wrong")])
}

fn choice(desk: Desk) -> Element {
    let here = Source::address(desk.here()).to_string();
    let options = move || -> View {
        let chosen = desk.form.with(|form| match &form.origin {
            Origin::Device => DEVICE.to_owned(),
            Origin::Network(range) => range.to_string(),
            Origin::Typed(_) => TYPED.to_owned(),
            Origin::Anywhere => Source::ANY.to_string(),
        });
        let option = |value: String, words: String| {
            let is_chosen = value == chosen;
            el("option").attr("value", value).prop("selected", is_chosen).child(words)
        };
        let networks = desk.networks().into_iter().map(|network| {
            let range = network.range.to_string();
            let words = format!("{} | {range}", network.name);
            option(range, words)
        });
        let anywhere =
            chosen == Source::ANY.to_string() || desk.limits().is_some_and(|limits| limits.anywhere());
        [option(DEVICE.to_owned(), format!("This device | {here}"))]
            .into_iter()
            .chain(networks)
            .chain([option(TYPED.to_owned(), "Another address or range…".to_owned())])
            .chain(anywhere.then(|| option(Source::ANY.to_string(), "Any address".to_owned())))
            .collect()
    };
    el("select")
        .id("source")
        .class("input connect__source")
        .attr("aria-describedby", "source-wrong")
        .attr("aria-invalid", move || invalid(desk, field::SOURCE))
        .on("change", move |event: Event| choose(desk, &event_target_value(&event)))
        .child(options)
}

fn choose(desk: Desk, value: &str) {
    let origin = match value {
        DEVICE => Origin::Device,
        TYPED => Origin::Typed(String::new()),
        "*" => Origin::Anywhere,
        range => range.parse().map_or(Origin::Device, Origin::Network),
    };
    let is_blank = origin == Origin::Typed(String::new());
    desk.choose(field::SOURCE, |form| form.origin = origin);
    if !is_blank {
        desk.judge(field::SOURCE);
    }
}

fn typed(desk: Desk) -> View {
    let field = move || {
        let text = desk.form.with(|form| match &form.origin {
            Origin::Typed(text) => Some(text.clone()),
            Origin::Device | Origin::Network(_) | Origin::Anywhere => None,
        })?;
        let type_in = move |event: Event| {
            let typed = event_target_value(&event);
            desk.choose(field::SOURCE, |form| form.origin = Origin::Typed(typed));
        };
        let input = el("input")
            .id(TYPED)
            .class("input connect__source mono")
            .attr("type", "text")
            .attr("inputmode", "text")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("aria-label", "Another address or range")
            .attr("aria-describedby", "source-wrong")
            .attr("aria-invalid", invalid(desk, field::SOURCE))
            .attr("placeholder", "203.0.113.7 or 203.0.113.0/24")
            .prop("value", text)
            .on("input", type_in)
            .on("change", move |_: Event| desk.judge(field::SOURCE));
        Some(input)
    };
    field.into_view()
}
