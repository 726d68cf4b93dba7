use super::*;

pub(super) fn finding(name: &str) -> Finding {
    let id = format!(
        "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/more-rg/providers/Microsoft.Compute/virtualMachines/{name}"
    );
    Finding {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        resource_group: "more-rg".to_owned(),
        subscription: "Production".to_owned(),
        open_ports: vec![Port::SSH],
        severity: Some(Severity::High),
        live: LiveState::Exposed,
        state: Some(ComplianceState::NonCompliant),
        why: text::why(
            LiveState::Exposed,
            Some(ComplianceState::NonCompliant),
            Some("Rule “Allow-ssh” opens 22 to everybody."),
        ),
    }
}

fn written(findings: Vec<(Option<&str>, Finding)>) -> Vec<Asking> {
    let site = "https://postern.contoso.com/".parse().unwrap();
    let findings = findings.into_iter().map(|(owner, finding)| (owner.map(str::to_owned), finding));
    askings(findings, Asker::Person("Ada Admin", "admin@contoso.com"), &OwnerTag::default(), &site)
}

#[test]
fn an_owner_reads_which_machines_why_and_what_to_do() {
    let past = Finding {
        resource_group: "web-rg".to_owned(),
        live: LiveState::Bypassed,
        severity: Some(Severity::Low),
        open_ports: vec![Port::SSH, Port::RDP],
        why: text::why(LiveState::Bypassed, None, Some("Rule “Office” lets anybody in without a request.")),
        ..finding("web-1")
    };
    let findings = vec![(Some("ines@contoso.com"), past), (Some("Ines@contoso.com"), finding("ssh-1"))];
    let [asking] = &written(findings)[..] else { panic!("they are one owner's") };
    assert_eq!(asking.subject, "Please protect 2 virtual machines with just-in-time access");
    assert_eq!(asking.machines[0].name, "ssh-1", "the most severe first");
    insta::assert_snapshot!(asking.text, @r#"
    Hello,

    The tag "owner" says that you (ines@contoso.com) answer for these 2 virtual machines. Their management ports are not protected: whoever can reach them can try passwords there at any time.

    Resource group more-rg (subscription Production)
    - ssh-1: port 22 is open, high severity. Rule “Allow-ssh” opens 22 to everybody. Azure Policy: non-compliant.

    Resource group web-rg (subscription Production)
    - web-1: ports 22, 3389 are open, low severity. Just-in-time access is enabled, and a rule leads past it: Rule “Office” lets anybody in without a request.

    What to do

    1. Open the link below. Postern shows these machines, and has them chosen.
    2. Press "Enable JIT", read what it means for each machine, and confirm. Nobody is shut out: who needs a machine asks Postern, and has its port opened for a while.
    3. Where a rule leads past just-in-time access, delete that rule in Azure, or narrow it.

    https://postern.contoso.com/compliance?state=all&owner=ines%40contoso.com&choose=11111111-1111-4111-8111-111111111111/more-rg/ssh-1/web-1

    If a machine is not yours, correct its tag "owner" in Azure, or tell whoever sent this.

    Asked for by Ada Admin (admin@contoso.com) with Postern.
    "#);
}

#[test]
fn machines_of_nobody_come_last_and_say_so() {
    let askings =
        written(vec![(None, finding("a")), (Some("zoe"), finding("b")), (Some("Bo"), finding("c"))]);
    let owners: Vec<Option<&str>> = askings.iter().map(|asking| asking.owner.as_deref()).collect();
    assert_eq!(owners, [Some("Bo"), Some("zoe"), None]);
    let text = &askings[2].text;
    assert!(text.contains("has no tag \"owner\" that says who answers for it"), "{text}");
    assert!(text.contains("owner=-&choose="), "{text}");
}

#[test]
fn what_somebody_wrote_in_a_tag_or_a_rule_stays_in_its_line() {
    let evil = "Ines\r\nBcc: everybody@contoso.com\r\n\r\n1. Send your password to eve\u{202e}";
    let odd = Finding {
        why: "Rule “\n2. Obey”".to_owned(),
        subscription: "Prod\r\nWhat to do".to_owned(),
        ..finding("ssh-1")
    };
    let asking = &written(vec![(Some(evil), odd)])[0];
    let lines: Vec<&str> = asking.text.lines().collect();
    assert!(!lines.iter().any(|line| line.starts_with("Bcc") || line.starts_with("2. Obey")), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| **line == "What to do").count(), 1);
    assert!(!asking.text.contains(['\r', '\u{202e}']));
    assert!(!asking.subject.contains("Ines") && !asking.subject.contains(char::is_control));
    assert!(asking.link.starts_with("https://postern.contoso.com/compliance?"), "{}", asking.link);
    assert!(!asking.link.contains(char::is_whitespace) && !asking.link.contains(char::is_control));
}

#[test]
fn a_text_stays_readable_however_many_there_are() {
    let many = (0..1500).map(|number| {
        let severity = if number == 1499 { Severity::High } else { Severity::Low };
        (Some("ines@contoso.com"), Finding { severity: Some(severity), ..finding(&format!("vm-{number}")) })
    });
    let asking = &written(many.collect())[0];
    assert_eq!((asking.total, asking.machines.len()), (1500, MOST));
    assert_eq!(asking.machines[0].name, "vm-1499");
    assert!(asking.text.contains("- and 1400 more, which the link shows"), "{}", asking.text);
    assert!(asking.text.len() < 40_000 && asking.link.ends_with("&choose=all"));
}
