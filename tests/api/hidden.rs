//! What people are not to know of, and what it costs to ask for it.

use http::StatusCode;
use serde_json::json;
use shared::problem::ProblemKind;
use tests::TestApp;

#[tokio::test]
async fn a_machine_one_may_not_see_is_answered_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (olga, sam) = (app.sign_in("operator").await, app.sign_in("stranger").await);
    let hidden = app.vm_path("vault-1");
    for below in ["", "/preflight?port=3389&source=192.0.2.7"] {
        let answers = [
            olga.get(&format!("{hidden}{below}")).await,
            olga.get(&format!("{}{below}", hidden.replace("vault-1", "vault-2"))).await,
            olga.get(&format!("{}{below}", hidden.replace("vault-rg", "no-such-rg"))).await,
            olga.get(&format!("{}{below}", hidden.replace("33333333", "99999999"))).await,
            olga.get(&format!("/api/vms/not-a-subscription/web-rg/web-1{below}")).await,
            olga.get(&format!("/api/vms/11111111-1111-4111-8111-111111111111/web-rg/a%2Fb{below}")).await,
            olga.get(&format!("/api/vms/11111111-1111-4111-8111-111111111111/web-rg/%2e%2e{below}")).await,
            sam.get(&format!("{}{below}", app.vm_path("web-1"))).await,
        ];
        let [first, rest @ ..] = answers;
        assert_eq!((first.status.as_u16(), first.problem().kind), (404, ProblemKind::NotFound));
        for other in rest {
            assert_eq!(other.whole(), first.whole());
        }
    }
}

#[tokio::test]
async fn azure_is_not_asked_about_machines_for_people_who_may_not_know_of_them() {
    let app = TestApp::start().await;
    // By no rule, by the id, by a management group, and by a tag.
    let everybody =
        [("stranger", "web-1"), ("reader", "lab-1"), ("laboratory", "web-1"), ("helpdesk", "app-1")];
    for (name, vm) in everybody {
        let who = app.sign_in(name).await;
        // The list is at hand.
        assert_eq!(who.get("/api/vms").await.status, StatusCode::OK);
        let path = app.vm_path(vm);
        let missing = path.replace(vm, "no-such-vm");
        app.azure.forget_requests();
        for below in ["", "/preflight?port=3389&source=192.0.2.7"] {
            let hidden = who.get(&format!("{path}{below}")).await;
            assert_eq!((hidden.status.as_u16(), hidden.problem().kind), (404, ProblemKind::NotFound));
            let absent = who.get(&format!("{missing}{below}")).await;
            assert_eq!(hidden.whole(), absent.whole(), "{name}");
        }
        let start = who.post(&format!("{path}/start"), &json!({})).await;
        let request = who.post("/api/access-requests", &app.wish(vm, 3389)).await;
        assert_eq!((start.status.as_u16(), request.status.as_u16()), (404, 404), "{name}");
        let asked: Vec<String> = app.azure.requests().into_iter().map(|call| call.path).collect();
        assert_eq!(asked, [""; 0], "{name}");
    }
}
