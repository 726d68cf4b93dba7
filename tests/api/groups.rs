//! Groups: those in the token, and those that do not fit.

use serde_json::json;
use shared::problem::ProblemKind;
use shared::vm::VmPage;
use simulator::{Fault, Trouble, World};
use tests::TestApp;

const DELEGATED: &str = "identity = { mode = \"delegated\" }";
const SERVICE: &str = "identity = { mode = \"service\" }";
const NIGHT_WATCH: &str = "99999999-9999-4999-8999-999999999999";

/// Has a stranger, whom only their group lets in anywhere, belong to so many groups.
fn groups(world: &mut World, count: usize) {
    let app = &mut world.apps[0];
    app.groups_claim = true;
    app.permissions = vec!["GroupMember.Read.All".to_owned()];
    let sam = world.person_mut("stranger@contoso.com").expect("he is there");
    sam.groups = (1..count).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
    sam.groups.push(NIGHT_WATCH.to_owned());
}

fn asked_graph(app: &TestApp) -> Vec<String> {
    let calls = app.azure.entra_requests().into_iter().map(|call| call.path);
    calls.filter(|path| path.contains("getMemberObjects")).collect()
}

async fn sees(app: &TestApp) -> usize {
    let page: VmPage = app.sign_in("stranger").await.get("/api/vms").await.json();
    page.items.len()
}

#[tokio::test]
async fn groups_that_fit_into_the_token_count_as_they_are() {
    let app = TestApp::start_in(|world| groups(world, 200)).await;
    assert!(sees(&app).await > 0);
    assert!(asked_graph(&app).is_empty());
}

#[tokio::test]
async fn more_groups_than_fit_are_asked_for_by_whom_the_mode_says() {
    for (settings, path) in [(SERVICE, "/v1.0/users/"), (DELEGATED, "/v1.0/me/")] {
        let app = TestApp::start_set_in(settings, |world| groups(world, 250)).await;
        assert!(sees(&app).await > 0, "{settings}");
        let asked = asked_graph(&app);
        assert!(asked.len() == 1 && asked[0].starts_with(path), "{settings}: {asked:?}");
    }
}

#[tokio::test]
async fn whoever_has_so_many_groups_is_kept_out_if_they_cannot_be_had() {
    let troubles = [
        Trouble::ServerError(503),
        Trouble::CutOff,
        Trouble::BadJson,
        Trouble::Throttled { retry_after: None },
    ];
    for settings in [SERVICE, DELEGATED] {
        for trouble in &troubles {
            let app = TestApp::start_set_in(settings, |world| groups(world, 250)).await;
            app.azure.fail_next(Fault::always(trouble.clone()).on("getMemberObjects"));
            is_kept_out(&app).await;
            app.azure.faults().clear();
            assert!(sees(&app).await > 0, "{settings} {trouble:?}");
        }
    }
}

#[tokio::test]
async fn so_is_he_where_postern_lacks_the_permission_to_ask() {
    for settings in [SERVICE, DELEGATED] {
        let app = TestApp::start_set_in(settings, |world| {
            groups(world, 250);
            world.apps[0].permissions.clear();
            world.apps[0].delegated.clear();
        })
        .await;
        is_kept_out(&app).await;
    }
}

async fn is_kept_out(app: &TestApp) {
    let sam = app.visitor();
    let callback = app.callback_of("stranger", &sam).await;
    let answer = sam.get(&callback).await;
    assert_eq!(answer.status, 502);
    let words = answer.text();
    assert!(words.contains("more groups than fit") && words.contains("GroupMember.Read.All"), "{words}");
    assert_eq!(sam.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    let trail = app.store.entries().before(i64::MAX, 10).await.expect("the trail can be read");
    assert!(trail.iter().all(|entry| entry.content.body["event"] != json!("signed_in")), "{trail:?}");
}
