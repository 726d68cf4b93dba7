//! My access: what is open for me now, and where I was lately.

mod grant;
mod mine;
mod recent;
#[cfg(test)]
mod samples;

use shared::access::AccessRequest;

use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::failure::failure_with_retry;
use crate::components::hold::Hold;
use crate::components::icon::Glyph;
use crate::components::rdp_file::RdpFile;
use crate::components::skeleton::skeleton;
use crate::page::Page;
use crate::pins::Pins;
use crate::shell::search::vm_search;
use crate::view::{Element, IntoView, View, el, several};

use grant::grant_card;
use mine::{Face, Mine};
use recent::{pinned_vms, recent_vms};

const FIND: &str = "Which virtual machine do you need?";

/// The front page.
pub fn my_access_page() -> View {
    let mine = Mine::followed();
    let pins = Pins::mine();
    let (hold, file) = (Hold::new(move |_| mine.load()), RdpFile::new());
    let refresh =
        Button::new("Refresh", move || mine.load()).look(Look::Quiet).glyph(Glyph::Refresh).busy(mine.busy);
    let find = el("div")
        .class("find")
        .child(el("label").class("find__label").attr("for", "find-vm").child(FIND))
        .child(vm_search("find-vm", FIND, "Name, resource group, address or tag"));
    let blade = Blade { title: "My access", aspect: None, subtitle: None, glyph: Glyph::Key, crumbs: &[] };
    blade.around(several![el("div").class("commands").child(refresh), find, move || match mine.face() {
        Face::Waiting => skeleton(4).into_view(),
        Face::Failed(error) => failure_with_retry(&error, move || mine.load()).into_view(),
        Face::Loaded => loaded(mine, hold, file, pins),
    },])
}

fn loaded(mine: Mine, hold: Hold, file: RdpFile, pins: Pins) -> View {
    let requests = mine.shown();
    let card =
        |request: &AccessRequest| el("li").key(request.id.to_string()).child(grant_card(request, hold, file));
    let open = el("section")
        .class("section")
        .attr("aria-labelledby", "open-now")
        .child(el("h2").id("open-now").child("Open for me now"))
        .child(requests.is_empty().then(nothing))
        .child(el("ul").class("cards").child(requests.iter().map(card).collect::<View>()));
    several![mine.failure(), open, pinned_vms(pins), recent_vms(&mine.recent(), pins),]
}

fn nothing() -> Element {
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child("Nothing is open for you."))
        .child(el("p").class("quiet").child(
            "Find a virtual machine and request access on its page. It stands here for as long as it is open.",
        ))
        .child(el("a").class(Look::Secondary.class()).attr("href", Page::all_vms().path()).child("Browse virtual machines"))
}
