//! What many machines have set up, port by port, and what an edit of that means for them.

use shared::policy::{JitPolicy, PortRule};
use shared::policy_change::{Change, Merge, PlannedVm};
use shared::port::Port;

/// How a port is set up on several machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The rule, as the first machine has it that has the port.
    pub rule: PortRule,
    /// How many machines have the port.
    pub on: usize,
    /// Whether they have different rules for it.
    pub differs: bool,
}

/// The ports of all machines, each once, ascending.
pub fn ports_of(machines: &[PlannedVm]) -> Vec<Shared> {
    let mut ports: Vec<Shared> = Vec::new();
    for rule in machines.iter().flat_map(|machine| &machine.from).flat_map(|policy| &policy.ports) {
        match ports.iter_mut().find(|known| known.rule.port == rule.port) {
            Some(known) => {
                known.on += 1;
                known.differs |= known.rule != *rule;
            }
            None => ports.push(Shared { rule: rule.clone(), on: 1, differs: false }),
        }
    }
    ports.sort_unstable_by_key(|shared| shared.rule.port);
    ports
}

/// What stands in the editor at first: what is set up, or else what is proposed.
pub fn to_edit(ports: &[Shared]) -> JitPolicy {
    if ports.is_empty() {
        return JitPolicy::proposed();
    }
    JitPolicy { ports: ports.iter().map(|shared| shared.rule.clone()).collect() }
}

/// What an edit is to reach beyond what was edited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Every machine is to have exactly the ports of the editor.
    pub exactly: bool,
    /// Every machine is to have these ports, each as it stands in the editor.
    pub alike: Vec<Port>,
}

/// The change that an edit means: exactly those ports, or what was edited and nothing else. Nothing
/// if nothing was.
///
/// Of a port that is on some machines already, only what was edited of its rule is changed, and only
/// there: nobody widens on one machine what they narrowed, or only read, on another.
pub fn meant(ports: &[Shared], edited: JitPolicy, reach: &Reach) -> Option<Change> {
    if reach.exactly || ports.is_empty() {
        return Some(Change::Set(edited));
    }
    let mut merge = Merge::between(Some(&to_edit(ports)), &edited);
    for port in &reach.alike {
        let rule = edited.rule_for(*port).filter(|_| ports.iter().any(|shared| shared.rule.port == *port));
        if let Some(rule) = rule {
            merge.amend.retain(|amendment| amendment.port != *port);
            merge.ports.push(rule.clone());
        }
    }
    (merge != Merge::default()).then_some(Change::Merge(merge))
}

/// The different rules that machines have for a port, each with the names of those that have it.
pub fn rules_of(machines: &[PlannedVm], port: Port) -> Vec<(&PortRule, Vec<String>)> {
    let mut rules: Vec<(&PortRule, Vec<String>)> = Vec::new();
    for machine in machines {
        let Some(rule) = machine.from.as_ref().and_then(|policy| policy.rule_for(port)) else { continue };
        let name = machine.vm.name().to_string();
        match rules.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, names)) => names.push(name),
            None => rules.push((rule, vec![name])),
        }
    }
    rules
}

/// Which machines have a port, in words: `on 3 of 5, differs`.
pub fn said(shared: &Shared, machines: usize) -> String {
    let on =
        if shared.on == machines { "on all".to_owned() } else { format!("on {} of {machines}", shared.on) };
    if shared.differs { format!("{on}, differs") } else { on }
}

#[cfg(test)]
mod tests {
    use shared::duration::AccessDuration;
    use shared::policy_change::{Amendment, Difference, Meaning};
    use shared::source::Source;

    use super::*;

    fn machine(ports: &[u16], longest: i64) -> PlannedVm {
        let rule = |port: &u16| PortRule {
            longest: AccessDuration::from_minutes(longest).unwrap(),
            ..PortRule::usual((*port).try_into().unwrap())
        };
        PlannedVm {
            vm: "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/jump-01".parse().unwrap(),
            policy_id: None,
            own_policy_id: None,
            shared_with: 0,
            from: (!ports.is_empty()).then(|| JitPolicy { ports: ports.iter().map(rule).collect() }),
            to: None,
            unread: Vec::new(),
            version: None,
            means: Meaning::Disabled,
            ports: Difference::default(),
            warnings: Vec::new(),
            obstacle: None,
        }
    }

    #[test]
    fn machines_that_differ_say_where() {
        let ports = ports_of(&[machine(&[3389, 22], 60), machine(&[22], 120), machine(&[], 60)]);
        let words: Vec<_> = ports.iter().map(|port| (port.rule.port.number(), said(port, 3))).collect();
        assert_eq!(words, [(22, "on 2 of 3, differs".to_owned()), (3389, "on 1 of 3".to_owned())]);
        assert_eq!(said(&ports_of(&[machine(&[22], 60), machine(&[22], 60)])[0], 2), "on all");
    }

    #[test]
    fn what_was_not_edited_is_left_alone() {
        let ports = ports_of(&[machine(&[3389, 22], 60), machine(&[22], 120)]);
        let mut edited = to_edit(&ports);
        let (only, exactly) = (Reach::default(), Reach { exactly: true, ..Reach::default() });
        assert_eq!(meant(&ports, edited.clone(), &only), None);
        edited.ports.remove(0);
        edited.ports.push(PortRule::usual(Port::WINRM));
        let change = meant(&ports, edited.clone(), &only);
        let ports_added = vec![PortRule::usual(Port::WINRM)];
        let merge = Merge { ports: ports_added, remove: vec![Port::SSH], ..Merge::default() };
        assert_eq!(change, Some(Change::Merge(merge)));
        assert_eq!(meant(&ports, edited.clone(), &exactly), Some(Change::Set(edited)));
    }

    #[test]
    fn of_a_port_that_is_there_only_what_was_edited_changes() {
        let mut machines = [machine(&[22], 60), machine(&[22], 120), machine(&[3389], 60)];
        let narrow: Source = "203.0.113.0/24".parse().unwrap();
        machines[1].from.as_mut().unwrap().ports[0].sources = vec![narrow];
        let ports = ports_of(&machines);
        assert_eq!(rules_of(&machines, Port::SSH).len(), 2);
        let mut edited = to_edit(&ports);
        edited.ports[0].longest = AccessDuration::from_minutes(300).unwrap();
        let Some(Change::Merge(merge)) = meant(&ports, edited.clone(), &Reach::default()) else { panic!() };
        let longest = Some(edited.ports[0].longest);
        let amendment = Amendment { port: Port::SSH, protocol: None, sources: None, longest };
        assert_eq!(merge, Merge { amend: vec![amendment], ..Merge::default() });

        let alike = Reach { alike: vec![Port::SSH], ..Reach::default() };
        let Some(Change::Merge(merge)) = meant(&ports, edited.clone(), &alike) else { panic!() };
        assert_eq!(merge, Merge { ports: vec![edited.ports[0].clone()], ..Merge::default() });
    }

    #[test]
    fn where_nothing_is_set_up_the_proposed_ports_are() {
        let ports = ports_of(&[machine(&[], 60)]);
        assert_eq!(to_edit(&ports), JitPolicy::proposed());
        assert_eq!(
            meant(&ports, to_edit(&ports), &Reach::default()),
            Some(Change::Set(JitPolicy::proposed()))
        );
    }
}
