//! The helpdesk prepares access, and whoever it is for has it opened.

mod closing;
mod guests;
mod links;
mod preparing;
mod recipients;

use serde_json::json;
use shared::handoff::PreparedHandoff;
use tests::TestApp;
use tests::browser::{Page, Scheme};

/// What Hedy, who is elsewhere, has prepared for Sam; or Ada for a guest.
pub async fn prepared(app: &TestApp, guest: bool) -> PreparedHandoff {
    let who = app.sign_in(if guest { "admin" } else { "helpdesk" }).await.at("198.51.100.99");
    let wish = json!({
        "vm": app.vm("web-1"), "ports": [3389], "duration": "PT1H", "reason": "INC0012345 wages",
        "requested_for": if guest { "Gus of Fabrikam" } else { "stranger@contoso.com" }, "guest": guest,
    });
    who.post("/api/handoffs", &wish).await.json()
}

pub fn address(prepared: &PreparedHandoff) -> &str {
    &prepared.link[prepared.link.find("/for/").expect("it leads to the page")..]
}

fn code(prepared: &PreparedHandoff) -> &str {
    prepared.code.as_deref().expect("it is for a guest")
}

/// Looks at the page at the sizes and in the themes that people see it in, and keeps what it looks
/// like.
async fn look(page: &Page, name: &str) {
    for (width, height) in [(1280, 900), (375, 800)] {
        page.resize(width, height).await;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await;
            let place = format!("{name}, {width} px, {scheme:?}");
            assert!(page.sideways_scroll().await <= 0, "{place}: {:#?}", page.sticking_out().await);
            assert_eq!(page.faint_texts().await, [""; 0], "{place}");
            assert_eq!(page.barriers().await, [""; 0], "{place}");
            page.keep_picture(&format!("{name}-{width}-{scheme:?}")).await;
        }
    }
    page.prefer(Scheme::Light).await;
    page.resize(1280, 900).await;
}
