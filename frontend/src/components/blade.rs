//! The frame of a page: where it is, what it is called, what can be done.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::browser;
use crate::page::Page;

/// The id of every page's heading, which takes the focus when a page is opened.
pub const HEADING: &str = "page-heading";

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
    request_animation_frame(|| browser::focus(HEADING));
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>
                {crumbs
                    .into_iter()
                    .map(|(name, page)| view! { <li><a class="link" href=page.path()>{name}</a></li> })
                    .collect_view()}
            </ol>
        </nav>
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
