use jiff::SignedDuration;
use proptest::prelude::*;
use shared::report::Share;

use super::*;

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";

fn vm(name: &str) -> shared::resource_id::VmId {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/factory-rg/providers/Microsoft.Compute/virtualMachines/{name}")
        .parse()
        .unwrap()
}

fn terms() -> Terms {
    Terms {
        period: "2026-10".parse().unwrap(),
        hours: WorkingHours {
            zone: zone("Europe/Berlin").unwrap(),
            zone_name: "Europe/Berlin".to_owned(),
            ..WorkingHours::default()
        },
        ticket: Regex::new("INC[0-9]+").unwrap(),
        networks: [("Contoso", "203.0.113.0/24"), ("Contoso desk", "203.0.113.8/29")]
            .map(|(name, range)| Network { name: name.to_owned(), range: range.parse().unwrap() })
            .to_vec(),
        subscriptions: [(SUBSCRIPTION.parse().unwrap(), "Contoso production".to_owned())].into(),
    }
}

/// A grant of an hour at noon of a Wednesday.
fn grant(id: &str) -> Activity {
    let at: Timestamp = "2026-10-07T10:00:00Z".parse().unwrap();
    Activity {
        id: id.to_owned(),
        at,
        operation: Operation::Initiate,
        status: ActivityStatus::Accepted,
        origin: Origin::Both,
        name: Some("Operator".to_owned()),
        account: Some("operator@contoso.com".to_owned()),
        requested_for: None,
        address: None,
        vms: vec![vm("press-01")],
        policy: None,
        ports: vec!["3389".parse().unwrap()],
        source: Some("203.0.113.7".to_owned()),
        until: Some(at + SignedDuration::from_hours(1)),
        reason: Some("INC0012345".to_owned()),
        detail: None,
        request: None,
        correlation_id: None,
        subscription: SUBSCRIPTION.parse().unwrap(),
    }
}

fn report(items: &[Activity]) -> Report {
    let mut tally = Tally::new(terms());
    for item in items {
        tally.take(item);
    }
    tally.finish(Reach {
        as_of: "2026-11-02T00:00:00Z".parse().unwrap(),
        azure_since: "2026-08-04T00:00:00Z".parse().unwrap(),
        own_since: None,
        unreadable: Vec::new(),
    })
}

fn ids(items: &[Activity]) -> Vec<&str> {
    items.iter().map(|item| item.id.as_str()).collect()
}

#[test]
fn a_grant_counts_for_its_person_machine_group_and_network() {
    let report = report(&[grant("1"), grant("2")]);
    let share = |name: &str, detail: Option<&str>| Share {
        name: name.to_owned(),
        detail: detail.map(str::to_owned),
        grants: 2,
        minutes: 120,
        out_of_hours: 0,
        refused: 0,
    };
    assert_eq!(report.totals, Totals { grants: 2, minutes: 120, closed_early: 0 });
    assert_eq!(report.people.items, [share("operator@contoso.com", Some("Operator"))]);
    assert_eq!(report.machines.items, [share("press-01", Some("factory-rg"))]);
    assert_eq!(report.groups.items, [share("factory-rg", Some("Contoso production"))]);
    assert_eq!(report.networks.items, [share("Contoso", None)]);
    let day = report.days.iter().find(|day| day.date == "2026-10-07").unwrap();
    assert_eq!((report.days.len(), day.grants), (31, 2));
    assert!(report.out_of_hours.items.is_empty() && report.without_ticket.items.is_empty());
}

#[test]
fn what_was_done_at_another_time_counts_for_nothing() {
    let at = |id: &str, at: &str| Activity { at: at.parse().unwrap(), ..grant(id) };
    // The month begins and ends at midnight in Berlin.
    let report = report(&[
        at("before", "2026-09-30T21:59:59Z"),
        at("first", "2026-09-30T22:00:00Z"),
        at("last", "2026-10-31T22:59:59Z"),
        at("after", "2026-10-31T23:00:00Z"),
    ]);
    assert_eq!(ids(&report.out_of_hours.items), ["last", "first"]);
    assert_eq!(report.totals.grants, 2);
}

#[test]
fn refusals_are_no_grants() {
    let refused = |id: &str, status| Activity { status, origin: Origin::NotAsked, ..grant(id) };
    let report = report(&[
        refused("by-postern", ActivityStatus::Refused),
        refused("by-azure", ActivityStatus::Failed),
        Activity { status: ActivityStatus::Unknown, ..grant("nobody-knows") },
    ]);
    assert_eq!(report.totals.grants, 1, "what nobody knows to be refused may be open");
    assert_eq!((report.refused.count, report.people.items[0].refused), (2, 2));
    assert_eq!(ids(&report.refused.items), ["by-postern", "by-azure"]);
}

