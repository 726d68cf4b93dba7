//! `postern access explain`: the answer is the exit code, and the reasons are sentences.

use std::fs;

use crate::{postern, said};

const RULES: &str = r#"
[[rule]]
name = "Plants"
to = { roles = ["Operator"] }
on = ["/providers/Microsoft.Management/managementGroups/plants", "tag:env=plant"]
may = ["request"]
ports = [3389]
longest = "2h"
source = { networks = { "Office" = "198.51.100.0/24" } }

[[rule]]
name = "Helpdesk"
to = { users = ["hedy@contoso.com"] }
on = ["/subscriptions/11111111-2222-3333-4444-555555555555"]
may = ["request-for-others"]
source = { anywhere = true }
"#;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/press-1";

/// What is said of a question, with more arguments: exit code, output, error.
fn explain(more: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let rules = folder.path().join("access.toml");
    fs::write(&rules, RULES).expect("the folder takes files");
    let rules = rules.to_string_lossy().into_owned();
    let mut arguments = vec!["access", "explain", "--rules", &rules, "--vm", VM, "--port", "3389"];
    arguments.extend(more);
    said(&postern(&arguments))
}

#[test]
fn whoever_may_is_told_by_which_rule_and_the_exit_code_is_0() {
    for place in [["--tag", "Env=plant"], ["--management-group", "PLANTS"]] {
        let asked =
            ["--user", "olga@contoso.com", "--role", "Operator", "--source", "203.0.113.7", "--for", "90m"];
        let (code, told, _) = explain(&[&asked[..], &place[..]].concat());
        assert_eq!(code, 0, "{told}");
        assert!(told.starts_with("Allowed, by access rule “Plants”.\n"), "{told}");
        assert!(told.contains("Not about olga@contoso.com: “Helpdesk”."), "{told}");
    }
}

#[test]
fn whoever_may_not_is_told_why_and_the_exit_code_is_1() {
    let asked =
        ["--user", "olga@contoso.com", "--role", "Operator", "--source", "203.0.113.0/24", "--for", "3h"];
    let (code, told, _) = explain(&[&asked[..], &["--tag", "env=plant"]].concat());
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("Not allowed.\n") && told.contains("at most 2 h"), "{told}");
    assert!(told.contains("one address at a time"), "{told}");

    let (code, told, _) = explain(&asked);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("which management groups its subscription is in could not be read"), "{told}");

    let (code, told, _) = explain(&["--user", "sam@contoso.com", "--source", "*", "--for", "5m"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("Not about sam@contoso.com: “Plants”, “Helpdesk”."), "{told}");
}

#[test]
fn asking_for_somebody_else_and_from_anywhere_is_told_as_such() {
    let asked = ["--user", "Hedy@contoso.com", "--source", "*", "--for", "1h"];
    let (code, told, _) = explain(&asked);
    assert!(code == 1 && told.contains("does not let you request access to press-1"), "{told}");
    let (code, told, _) = explain(&[&asked[..], &["--on-behalf-of", "anna@contoso.com"]].concat());
    assert!(code == 0 && told.contains("a broad one"), "{told}");
}

#[test]
fn a_question_that_cannot_be_answered_ends_with_2() {
    for wrong in [
        &["--user", "a", "--source", "here", "--for", "1h"][..],
        &["--user", "a", "--source", "203.0.113.7", "--for", "always"],
        &["--user", "a", "--source", "203.0.113.7", "--for", "1h", "--tag", "env"],
        &["--user", "a", "--source", "203.0.113.7", "--for", "1h", "--tag", "a=b", "--from-azure"],
        &["--user", "a", "--source", "203.0.113.7", "--for", "1h", "--rules", "/there/is/no/file"],
    ] {
        let (code, told, error) = explain(wrong);
        assert!(code == 2 && told.is_empty() && !error.is_empty(), "{wrong:?}: {code} {told} {error}");
    }
}
