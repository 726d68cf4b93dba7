//! One person prepares access, another has it opened for the address that they come from.

mod binding;
mod closing;
mod given;
mod guests;
mod held;
mod in_their_name;
mod lifetime;
mod preparing;
mod reach;
mod record;
mod single_use;
mod story;
mod taken;

use serde_json::{Value, json};
use shared::handoff::{HandoffView, PreparedHandoff};
use simulator::world::Assignment;
use tests::TestApp;
use tests::app::{Answer, Visitor};

/// Where the one is for whom access is prepared: not where the helpdesk is.
const THERE: &str = "198.51.100.99";

/// Whom no rule is about.
const SAM: &str = "stranger@contoso.com";

/// Azure is asked in the name of people, and lets Hedy request access.
async fn in_hedys_name() -> TestApp {
    TestApp::start_delegated(|world| {
        let hedy = world
            .people
            .iter()
            .find(|person| person.username == "helpdesk@contoso.com")
            .expect("she is there");
        let principal = hedy.object_id.clone();
        let right = world
            .assignments
            .iter()
            .find(|right| right.role == "Requester")
            .expect("somebody has it")
            .clone();
        world.assignments.push(Assignment { principal, ..right });
    })
    .await
}

/// What Hedy prepares for Sam that nothing is wrong with.
fn wish(app: &TestApp) -> Value {
    json!({
        "vm": app.vm("web-1"), "ports": [3389], "duration": "PT1H", "requested_for": SAM,
        "reason": "INC0012345 wages",
    })
}

async fn prepare(by: &Visitor, wish: &Value) -> PreparedHandoff {
    let answer = by.post("/api/handoffs", wish).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// Hedy has prepared access for Sam.
async fn prepared(app: &TestApp) -> PreparedHandoff {
    prepare(&app.sign_in("helpdesk").await, &wish(app)).await
}

/// Ada has prepared access for a guest.
async fn prepared_for_guest(app: &TestApp) -> PreparedHandoff {
    let mut wish = wish(app);
    wish["requested_for"] = json!("Gus of Fabrikam");
    wish["guest"] = json!(true);
    prepare(&app.sign_in("admin").await, &wish).await
}

/// Sam, signed in, where he is.
async fn sam(app: &TestApp) -> Visitor {
    app.sign_in("stranger").await.at(THERE)
}

/// Somebody who has no account, there.
fn gus(app: &TestApp) -> Visitor {
    app.visitor().at(THERE)
}

fn path(prepared: &PreparedHandoff, what: &str) -> String {
    format!("/api/handoffs/{}/{what}", prepared.handoff.id)
}

/// What stands behind the `#` of the link.
fn secret(prepared: &PreparedHandoff) -> &str {
    prepared.link.split_once('#').expect("it has a secret").1
}

async fn visit(by: &Visitor, prepared: &PreparedHandoff) -> HandoffView {
    by.post(&path(prepared, "visit"), &json!({ "secret": secret(prepared) })).await.json()
}

async fn enter(by: &Visitor, prepared: &PreparedHandoff, code: &str) -> Answer {
    by.post(&path(prepared, "enter"), &json!({ "secret": secret(prepared), "code": code })).await
}

async fn redeem_from(by: &Visitor, prepared: &PreparedHandoff, address: &str) -> Answer {
    by.post(&path(prepared, "redeem"), &json!({ "secret": secret(prepared), "address": address })).await
}

async fn redeem(by: &Visitor, prepared: &PreparedHandoff) -> Answer {
    redeem_from(by, prepared, THERE).await
}

fn code(prepared: &PreparedHandoff) -> &str {
    prepared.code.as_deref().expect("it is for a guest")
}
