//! The helpdesk prepares access, and whoever it is for has it opened.

mod closing;
mod guests;
mod links;
mod preparing;
mod recipients;

use serde_json::json;
use shared::handoff::PreparedHandoff;
use tests::TestApp;

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
