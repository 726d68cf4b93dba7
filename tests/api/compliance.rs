//! How machines comply with the policy that they should have just-in-time access.

mod assignments;
mod faults;
mod history;
mod reach;
mod remediation;
mod scans;
mod size;

use http::StatusCode;
use jiff::SignedDuration;
use shared::compliance::{
    Assignment, AssignmentList, CompliancePage, ComplianceRow, ComplianceState, LiveState, StateCounts,
};
use shared::jit_list::Severity;
use shared::port::Port;
use simulator::world::NewPolicyAssignment;
use simulator::{Fault, Trouble, World};
use tests::TestApp;
use tests::app::{Visitor, minutes};

use crate::jit_list::more_machines;
use crate::jit_policies;

const PRODUCTION: &str = "11111111-1111-4111-8111-111111111111";
const LABORATORY: &str = "22222222-2222-4222-8222-222222222222";
const STATES: &str = "/policyStates/latest/queryResults";

/// What everybody's machines of production are assigned, two hours ago.
fn assigned(name: &str, on: &str) -> NewPolicyAssignment {
    NewPolicyAssignment {
        display_name: Some(name.to_owned()),
        ago: SignedDuration::from_hours(2),
        ..NewPolicyAssignment::named(&name.to_lowercase().replace(' ', "-"), on)
    }
}

/// Machines without just-in-time access, and the policy that they should have it.
fn with_policy(world: &mut World) {
    more_machines(world);
    world.add_policy_assignment(&assigned("JIT for all", "Production")).expect("it fits the world");
    own(world, "ssh-1", "ines@contoso.com");
    own(world, "web-1", "Ines@contoso.com");
}

fn own(world: &mut World, vm: &str, owner: &str) {
    let machine = world.vms.iter_mut().find(|known| known.name == vm).expect("there is such a machine");
    machine.tags.insert("Owner".to_owned(), owner.to_owned());
}

async fn page(who: &Visitor, query: &str) -> CompliancePage {
    let answer = who.get(&format!("/api/compliance?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

fn names(page: &CompliancePage) -> Vec<&str> {
    page.items.iter().map(|row| row.id.name().as_str()).collect()
}

fn row<'a>(page: &'a CompliancePage, name: &str) -> &'a ComplianceRow {
    let mut rows = page.items.iter().filter(|row| row.id.name().as_str() == name);
    rows.next().unwrap_or_else(|| panic!("{name} is not among {:?}", names(page)))
}

#[tokio::test]
async fn what_does_not_comply_is_told_with_its_open_ports_the_most_severe_first() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let told = page(&ada, "state=non-compliant").await;
    assert_eq!(names(&told), ["ssh-1"], "{told:#?}");
    let ssh = row(&told, "ssh-1");
    assert_eq!((ssh.state, ssh.live), (Some(ComplianceState::NonCompliant), LiveState::Exposed));
    assert_eq!((ssh.severity, &ssh.open_ports[..]), (Some(Severity::High), &[Port::SSH][..]));
    assert!(ssh.detail.as_ref().is_some_and(|detail| detail.contains("Allow-ssh")), "{ssh:?}");
    assert_eq!(ssh.owner.as_deref(), Some("ines@contoso.com"));
    assert!(ssh.evaluated_at.is_some_and(|at| at < app.now()), "{ssh:?}");
    let [verdict] = &ssh.verdicts[..] else { panic!("{ssh:?}") };
    assert_eq!(verdict.assignment, "JIT for all");
    let first = &told.groups[0];
    assert_eq!((first.name.as_deref(), first.high), (Some("more-rg"), 1));
    assert_eq!(told.owner_tag, "owner");
    let compliant = page(&ada, "state=compliant").await;
    assert_eq!(row(&compliant, "web-1").live, LiveState::Protected);
    let some = row(&compliant, "rdp-1");
    assert_eq!((some.severity, &some.difference), (Some(Severity::Low), &None), "open to the office alone");
    let past = row(&compliant, "open-1").difference.as_deref().unwrap_or_default();
    assert!(past.contains("a rule lets people in past it"), "{past}");
    assert!(told.unreadable.is_empty() && told.counts.not_covered == 0, "{told:?}");
}

#[tokio::test]
async fn where_nobody_assigned_it_machines_are_seen_all_the_same() {
    let app = TestApp::start_in(more_machines).await;
    let ada = app.sign_in("admin").await;
    let told = page(&ada, "").await;
    assert_eq!(told.counts, StateCounts { not_covered: told.total, ..StateCounts::default() });
    let ssh = row(&told, "ssh-1");
    assert_eq!((ssh.state, ssh.live, ssh.evaluated_at), (None, LiveState::Exposed, None));
}

#[tokio::test]
async fn azure_and_what_is_seen_stand_side_by_side_with_why_they_differ() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        world.behaviour.assessment_every = SignedDuration::from_hours(24);
    })
    .await;
    let ada = app.sign_in("admin").await;
    assert_eq!(names(&page(&ada, "differs=yes").await), ["open-1"]);
    let seen = jit_policies::read(&app, &ada, "ssh-1").await;
    let ports = jit_policies::ports(&[22]);
    let answer = jit_policies::set(&app, &ada, "ssh-1", &seen.version, &ports).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    app.wait(minutes(12));
    // The list is loaded anew while the first one who asks is served the old one.
    let told = app
        .until(SignedDuration::from_secs(20), async || {
            let told = page(&ada, "q=ssh-1").await;
            (row(&told, "ssh-1").live != LiveState::Exposed).then_some(told)
        })
        .await;
    let ssh = row(&told, "ssh-1");
    assert_eq!(ssh.state, Some(ComplianceState::NonCompliant), "Azure has not noticed");
    let why = ssh.difference.as_deref().unwrap_or_default();
    assert!(why.starts_with("Just-in-time access was enabled 12 minutes ago."), "{ssh:#?}");
    assert!(why.contains("every few hours") && why.contains("hurries only the second"), "{why}");
    assert_eq!(names(&page(&ada, "differs=yes&state=non-compliant").await), ["ssh-1"]);
}

