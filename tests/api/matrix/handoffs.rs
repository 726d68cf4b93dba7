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
            "post /api/handoffs/{id}/visit"
            | "get /api/handoffs/{id}/events"
            | "get /api/handoffs/{id}/rdp"
            | "post /api/handoffs/{id}/close",
            Guest,
        ) if theirs => 200,
        // They have had it opened, and given the code.
        ("post /api/handoffs/{id}/redeem" | "post /api/handoffs/{id}/enter", Guest) if theirs => 409,
        (
            "post /api/handoffs/{id}/visit"
            | "post /api/handoffs/{id}/redeem"
            | "post /api/handoffs/{id}/enter"
            | "post /api/handoffs/{id}/close"
            | "get /api/handoffs/{id}/events"
            | "get /api/handoffs/{id}/rdp",
            _,
        ) => 403,
        ("post /api/handoffs", Reader | Requester) if theirs => 422,
        ("post /api/handoffs", Everything) if theirs => 201,
        // Ada prepared it; of the others nobody may configure the machine.
        ("get /api/handoffs", _) | ("post /api/handoffs/{id}/revoke", Everything) => 200,
        ("post /api/handoffs" | "post /api/handoffs/{id}/revoke", _) => 404,
        (unknown, _) => panic!("{unknown} has no row in the matrix; say who gets what answer from it"),
    }
}

/// What was prepared, for whom it is and for another; Ada did.
pub struct Handoffs {
    own: PreparedHandoff,
    /// One to be closed.
    spare: PreparedHandoff,
    foreign: PreparedHandoff,
}

/// What is prepared for a guest, if nothing is wrong with it.
pub fn wish(vm: &VmId, guest: &str) -> Value {
    json!({ "vm": vm, "ports": [3389], "duration": "PT1H", "requested_for": guest, "guest": true })
}

impl Handoffs {
    /// Three of them. `guest` has the first two opened.
    pub async fn of(app: &TestApp, guest: Option<&Visitor>) -> Self {
        let ada = app.sign_in("admin").await;
        let prepare = async |vm, guest| {
            let prepared = ada.post("/api/handoffs", &wish(&app.vm(vm), guest)).await;
            prepared.json::<PreparedHandoff>()
        };
        let own = prepare("off-1", "Gus").await;
        let (spare, foreign) = (prepare("inner-1", "Gus").await, prepare("off-1", "Gabi").await);
        if let Some(guest) = guest {
            for (prepared, what) in [(&own, "enter"), (&own, "redeem"), (&spare, "enter"), (&spare, "redeem")]
            {
                let (path, body) = call(prepared, what);
                let answer = guest.post(&path, &body).await;
                assert!(answer.status.is_success(), "{what}: {}", answer.text());
            }
        }
        Self { own, spare, foreign }
    }

    /// What one route answers. Only the guest has a secret, and only that of their own link.
    pub async fn ask(&self, by: &Visitor, method: &str, template: &str, scope: Scope) -> u16 {
        let what = template.rsplit('/').next().unwrap_or_default();
        let prepared = match scope {
            Scope::Own if what == "close" => &self.spare,
            Scope::Own => &self.own,
            Scope::Foreign => &self.foreign,
        };
        let (path, mut body) = call(prepared, what);
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
}

fn call(prepared: &PreparedHandoff, what: &str) -> (String, Value) {
    let secret = prepared.link.split_once('#').expect("it has a secret").1;
    let body = match what {
        "visit" => json!({ "secret": secret }),
        "enter" => json!({ "secret": secret, "code": prepared.code }),
        "redeem" => json!({ "secret": secret, "address": HOME }),
        _ => json!({}),
    };
    (format!("/api/handoffs/{}/{what}", prepared.handoff.id), body)
}
