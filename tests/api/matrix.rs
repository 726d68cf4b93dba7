//! Who gets what answer where: every route of the document, for everybody, on what is theirs and on
//! what is not. And nothing, however it is sent, reaches `initiate` past the guardrails.

mod code;
mod expected;
mod handoffs;
mod race;

use serde_json::{Value, json};
use tests::TestApp;
use tests::app::{Answer, Visitor};

use expected::expected;
use handoffs::Handoffs;

/// Whom the answers differ for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Nobody is signed in.
    Nobody,
    /// Not signed in either, but has given the code for what was prepared for them, and has had it
    /// opened.
    Guest,
    /// Signed in, and no rule is about them.
    Stranger,
    /// May see the machines of production, and nothing more.
    Reader,
    /// May do anything, elsewhere.
    Elsewhere,
    /// May request access in production.
    Requester,
    /// May do anything in production.
    Everything,
}

/// On what: machines of production and what is one's own, or a machine that no rule is about and
/// what is another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Own,
    Foreign,
}

const EVERYBODY: [Who; 7] =
    [Who::Nobody, Who::Guest, Who::Stranger, Who::Reader, Who::Elsewhere, Who::Requester, Who::Everything];

/// Somebody, and what is theirs and what is another's in one world.
struct Cells {
    app: TestApp,
    visitor: Visitor,
    who: Who,
    own_request: String,
    /// One to be closed, and one to be extended.
    spare_requests: [String; 2],
    foreign_request: String,
    foreign_session: String,
    handoffs: Handoffs,
}

impl Cells {
    async fn of(who: Who) -> Self {
        let app = TestApp::start().await;
        let name = match who {
            Who::Nobody | Who::Guest => None,
            Who::Stranger => Some("stranger"),
            Who::Reader => Some("reader"),
            Who::Elsewhere => Some("laboratory"),
            Who::Requester => Some("operator"),
            Who::Everything => Some("admin"),
        };
        let visitor = match name {
            Some(name) => app.sign_in(name).await,
            None => app.visitor(),
        };
        let other = app.sign_in("other").await;
        let foreign_request = other.open("shut-1", 3389).await.id.to_string();
        let sessions: Value = other.get("/api/sessions").await.json();
        let foreign_session = sessions["items"][0]["id"].as_str().expect("it has one").to_owned();
        let own = async |vm: &str| {
            if matches!(who, Who::Requester | Who::Everything) {
                visitor.open(vm, 3389).await.id.to_string()
            } else {
                "00000000-0000-0000-0000-000000000007".to_owned()
            }
        };
        let own_request = own("open-1").await;
        let spare_requests = [own("off-1").await, own("inner-1").await];
        let guest = if who == Who::Guest { Some(&visitor) } else { None };
        let handoffs = Handoffs::of(&app, guest).await;
        Self { app, visitor, who, own_request, spare_requests, foreign_request, foreign_session, handoffs }
    }

