use super::*;
use crate::pages::connect::samples::details;
use shared::bastion::{Bastion, Sku};
use shared::vm::Network;

fn here() -> IpAddr {
    "203.0.113.7".parse().unwrap()
}

fn form(query: &[(&str, &str)]) -> Form {
    form_on(&details(), query)
}

fn form_on(details: &VmDetails, query: &[(&str, &str)]) -> Form {
    let value = |key: &str| query.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
    Form::of_query(value, details, here())
}

fn wrong(form: &Form, details: &VmDetails) -> Vec<String> {
    form.request(details, here()).unwrap_err().into_iter().map(|violation| violation.field).collect()
}

#[test]
fn without_a_query_it_is_what_suits_the_machine_for_an_hour() {
    let form = form(&[]);
    assert_eq!((form.method, form.port, form.origin), (Method::Rdp, Port::RDP, Origin::Device));
    assert_eq!(form.length.parse().unwrap().words(), "1 h");
}

#[test]
fn where_an_hour_is_too_long_it_is_as_long_as_can_be() {
    let mut details = details();
    details.may.request[0].longest = AccessDuration::from_minutes(30).unwrap();
    assert_eq!(form_on(&details, &[]).length.parse().unwrap().words(), "30 min");
}

#[test]
fn the_query_brings_back_every_choice() {
    let details = details();
    let query = [
        ("method", "ssh"),
        ("port", "2222"),
        ("source", "198.51.100.0/24"),
        ("duration", "PT1H30M"),
        ("reason", "INC1 & more"),
    ];
    let form = form_on(&details, &query);
    assert_eq!(form.origin, Origin::Typed("198.51.100.0/24".into()));
    assert_eq!(
        form.query(),
        "?method=ssh&port=2222&source=198.51.100.0%2F24&for=90m&reason=INC1%20%26%20more"
    );
}

#[test]
fn a_port_alone_says_which_method_is_meant() {
    assert_eq!(form(&[("port", "22")]).method, Method::Ssh);
    assert_eq!(form(&[("port", "5986")]).method, Method::Rdp);
    assert_eq!(form(&[("port", "22"), ("method", "rdp")]).method, Method::Rdp);
}

#[test]
fn several_ports_are_requested_as_far_as_they_can_be() {
    let mut details = details();
    let policy = details.policy.as_mut().unwrap();
    let rule = policy.ports[0].clone();
    policy.ports.push(shared::policy::PortRule {
        port: Port::SSH,
        longest: AccessDuration::SHORTEST,
        ..rule
    });
    let form = form_on(&details, &[("port", "3389,5986,22,22"), ("for", "1h"), ("reason", "INC1")]);
    assert_eq!((form.method, form.ports(&details)), (Method::Rdp, vec![Port::RDP, Port::SSH]));
    assert_eq!(form.offered(&details), [Port::SSH], "5986 is not covered");
    assert!(form.query().starts_with("?method=rdp&port=3389%2C5986%2C22"), "{}", form.query());
    let violations = form.request(&details, here()).unwrap_err();
    assert_eq!(violations[0].detail, "Access can last at most 5 min here: port 22 may be open no longer.");
    let form = form_on(&details, &[("port", "3389,22"), ("for", "5m"), ("reason", "INC1")]);
    assert_eq!(form.request(&details, here()).unwrap().vms[0].ports, [Port::RDP, Port::SSH]);
}

#[test]
fn nonsense_in_the_query_is_as_if_it_were_not_there_but_a_source_is_shown() {
    let form = form(&[("method", "x"), ("port", "0"), ("duration", "soon"), ("source", "abc")]);
    assert_eq!((form.method, form.port), (Method::Rdp, Port::RDP));
    assert_eq!(form.origin, Origin::Typed("abc".into()));
    assert_eq!(form.query(), "?method=rdp&source=abc&for=1h");
}

#[test]
fn a_source_is_recognised_as_what_it_is() {
    let mut details = details();
    let office: Source = "198.51.100.0/24".parse().unwrap();
    details.may.request[0].networks = vec![Network { name: "Office".into(), range: office }];
    details.may.request[0].anywhere = true;
    assert_eq!(form_on(&details, &[("source", "203.0.113.7")]).origin, Origin::Device);
    assert_eq!(form_on(&details, &[("source", "198.51.100.0/24")]).origin, Origin::Network(office));
    assert_eq!(form_on(&details, &[("source", "*")]).origin, Origin::Anywhere);
}

