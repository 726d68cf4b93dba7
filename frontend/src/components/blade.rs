//! The frame of a page: where it is, what it is called, what can be done.

use leptos::prelude::*;

use super::icon::{Glyph, icon};
use crate::browser;
use crate::page::Page;
use crate::view::{IntoView, View, el, several};

/// The id of every page's heading, which takes the focus when a page is opened.
pub const HEADING: &str = "page-heading";

/// Whether this is the first page since the site was opened. There the focus stays where the
/// browser puts it; on later ones it goes to the heading.
#[derive(Clone, Copy)]
pub struct FirstPage(StoredValue<bool>);

impl FirstPage {
    /// To be provided above all pages.
    pub fn provide() {
        provide_context(Self(StoredValue::new(true)));
    }

    fn is_over(self) -> bool {
        let first = self.0.get_value();
        self.0.set_value(false);
        !first
    }
}

/// The frame of a page.
pub struct Blade<'a> {
    /// What the page is about.
    pub title: &'a str,
    /// Which side of it is shown, such as `Connect`.
    pub aspect: Option<&'static str>,
    /// What kind of thing it is about.
    pub subtitle: Option<&'static str>,
    /// Its picture.
    pub glyph: Glyph,
    /// The pages above it, the front page first.
    pub crumbs: &'a [(&'static str, Page)],
}

impl Blade<'_> {
    /// The page in its frame. Sets the title of the tab, and moves the focus to the heading.
    pub fn around(self, page: impl IntoView) -> View {
        let Self { title, aspect, subtitle, glyph, crumbs } = self;
        let tab = aspect.map_or_else(|| title.to_owned(), |aspect| format!("{title} – {aspect}"));
        document().set_title(&format!("{tab} · Postern"));
        if expect_context::<FirstPage>().is_over() {
            request_animation_frame(|| browser::focus(HEADING));
        }
        let crumb = |(name, page): &(&'static str, Page)| {
            el("li").child(el("a").class("link").attr("href", page.path()).child(*name))
        };
        let heading = el("h1")
            .id(HEADING)
            .attr("tabindex", "-1")
            .class("blade__title")
            .child(title.to_owned())
            .child(aspect.map(|aspect| el("span").class("blade__aspect").child(format!(" | {aspect}"))));
        several![
            (!crumbs.is_empty()).then(|| {
                let list = el("ol").child(crumbs.iter().map(crumb).collect::<View>());
                el("nav").class("crumbs").attr("aria-label", "Breadcrumb").child(list)
            }),
            el("header").class("blade").child(el("span").class("blade__glyph").child(icon(glyph))).child(
                el("div")
                    .child(heading)
                    .child(subtitle.map(|subtitle| el("p").class("blade__subtitle").child(subtitle)))
            ),
            page,
        ]
    }
}