    /// The answer of one cell.
    async fn ask(&self, method: &str, template: &str, scope: Scope) -> u16 {
        let vm = self.app.vm(if scope == Scope::Own { "web-1" } else { "vault-1" });
        let request = match scope {
            Scope::Own if template.ends_with("/close") => &self.spare_requests[0],
            Scope::Own if template.ends_with("/extend") => &self.spare_requests[1],
            Scope::Own => &self.own_request,
            Scope::Foreign => &self.foreign_request,
        };
        if template.starts_with("/api/handoffs/") {
            return self.handoffs.ask(&self.visitor, method, template, scope).await;
        }
        let mut path = template
            .replace("{subscription}", &vm.subscription().to_string())
            .replace("{group}", vm.resource_group().as_str())
            .replace("{name}", vm.name().as_str());
        if template == "/api/sessions/{id}" {
            path = path.replace("{id}", &self.session(scope).await);
        }
        path = path.replace("{id}", request);
        if path.ends_with("/preflight") || path.ends_with("/access-explanation") {
            path.push_str("?port=3389&source=192.0.2.7");
        }
        if template.starts_with("/api/report") {
            path.push_str("?period=2030-01");
        }
        let answer: Answer = match method {
            "get" if path.ends_with("/events") && expected_of(self, method, template, scope) == 200 => {
                // The stream goes on: its beginning is the answer.
                drop(self.visitor.follow(request.parse().expect("it is an id")).await);
                return 200;
            }
            "get" => self.visitor.get(&path).await,
            "put" | "delete" if path.ends_with("/jit-policy") => {
                let unread = "\"00000000000000000000000000000000\"";
                let policy = json!({ "ports": [{
                    "port": 22, "protocol": "*", "sources": ["*"], "longest": "PT1H",
                }] });
                let policy = Some(&policy).filter(|_| method == "put");
                self.visitor.change(&path, ("if-match", unread), policy).await
            }
            "put" => self.visitor.put(&path, &json!({ "plan": "plan2" })).await,
            "delete" if path == "/api/compliance/assignments" => {
                let path = format!("{path}?scope=%2Fsubscriptions%2F{}", vm.subscription());
                self.visitor.delete(&path).await
            }
            "post" if path == "/api/compliance/assignments" => {
                let scope = format!("/subscriptions/{}", vm.subscription());
                self.visitor.post(&path, &json!({ "scope": scope })).await
            }
            "post" if path == "/api/compliance/remediation-requests" => {
                self.visitor.post(&path, &json!({ "vms": [vm], "way": "preview" })).await
            }
            "post" if path == "/api/compliance/scans" => {
                self.visitor.post(&path, &json!({ "subscriptions": [vm.subscription()] })).await
            }
            "delete" => self.visitor.delete(&path).await,
            "post" if path.starts_with("/api/access-requests") && !template.contains("{id}") => {
                self.visitor.post(&path, &self.app.wish(vm.name().as_str(), 3389)).await
            }
            "post" if path.starts_with("/api/jit/policies") => {
                let plan = json!({ "vms": [vm], "change": "disable", "dry_run": true });
                self.visitor.post(&path, &plan).await
            }
            "post" if path == "/api/handoffs" => self.visitor.post(&path, &handoffs::wish(&vm, "Gus")).await,
            "post" if path.ends_with("/extend") => {
                self.visitor.post(&path, &json!({ "duration": "PT2H" })).await
            }
            "post" => self.visitor.post(&path, &json!({})).await,
            other => panic!("a method that this test does not know: {other}"),
        };
        answer.status.as_u16()
    }

    /// A session that is theirs, other than the one they ask with, or another's.
    async fn session(&self, scope: Scope) -> String {
        if scope == Scope::Foreign || matches!(self.who, Who::Nobody | Who::Guest) {
            return self.foreign_session.clone();
        }
        let name = match self.who {
            Who::Nobody | Who::Guest | Who::Stranger => "stranger",
            Who::Reader => "reader",
            Who::Elsewhere => "laboratory",
            Who::Requester => "operator",
            Who::Everything => "admin",
        };
        let elsewhere: Value = self.app.sign_in(name).await.get("/api/sessions").await.json();
        let sessions = elsewhere["items"].as_array().expect("a list");
        let current = sessions.iter().find(|session| session["current"] == true).expect("it asks");
        current["id"].as_str().expect("it has an id").to_owned()
    }
}

fn expected_of(cells: &Cells, method: &str, template: &str, scope: Scope) -> u16 {
    expected(&format!("{method} {template}"), cells.who, scope)
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_matrix_says_and_opens_only_what_a_rule_allows() {
    let mut counted = 0;
    let mut wrong = Vec::new();
    for who in EVERYBODY {
        let cells = Cells::of(who).await;
        let document: Value = cells.app.visitor().get("/api/openapi.json").await.json();
        for (template, operations) in document["paths"].as_object().expect("it has paths") {
            for method in operations.as_object().expect("it has operations").keys() {
                for scope in [Scope::Own, Scope::Foreign] {
                    let before = cells.app.initiates().len();
                    let status = cells.ask(method, template, scope).await;
                    let opened = cells.app.initiates().len() - before;
                    let expected = expected_of(&cells, method, template, scope);
                    // What closes something asks Azure for the same with an end that is near.
                    let asks = (expected == 201
                        && !["/api/handoffs", "/api/compliance/assignments"].contains(&template.as_str()))
                        || (expected == 200 && template.ends_with("/close"));
                    if status != expected || opened != usize::from(asks) {
                        wrong.push(format!(
                            "{who:?} {method} {template} on {scope:?}: {status}, not {expected}; {opened} openings"
                        ));
                    }
                    counted += 1;
                }
            }
        }
        race::every_opening_was_approved(&cells.app).await;
    }
    eprintln!("route × role × scope: {counted} cells, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(counted >= 290, "only {counted} cells");
}