#[test]
fn a_form_that_is_filled_in_is_a_request() {
    let request = form(&[("reason", "INC0012345")]).request(&details(), here()).unwrap();
    assert_eq!(request.source.to_string(), "203.0.113.7");
    assert_eq!(request.duration.to_string(), "PT1H");
    assert_eq!(request.vms[0].ports, [Port::RDP]);
    assert_eq!(request.reason.unwrap().as_str(), "INC0012345");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let details = details();
    let form = form(&[("source", "203.0.113"), ("duration", "PT24H")]);
    assert_eq!(wrong(&form, &details), [field::SOURCE, field::DURATION, field::REASON]);
}

#[test]
fn a_range_that_begins_elsewhere_is_offered_as_it_was_meant() {
    let violations = form(&[("source", "203.0.113.9/32x")]).request(&details(), here()).unwrap_err();
    assert_eq!(violations[0].offer, None);
    let violations = form(&[("source", "203.0.113.9/24")]).request(&details(), here()).unwrap_err();
    assert_eq!(violations[0].offer.as_deref(), Some("203.0.113.0/24"));
}

#[test]
fn too_long_offers_as_long_as_can_be() {
    let violations = form(&[("duration", "PT8H"), ("reason", "x")]).request(&details(), here()).unwrap_err();
    assert_eq!(violations[0].offer.as_deref(), Some("PT3H"));
}

#[test]
fn no_reason_will_do_where_none_is_required() {
    let mut details = details();
    details.may.request[0].reason_required = false;
    assert_eq!(form(&[]).request(&details, here()).unwrap().reason, None);
}

#[test]
fn what_is_shared_is_what_was_chosen_and_can_be_chosen() {
    use shared::redirection::Redirection::{Clipboard, Drives, Printers};
    let mut details = details();
    details.may.request[0].redirections = vec![Printers, Clipboard];
    let mut form = form_on(&details, &[("reason", "INC1"), ("redirections", "clipboard")]);
    assert_eq!(form.request(&details, here()).unwrap().redirections, [], "no link chooses it");
    form.redirections = vec![Printers, Drives, Clipboard];
    assert_eq!(form.request(&details, here()).unwrap().redirections, [Clipboard, Printers]);
    assert!(!form.query().contains("clipboard"));
    form.method = Method::Ssh;
    assert_eq!(form.request(&details, here()).unwrap().redirections, []);
}

const BASTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hub/providers/Microsoft.Network/bastionHosts/hub";

#[test]
fn which_bastion_there_is_is_not_judged_before_it_is_known() {
    let mut details = details();
    details.may.request[0].bastion = true;
    let mut form = form_on(&details, &[("method", "bastion"), ("reason", "INC1")]);
    assert!(form.is_looking());
    assert!(form.request(&details, here()).is_err(), "and nothing can be sent yet");

    let reason = "No Bastion is there.".to_owned();
    form.ways = Some(Ways { bastion: ByBastion::Unreached { reason }, portal: None });
    assert!(!form.is_looking());
    let violations = form.request(&details, here()).unwrap_err();
    assert_eq!(violations[0].detail, "No Bastion is there.");

    let bastion = Bastion {
        id: BASTION.parse().unwrap(),
        sku: Sku::Standard,
        why: "It is there.".into(),
        network: "10.9.255.0/26".parse().ok(),
        native_client: true,
        shareable_link: false,
    };
    form.ways = Some(Ways { bastion: ByBastion::Reached { bastion }, portal: None });
    assert_eq!(form.request(&details, here()).unwrap().source.to_string(), BASTION);
}

#[test]
fn what_of_an_address_makes_no_sense_is_told() {
    let odd = |pairs: &'static [(&str, &str)]| {
        let value =
            |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        Form::odd(value)
    };
    assert!(odd(&[]).is_empty());
    assert!(odd(&[("port", "3389,22"), ("method", "bastion"), ("for", "2h"), ("reason", "?")]).is_empty());
    assert_eq!(
        odd(&[("port", "3389,rdp"), ("method", "vnc"), ("for", "soon")]),
        ["port=3389,rdp", "method=vnc", "for=soon"]
    );
}