#[test]
fn what_was_made_past_postern_stands_out_and_owes_no_ticket() {
    let outside =
        |id: &str, operation| Activity { operation, origin: Origin::Outside, reason: None, ..grant(id) };
    let report = report(&[
        outside("asked", Operation::Initiate),
        outside("edited", Operation::Update),
        Activity { reason: Some("just a look".to_owned()), ..grant("no-ticket") },
        Activity { reason: None, ..grant("no-reason") },
    ]);
    assert_eq!(ids(&report.outside.items), ["edited", "asked"]);
    assert_eq!(ids(&report.without_ticket.items), ["no-ticket", "no-reason"]);
    assert_eq!(report.totals.grants, 3);
}

#[test]
fn the_broadest_and_the_longest_come_first() {
    let from = |id: &str, source: &str| Activity { source: Some(source.to_owned()), ..grant(id) };
    let lasting = |id: &str, hours| {
        let grant = grant(id);
        Activity { until: Some(grant.at + SignedDuration::from_hours(hours)), ..grant }
    };
    let report = report(&[
        from("one", "203.0.113.9"),
        from("any", "*"),
        from("wide", "198.51.100.0/24, 10.0.0.0/8"),
        from("office", "203.0.113.0/24"),
        lasting("long", 24),
    ]);
    assert_eq!(ids(&report.broadest), ["any", "wide", "office"]);
    assert_eq!(report.longest[0].id, "long");
    let networks: Vec<&str> = report.networks.items.iter().map(|share| share.name.as_str()).collect();
    assert_eq!(networks, ["Contoso", "10.0.0.0/8", "198.51.100.0/24", "Anywhere", "Contoso desk"]);
}

#[test]
fn an_early_end_counts_once() {
    let close = |id: &str, status| Activity {
        operation: Operation::Close,
        request: Some("0195a1b2-0000-7000-8000-000000000001".parse().unwrap()),
        status,
        ..grant(id)
    };
    let report = report(&[
        close("1", ActivityStatus::Accepted),
        close("2", ActivityStatus::Accepted),
        close("3", ActivityStatus::Failed),
    ]);
    assert_eq!((report.totals.closed_early, report.totals.grants), (1, 0));
}

#[test]
fn a_table_says_what_is_left_out_of_it() {
    let items: Vec<Activity> =
        (0..150).map(|n| Activity { reason: None, ..grant(&format!("{n:03}")) }).collect();
    let report = report(&items);
    assert_eq!((report.without_ticket.count, report.without_ticket.items.len()), (150, MOST_LISTED));
    let lines: Vec<_> = lines(&report).collect();
    assert!(
        lines.iter().any(|line| line[0] == "without ticket, through Postern" && line[1] == "and 50 more")
    );
    assert!(lines.iter().any(|line| line[..4] == ["total", "grants", "", "150"].map(str::to_owned)));
}

fn some_activity() -> impl Strategy<Value = Activity> {
    let people = prop_oneof![
        Just(None),
        Just(Some("a@contoso.com")),
        Just(Some("A@contoso.com")),
        Just(Some("b@contoso.com"))
    ];
    let names = prop_oneof![Just(None), Just(Some("Ann")), Just(Some("Anna"))];
    let statuses = proptest::sample::select(ActivityStatus::ALL.to_vec());
    let operations = proptest::sample::select(Operation::ALL.to_vec());
    let sources = proptest::sample::select(vec![
        "*",
        "203.0.113.9",
        "198.51.100.0/24, 10.0.0.0/8",
        "AzureCloud",
        "2001:db8::7",
    ]);
    let machines = proptest::collection::vec(proptest::sample::select(vec!["vm-1", "VM-1", "vm-2"]), 0..3);
    (
        (people, names, statuses, operations),
        (sources, machines, 0_i64..40 * 86_400, -100_i64..100_000, any::<bool>()),
    )
        .prop_map(|((account, name, status, operation), (source, machines, at, lasts, is_outside))| {
            let at = Timestamp::from_second(1_790_000_000 + at).unwrap();
            Activity {
                at,
                account: account.map(str::to_owned),
                name: name.map(str::to_owned),
                status,
                operation,
                source: Some(source.to_owned()),
                vms: machines.iter().map(|name| vm(name)).collect(),
                until: Some(at + SignedDuration::from_secs(lasts)),
                origin: if is_outside { Origin::Outside } else { Origin::Both },
                ..grant("")
            }
        })
}

proptest! {
    /// The trail is read in stretches, newest first; nothing of the report may hang on that.
    #[test]
    fn the_same_input_gives_the_same_report_in_any_order(
        items in proptest::collection::vec(some_activity(), 0..300).prop_flat_map(|items| {
            let numbered: Vec<Activity> =
                items.into_iter().enumerate().map(|(n, item)| Activity { id: format!("z{n}"), ..item }).collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        })
    ) {
        let (one, other) = items;
        prop_assert!(report(&one) == report(&other), "the order counts");
    }
}
