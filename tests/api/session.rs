//! Signing in, who one is, and signing out.

use http::StatusCode;
use serde_json::json;
use shared::page::Page;
use shared::problem::ProblemKind;
use shared::session::{Detection, Session, SignedIn};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{Answer, HOME, minutes};

#[tokio::test]
async fn whoever_signed_in_is_known_by_name_and_address() {
    let app = TestApp::start().await;
    let session: Session = app.sign_in("operator").await.get("/api/session").await.json();
    assert_eq!(
        (session.person.name.as_str(), session.person.username.as_str()),
        ("Olga Operator", "operator@contoso.com")
    );
    assert_eq!((session.address.address, session.address.how), (HOME, Detection::Direct));
    assert_eq!(session.now, app.now());
    assert!(session.expires_at > app.now());
}

#[tokio::test]
async fn an_address_that_the_caller_only_claims_does_not_count() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "x-azure-clientip", "true-client-ip"] {
        let value = if header == "forwarded" { "for=198.51.100.66" } else { "198.51.100.66" };
        let request = olga.request(&http::Method::GET, "/api/session").header(header, value);
        let session: Session = olga.send(request.body(axum::body::Body::empty()).unwrap()).await.json();
        assert_eq!(session.address.address, HOME, "{header}");
    }
}

#[tokio::test]
async fn after_signing_in_one_is_where_one_wanted_to_be() {
    let app = TestApp::start().await;
    let wanted = "/vms/11111111-1111-4111-8111-111111111111/web-rg/web-1/connect?method=rdp&for=PT1H";
    let (_, arrived) = app.sign_in_on_the_way_to("operator", wanted).await;
    assert_eq!(arrived, wanted);
}

#[tokio::test]
async fn signing_in_leads_nowhere_but_here() {
    let app = TestApp::start().await;
    for elsewhere in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/auth/login",
        "\n/x",
    ] {
        let (_, arrived) = app.sign_in_on_the_way_to("operator", elsewhere).await;
        assert_eq!(arrived, "/", "{elsewhere:?}");
    }
}

#[tokio::test]
async fn a_link_that_makes_no_sense_leads_to_the_front_page_all_the_same() {
    let app = TestApp::start().await;
    for query in ["return=/vms&return=/requests", "return=/vms&prompt=login&prompt=none", "%ff=%ff&return"] {
        let answer = app.visitor().get(&format!("/auth/login?{query}")).await;
        assert!(answer.status.is_redirection(), "{query}: {} {}", answer.status, answer.text());
    }
}

#[tokio::test]
async fn a_sign_in_that_was_begun_elsewhere_is_not_finished_here() {
    let app = TestApp::start().await;
    let callback = app.callback_of("operator", &app.visitor()).await;
    let somebody_else = app.visitor();
    let answer = somebody_else.get(&callback).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(somebody_else.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn a_callback_works_once() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let callback = app.callback_of("operator", &visitor).await;
    assert!(visitor.get(&callback).await.status.is_redirection());
    let again = visitor.get(&callback).await;
    assert!(again.status.is_client_error(), "{} {}", again.status, again.text());
}

#[tokio::test]
async fn a_callback_that_was_made_up_lets_nobody_in() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for query in
        ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied&state=x", "?error=%3Cscript%3E"]
    {
        let answer = visitor.get(&format!("/auth/callback{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
        assert!(!answer.text().contains("<script>"), "{query}");
    }
    assert_eq!(visitor.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
}

#[tokio::test]
async fn the_session_cookie_is_for_the_server_alone() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let callback = app.callback_of("operator", &visitor).await;
    let cookies = visitor.get(&callback).await.header("set-cookie");
    let session =
        cookies.split(", ").find(|cookie| cookie.starts_with("postern=")).expect("there is a session cookie");
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/"),
        "{session}"
    );
    assert!(!session.contains("Domain") && !session.contains("Max-Age"), "{session}");
}

#[tokio::test]
async fn a_session_that_nobody_used_for_long_is_over() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    app.wait(minutes(24 * 60));
    let problem = olga.get("/api/session").await.problem();
    assert_eq!((problem.status, problem.kind), (401, ProblemKind::SignedOut));
    let wish = olga.post("/api/access-requests", &app.wish("web-1", 3389)).await.problem();
    assert_eq!((wish.status, wish.kind), (401, ProblemKind::SignedOut));
    assert!(app.initiates().is_empty());
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let stolen = olga.cookies();
    let answer = olga.post("/auth/logout", &json!({})).await;
    assert!(
        answer.status.is_success() || answer.status.is_redirection(),
        "{} {}",
        answer.status,
        answer.text()
    );
    assert_eq!(olga.get("/api/session").await.problem().kind, ProblemKind::SignedOut);

    let thief = app.visitor();
    let request = thief.request(&http::Method::GET, "/api/session").header("cookie", stolen);
    let answer = thief.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(answer.problem().kind, ProblemKind::SignedOut, "the cookie works no more");
}

