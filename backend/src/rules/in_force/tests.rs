use std::fs;

use super::*;

const ONE: &str = r#"
[[rule]]
name = "One"
to = { users = ["a@contoso.com"] }
on = ["tag:env=test"]
may = ["see"]
"#;

#[test]
fn a_new_version_of_the_file_replaces_the_old_for_everybody_who_shares_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.toml");
    fs::write(&file, ONE).unwrap();
    let rules = RulesInForce::from_file(file.clone()).unwrap();
    let shared = rules.clone();
    let before = shared.now();

    fs::write(&file, format!("{ONE}{}", ONE.replace("One", "Two"))).unwrap();
    let origin = rules.read_again().unwrap().unwrap();

    assert_eq!((origin.rules, origin.sha256.len()), (2, 64));
    assert_eq!((before.count(), shared.now().count()), (1, 2));
}

#[test]
fn a_bad_file_leaves_the_rules_as_they_were_and_says_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.toml");
    fs::write(&file, ONE).unwrap();
    let rules = RulesInForce::from_file(file.clone()).unwrap();

    fs::write(&file, ONE.replace("see", "sea")).unwrap();
    let error = rules.read_again().unwrap_err().to_string();
    assert!(error.contains("access.toml, line 6: unknown variant `sea`"), "{error}");
    assert_eq!(rules.now().count(), 1);

    fs::remove_file(&file).unwrap();
    assert!(matches!(rules.read_again(), Err(RulesError::File { .. })));
    assert_eq!(rules.now().count(), 1);
}

#[test]
fn rules_that_come_from_no_file_stay() {
    let rules = RulesInForce::from(ONE.parse::<Rules>().unwrap());
    assert_eq!(rules.read_again().unwrap(), None);
    assert_eq!(rules.now().count(), 1);
}
