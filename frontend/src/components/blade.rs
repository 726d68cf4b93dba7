//! The frame of a page: where it is, what it is called, what can be done.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::browser;
use crate::page::Page;

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

/// The frame of a page. Sets the title of the tab, and moves the focus to the heading.
#[component]
pub fn Blade(
    /// What the page is about.
    #[prop(into)]
    title: String,
    /// Which side of it is shown, such as `Connect`.
    #[prop(optional, into)]
    aspect: Option<&'static str>,
    /// What kind of thing it is about.
    #[prop(optional, into)]
    subtitle: Option<String>,
    /// Its picture.
    glyph: Glyph,
    /// The pages above it, the front page first.
    crumbs: Vec<(&'static str, Page)>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let tab = aspect.map_or_else(|| title.clone(), |aspect| format!("{title} – {aspect}"));
    document().set_title(&format!("{tab} · Postern"));
    if expect_context::<FirstPage>().is_over() {
        request_animation_frame(|| browser::focus(HEADING));
    }
    view! {
        {(!crumbs.is_empty()).then(|| view! {
            <nav class="crumbs" aria-label="Breadcrumb">
                <ol>
                    {crumbs
                        .into_iter()
                        .map(|(name, page)| view! { <li><a class="link" href=page.path()>{name}</a></li> })
                        .collect_view()}
                </ol>
            </nav>
        })}
        <header class="blade">
            <span class="blade__glyph"><Icon glyph/></span>
            <div>
                <h1 id=HEADING tabindex="-1" class="blade__title">
                    {title} {aspect.map(|aspect| view! { <span class="blade__aspect">{format!(" | {aspect}")}</span> })}
                </h1>
                {subtitle.map(|subtitle| view! { <p class="blade__subtitle">{subtitle}</p> })}
            </div>
        </header>
        {children()}
    }
}
