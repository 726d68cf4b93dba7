//! What is worth knowing about a machine before connecting to it, most pressing first.

use shared::port::Port;
use shared::preflight::Preflight;
use shared::vm::{PowerState, VmDetails};

use super::form::Method;
use super::texts;
use crate::components::status_line::Tone;
use crate::format;

/// Something worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind of news it is.
    pub tone: Tone,
    /// The words.
    pub words: String,
    /// What can be done about it here.
    pub remedy: Option<Remedy>,
}

/// Something that can be done on this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Starting the machine.
    Start,
}

/// All there is to know about the machine itself.
pub fn notices(details: &VmDetails, method: Method) -> Vec<Notice> {
    [power(details), address(details, method)].into_iter().flatten().collect()
}

/// Whether the machine is on its way from one state to another.
pub fn is_changing(power: PowerState) -> bool {
    match power {
        PowerState::Starting | PowerState::Stopping | PowerState::Deallocating => true,
        PowerState::Running | PowerState::Stopped | PowerState::Deallocated | PowerState::Unknown => false,
    }
}

fn power(details: &VmDetails) -> Option<Notice> {
    let (words, can_start) = match details.vm.power {
        PowerState::Running | PowerState::Unknown => return None,
        PowerState::Starting => ("This VM is starting. It answers once it is up.", false),
        PowerState::Stopping => ("This VM is being stopped.", false),
        PowerState::Deallocating => ("This VM is being stopped and deallocated.", false),
        PowerState::Stopped => ("This VM is stopped. Nothing answers until it runs.", true),
        PowerState::Deallocated => (
            "This VM is stopped (deallocated). Nothing answers until it runs, and its public IP address may be another one then.",
            true,
        ),
    };
    let remedy = (can_start && details.may.start).then_some(Remedy::Start);
    let words = if can_start && remedy.is_none() {
        format!("{words} You are not allowed to start it here; ask whoever looks after it.")
    } else {
        words.to_owned()
    };
    Some(Notice { tone: if can_start { Tone::Warning } else { Tone::Info }, words, remedy })
}

fn address(details: &VmDetails, method: Method) -> Option<Notice> {
    let vm = &details.vm;
    // It may get its addresses back when it starts. The firewall before it has one of its own, and a
    // Bastion takes the private one.
    if matches!(vm.power, PowerState::Deallocated | PowerState::Deallocating)
        || details.firewall_address.is_some()
        || (method == Method::Bastion && vm.private_address.is_some())
    {
        return None;
    }
    let words = match (vm.public_address.is_some() || vm.fqdn.is_some(), vm.private_address) {
        (true, _) => return None,
        (false, Some(private)) => format!(
            "No public IP address. Connect to {private} from inside its network, over a VPN or from a peered network, and choose the address the VM sees you at as the source."
        ),
        (false, None) => {
            "No IP address. Its network interface may be missing; ask whoever looks after this VM.".to_owned()
        }
    };
    Some(Notice { tone: Tone::Info, words, remedy: None })
}

/// That rules let everybody in without a request, once they were read.
pub fn exposed(preflight: Option<&Preflight>, port: Port) -> Option<Notice> {
    let rules: Vec<String> = preflight?.exposed_by.iter().map(format::rule).collect();
    if rules.is_empty() {
        return None;
    }
    let verb = if rules.len() == 1 { "lets" } else { "let" };
    let words = texts::sentence(&format!(
        "{} {verb} any address reach port {port} without a request. JIT does not protect it; tell whoever looks after this VM",
        rules.join(" and ")
    ));
    Some(Notice { tone: Tone::Warning, words, remedy: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::connect::samples::{details, here};
    use shared::preflight::{Diagnosis, Reach, RuleRef};

    fn words(details: &VmDetails) -> Vec<String> {
        notices(details, Method::Rdp).into_iter().map(|notice| notice.words).collect()
    }

    #[test]
    fn a_machine_that_runs_behind_sound_rules_needs_no_words() {
        let sound = Preflight {
            port: Port::RDP,
            source: here(),
            reach: Reach::Accessible,
            exposed_by: vec![],
            also: vec![],
            refused_source: None,
            diagnosis: Diagnosis::default(),
        };
        assert_eq!(words(&details()), [""; 0]);
        assert_eq!(exposed(Some(&sound), Port::RDP), None);
        assert_eq!(exposed(None, Port::RDP), None);
    }

    #[test]
    fn a_stopped_machine_can_be_started_by_those_who_may() {
        let mut details = details();
        details.vm.power = PowerState::Deallocated;
        let notice = |details: &VmDetails| notices(details, Method::Rdp).remove(0);
        assert_eq!(notice(&details).remedy, Some(Remedy::Start));
        details.may.start = false;
        let notice = notice(&details);
        assert_eq!(notice.remedy, None);
        assert!(notice.words.contains("not allowed to start"));
    }

    #[test]
    fn a_machine_on_its_way_cannot_be_started_again() {
        for power in [PowerState::Starting, PowerState::Stopping, PowerState::Deallocating] {
            let mut details = details();
            details.vm.power = power;
            assert_eq!(notices(&details, Method::Rdp)[0].remedy, None);
            assert!(is_changing(power));
        }
    }

    #[test]
    fn without_a_public_address_it_is_said_what_to_do() {
        let mut details = details();
        details.vm.public_address = None;
        assert!(words(&details)[0].contains("10.0.0.4"));
        assert_eq!(notices(&details, Method::Bastion), [], "a Bastion needs none");
        details.firewall_address = "203.0.113.99".parse().ok();
        assert_eq!(words(&details), [""; 0], "that of the firewall is shown");
        details.firewall_address = None;
        details.vm.private_address = None;
        assert!(words(&details)[0].starts_with("No IP address"));
        details.vm.power = PowerState::Deallocated;
        assert_eq!(words(&details).len(), 1);
    }

    #[test]
    fn a_rule_that_defeats_jit_is_named() {
        let rule =
            RuleRef { nsg: "web-nsg".into(), rule: "Allow-All".into(), priority: 100, made_by_jit: false };
        let preflight = Preflight {
            port: Port::RDP,
            source: here(),
            reach: Reach::Accessible,
            exposed_by: vec![rule],
            also: vec![],
            refused_source: None,
            diagnosis: Diagnosis::default(),
        };
        let notice = exposed(Some(&preflight), Port::RDP).unwrap();
        assert!(notice.words.starts_with("Rule “Allow-All” (priority 100"), "{notice:?}");
    }
}
