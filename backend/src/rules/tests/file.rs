//! What a file of rules may not say, and how it is told.

use super::*;

/// The file with one thing changed, and what is said of it.
fn told(good: &str, bad: &str) -> String {
    assert!(RULES.contains(good), "{good} is not in the file");
    RULES.replacen(good, bad, 1).parse::<Rules>().unwrap_err().to_string()
}

#[test]
fn a_bad_file_is_refused_with_the_line_the_rule_the_key_and_the_reason() {
    let cases = [
        (
            r#"longest = "3h""#,
            r#"longest = "3 fortnights""#,
            8,
            "“Factory operators”, longest: `3 fortnights`",
        ),
        (r#"longest = "3h""#, r#"longest = "30h""#, 8, "from 5 minutes to 24 hours"),
        (r#"longest = "3h""#, r#"longest = "90s""#, 8, "whole number of minutes"),
        ("ports = [22, 3389]", "ports = [\n0]", 8, "“Factory operators”, ports"),
        ("ports = [22, 3389]", "ports = []", 7, "at least one port"),
        ("widest = 32", "widest = 0", 9, "anywhere = true"),
        ("widest = 32", "widest = 33", 9, "prefix length from 1 to 32"),
        ("203.0.113.0/24", "0.0.0.0/0", 9, "anywhere = true"),
        ("203.0.113.0/24", "203.0.113.9/24", 9, "203.0.113.0/24"),
        (r#""Contoso office" ="#, r#"" " ="#, 9, "a network needs a name"),
        ("^(INC|CHG)[0-9]+", "(", 10, "reason.pattern: `(` is not a pattern: unclosed group"),
        ("tag:env=factory", "tag:env", 5, "is not a scope"),
        ("tag:env=factory", "/providers/Microsoft.Management/managementGroups/..", 5, "is not a scope"),
        ("tag:env=factory", "/", 5, "is not a scope"),
        (r#"name = "Auditors""#, r#"name = "Factory operators""#, 13, "name of its own"),
        (r#"name = "Auditors""#, r#"name = " ""#, 13, "name of its own"),
        (r#"to = { roles = ["Operator"] }"#, "to = {}", 4, "at least one role"),
        (r#"["Operator"]"#, r#"["Operator "]"#, 4, "without white space"),
        (r#"["auditor@contoso.com"]"#, r#"[""]"#, 14, "one is empty"),
        (r#"may = ["see"]"#, r#"may = ["sea"]"#, 16, "unknown variant `sea`"),
        (r#"may = ["see"]"#, "may = []", 16, "at least one thing"),
        (r#"may = ["see"]"#, r#"might = ["see"]"#, 16, "might"),
        (r#"longest = "3h""#, "guests = true", 8, "guests: guests are let in by what somebody prepares"),
        (r#"longest = "3h""#, r#"guests = "yes""#, 8, "invalid type: string"),
        ("hint = ", "hind = ", 10, "unknown field `hind`"),
    ];
    for (good, bad, line, expected) in cases {
        let told = told(good, bad);
        assert!(told.starts_with(&format!("line {line}: ")) && told.contains(expected), "{bad}: {told}");
        assert!(!told.contains('\n'), "{told}");
    }
}

#[test]
fn every_key_that_nobody_knows_is_an_error_whatever_table_it_is_in() {
    for (good, bad) in [
        ("[[rule]]", "[access]\nx = 1\n[[rule]]"),
        ("widest = 32", "widest = 32, wildest = 1"),
        (r#"roles = ["Operator"]"#, r#"roles = ["Operator"], everybody = true"#),
        ("required = true", "required = true, optional = false"),
        (
            r#"longest = "3h""#,
            r#"longest = "3h"
lenght = 4"#,
        ),
    ] {
        let told = told(good, bad);
        assert!(told.contains("unknown field"), "{bad}: {told}");
    }
}

#[test]
fn what_a_rule_needs_is_missed_by_name() {
    for (good, key) in [(r#"may = ["see"]"#, "may"), (r#"name = "Auditors""#, "name")] {
        let told = told(good, "");
        assert!(told.contains(&format!("missing field `{key}`")), "{told}");
    }
}

#[test]
fn a_file_names_itself_before_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.toml");
    let missing = Rules::read(&path).unwrap_err().to_string();
    assert!(missing.contains("access.toml cannot be read"), "{missing}");
    std::fs::write(&path, RULES.replace("3h", "3 fortnights")).unwrap();
    let wrong = Rules::read(&path).unwrap_err().to_string();
    assert!(wrong.contains("access.toml, line 8: access rule"), "{wrong}");
    std::fs::write(&path, "").unwrap();
    let (rules, origin) = Rules::read(&path).unwrap();
    assert_eq!((rules.count(), origin.rules), (0, 0));
    assert_eq!(origin.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn a_scope_is_written_as_it_is_read() {
    for text in [
        "/providers/Microsoft.Management/managementGroups/contoso",
        "/subscriptions/11111111-2222-3333-4444-555555555555",
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/Some-RG",
        "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm",
        "tag:env=factory=1",
        "tag:env=",
    ] {
        assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
    }
}

#[test]
fn the_rules_of_the_demo_and_of_the_documentation_are_sound() {
    let demo: Rules = include_str!("../../../demo/access.toml").parse().unwrap();
    assert!(demo.count() >= 5);
    let page = include_str!("../../../../docs/access-rules.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(example.parse::<Rules>().unwrap().count(), 1);
    for verb in Verb::ALL {
        assert!(page.contains(&format!("| `{}` |", verb.name())), "{} is not explained", verb.name());
    }
}
