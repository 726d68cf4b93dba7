//! Looking back at requests.

use jiff::SignedDuration;
use shared::access::Status;
use shared::history::Moment;
use tests::TestApp;
use tests::app::minutes;

#[tokio::test]
async fn who_may_audit_finds_a_request_and_sees_what_happened_to_it() {
    let app = TestApp::start().await;
    let (olga, otto) = (app.sign_in("operator").await, app.sign_in("other").await);
    otto.open("open-1", 3389).await;
    let (request, mut events) = app.web_for(&olga).await;
    app.wait(minutes(5));
    olga.close(request.id).await;
    app.hurry(&mut events, Status::is_final).await;
    app.until(SignedDuration::ZERO, async || {
        let seen = app.store.rules_seen().of(request.id).await.expect("the store answers");
        seen.iter().any(|seen| seen.moment == Moment::After).then_some(())
    })
    .await;
    app.visit_as("admin", "/requests", async |page| {
        page.link("open-1").appears().await;
        page.says("Those that were made outside it stand under Audit.").await;
        page.find("searchbox", "Person").fill("operator@").await;
        page.link("open-1").goes_away().await;
        page.arrives_at("/requests?person=operator%40").await;
        page.find("combobox", "Status").choose("Ended").await;
        page.arrives_at("/requests?person=operator%40&status=ended").await;
        page.says("Ended (closed early)").await;
        page.is_fine_at_any_size("requests").await;
        page.run("document.querySelector('tbody th a').click()").await;
        page.heading("What happened").appears().await;
        assert_eq!(page.path().await, format!("/requests/{}", request.id));
        for words in ["Azure accepted it", "Seen open", "To be closed early", "It was closed early"] {
            page.says(words).await;
        }
        page.says("operator@contoso.com").await;
        page.find("term", "Ended").appears().await;
        page.link("Connect").appears().await;
        page.says("MicrosoftDefenderForCloud-JITRule").await;
        page.says("THIS REQUEST").await;
        page.says("rules of just-in-time access for other machines").await;
        page.is_fine_at_any_size("request").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_requested_past_postern_is_shown_for_a_machine() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.web_for(&olga).await;
    {
        let mut world = app.azure.world();
        let policy = world.policies_of(&app.vm("web-1").to_string()).next().expect("it has one").id.clone();
        let requests = &mut world.policy_mut(&policy).expect("it is there").requests;
        let mut request = requests.last().expect("there is one").clone();
        request.justification = Some("night shift".to_owned());
        request.requestor = "nina@contoso.com".to_owned();
        requests.push(request);
    }
    app.visit_as("admin", &app.connect_path("web-1"), async |page| {
        page.link("Requests").inside("navigation", "Pages of web-1").click().await;
        page.heading("Made outside Postern on web-1").appears().await;
        page.says("nina@contoso.com").await;
        page.says("operator@contoso.com").await;
        page.is_fine_at_any_size("requests-of-a-machine").await;
    })
    .await;
}

#[tokio::test]
async fn others_see_what_they_asked_for_themselves() {
    let app = TestApp::start().await;
    app.sign_in("other").await.open("open-1", 3389).await;
    app.visit_as("operator", "/requests", async |page| {
        page.says("No requests yet.").await;
        assert!(!page.find("searchbox", "Person").is_there().await);
        page.says("From").await;
        page.goto("/requests?status=ended").await;
        page.says("No request matches these filters.").await;
        page.link("Reset filters").click().await;
        page.says("No requests yet.").await;
        // A link may be older than the page.
        page.goto("/requests?status=over").await;
        page.says("No requests yet.").await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_not_for_ones_eyes_is_not_there() {
    let app = TestApp::start().await;
    let request = app.sign_in("other").await.open("web-1", 3389).await;
    app.visit_as("operator", &format!("/requests/{}", request.id), async |page| {
        page.says("There is no such thing here").await;
    })
    .await;
}
