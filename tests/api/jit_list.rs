//! How all machines stand with just-in-time access, by tab.

mod reasons;
mod usage;

use shared::jit_list::{JitPage, JitRow, Severity, Standing, TabCounts};
use simulator::World;
use simulator::world::{NewNic, NewNsg, NewVm};
use tests::TestApp;
use tests::app::Visitor;

pub async fn listed(who: &Visitor, query: &str) -> JitPage {
    who.get(&format!("/api/jit?{query}")).await.json()
}

pub fn names(page: &JitPage) -> Vec<&str> {
    page.items.iter().map(|row| row.id.name().as_str()).collect()
}

pub fn only(page: &JitPage) -> &JitRow {
    let [row] = &page.items[..] else { panic!("{:?}", names(page)) };
    row
}

/// Machines of which no policy knows: `ssh-1` is open to everybody, `rdp-1` to the office, and before
/// `naked-1` stands nothing.
pub fn more_machines(world: &mut World) {
    for (name, port, source) in [("ssh", "22", "*"), ("rdp", "3389", "203.0.113.0/24")] {
        let rule = toml::from_str(&format!(
            "name = \"Allow-{name}\"\npriority = 310\naccess = \"Allow\"\nports = [\"{port}\"]\nsources = [\"{source}\"]"
        ));
        let group = NewNsg {
            name: format!("{name}-nsg"),
            subscription: Some("Production".to_owned()),
            group: "more-rg".to_owned(),
            location: "westeurope".to_owned(),
            rules: vec![rule.expect("it is a rule")],
        };
        world.add_nsg(group).expect("there is no other of that name");
        let nic = NewNic { nsg: Some(format!("{name}-nsg")), ..NewNic::default() };
        add(world, &format!("{name}-1"), nic);
    }
    add(world, "naked-1", NewNic::default());
}

pub fn add(world: &mut World, name: &str, nic: NewNic) -> String {
    let vm = NewVm::linux(name).subscription("Production").group("more-rg").nics(vec![nic]);
    world.add_vm(vm).expect("there is no other of that name")
}

const CONFIGURED: [&str; 7] = ["app-1", "inner-1", "off-1", "office-1", "open-1", "shut-1", "web-1"];

#[tokio::test]
async fn each_machine_is_in_one_tab_and_the_tabs_say_how_many_they_have() {
    let app = TestApp::start_in(more_machines).await;
    let ada = app.sign_in("admin").await;
    for (tab, expected) in [
        ("", &CONFIGURED[..]),
        ("configured", &CONFIGURED),
        ("not-configured", &["bare-1", "rdp-1", "ssh-1"]),
        ("unsupported", &["naked-1"]),
    ] {
        let page = listed(&ada, &format!("tab={tab}")).await;
        assert_eq!(names(&page), expected, "{tab}");
        assert_eq!(page.total as usize, expected.len());
        let counts = page.counts;
        assert_eq!(
            (counts.configured, counts.not_configured, counts.unsupported, counts.unknown),
            (7, 3, 1, 0),
            "{tab}"
        );
    }
}

#[tokio::test]
async fn everybody_sees_the_machines_that_a_rule_shows_them_and_what_they_may_do() {
    let app = TestApp::start_in(more_machines).await;
    let olga = listed(&app.sign_in("operator").await, "").await;
    assert!(names(&olga).contains(&"lab-1") && !names(&olga).contains(&"vault-1"), "{:?}", names(&olga));
    assert!(olga.items.iter().all(|row| row.may_request && !row.may_configure));
    assert_eq!(olga.plans.len(), 2, "those of the subscriptions that she sees machines of");
    let rita = listed(&app.sign_in("reader").await, "").await;
    assert!(rita.items.iter().all(|row| !row.may_request && !row.may_configure));
    assert_eq!(names(&rita), CONFIGURED);
    let ada = listed(&app.sign_in("admin").await, "tab=not-configured").await;
    assert!(ada.items.iter().all(|row| row.may_configure));
    let sam = listed(&app.sign_in("stranger").await, "").await;
    assert_eq!((sam.total, sam.counts, sam.plans.len()), (0, TabCounts::default(), 0));
    assert!(sam.facets.is_some_and(|facets| facets.groups.is_empty() && facets.locations.is_empty()));
}

#[tokio::test]
async fn filters_hold_for_the_counts_of_all_tabs_and_not_for_what_they_offer() {
    let app = TestApp::start_in(more_machines).await;
    let ada = app.sign_in("admin").await;
    for (query, expected, counts) in [
        ("q=WEB-1", &["web-1"][..], (1, 0, 0)),
        ("q=-1+more-rg", &[], (0, 2, 1)),
        ("group=WEB-RG&power=deallocated", &["off-1"], (1, 0, 0)),
        ("subscription=22222222-2222-4222-8222-222222222222", &[], (0, 0, 0)),
        ("location=westeurope&q=app", &["app-1"], (1, 0, 0)),
        ("source=any&q=office", &[], (0, 0, 0)),
        ("open=now", &[], (0, 0, 0)),
    ] {
        let page = listed(&ada, query).await;
        assert_eq!(names(&page), expected, "{query}");
        let of = page.counts;
        assert_eq!((of.configured, of.not_configured, of.unsupported), counts, "{query}");
        assert_eq!(page.facets.expect("they were asked for").groups, ["more-rg", "web-rg"], "{query}");
    }
    assert_eq!(listed(&ada, "facets=no").await.facets, None);
}

