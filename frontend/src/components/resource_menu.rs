//! The ways to look at one machine.

use shared::resource_id::VmId;
use shared::verb::Verb;

use crate::page::Page;
use crate::session::use_session;
use crate::view::{Element, View, el};

/// Links to the pages of `vm`, of which `current` is open.
pub fn resource_menu(vm: &VmId, current: &Page) -> Element {
    let link = |(name, page): (&'static str, Page)| {
        let here = (page == *current).then_some("page");
        el("a").class("resource-menu__item").attr("href", page.path()).attr("aria-current", here).child(name)
    };
    let pages = [
        ("Connect", Page::Connect(vm.clone())),
        ("Configuration", Page::Configuration(vm.clone())),
        ("Requests", Page::requests_for(vm)),
    ];
    let audits = use_session().may.contains(&Verb::Audit);
    let activity = audits.then(|| ("Activity", Page::Activity(vm.clone())));
    let name = format!("Pages of {}", vm.name());
    el("nav")
        .class("resource-menu")
        .attr("aria-label", name)
        .child(pages.into_iter().chain(activity).map(link).collect::<View>())
}
