//! What is around every page: the bar on top and the menu at the side.

mod account;
pub mod search;
mod settings;

use leptos::prelude::*;

use crate::browser;
use crate::components::icon::{Glyph, Icon};
use crate::page::Page;
use crate::router::use_router;

use account::Account;
use search::VmSearch;
use settings::Settings;

/// The id of the menu.
const MENU: &str = "menu";

/// The frame of the whole site.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let router = use_router();
    Effect::new(move |_| {
        router.page();
        browser::close_popover(MENU);
    });
    view! {
        <a class="skip" href="#main" rel="external">"Skip to the page"</a>
        <header class="topbar">
            <button type="button" class="topbar__button topbar__menu" aria-label="Menu" popovertarget=MENU>
                <Icon glyph=Glyph::Menu/>
            </button>
            <a class="topbar__mark" href=Page::MyAccess.path()>
                <Icon glyph=Glyph::Mark/>
                <span class="topbar__word">"Postern"</span>
            </a>
            <div class="topbar__search">
                <VmSearch id="search" name="Search virtual machines" placeholder="Search virtual machines  (/)"/>
            </div>
            <Settings/>
            <Account/>
        </header>
        <div class="frame">
            // A popover on narrow screens only; on wide ones the style sheet shows it always.
            <nav id=MENU popover="auto" class="menu" aria-label="Main">
                <MenuItem page=Page::MyAccess glyph=Glyph::Key name="My access"/>
                <MenuItem page=Page::all_vms() glyph=Glyph::Machines name="Virtual machines"/>
            </nav>
            <main id="main" class="main" tabindex="-1">{children()}</main>
        </div>
    }
}

#[component]
fn MenuItem(page: Page, glyph: Glyph, name: &'static str) -> impl IntoView {
    let router = use_router();
    let href = page.path();
    let current = move || match (router.page(), &page) {
        (Some(Page::MyAccess), Page::MyAccess) | (Some(Page::Vms(_)), Page::Vms(_)) => Some("page"),
        (Some(Page::Connect(_)), Page::Vms(_)) => Some("true"),
        _ => None,
    };
    view! {
        <a class="menu__item" href=href aria-current=current>
            <Icon glyph/>
            {name}
        </a>
    }
}
