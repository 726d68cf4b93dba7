use serde_json::{Value, json};
use shared::configuration::Version;
use shared::policy::{JitPolicy, PortRule};
use shared::resource_id::VmId;

use super::PolicyDocument;

const POLICY: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";

fn vm(name: &str) -> VmId {
    format!("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso-rg/providers/Microsoft.Compute/virtualMachines/{name}")
        .parse()
        .unwrap()
}

fn port(number: u16) -> Value {
    json!({
        "number": number, "protocol": "*", "allowedSourceAddressPrefix": "*",
        "maxRequestAccessDuration": "PT3H", "ofTomorrow": number,
    })
}

/// Two machines, one entry nobody can read, and fields nobody knows.
fn document() -> PolicyDocument {
    PolicyDocument {
        id: POLICY.parse().unwrap(),
        kind: Some(json!("Basic")),
        machines: vec![
            json!({ "id": vm("web"), "ports": [port(22), port(3389)], "publicIpAddress": "203.0.113.9" }),
            json!({ "id": "/something/else", "ports": "of another kind" }),
            json!({ "id": vm("app").to_string().to_uppercase(), "ports": [port(22)] }),
        ],
        requests: Vec::new(),
    }
}

fn rules(ports: &[u16]) -> JitPolicy {
    JitPolicy { ports: ports.iter().map(|port| PortRule::usual((*port).try_into().unwrap())).collect() }
}

#[test]
fn a_change_leaves_everything_else_as_azure_had_it() {
    let mut changed = document();
    changed.set(&vm("web"), Some(&rules(&[3389, 5986])));
    let mut expected = document();
    expected.machines[0]["ports"] = json!([port(3389), {
        "number": 5986, "protocol": "*", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT3H",
    }]);
    assert_eq!(changed, expected);
}

#[test]
fn a_machine_comes_and_goes_by_itself() {
    let mut changed = document();
    changed.set(&vm("new"), Some(&rules(&[22])));
    assert_eq!((changed.machines.len(), &changed.machines[..3]), (4, &document().machines[..]));
    changed.set(&vm("new"), None);
    assert_eq!(changed, document());
    changed.set(&vm("APP"), None);
    assert_eq!(changed.machines, document().machines[..2], "ids are compared without regard to case");
    changed.set(&vm("APP"), None);
    assert_eq!(changed.machines.len(), 2);
}

#[test]
fn several_sources_stand_in_the_other_field() {
    let mut changed = document();
    let sources = ["203.0.113.7".parse().unwrap(), "198.51.100.0/24".parse().unwrap()].to_vec();
    let rule = PortRule { sources, ..PortRule::usual(22.try_into().unwrap()) };
    changed.set(&vm("app"), Some(&JitPolicy { ports: vec![rule.clone()] }));
    let [written] = &changed.machines[2]["ports"].as_array().unwrap()[..] else { panic!() };
    assert_eq!(written["allowedSourceAddressPrefixes"], json!(["203.0.113.7", "198.51.100.0/24"]));
    assert!(written.get("allowedSourceAddressPrefix").is_none());
    assert_eq!(changed.of(&vm("app")).unwrap().ports.ports, [rule]);
}

#[test]
fn it_says_what_it_was_told_in_whatever_order() {
    let document = document();
    assert!(document.says(&vm("web"), Some(&rules(&[3389, 22]))));
    assert!(!document.says(&vm("web"), Some(&rules(&[22]))));
    assert!(!document.says(&vm("web"), Some(&rules(&[22, 3390]))));
    assert!(document.says(&vm("new"), None) && !document.says(&vm("web"), None));
}

#[test]
fn every_state_has_a_name_of_its_own() {
    let names = |document: &PolicyDocument| [document.version(&vm("web")), document.version(&vm("app"))];
    let before = document();
    let [web, app] = names(&before);
    assert_ne!(web, app);
    let mut reordered = before.clone();
    reordered.machines[0]["ports"] = json!([port(3389), port(22)]);
    reordered.machines.reverse();
    assert_eq!(names(&reordered), [web.clone(), app.clone()]);
    let mut changed = before.clone();
    changed.set(&vm("web"), Some(&rules(&[22])));
    assert_eq!(names(&changed)[1], app, "one machine's change is no other's");
    assert_ne!(names(&changed)[0], web);
    let mut unreadable = before.clone();
    unreadable.machines[0]["ports"][0]["allowedSourceAddressPrefix"] = json!("of tomorrow");
    assert_ne!(names(&unreadable)[0], web, "what cannot be read is no less there");
    let nothing: Version = before.version(&vm("new"));
    assert_ne!(nothing, web);
    changed.set(&vm("web"), None);
    assert_eq!(changed.version(&vm("web")), nothing);
}