#[tokio::test]
async fn whoever_signs_out_is_sent_to_the_providers_own_sign_out_and_back() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let signed_out: serde_json::Value = olga.post("/auth/logout", &json!({})).await.json();
    let url: url::Url = signed_out["url"].as_str().unwrap().parse().unwrap();
    assert!(url.as_str().starts_with(app.azure.url()), "{url}");
    let request = http::Request::get(url.as_str()).body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(app.azure.router(), request).await.unwrap();
    assert_eq!(answer.headers()["location"], app.site().as_str());
}

/// That somebody was not signed in, and is told so on a page.
fn is_told_so(answer: &Answer, trouble: &Trouble) {
    assert!(matches!(answer.status.as_u16(), 502 | 503), "{trouble:?}: {}", answer.status);
    assert!(answer.header("content-type").starts_with("text/html"), "{trouble:?}");
    assert!(!answer.header("set-cookie").contains("postern="), "{trouble:?}");
}

#[tokio::test]
async fn a_provider_that_is_away_keeps_people_out_with_a_sentence() {
    for trouble in [Trouble::ServerError(503), Trouble::BadJson, Trouble::CutOff] {
        let app = TestApp::start().await;
        app.azure.fail_next(Fault::always(trouble.clone()).on("/.well-known/"));
        is_told_so(&app.visitor().get("/auth/login").await, &trouble);
        app.azure.faults().clear();
        app.sign_in("operator").await;
    }
}

#[tokio::test]
async fn a_provider_that_goes_away_in_the_middle_keeps_people_out_with_a_sentence() {
    for trouble in [Trouble::ServerError(503), Trouble::BadJson, Trouble::CutOff, Trouble::Unauthorized] {
        let app = TestApp::start().await;
        let visitor = app.visitor();
        let callback = app.callback_of("operator", &visitor).await;
        app.azure.fail_next(Fault::always(trouble.clone()).on("/oauth2/v2.0/token"));
        is_told_so(&visitor.get(&callback).await, &trouble);
        assert_eq!(visitor.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    }
}

#[tokio::test]
async fn keys_that_the_provider_has_changed_are_learnt() {
    let app = TestApp::start().await;
    app.sign_in("operator").await;
    app.wait(minutes(2));
    app.azure.rotate_keys();
    let olga = app.sign_in("operator").await;
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host_and_browsers_stay_with_https() {
    let app = TestApp::start_at("https://postern.contoso.com/").await;
    let visitor = app.visitor();
    let callback = app.callback_of("operator", &visitor).await;
    let answer = visitor.get(&callback).await;
    let cookies = answer.header("set-cookie");
    let session =
        cookies.split(", ").find(|cookie| cookie.starts_with("__Host-postern=")).expect("there is one");
    assert!(
        session.contains("Secure") && session.contains("Path=/") && !session.contains("Domain"),
        "{session}"
    );
    assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"));
    assert_eq!(visitor.get("/api/session").await.status, StatusCode::OK);
    assert_eq!(TestApp::start().await.visitor().get("/").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn nobody_is_signed_out_by_another_site() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut request =
        olga.request(&http::Method::POST, "/auth/logout").body(axum::body::Body::empty()).unwrap();
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(olga.send(request).await.problem().kind, ProblemKind::ForeignOrigin);
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK);
    olga.get("/auth/logout").await;
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK, "reading changes nothing");
}

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_can_sign_out_there() {
    let app = TestApp::start().await;
    let laptop = app.sign_in("operator").await;
    let phone = app.sign_in("operator").await;
    let mine: Page<SignedIn> = laptop.get("/api/sessions").await.json();
    assert_eq!(mine.items.len(), 2);
    let other = mine.items.iter().find(|session| !session.current).expect("the phone's");
    assert_eq!(other.address, HOME);

    let rita = app.sign_in("reader").await;
    let path = format!("/api/sessions/{}", other.id);
    assert_eq!(rita.delete(&path).await.problem().kind, ProblemKind::NotFound, "it is none of hers");
    assert_eq!(laptop.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(phone.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    assert_eq!(laptop.delete(&path).await.problem().kind, ProblemKind::NotFound);
    laptop.get("/api/session").await.json::<Session>();
}

#[tokio::test]
async fn signing_out_everywhere_leaves_no_session_of_that_person() {
    let app = TestApp::start().await;
    let (laptop, phone, rita) =
        (app.sign_in("operator").await, app.sign_in("operator").await, app.sign_in("reader").await);
    assert!(laptop.post("/auth/logout?everywhere=true", &json!({})).await.status.is_success());
    for visitor in [laptop, phone] {
        assert_eq!(visitor.get("/api/session").await.problem().kind, ProblemKind::SignedOut);
    }
    rita.get("/api/session").await.json::<Session>();
}

#[tokio::test]
async fn two_tabs_that_sign_in_at_once_both_arrive() {
    let app = TestApp::start().await;
    let browser = app.visitor();
    let first = app.callback_of("operator", &browser).await;
    let second = app.callback_of("operator", &browser).await;
    for callback in [second, first] {
        let answer = browser.get(&callback).await;
        assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
    }
    browser.get("/api/session").await.json::<Session>();
}
