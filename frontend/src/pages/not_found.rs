//! Nothing is here.

use crate::components::blade::Blade;
use crate::components::icon::Glyph;
use crate::page::Page;
use crate::view::{View, el, several};

/// The page of an address that leads nowhere.
pub fn not_found_page() -> View {
    let link = |page: Page, words: &'static str| el("a").class("link").attr("href", page.path()).child(words);
    let blade = Blade {
        title: "There is no such page",
        aspect: None,
        subtitle: None,
        glyph: Glyph::Search,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![
        el("p").child("The address may have been cut off on its way here."),
        el("p")
            .child(link(Page::all_vms(), "Look for a virtual machine"))
            .child(" or go to ")
            .child(link(Page::MyAccess, "what is open for you now"))
            .child("."),
    ])
}
