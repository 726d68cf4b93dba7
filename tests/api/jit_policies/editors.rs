//! Several people at once, in the same policy.

use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use jiff::SignedDuration;
use tests::TestApp;
use tests::app::Visitor;
use tests::database::Kind;

use super::{at_azure, ports, read, set, writes};

const MACHINES: [&str; 5] = ["web-1", "off-1", "inner-1", "open-1", "shut-1"];

/// Everybody adds a port of their own to a machine of the same policy, at the same time.
async fn all_at_once(app: &TestApp, editors: &[Visitor], round: u16) {
    let edits = MACHINES.iter().zip(editors.iter().cycle()).enumerate().map(async |(index, (vm, by))| {
        let seen = read(app, by, vm).await;
        let number = 10_000 + 10 * round + u16::try_from(index).expect("there are few machines");
        let answer = set(app, by, vm, &seen.version, &ports(&[3389, number])).await;
        assert_eq!(answer.status, StatusCode::OK, "{vm}: {}", answer.text());
        number
    });
    let numbers = while_time_crawls(app, join_all(edits)).await;
    for (vm, number) in MACHINES.iter().zip(numbers) {
        assert_eq!(at_azure(app, vm), [3389, number], "{vm} in round {round}");
    }
}

/// Lets time pass slowly: whoever waits for their turn at another replica looks again in between.
async fn while_time_crawls<T>(app: &TestApp, something: impl Future<Output = T>) -> T {
    let mut something = std::pin::pin!(something);
    let mut steps = tokio::time::interval(Duration::from_millis(40));
    loop {
        tokio::select! {
            done = &mut something => return done,
            _ = steps.tick() => app.wait(SignedDuration::from_millis(250)),
        }
    }
}

#[tokio::test]
async fn editors_of_one_policy_lose_nothing_to_each_other() {
    let app = TestApp::start().await;
    let editors = [app.sign_in("admin").await, app.sign_in("admin").await];
    for round in 0..10 {
        all_at_once(&app, &editors, round).await;
    }
    assert_eq!(writes(&app), 50, "each is written once");
}

#[tokio::test]
async fn nor_do_they_before_two_replicas() {
    let app = TestApp::start_on(Kind::Postgres).await;
    let second = app.replica().await;
    let ada = app.sign_in("admin").await;
    let editors = [second.stand_before(&ada), ada];
    for round in 0..5 {
        all_at_once(&app, &editors, round).await;
    }
    assert_eq!(writes(&app), 25);
}

#[tokio::test]
async fn of_several_who_change_the_same_machine_one_does_and_the_others_are_told() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for round in 0..10_u16 {
        let seen = read(&app, &ada, "web-1").await;
        let attempts =
            (0..4_u16).map(|n| {
                let (app, ada, version) = (&app, &ada, &seen.version);
                async move {
                    set(app, ada, "web-1", version, &ports(&[3389, 20_000 + 10 * round + n])).await.status
                }
            });
        let mut statuses: Vec<u16> =
            while_time_crawls(&app, join_all(attempts)).await.iter().map(StatusCode::as_u16).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412]);
    }
    assert_eq!(writes(&app), 10);
}
