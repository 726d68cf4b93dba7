//! For somebody who is not signed in.

use leptos::prelude::*;

use crate::components::button::Look;
use crate::components::icon::{Glyph, Icon};
use crate::{browser, page};

/// Says what Postern is, and lets people in. They come back to the address they opened.
#[component]
pub fn SignInPage() -> impl IntoView {
    document().set_title("Sign in · Postern");
    view! {
        <main class="welcome">
            <div class="welcome__card">
                <p class="welcome__mark"><Icon glyph=Glyph::Mark/>"Postern"</p>
                <h1>"Just-in-time access to your virtual machines"</h1>
                <p>
                    "Say which machine you need and why. Its port opens for your address alone, and closes again by itself."
                </p>
                <a class=Look::Primary.class() rel="external" href=page::sign_in(&browser::here())>"Sign in"</a>
            </div>
        </main>
    }
}
