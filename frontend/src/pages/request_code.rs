//! A request as text, for those who come from a page that has no room for it.

use crate::api::code::Scripted;
use crate::browser;
use crate::components::blade::Blade;
use crate::components::code::open_code;
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::page::{Page, unescaped};
use crate::view::{View, el, several};

/// What was chosen on a Connect page, as text.
pub fn request_code_page() -> View {
    let blade = Blade {
        title: "Request as code",
        aspect: None,
        subtitle: Some("What was chosen on the Connect page"),
        glyph: Glyph::Copy,
        crumbs: &[("My access", Page::MyAccess), ("Virtual machines", Page::all_vms())],
    };
    let Some(asked) = Scripted::of_fragment(&unescaped(&browser::fragment())) else {
        let link = el("a").class("link").attr("href", Page::all_vms().path()).child("Virtual machines");
        let words = "The address does not say what is to be requested. Choose a machine under ";
        return blade.around(several![message_bar(Tone::Info, several![words, link, "."])]);
    };
    let code = el("div").class("code").child(open_code("request", asked));
    blade.around(several![el("p").class("quiet").child("Nothing is requested until it is run."), code])
}
