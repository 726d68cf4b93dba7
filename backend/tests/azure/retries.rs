//! When a call is sent again, and when it is not.

use backend::azure::Azure;
use backend::azure::arm::{ArmError, TokenError};
use backend::azure::cloud::Cloud;
use jiff::SignedDuration;
use simulator::{Fault, Trouble};

use crate::bench::{Bench, add_subscription, client, cloud, production};

const MACHINE: &str = "/virtualMachines/web01";

async fn read(bench: &Bench) -> Result<(), ArmError> {
    bench.flying(bench.azure.compute.vm(&bench.vm("web01"))).await.map(drop)
}

#[tokio::test]
async fn a_read_survives_trouble_that_passes() {
    let bench = Bench::start(production(&["web01"])).await;
    for trouble in [
        Trouble::ServerError(500),
        Trouble::ServerError(503),
        Trouble::CutOff,
        Trouble::CutOffHalfway,
        Trouble::BadJson,
        Trouble::Throttled { retry_after: None },
        Trouble::Throttled { retry_after: Some(3) },
        Trouble::Unauthorized,
    ] {
        bench.simulator.forget_requests();
        bench.simulator.fail_next(Fault::next(trouble.clone()));
        read(&bench).await.unwrap();
        assert_eq!(bench.received(MACHINE).len(), 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_reported_after_four_attempts() {
    let bench = Bench::start(production(&["web01"])).await;
    bench.simulator.fail_next(Fault::always(Trouble::ServerError(502)));
    assert!(matches!(read(&bench).await, Err(ArmError::Unexpected(_))));
    assert_eq!(bench.received(MACHINE).len(), 4);
}

#[tokio::test]
async fn a_refusal_is_not_asked_for_twice() {
    let bench = Bench::start(production(&["web01"])).await;
    for (trouble, is_expected) in [
        (Trouble::NotFound, (|error| matches!(error, ArmError::NotFound)) as fn(&ArmError) -> bool),
        (Trouble::Forbidden, |error| matches!(error, ArmError::Forbidden { scope: Some(_), .. })),
        (Trouble::Conflict, |error| matches!(error, ArmError::Refused { status: 409, .. })),
    ] {
        bench.simulator.forget_requests();
        bench.simulator.fail_next(Fault::always(trouble.clone()));
        let error = read(&bench).await.unwrap_err();
        assert!(is_expected(&error), "{trouble:?}: {error:?}");
        assert_eq!(bench.received(MACHINE).len(), 1);
        bench.simulator.faults().clear();
    }
}

#[tokio::test]
async fn everybody_waits_as_long_as_azure_says() {
    let bench = Bench::start(production(&["web01", "web02"])).await;
    bench.simulator.fail_next(Fault::next(Trouble::Throttled { retry_after: Some(7) }).on("web01"));
    read_both(&bench).await;

    let [refused, again] = &bench.received(MACHINE)[..] else { panic!("web01 is asked for twice") };
    let [other] = &bench.received("/virtualMachines/web02")[..] else { panic!("web02 is asked for once") };
    assert!(SignedDuration::from_secs(7) <= again.at.duration_since(refused.at));
    assert!(SignedDuration::from_secs(7) <= other.at.duration_since(refused.at));
}

/// Reads one machine, and the other once the first has been answered for the first time.
async fn read_both(bench: &Bench) {
    let (web01, web02) = (bench.vm("web01"), bench.vm("web02"));
    let second = async {
        while bench.received(MACHINE).first().is_none_or(|call| call.status == 0) {
            tokio::task::yield_now().await;
        }
        // Our side reads the answer, too, before anybody else asks.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        bench.azure.compute.vm(&web02).await
    };
    let both = async { tokio::join!(bench.azure.compute.vm(&web01), second) };
    let (first, second) = bench.flying(both).await;
    first.unwrap();
    second.unwrap();
}

#[tokio::test]
async fn a_long_wait_is_reported_instead_of_waited_for_and_the_next_caller_is_told_at_once() {
    let mut world = production(&["web01"]);
    add_subscription(&mut world, "Development", "Reader");
    let bench = Bench::start(world).await;
    let throttled = Trouble::Throttled { retry_after: Some(120) };
    bench.simulator.fail_next(Fault::next(throttled).on("web01"));

    let wait = |result: Result<(), ArmError>| match result {
        Err(ArmError::Throttled { retry_after: Some(wait) }) => wait.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(read(&bench).await), 120);
    assert!((100..=120).contains(&wait(read(&bench).await)));
    assert_eq!(bench.received(MACHINE).len(), 1);

    let development = bench.simulator.world().subscription("Development").unwrap().id.parse().unwrap();
    bench.azure.security.policies(development).await.unwrap();
    bench.advance(SignedDuration::from_secs(120));
    read(&bench).await.unwrap();
}

#[tokio::test]
async fn a_token_that_azure_does_not_take_is_replaced_once() {
    let bench = Bench::start(production(&["web01"])).await;
    bench.simulator.fail_next(Fault::always(Trouble::ClaimsChallenge));
    let Err(ArmError::Token(TokenError::Rejected { claims, .. })) = read(&bench).await else {
        panic!("the token is rejected");
    };
    assert!(claims.is_some());
    assert_eq!(bench.received(MACHINE).len(), 2);
}

#[tokio::test]
async fn what_was_never_sent_is_told_apart_from_an_answer_that_was_lost() {
    let bench = Bench::start(production(&["web01"])).await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cloud = Cloud { arm: format!("http://{nobody}").parse().unwrap(), ..cloud(bench.simulator.url()) };
    let unreachable = Azure::new(client(&cloud, &bench.clock));
    let error = bench.flying(unreachable.compute.vm(&bench.vm("web01"))).await.unwrap_err();
    assert!(matches!(error, ArmError::Transport(_)), "{error:?}");

    bench.simulator.fail_next(Fault::always(Trouble::CutOff));
    let error = read(&bench).await.unwrap_err();
    assert!(matches!(error, ArmError::AnswerLost(_)), "{error:?}");
}
