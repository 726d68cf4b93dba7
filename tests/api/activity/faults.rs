//! Azure's log cannot be read, or tells what nobody expected.

use shared::activity::{ActivityStatus, Operation, Origin};
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::app::{Visitor, minutes};

use super::{page, told};

const LOG: &str = "/eventtypes/management/values";

async fn opened() -> (TestApp, Visitor) {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    olga.open("web-1", 3389).await;
    app.wait(minutes(5));
    let ada = app.sign_in("admin").await;
    (app, ada)
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_posterns_own_trail_is_there_all_the_same() {
    for trouble in [
        Trouble::Unauthorized,
        Trouble::Forbidden,
        Trouble::NotFound,
        Trouble::Throttled { retry_after: Some(600) },
        Trouble::ServerError(503),
        Trouble::BadJson,
        Trouble::ForeignNextLink,
        Trouble::CutOff,
    ] {
        let (app, ada) = opened().await;
        app.azure.fail_next(Fault::always(trouble.clone()).on(LOG));
        let page = app.while_time_passes(page(&ada, "")).await;
        assert_eq!(
            told(&page.items),
            [(Operation::Initiate, ActivityStatus::Accepted, Origin::NotRead)],
            "{trouble:?}"
        );
        let [unread] = &page.unreadable[..] else { panic!("{trouble:?}: {page:?}") };
        assert_eq!(unread.name, "Production");
        assert!(unread.reason.ends_with('.'), "{trouble:?}: {}", unread.reason);
        let elsewhere = app.azure.requests().iter().any(|call| call.path.contains("example.net"));
        assert!(!elsewhere, "{trouble:?}");
    }
}

#[tokio::test]
async fn the_right_that_is_missing_is_named() {
    let app = TestApp::start_in(|world| {
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it has a role");
        role.actions.retain(|action| !action.contains("Insights"));
    })
    .await;
    let ada = app.sign_in("admin").await;
    let page = page(&ada, "").await;
    assert!(page.unreadable[0].reason.contains("Microsoft.Insights/eventtypes/values/read"), "{page:?}");
}

#[tokio::test]
async fn new_words_of_azures_hide_nothing() {
    let (app, ada) = opened().await;
    app.azure.fail_next(Fault::always(Trouble::UnknownEnums).on(LOG));
    let page = page(&ada, "").await;
    assert_eq!(told(&page.items), [(Operation::Other, ActivityStatus::Unknown, Origin::Both)]);
    assert_eq!(page.items[0].account.as_deref(), Some("operator@contoso.com"));
}

#[tokio::test]
async fn a_log_in_many_pages_is_read_to_its_end() {
    let (app, ada) = opened().await;
    app.azure.world().behaviour.page_size = 1;
    let page = page(&ada, "").await;
    assert_eq!(told(&page.items), [(Operation::Initiate, ActivityStatus::Accepted, Origin::Both)]);
    assert!(page.unreadable.is_empty());
}
