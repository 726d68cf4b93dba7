//! Opening a port: asked for exactly once, for exactly whom it is for.

use std::collections::BTreeMap;

use backend::azure::arm::ArmError;
use backend::azure::security::{PortStatus, RevokedReason};
use backend::guardrails::{self, Approved, Bounds, Protection, SourceMatch, Wish};
use backend::rules::{Place, Rules, Who};
use jiff::SignedDuration;
use shared::access::RequestId;
use shared::duration::AccessDuration;
use shared::port::Port;
use simulator::{Fault, Received, Trouble, World};
use uuid::Uuid;

use crate::bench::{Bench, production};

const RULES: &str = r#"
[[rule]]
name = "Everybody"
to = { users = ["operator@contoso.com"] }
on = ["/subscriptions/SUBSCRIPTION"]
may = ["request"]
longest = "3h"
source = { widest = 24 }
"#;

/// What `guardrails` make of a wish for SSH on `web01` from one address for an hour.
async fn approved(bench: &Bench) -> Approved {
    let vm = bench.vm("web01");
    let policy = bench.azure.security.policy(&bench.policy_of("web01")).await.unwrap();
    let rules: Rules = RULES.replace("SUBSCRIPTION", &vm.subscription().to_string()).parse().unwrap();
    let tags = BTreeMap::new();
    let who = Who { username: "operator@contoso.com", object_id: "", roles: &[], groups: &[] };
    let wish = Wish {
        username: who.username,
        requested_for: None,
        prepared: None,
        seen: None,
        ports: &[Port::SSH],
        source: "198.51.100.7".parse().unwrap(),
        through: None,
        duration: AccessDuration::from_minutes(60).unwrap(),
        reason: None,
        redirections: &[],
        field: "vms[0]",
    };
    let bounds = Bounds {
        place: Place { vm: &vm, tags: &tags, management_groups: None },
        public_target: None,
        policy: Protection::Policy(&policy.id, &policy.of(&vm).unwrap().ports),
        source_match: SourceMatch::Contained,
        rules: &rules.of(who),
    };
    guardrails::check(RequestId(Uuid::from_u128(7)), wish, bounds, bench.clock.now()).unwrap()
}

fn attempts(bench: &Bench) -> Vec<Received> {
    bench.received("/initiate")
}

#[tokio::test]
async fn azure_is_told_who_for_whom_and_until_when() {
    let bench = Bench::start(production(&["web01"])).await;
    let access = approved(&bench).await;
    let accepted = bench.azure.security.initiate(&access).await.unwrap();
    assert_eq!(accepted.started_at, bench.simulator.now());
    assert!(accepted.correlation_id.is_some());

    let [attempt] = &attempts(&bench)[..] else { panic!("Azure is asked once") };
    let body = attempt.json();
    assert_eq!(body["justification"], access.justification());
    insta::assert_json_snapshot!(body["virtualMachines"][0]["ports"], @r#"
    [
      {
        "allowedSourceAddressPrefix": "198.51.100.7",
        "endTimeUtc": "2030-01-01T10:00:00.0000000Z",
        "number": 22
      }
    ]
    "#);
    assert_eq!(body["virtualMachines"][0]["id"], access.vm().to_string());
}

#[tokio::test]
async fn the_policy_tells_how_it_goes() {
    let bench = Bench::start(production(&["web01"])).await;
    let access = approved(&bench).await;
    bench.azure.security.initiate(&access).await.unwrap();
    let mut seen = Vec::new();
    for wait in [0, 30, 60] {
        bench.advance(SignedDuration::from_mins(wait));
        let policy = bench.azure.security.policy(access.policy()).await.unwrap();
        let [request] = &policy.requests[..] else { panic!("there is one request for one port") };
        assert_eq!(request.justification.as_deref(), Some(access.justification()));
        assert_eq!((request.port, &request.sources[..]), (Port::SSH, &[*access.source()][..]));
        seen.push(request.status.clone());
    }
    let over = PortStatus::Revoked(RevokedReason::Expired);
    assert_eq!(seen, [PortStatus::Initiating, PortStatus::Initiated, over]);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_again() {
    for trouble in [
        Trouble::ActThenCutOff,
        Trouble::CutOff,
        Trouble::CutOffHalfway,
        Trouble::BadJson,
        Trouble::ServerError(500),
        Trouble::ServerError(503),
    ] {
        let bench = Bench::start(production(&["web01"])).await;
        let access = approved(&bench).await;
        bench.simulator.fail_next(Fault::next(trouble.clone()).on("/initiate"));
        let error = bench.flying(bench.azure.security.initiate(&access)).await.unwrap_err();
        assert!(matches!(error, ArmError::AnswerLost(_)), "{trouble:?}: {error:?}");
        assert_eq!(attempts(&bench).len(), 1, "{trouble:?}");
    }
}

#[tokio::test]
async fn what_was_surely_not_done_is_asked_for_again() {
    for trouble in [Trouble::Throttled { retry_after: Some(2) }, Trouble::Unauthorized] {
        let bench = Bench::start(production(&["web01"])).await;
        let access = approved(&bench).await;
        bench.simulator.fail_next(Fault::next(trouble.clone()).on("/initiate"));
        bench.flying(bench.azure.security.initiate(&access)).await.unwrap();
        assert_eq!(attempts(&bench).len(), 2, "{trouble:?}");
        let policy = bench.azure.security.policy(access.policy()).await.unwrap();
        assert_eq!(policy.requests.len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_azures_words() {
    let bench = Bench::start(production(&["web01"])).await;
    let access = approved(&bench).await;
    bench.advance(SignedDuration::from_hours(2));
    let error = bench.azure.security.initiate(&access).await.unwrap_err();
    let ArmError::Refused { message, .. } = &error else { panic!("{error:?}") };
    assert!(message.contains("not a subset of policy"), "{message}");
    assert!(error.correlation_id().is_some());
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let mut world = World::empty();
    crate::bench::add_subscription(&mut world, "Production", "Reader");
    let vm = world.add_vm(simulator::world::NewVm::linux("web01")).unwrap();
    world.add_policy(&simulator::world::NewPolicy::of(&[&vm], &[22])).unwrap();
    let bench = Bench::start(world).await;
    let access = approved(&bench).await;
    let Err(ArmError::Forbidden { action, scope, .. }) = bench.azure.security.initiate(&access).await else {
        panic!("a reader may not open ports");
    };
    assert_eq!(
        action.as_deref(),
        Some("Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action")
    );
    assert_eq!(scope.unwrap().to_lowercase(), access.policy().to_string().to_lowercase());
}
