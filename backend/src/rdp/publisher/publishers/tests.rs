use super::super::tests::{Made, made, made_between, rsa};
use super::*;

fn at(year: &str) -> Timestamp {
    format!("{year}-06-01T00:00:00Z").parse().unwrap()
}

fn read(parts: &[&str]) -> Publishers {
    Publishers::from_pem(&parts.concat().into()).unwrap()
}

fn ends(publishers: &Publishers, year: &str) -> Option<String> {
    publishers.at(at(year)).map(|publisher| publisher.about().not_after.to_string())
}

#[test]
fn a_renewal_with_another_key_takes_over_when_its_time_comes() {
    let old = made_between(2026, 2028, vec![], &rsa());
    let new = made_between(2027, 2029, vec![], &rsa());
    for parts in [[&old, &new], [&new, &old]] {
        let parts: Vec<&str> = parts.iter().flat_map(|made| [made.leaf.as_str(), &made.key]).collect();
        let publishers = read(&parts);
        assert_eq!(ends(&publishers, "2025"), None);
        assert_eq!(ends(&publishers, "2026").as_deref(), Some("2028-01-01T00:00:00Z"));
        assert_eq!(ends(&publishers, "2027").as_deref(), Some("2029-01-01T00:00:00Z"), "both are good");
        assert_eq!(ends(&publishers, "2028").as_deref(), Some("2029-01-01T00:00:00Z"));
        assert_eq!(ends(&publishers, "2029"), None);
    }
}

#[test]
fn a_certificate_signs_in_its_time_and_asks_for_another_before_that_is_over() {
    let Made { leaf, key, .. } = made(vec![], &rsa());
    let publishers = read(&[&leaf, &key]);
    for (now, expected, signs) in [
        ("2025-12-31T23:59:59Z", Validity::NotYet, false),
        ("2026-06-01T00:00:00Z", Validity::Good, true),
        ("2026-12-02T00:00:00Z", Validity::Good, true),
        ("2026-12-03T00:00:00Z", Validity::EndsSoon, true),
        ("2027-01-01T00:00:00Z", Validity::Over, false),
    ] {
        let now = now.parse().unwrap();
        assert_eq!(
            (publishers.outlook(now).validity, publishers.at(now).is_some()),
            (expected, signs),
            "{now}"
        );
    }
}

#[test]
fn nobody_is_asked_for_a_renewal_that_is_there_already() {
    let key = rsa();
    let (old, new) = (made(vec![], &key), made_between(2027, 2029, vec![], &key));
    let (without, with) = (read(&[&old.leaf, &key.serialize_pem()]), read(&[&old.leaf, &new.leaf, &old.key]));
    let christmas = "2026-12-24T00:00:00Z".parse().unwrap();
    assert_eq!(without.outlook(christmas).validity, Validity::EndsSoon);
    let outlook = with.outlook(christmas);
    assert_eq!(outlook.validity, Validity::Good);
    assert_eq!(
        outlook.publisher.about().not_after.to_string(),
        "2027-01-01T00:00:00Z",
        "it signs until then"
    );
    assert_eq!(outlook.until.to_string(), "2029-01-01T00:00:00Z");
    assert_eq!(with.outlook(at("2025")).until.to_string(), "2026-01-01T00:00:00Z", "when the first begins");
    assert_eq!(with.outlook(at("2029")).until.to_string(), "2029-01-01T00:00:00Z", "when the last ended");
}

#[test]
fn what_was_most_likely_not_meant_is_told_while_files_are_signed() {
    let (good, spare) = (made(vec![], &rsa()), rsa());
    let complete = read(&[&good.leaf, &good.issuer, &good.key]);
    assert!(complete.flaws().is_empty(), "{complete:?}");
    let says = |parts: &[&str]| -> Vec<String> { read(parts).flaws().iter().map(Flaw::to_string).collect() };
    let [lonely] = &says(&[&good.leaf, &good.key])[..] else { panic!("one flaw") };
    assert!(lonely.contains("issued “Contoso IT”, is not there"), "{lonely}");
    let [spare] = &says(&[&good.leaf, &good.issuer, &good.key, &spare.serialize_pem()])[..] else {
        panic!("one flaw")
    };
    assert!(spare.contains("no certificate belongs to one of the keys"), "{spare}");
    let key = rsa();
    let signs = made(vec![], &key);
    let mails = made(vec![rcgen::ExtendedKeyUsagePurpose::EmailProtection], &key);
    let [unfit] = &says(&[&signs.leaf, &signs.issuer, &mails.leaf, &signs.key])[..] else {
        panic!("one flaw")
    };
    assert!(unfit.contains("“Contoso IT” is not for signing"), "{unfit}");
}
