//! Asking those who answer for machines to protect them: what each is written, to be copied or sent.

mod card;
mod desk;

use shared::compliance::{LeftOut, Remediation};

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::format;
use crate::page::Page;
use crate::view::{Element, IntoView, View, el, several};

use card::card;
use desk::Desk;

/// What owners of the machines that were chosen are written.
pub fn ask_page() -> View {
    let blade = Blade {
        title: "Ask owners",
        aspect: None,
        subtitle: Some("One message for each owner of the virtual machines that you chose"),
        glyph: Glyph::Person,
        crumbs: &[("My access", Page::MyAccess), ("Compliance", Page::Compliance)],
    };
    let machines = crate::chosen::kept();
    if machines.is_empty() {
        return blade.around(none_chosen());
    }
    let desk = Desk::of(machines);
    blade.around(several![
        el("div").class("commands").child(refresh(desk)).child(move || desk.all_by_mail()),
        desk.question(),
        el("div").class("comply-ask").child(move || desk.with(|known| match known {
            None => skeleton(4).into_view(),
            Some(Err(error)) => failure_with_retry(error, move || desk.load()).into_view(),
            Some(Ok(known)) => loaded(desk, known),
        })),
    ])
}

fn refresh(desk: Desk) -> Button {
    Button::new("Refresh", move || desk.load()).look(Look::Quiet).glyph(Glyph::Refresh).busy(desk.busy)
}

fn none_chosen() -> Element {
    let back = el("a").class(Look::Secondary.class()).attr("href", Page::Compliance.path());
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child("No virtual machine is chosen."))
        .child(el("p").class("quiet").child("Choose some in the list, and press “Ask owners” there."))
        .child(back.child("Compliance"))
}

fn loaded(desk: Desk, known: &Remediation) -> View {
    let cards = known.messages.iter().enumerate().map(|(place, message)| card(desk, known, place, message));
    several![
        known.messages.is_empty().then(|| {
            let title = "There is nothing to ask anybody for.";
            el("p").class("empty__title").child(title)
        }),
        left_out(&known.left_out),
        cards.collect::<View>(),
    ]
}

/// The machines that nobody is asked about, and why.
fn left_out(left: &[LeftOut]) -> Option<Element> {
    if left.is_empty() {
        return None;
    }
    let line = |left: &LeftOut| el("li").child(format!("{}: {}", left.vm.name(), left.why));
    let title = match left.len() {
        1 => "Nobody is asked about one virtual machine".to_owned(),
        number => format!("Nobody is asked about {}", format::count(number as u64, "VM", "VMs")),
    };
    let details = el("details")
        .attr("open", (left.len() <= 5).then_some(""))
        .child(el("summary").child(title))
        .child(el("ul").class("comply__scans").child(left.iter().map(line).collect::<View>()));
    Some(message_bar(Tone::Info, details))
}
