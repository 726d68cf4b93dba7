//! Nothing is here.

use leptos::prelude::*;

use crate::components::blade::Blade;
use crate::components::icon::Glyph;
use crate::page::Page;

/// The page of an address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Blade title="There is no such page" glyph=Glyph::Search crumbs=vec![("My access", Page::MyAccess)]>
            <p>"The address may have been cut off on its way here."</p>
            <p>
                <a class="link" href=Page::all_vms().path()>"Look for a virtual machine"</a>
                " or go to "
                <a class="link" href=Page::MyAccess.path()>"what is open for you now"</a>
                "."
            </p>
        </Blade>
    }
}
