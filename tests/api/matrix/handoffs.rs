//! What was prepared: for the guest of the matrix, and for another.

use serde_json::{Value, json};
use shared::handoff::PreparedHandoff;
use shared::resource_id::VmId;
use tests::TestApp;
use tests::app::{HOME, Visitor};

use super::{Scope, Who};

/// The status that a route about it answers with.
pub fn expected(route: &str, who: Who, theirs: bool) -> u16 {
    use Who::{Everything, Guest, Nobody, Reader, Requester};
    match (route, who) {
        ("get /api/handoffs" | "post /api/handoffs" | "post /api/handoffs/{id}/revoke", Nobody | Guest) => {
            401
        }
        // Only the guest has a secret, and that of their own link alone.
        (
            "post /api/handoffs/{id}/visit" | "get /api/handoffs/{id}/events" | "get /api/handoffs/{id}/rdp",
            Guest,
        ) if theirs => 200,
        // They have had it opened, and given the code.
        ("post /api/handoffs/{id}/redeem" | "post /api/handoffs/{id}/enter", Guest) if theirs => 409,
        (
            "post /api/handoffs/{id}/visit"
            | "post /api/handoffs/{id}/redeem"
            | "post /api/handoffs/{id}/enter",
            _,
        ) => 403,
        ("post /api/handoffs", Reader | Requester) if theirs => 422,
        ("post /api/handoffs", Everything) if theirs => 201,
        // Ada prepared it; of the others nobody may configure the machine.
        ("get /api/handoffs", _) | ("post /api/handoffs/{id}/revoke", Everything) => 200,
        (
            "post /api/handoffs"
            | "post /api/handoffs/{id}/revoke"
            | "get /api/handoffs/{id}/events"
            | "get /api/handoffs/{id}/rdp",
            _,
        ) => 404,
        (unknown, _) => panic!("{unknown} has no row in the matrix; say who gets what answer from it"),
    }
}

/// What was prepared, for whom it is and for another; Ada did.
pub struct Handoffs {
    own: PreparedHandoff,
    foreign: PreparedHandoff,
}

/// What is prepared for a guest, if nothing is wrong with it.
pub fn wish(vm: &VmId, guest: &str) -> Value {
    json!({ "vm": vm, "ports": [3389], "duration": "PT1H", "requested_for": guest, "guest": true })
}

impl Handoffs {
    /// Two of them. `guest` has the first opened.
    pub async fn of(app: &TestApp, guest: Option<&Visitor>) -> Self {
        let ada = app.sign_in("admin").await;
        let prepare = async |guest| {
            let prepared = ada.post("/api/handoffs", &wish(&app.vm("off-1"), guest)).await;
            prepared.json::<PreparedHandoff>()
        };
        let (own, foreign) = (prepare("Gus").await, prepare("Gabi").await);
        let handoffs = Self { own, foreign };
        if let Some(guest) = guest {
            for what in ["enter", "redeem"] {
                let (path, body) = handoffs.call(what, Scope::Own);
                let answer = guest.post(&path, &body).await;
                assert!(answer.status.is_success(), "{what}: {}", answer.text());
            }
        }
        handoffs
    }

    /// What one route answers. Only the guest has a secret, and only that of their own link.
    pub async fn ask(&self, by: &Visitor, method: &str, template: &str, scope: Scope) -> u16 {
        let what = template.rsplit('/').next().unwrap_or_default();
        let (path, mut body) = self.call(what, scope);
        let is_guests = by.cookies().contains(&self.own.handoff.id.0.simple().to_string());
        if !(is_guests && scope == Scope::Own) && body.get("secret").is_some() {
            body["secret"] = json!("guessed");
        }
        match (method, what) {
            ("get", "events") if is_guests && scope == Scope::Own => {
                // The stream goes on: its beginning is the answer.
                drop(by.follow_at(&path).await);
                200
            }
            ("get", _) => by.get(&path).await.status.as_u16(),
            ("post", _) => by.post(&path, &body).await.status.as_u16(),
            (other, _) => panic!("a method that this test does not know: {other}"),
        }
    }

    fn call(&self, what: &str, scope: Scope) -> (String, Value) {
        let prepared = if scope == Scope::Own { &self.own } else { &self.foreign };
        let secret = prepared.link.split_once('#').expect("it has a secret").1;
        let body = match what {
            "visit" => json!({ "secret": secret }),
            "enter" => json!({ "secret": secret, "code": prepared.code }),
            "redeem" => json!({ "secret": secret, "address": HOME }),
            _ => json!({}),
        };
        (format!("/api/handoffs/{}/{what}", prepared.handoff.id), body)
    }
}
