//! What is around every page: the bar on top and the menu at the side.

mod account;
pub mod search;
mod settings;

use leptos::prelude::*;
use shared::verb::Verb;

use crate::browser;
use crate::components::icon::{Glyph, icon};
use crate::page::Page;
use crate::router::use_router;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, el, several};

use account::{ACCOUNT, account};
use search::vm_search;
use settings::settings;

/// The id of the menu.
const MENU: &str = "menu";

/// The frame of the whole site, and the page in it.
pub fn shell(page: impl IntoView) -> View {
    let router = use_router();
    Effect::new(move |_| {
        router.path();
        browser::close_popover(MENU);
        browser::close_popover(ACCOUNT);
    });
    let menu = el("button")
        .attr("type", "button")
        .class("topbar__button topbar__menu")
        .attr("aria-label", "Menu")
        .attr("popovertarget", MENU)
        .child(icon(Glyph::Menu));
    let mark = el("a")
        .class("topbar__mark")
        .attr("href", Page::MyAccess.path())
        .child(icon(Glyph::Mark))
        .child(el("span").class("topbar__word").child("Postern"));
    let search = vm_search("search", "Search virtual machines", "Search virtual machines  (/)");
    let bar = el("header")
        .class("topbar")
        .child(menu)
        .child(mark)
        .child(el("div").class("topbar__search").child(search))
        .child(settings())
        .child(account());
    let audits = use_session().may.contains(&Verb::Audit);
    let complies = use_session().may.contains(&Verb::Comply);
    let prepares = use_session().may.contains(&Verb::RequestForOthers);
    // A popover on narrow screens only; on wide ones the style sheet shows it always.
    let nav = el("nav")
        .id(MENU)
        .attr("popover", "auto")
        .class("menu")
        .attr("aria-label", "Main")
        .child(menu_item(&Page::MyAccess, Glyph::Key, "My access"))
        .child(menu_item(&Page::all_vms(), Glyph::Machines, "Virtual machines"))
        .child(menu_item(&Page::Jit, Glyph::Lock, "Just-in-time"))
        .child(menu_item(&Page::all_requests(), Glyph::Clock, "Requests"))
        .child(audits.then(|| menu_item(&Page::Audit, Glyph::Audit, "Audit")))
        .child(complies.then(|| menu_item(&Page::Compliance, Glyph::Success, "Compliance")))
        .child(audits.then(|| menu_item(&Page::Reports, Glyph::Report, "Reports")))
        .child(prepares.then(|| menu_item(&Page::Handoffs, Glyph::Person, "For somebody else")));
    let main = el("main").id("main").class("main").attr("tabindex", "-1").attr("data-rest", "h1").child(page);
    several![
        el("a").class("skip").attr("href", "#main").attr("rel", "external").child("Skip to the page"),
        bar,
        el("div").class("frame").child(nav).child(main),
    ]
}

fn menu_item(page: &Page, glyph: Glyph, name: &'static str) -> Element {
    let router = use_router();
    let href = page.path();
    let own = href.clone();
    // A page belongs to the item whose path its own begins with.
    let current = move || {
        let path = router.path();
        let is_there = path.split('/').nth(1) == own.split('/').nth(1);
        is_there.then(|| if path == own { "page" } else { "true" })
    };
    el("a")
        .class("menu__item")
        .attr("href", href)
        .attr("aria-current", current)
        .child(icon(glyph))
        .child(name)
}
