use jiff::SignedDuration;
use proptest::prelude::*;
use shared::handoff::HandoffId;
use uuid::Uuid;

use super::*;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/payroll-01";

fn record(requested_for: &str, guest: bool) -> HandoffRecord {
    let prepared_at = Timestamp::from_second(1_893_488_400).unwrap();
    let key = PersonKey { realm: "contoso".to_owned(), subject: "hedy".to_owned() };
    HandoffRecord {
        handoff: Handoff {
            id: HandoffId(Uuid::from_u128(7)),
            vm: VM.parse().unwrap(),
            ports: vec!["3389".parse().unwrap()],
            duration: "PT1H".parse().unwrap(),
            requested_for: requested_for.parse().unwrap(),
            guest,
            reason: "INC1 wages".parse().ok(),
            prepared_by: Person { name: "Hedy".to_owned(), username: "hedy@contoso.com".to_owned() },
            prepared_at,
            expires_at: prepared_at + SignedDuration::from_mins(15),
            state: HandoffState::Prepared,
        },
        preparer: Preparer {
            key,
            roles: Vec::new(),
            groups: Vec::new(),
            session: String::new(),
            signed_in_until: prepared_at,
        },
        secret_hash: String::new(),
        code_hash: None,
        wrong_codes: 0,
        guest_hash: None,
        redeemer: None,
        strangers: Vec::new(),
    }
}

fn user(realm: &str, username: &str) -> CurrentUser {
    let record = record("x", false);
    let mut user = record.right();
    user.key = PersonKey { realm: realm.to_owned(), subject: "anna".to_owned() };
    user.person.username = username.to_owned();
    user
}

#[test]
fn it_is_for_whoever_goes_by_that_name_at_the_same_provider() {
    let prepared = record("Anna@Contoso.com", false);
    assert!(prepared.is_for(&user("contoso", "anna@contoso.COM")));
    assert!(!prepared.is_for(&user("contoso", "bert@contoso.com")));
    assert!(!prepared.is_for(&user("fabrikam", "anna@contoso.com")), "another provider's Anna");
    assert!(!prepared.is_for(&user("contoso", "")));
    assert!(!record("anna@contoso.com", true).is_for(&user("contoso", "anna@contoso.com")));
}

#[test]
fn a_code_counts_for_its_own_link_only_however_it_is_typed() {
    let (link, other) = (LinkSecret::generate(), LinkSecret::generate());
    let code = GuestCode::generate();
    let hash = code.hash(&link);
    let shown = code.shown();
    for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), format!(" {shown} ")] {
        assert!(GuestCode::sent(&typed).unwrap().is_told_by(&hash, &link), "{typed}");
        assert!(!GuestCode::sent(&typed).unwrap().is_told_by(&hash, &other), "{typed}");
    }
    for part in [String::new(), shown[1..].to_owned(), format!("{shown}A")] {
        assert!(GuestCode::sent(&part).is_none(), "{part}");
    }
}

#[test]
fn the_secret_stands_where_no_server_sees_it() {
    let secret = LinkSecret::generate();
    let links = Links::on(&"https://postern.contoso.com/".parse().unwrap());
    let link: url::Url = links.to(HandoffId(Uuid::from_u128(7)), &secret).parse().unwrap();
    assert_eq!(link.path(), "/for/00000000000000000000000000000007");
    assert_eq!(link.fragment(), Some(secret.expose()));
    assert!(secret.expose().len() >= 32 && !secret.hash().contains(secret.expose()));
    assert!(!format!("{secret:?} {:?}", GuestCode::generate()).contains(secret.expose()));
}

#[test]
fn a_message_says_what_to_do_and_keeps_the_code_to_itself() {
    let told = message(&record("anna@contoso.com", false).handoff, "https://a.example/for/1#s");
    assert!(told.contains("https://a.example/for/1#s\n2. Sign in as anna@contoso.com"), "{told}");
    assert!(told.contains("within 15 minutes") && told.contains("INC1 wages"), "{told}");
    let guest = message(&record("Anna", true).handoff, "https://a.example/for/1#s");
    assert!(guest.contains("the code that Hedy tells you on the phone"), "{guest}");
}

#[test]
fn a_picture_is_nothing_but_squares() {
    let picture = svg(
        "https://postern.contoso.com/for/00000000000000000000000000000007#0123456789abcdef0123456789abcdef",
    );
    let rest = picture.replace(|c: char| c.is_ascii_digit() || " Mhvz-".contains(c), "");
    assert_eq!(rest.matches('<').count(), 4, "{rest}");
    assert!(!picture.contains("postern.contoso.com") && picture.len() < 20_000, "{}", picture.len());
}

proptest! {
    #[test]
    fn a_secret_is_told_by_its_own_hash_alone(one in ".{0,40}", other in ".{0,40}") {
        let (first, second) = (LinkSecret::sent(one.clone()), LinkSecret::sent(other.clone()));
        prop_assert!(first.is_told_by(&first.hash()));
        prop_assert_eq!(first.is_told_by(&second.hash()), one == other);
        prop_assert!(!is_hash_of(&first.hash(), "guest", &one));
    }
}