#[tokio::test]
async fn filters_narrow_what_is_shown_and_a_wrong_one_is_named() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    for (query, expected) in [
        ("severity=high&live=exposed", &["ssh-1"][..]),
        ("live=bypassed", &["open-1"]),
        ("group=MORE-RG&severity=low", &["rdp-1"]),
        ("owner=INES@contoso.com", &["ssh-1", "web-1"]),
        ("q=rdp", &["rdp-1"]),
        ("state=not-covered", &[]),
        ("live=unsupported", &["naked-1"]),
        (&format!("subscription={LABORATORY}"), &[]),
    ] {
        let mut told = page(&ada, query).await;
        told.items.sort_by(|a, b| a.id.name().cmp(b.id.name()));
        assert_eq!(names(&told), expected, "{query}");
    }
    let facets = page(&ada, "").await.facets.expect("they were asked for");
    assert_eq!(facets.groups, ["more-rg", "web-rg"]);
    let [assignment] = &facets.assignments[..] else { panic!("{facets:?}") };
    let of_one = page(&ada, &format!("assignment={}", assignment.id)).await;
    assert!(of_one.total > 5 && page(&ada, "assignment=/x").await.total == 0);
    let by_owner = page(&ada, "by=owner&owner=ines@contoso.com").await;
    assert_eq!((by_owner.groups.len(), by_owner.groups[0].machines), (1, 2), "{by_owner:?}");
    for (query, field) in [
        ("state=bad", "state"),
        ("severity=worst", "severity"),
        ("differs=no", "differs"),
        ("by=colour", "by"),
        ("cursor=x", "cursor"),
        ("limit=0", "limit"),
        ("surprise=1", "surprise"),
    ] {
        let problem = ada.get(&format!("/api/compliance?{query}")).await.problem();
        assert_eq!(problem.status, 400, "{query}");
        let told = problem.violations.iter().any(|violation| violation.field.contains(field));
        assert!(told || problem.detail.contains(field), "{query}: {problem:?}");
    }
}

#[tokio::test]
async fn pages_go_on_where_the_one_before_ended() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let whole = page(&ada, "").await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let part = page(&ada, &format!("limit=2&facets=no{cursor}")).await;
        assert_eq!((part.total, part.facets), (whole.total, None));
        seen.extend(part.items);
        let Some(next) = part.next else { break };
        cursor = format!("&cursor={}", next.replace(' ', "%20").replace('/', "%2F"));
    }
    assert_eq!(seen, whole.items);
}

#[tokio::test]
async fn the_sheet_has_all_that_match_without_formulas() {
    let app = TestApp::start_in(|world| {
        with_policy(world);
        own(world, "rdp-1", "=HYPERLINK(\"https://example.net\")");
    })
    .await;
    let ada = app.sign_in("admin").await;
    let answer = ada.get("/api/compliance.csv?state=non-compliant").await;
    assert!(answer.header("content-disposition").contains("compliance.csv"));
    let text = answer.text();
    let mut lines = text.lines();
    assert!(
        lines
            .next()
            .is_some_and(|head| head.starts_with("name,resource_group,subscription,owner,azure_state"))
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("ssh-1,more-rg,Production,ines@contoso.com,non-compliant,")),
        "{text}"
    );
    assert!(!text.contains(",=HYPERLINK") && !text.contains("\"=HYPERLINK"), "{text}");
}

#[tokio::test]
async fn an_initiative_counts_too_and_ids_in_capitals_are_the_same() {
    let app = TestApp::start_in(|world| {
        more_machines(world);
        let benchmark = NewPolicyAssignment {
            definition: "1f3afdf9-d0c9-4c3d-847f-89da613e70a8".to_owned(),
            ..assigned("ASC Default", "Production")
        };
        world.add_policy_assignment(&benchmark).expect("it fits the world");
    })
    .await;
    let ada = app.sign_in("admin").await;
    app.azure.fail_next(Fault::always(Trouble::OddCasing).on("/providers/Microsoft.PolicyInsights"));
    app.azure.fail_next(Fault::always(Trouble::OddCasing).on("/policyAssignments?"));
    let told = page(&ada, "state=non-compliant").await;
    assert_eq!(row(&told, "ssh-1").verdicts[0].assignment, "ASC Default");
    let [one] = &assignments_of(&ada).await[..] else { panic!("it is one") };
    assert_eq!(one.initiative.as_deref(), Some("1f3afdf9-d0c9-4c3d-847f-89da613e70a8"));
    assert!(!one.may_remove && one.counts.non_compliant > 0, "{one:?}");
}

pub async fn assignments_of(who: &Visitor) -> Vec<Assignment> {
    let list: AssignmentList = who.get("/api/compliance/assignments").await.json();
    list.items
}