#[test]
fn a_machine_moves_with_everything_in_its_entry() {
    let mut shared = document();
    let entry = shared.entry(&vm("web")).unwrap();
    let own = PolicyDocument::of_one(POLICY.replace("default", "web").parse().unwrap(), &entry);
    assert_eq!((&own.machines[..], &own.kind), (&document().machines[..1], &document().kind));
    assert!(own.is_own(&vm("WEB")) && own.has(&vm("web"), &entry) && !shared.is_own(&vm("web")));
    shared.set(&vm("web"), None);
    assert_eq!(shared.machines, document().machines[1..]);
    assert!(shared.entry(&vm("web")).is_none() && !shared.has(&vm("web"), &entry));
    shared.add(&entry);
    assert!(shared.has(&vm("web"), &entry));
    shared.machines[2]["ports"] = json!([port(3389), port(22)]);
    assert!(shared.has(&vm("web"), &entry), "the order of the ports says nothing");
    shared.machines[2]["publicIpAddress"] = json!("203.0.113.10");
    assert!(!shared.has(&vm("web"), &entry), "it is another by that");
    assert!(shared.means(&vm("web"), &entry), "though not by its ports");
    shared.machines[2]["ports"] = json!([port(3389), port(22), { "number": 80, "protocol": "QUIC" }]);
    assert!(!shared.means(&vm("web"), &entry), "nobody knows what that is");
    let kept: crate::azure::security::PolicyEntry =
        serde_json::from_str(&serde_json::to_string(&entry).unwrap()).unwrap();
    assert_eq!((&kept, kept.ports()), (&entry, Some(rules(&[22, 3389]))));
}

#[test]
fn what_is_open_or_may_be_is_told_with_its_end() {
    let request = |name: &str, status: &str, ends_at: &str| {
        json!({
            "startTimeUtc": "2026-01-01T08:00:00Z", "requestor": "",
            "virtualMachines": [{ "id": vm(name), "ports": [{
                "number": 22, "allowedSourceAddressPrefix": "203.0.113.7", "endTimeUtc": ends_at,
                "status": status, "statusReason": "UserRequested",
            }] }],
        })
    };
    let wire: super::WireDocument = serde_json::from_value(json!({ "properties": {
        "virtualMachines": [{ "id": vm("web"), "ports": [] }],
        "requests": [
            request("web", "Initiated", "2026-01-01T10:00:00Z"),
            request("web", "Initiating", "2026-01-01T11:00:00Z"),
            request("web", "Revoked", "2026-01-01T15:00:00Z"),
            request("app", "OfTomorrow", "2026-01-01T12:00:00Z"),
        ],
    } }))
    .unwrap();
    let document = wire.read_from(POLICY.parse().unwrap());
    let at = |hour: u8| format!("2026-01-01T{hour:02}:00:00Z").parse::<jiff::Timestamp>().unwrap();
    assert_eq!(document.open_until(&vm("web"), at(9)), Some(at(11)));
    assert_eq!(document.open_until(&vm("web"), at(11)), None);
    assert_eq!(document.open_until(&vm("app"), at(11)), Some(at(12)), "what nobody knows is not the end");
    assert_eq!(document.open_until(&vm("new"), at(9)), None);
}

/// A port of which a source is not understood, one whose protocol is not, and one that is no port.
fn of_tomorrow() -> [Value; 3] {
    let tagged = json!({
        "number": 3389, "protocol": "*", "maxRequestAccessDuration": "PT3H",
        "allowedSourceAddressPrefixes": ["203.0.113.0/24", "AzureCloud"],
    });
    let mut quic = port(5986);
    quic["protocol"] = json!("QUIC");
    [tagged, quic, json!("all of them")]
}

fn with_unread() -> PolicyDocument {
    let mut document = document();
    document.machines[0]["ports"].as_array_mut().unwrap().truncate(1);
    document.machines[0]["ports"].as_array_mut().unwrap().extend(of_tomorrow());
    document
}

#[test]
fn what_is_understood_in_part_is_neither_read_nor_taken_for_what_was_wanted() {
    let mut document = with_unread();
    let web = vm("web");
    assert_eq!(document.of(&web).unwrap().ports, rules(&[22]));
    assert_eq!(document.unread(&web), of_tomorrow().map(|port| port.to_string()));
    let sources = vec!["203.0.113.0/24".parse().unwrap()];
    let office = PortRule { sources, ..PortRule::usual(3389.try_into().unwrap()) };
    let wanted = JitPolicy { ports: [rules(&[22]).ports, vec![office]].concat() };
    assert!(!document.says(&web, Some(&wanted)), "the service tag is still let in");
    document.set(&web, Some(&wanted));
    assert!(document.says(&web, Some(&wanted)));
    assert_eq!(document.unread(&web), of_tomorrow()[1..].iter().map(Value::to_string).collect::<Vec<_>>());
    assert!(!document.machines[0]["ports"].to_string().contains("AzureCloud"));
}

#[test]
fn a_change_of_one_port_keeps_those_that_nobody_understands() {
    let mut document = with_unread();
    let web = vm("web");
    document.set(&web, Some(&rules(&[22, 80])));
    let ports = document.machines[0]["ports"].as_array().unwrap();
    assert_eq!((ports.len(), &ports[2..]), (5, &of_tomorrow()[..]));
    document.set(&web, None);
    assert!(document.of(&web).is_none());
}

#[test]
fn a_machine_whose_ports_are_no_list_is_named_all_the_same() {
    let mut document = document();
    let web = vm("web");
    document.machines[0]["ports"] = json!("of another kind");
    assert_eq!(document.of(&web).unwrap().ports, rules(&[]));
    assert_eq!(document.unread(&web), ["\"of another kind\""]);
    assert!(!document.says(&web, None), "it is still there to be disabled");
    document.set(&web, None);
    assert!(document.says(&web, None));
}