#[tokio::test]
async fn the_order_is_the_one_that_was_asked_for() {
    let app = TestApp::start_in(more_machines).await;
    let ada = app.sign_in("admin").await;
    for (query, expected) in [
        ("tab=not-configured&sort=severity", ["ssh-1", "rdp-1", "bare-1"]),
        ("tab=not-configured&sort=-severity", ["bare-1", "rdp-1", "ssh-1"]),
        ("tab=not-configured&sort=-name", ["ssh-1", "rdp-1", "bare-1"]),
        ("tab=not-configured&sort=group", ["rdp-1", "ssh-1", "bare-1"]),
    ] {
        assert_eq!(names(&listed(&ada, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_in_any_order_and_can_be_jumped_to() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = listed(&ada, &format!("sort=-name&limit=3{cursor}")).await;
        seen.extend(page.items.iter().map(|row| row.id.name().to_string()));
        let Some(next) = page.next else { break };
        cursor = format!("&cursor={}", next.replace(' ', "%20"));
    }
    let mut expected = CONFIGURED;
    expected.reverse();
    assert_eq!(seen, expected);
    assert_eq!(names(&listed(&ada, "offset=5&limit=1").await), ["shut-1"]);
    assert_eq!(names(&listed(&ada, "offset=500").await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_query_that_means_nothing_is_told_by_its_field() {
    let app = TestApp::start().await;
    let ada = app.sign_in("admin").await;
    for (query, field) in [
        ("tab=all", "tab"),
        ("tab=configured,unsupported", "tab"),
        ("sort=colour", "sort"),
        ("open=later", "open"),
        ("source=10.0.0.1", "source"),
        ("facets=yes", "facets"),
        ("offset=-1", "offset"),
        ("cursor=x", "cursor"),
        ("limit=201", "limit"),
        ("power=on", "power"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "q"),
    ] {
        for path in ["jit", "jit.csv"] {
            if path == "jit.csv" && ["facets", "offset", "cursor", "limit"].contains(&field) {
                continue;
            }
            let problem = ada.get(&format!("/api/{path}?{query}")).await.problem();
            assert_eq!(
                (problem.status, problem.violations[0].field.as_str()),
                (400, field),
                "{path} {query}"
            );
        }
    }
    assert_eq!(ada.get("/api/jit?cursor=1+x&offset=1").await.problem().status, 400);
}

#[tokio::test]
async fn the_sheet_has_all_that_match_and_no_formula() {
    let app = TestApp::start_in(|world| {
        more_machines(world);
        let subscription = world.subscriptions.values_mut().find(|one| one.name == "Production");
        subscription.expect("it is in this world").name = "=HYPERLINK(\"https://evil.example\")".to_owned();
    })
    .await;
    let ada = app.sign_in("admin").await;
    let answer = ada.get("/api/jit.csv?tab=not-configured&sort=severity").await;
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.header("content-disposition").contains("just-in-time-not-configured.csv"));
    let text = answer.text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("name,resource_group,subscription,"), "{}", lines[0]);
    assert!(lines[1].starts_with("ssh-1,more-rg,\"'=HYPERLINK("), "{}", lines[1]);
    assert!(lines[1].contains(",high,Rule “Allow-ssh” (priority 310)"), "{}", lines[1]);
    let configured = ada.get("/api/jit.csv").await.text();
    assert!(configured.contains("22 * from * for PT3H"), "{configured}");
    assert_eq!(app.sign_in("stranger").await.get("/api/jit.csv").await.text().lines().count(), 1);
}

#[tokio::test]
async fn what_no_policy_names_says_how_much_it_needs_one_and_why() {
    let app = TestApp::start_in(more_machines).await;
    let page = listed(&app.sign_in("admin").await, "tab=not-configured").await;
    let told: Vec<(Severity, &str)> = page
        .items
        .iter()
        .map(|row| match &row.standing {
            Standing::NotConfigured { severity, reason } => (*severity, reason.as_str()),
            Standing::Configured(_) | Standing::Unsupported(_) => panic!("{row:?}"),
        })
        .collect();
    let nothing_open = "No rule of its security groups opens a management port (22, 3389, 5985, 5986), so there is nothing to lock down.";
    assert_eq!(
        told,
        [
            (Severity::Healthy, nothing_open),
            (
                Severity::Low,
                "Rule “Allow-rdp” (priority 310) of rdp-nsg lets 203.0.113.0/24 reach port 3389."
            ),
            (Severity::High, "Rule “Allow-ssh” (priority 310) of ssh-nsg lets anybody reach port 22."),
        ]
    );
}
