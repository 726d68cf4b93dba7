//! The requests somebody made.

use shared::access::{AccessRequest, RequestId, Status};
use shared::page::Page;
use shared::problem::ProblemKind;
use tests::TestApp;
use tests::app::{Visitor, minutes};

async fn listed(who: &Visitor, query: &str) -> Page<AccessRequest> {
    who.get(&format!("/api/access-requests{query}")).await.json()
}

fn ids(page: &Page<AccessRequest>) -> Vec<RequestId> {
    page.items.iter().map(|request| request.id).collect()
}

#[tokio::test]
async fn ones_own_requests_come_newest_first_and_page_by_page() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let mut made = Vec::new();
    for (vm, port) in [("web-1", 3389), ("app-1", 22), ("lab-1", 22)] {
        made.insert(0, olga.open(vm, port).await.id);
        app.wait(minutes(1));
    }
    assert_eq!(ids(&listed(&olga, "").await), made);

    let first = listed(&olga, "?limit=2").await;
    assert_eq!(ids(&first), made[..2]);
    let next = first.next.expect("there is one more");
    let last = listed(&olga, &format!("?limit=2&cursor={next}")).await;
    assert_eq!((ids(&last), last.next), (made[2..].to_vec(), None));
}

#[tokio::test]
async fn the_requests_of_others_are_not_there() {
    let app = TestApp::start().await;
    let request = app.sign_in("operator").await.open("web-1", 3389).await;
    let otto = app.sign_in("other").await;
    assert!(listed(&otto, "").await.items.is_empty());
    let of_another = otto.get(&format!("/api/access-requests/{}", request.id)).await;
    let of_nobody = otto.get(&format!("/api/access-requests/{}", uuid::Uuid::from_u128(7))).await;
    assert_eq!((of_another.status.as_u16(), of_another.problem().kind), (404, ProblemKind::NotFound));
    assert_eq!(of_another.whole(), of_nobody.whole());
}

#[tokio::test]
async fn they_can_be_narrowed_to_a_machine_and_to_what_is_not_over() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let web = olga.open("web-1", 3389).await;
    let mut events = olga.follow(web.id).await;
    app.wait(minutes(61));
    app.hurry(&mut events, Status::is_final).await;
    let lab = olga.open("lab-1", 22).await;

    assert_eq!(ids(&listed(&olga, "?open=true").await), [lab.id]);
    assert_eq!(ids(&listed(&olga, &format!("?vm={}", web.vm)).await), [web.id]);
    assert_eq!(ids(&listed(&olga, &format!("?vm={}", web.vm.to_string().to_uppercase())).await), [web.id]);
    assert!(listed(&olga, &format!("?open=true&vm={}", web.vm)).await.items.is_empty());
}

#[tokio::test]
async fn one_request_is_shown_as_it_stands() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let shown: AccessRequest = olga.get(&format!("/api/access-requests/{}", request.id)).await.json();
    assert_eq!(shown, request);
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=x", "cursor"),
        ("vm=/web-1", "vm"),
        ("open=perhaps", "open"),
        ("mine=perhaps", "mine"),
        ("q=1", "q"),
    ] {
        let problem = olga.get(&format!("/api/access-requests?{query}")).await.problem();
        assert_eq!((problem.status, problem.kind), (400, ProblemKind::Malformed), "{query}");
        let fields: Vec<&str> = problem.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, [field], "{query}: {problem:?}");
    }
}
