//! What is refused as a whole, in words, with nothing done.

use http::StatusCode;
use serde_json::{Value, json};
use simulator::world::Plan;
use tests::TestApp;

use super::{POLICIES, apart, at_azure, change, fates, merge, plan, port, set, start, writes};

#[tokio::test]
async fn each_field_is_told_what_is_wrong_with_it() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let (web, linux) = (app.vm("web-1"), app.vm("app-1"));
    let version = "0".repeat(32);
    let with = |vms: Value, change: Value| json!({ "vms": vms, "change": change, "dry_run": true });
    let mut bad_source = port(22);
    bad_source["sources"] = json!(["203.0.113.7/24"]);
    let many: Vec<String> = (0..1001).map(|n| web.to_string().replace("web-1", &format!("m{n}"))).collect();
    for (status, body, field) in [
        (422, with(json!([]), json!("disable")), "vms"),
        (422, with(json!(many), json!("disable")), "vms"),
        (422, with(json!([web, linux, web]), json!("disable")), "vms[2]"),
        (400, with(json!(["web-1"]), json!("disable")), "vms[0]"),
        (422, with(json!([web]), set(&[])), "change.set.ports"),
        (422, with(json!([web]), set(&[22, 22])), "change.set.ports[1].port"),
        (422, with(json!([web]), merge(&[], &[])), "change.merge"),
        (422, with(json!([web]), merge(&[22], &[22])), "change.merge.remove[0]"),
        (
            400,
            with(json!([web]), json!({ "set": { "ports": [bad_source] } })),
            "change.set.ports[0].sources[0]",
        ),
        (400, with(json!([web]), json!({ "merge": { "remove": [0] } })), "change.merge.remove[0]"),
        (400, with(json!([web]), json!("enable")), "change"),
        (400, with(json!([web]), json!("set")), "change.set"),
        (400, with(json!([web]), json!({})), "change"),
        (422, json!({ "vms": [web], "change": "disable" }), "versions"),
        (422, json!({ "vms": [web], "change": "disable", "versions": [version, version] }), "versions"),
        (400, json!({ "vms": [web], "change": "disable", "versions": ["1"] }), "versions[0]"),
        (400, json!({ "vms": [web], "change": "disable", "dryRun": true }), "dryRun"),
    ] {
        let answer = ada.post(POLICIES, &body).await;
        let problem = answer.problem();
        assert_eq!(answer.status.as_u16(), status, "{field}: {problem:?}");
        assert_eq!(problem.violations[0].field, field, "{problem:?}");
    }
    assert_eq!(writes(&app), 0);
    let trail = app.store.entries().before(i64::MAX, 20).await.unwrap();
    let refused = trail.iter().filter(|entry| entry.content.body["wanted"] == "configure_many").count();
    assert_eq!(refused, 2, "who asks for a change and not for a plan stands on record");
}

#[tokio::test]
async fn what_azure_would_not_take_is_told_for_the_machine() {
    let app = TestApp::start_in(|world| {
        apart(world);
        let production = world.subscriptions.values_mut().find(|one| one.name == "Production");
        production.expect("it is in this world").plan = Plan::Free;
    })
    .await;
    let ada = app.sign_in("admin").await;
    let plan = plan(&app, &ada, &["bare-1"], &set(&[22])).await;
    let obstacle = plan.items[0].obstacle.as_ref().unwrap();
    assert!(obstacle.contains("no Microsoft Defender for Servers Plan 2"), "{obstacle}");
    let last = super::plan(&app, &ada, &["app-1"], &merge(&[], &[22])).await;
    assert!(last.items[0].obstacle.as_ref().unwrap().contains("disable just-in-time access"), "{last:?}");
}

#[tokio::test]
async fn of_three_of_which_one_is_none_of_theirs_two_are_changed() {
    let app = start().await;
    let ada = app.sign_in("admin").await;
    let done = change(&app, &ada, &["web-1", "vault-1", "app-1"], &set(&[22, 443])).await;
    assert_eq!(fates(&done), [("web-1", "done"), ("vault-1", "refused"), ("app-1", "done")]);
    assert_eq!(at_azure(&app, "vault-1"), [3389]);
    assert_eq!(ada.get("/api/jit/changes/none").await.status, StatusCode::NOT_FOUND);
}
