use super::*;

#[test]
fn nothing_of_a_device_is_shared_that_the_rule_does_not_name() {
    use Redirection::{Clipboard, Drives};
    let rules = format!("{RULE}redirections = [\"clipboard\"]\n");
    let case = |redirections| Case { rules: rules.clone(), redirections, ..Case::default() };
    assert_eq!(case(&[Clipboard]).judge().unwrap().redirections(), [Clipboard]);
    assert!(case(&[]).judge().unwrap().redirections().is_empty(), "only what is asked for");
    let refused = case(&[Clipboard, Drives]).judge().unwrap_err();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].field, "redirections");
    assert_eq!(refused[0].detail, "access rule “Desk” does not let you share drives of your device");
    let by_default = Case { redirections: &[Clipboard], ..Case::default() };
    assert_eq!(by_default.fields(), ["redirections"]);
    assert_eq!(case(&[Clipboard, Clipboard]).fields(), ["redirections"], "twice");
}

#[test]
fn nothing_is_shared_through_a_port_that_is_not_for_remote_desktop() {
    let rules = format!("{RULE}redirections = [\"clipboard\"]\n").replace("[3389]", "[22, 3389]");
    let case = |ports: Vec<u16>| Case {
        ports,
        rules: rules.clone(),
        redirections: &[Redirection::Clipboard],
        ..Case::default()
    };
    assert_eq!(case(vec![22]).fields(), ["redirections"]);
    assert!(case(vec![22, 3389]).judge().is_ok());
}
