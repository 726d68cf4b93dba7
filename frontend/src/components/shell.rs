//! What is around every page: the bar on top and the menu at the side.

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

use super::icon::{Glyph, Icon};
use crate::api;
use crate::browser;
use crate::page::Page;
use crate::session::use_session;

mod theme;

use theme::ThemeSwitch;

/// The id of the search box in the top bar.
const SEARCH: &str = "search";

/// The frame of the whole site.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let menu_open = RwSignal::new(false);
    let location = use_location();
    Effect::new(move |_| {
        location.pathname.track();
        menu_open.set(false);
    });
    view! {
        <a class="skip" href="#main">"Skip to the page"</a>
        <header class="topbar">
            <button
                type="button"
                class="topbar__button topbar__menu"
                aria-label="Menu"
                aria-controls="menu"
                aria-expanded=move || menu_open.get().to_string()
                on:click=move |_| menu_open.update(|open| *open = !*open)
            >
                <Icon glyph=Signal::derive(move || if menu_open.get() { Glyph::Close } else { Glyph::Menu })/>
            </button>
            <a class="topbar__mark" href=Page::MyAccess.path()>
                <Icon glyph=Glyph::Mark/>
                <span>"Postern"</span>
            </a>
            <Search/>
            <ThemeSwitch/>
            <Account/>
        </header>
        <div class="frame">
            <nav id="menu" class="menu" class:menu--open=move || menu_open.get() aria-label="Main">
                <MenuItem page=Page::MyAccess glyph=Glyph::Key name="My access"/>
                <MenuItem page=Page::all_vms() glyph=Glyph::Machines name="Virtual machines"/>
            </nav>
            <main id="main" class="main">{children()}</main>
        </div>
    }
}

#[component]
fn MenuItem(page: Page, glyph: Glyph, name: &'static str) -> impl IntoView {
    let pathname = use_location().pathname;
    let (href, is_front) = (page.path(), page == Page::MyAccess);
    let path = href.clone();
    let current = move || {
        pathname.with(|here| if is_front { here == "/" } else { here.starts_with(&path) }).then_some("page")
    };
    view! {
        <a class="menu__item" href=href aria-current=current>
            <Icon glyph/>
            {name}
        </a>
    }
}

/// The search for machines. `/` leads to it from anywhere but a field.
#[component]
fn Search() -> impl IntoView {
    let navigate = use_navigate();
    let words = RwSignal::new(String::new());
    let slash = window_event_listener(ev::keydown, |event| {
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        if event.key() == "/" && !typing && !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
            event.prevent_default();
            browser::focus(SEARCH);
        }
    });
    on_cleanup(move || slash.remove());
    view! {
        <form
            class="topbar__search"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                let page = Page::Vms { search: words.get_untracked().trim().to_owned() };
                navigate(&page.path(), leptos_router::NavigateOptions::default());
            }
        >
            <Icon glyph=Glyph::Search/>
            <input
                id=SEARCH
                type="search"
                aria-label="Search virtual machines"
                aria-keyshortcuts="/"
                placeholder="Search virtual machines  (/)"
                autocomplete="off"
                spellcheck="false"
                on:input=move |event| {
                    words.set(event.target().map(JsCast::unchecked_into::<HtmlInputElement>).map(|input| input.value()).unwrap_or_default());
                }
            />
        </form>
    }
}

#[component]
fn Account() -> impl IntoView {
    let person = use_session().person;
    let failed = RwSignal::new(None::<String>);
    let sign_out = move |_| {
        spawn_local(async move {
            match api::session::sign_out().await {
                Ok(url) => browser::leave_for(&url),
                Err(error) => failed.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <button type="button" class="topbar__button topbar__account" popovertarget="account" aria-label=format!("Account of {}", person.name)>
            <Icon glyph=Glyph::Person/>
            <span class="topbar__name">{person.username.clone()}</span>
        </button>
        <div id="account" popover="auto" class="account">
            <p class="account__name">{person.name.clone()}</p>
            <p class="quiet">{person.username}</p>
            <button type="button" class="button" on:click=sign_out>"Sign out"</button>
            {move || failed.get().map(|words| view! { <p class="field__error" role="alert">{words}</p> })}
        </div>
    }
}
