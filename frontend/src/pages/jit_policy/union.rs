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

/// The change that an edit means: exactly those ports, or what was edited and nothing else. Nothing
/// if nothing was.
pub fn meant(ports: &[Shared], edited: JitPolicy, exactly: bool) -> Option<Change> {
    if exactly || ports.is_empty() {
        return Some(Change::Set(edited));
    }
    let gone = |shared: &&Shared| edited.rule_for(shared.rule.port).is_none();
    let remove: Vec<Port> = ports.iter().filter(gone).map(|shared| shared.rule.port).collect();
    let as_it_was = |rule: &PortRule| ports.iter().any(|shared| shared.rule == *rule);
    let ports: Vec<PortRule> = edited.ports.into_iter().filter(|rule| !as_it_was(rule)).collect();
    (!ports.is_empty() || !remove.is_empty()).then_some(Change::Merge(Merge { ports, remove }))
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
    use shared::policy_change::{Difference, Meaning};

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
        assert_eq!(meant(&ports, edited.clone(), false), None);
        edited.ports.remove(0);
        edited.ports.push(PortRule::usual(Port::WINRM));
        let change = meant(&ports, edited.clone(), false);
        let merge = Merge { ports: vec![PortRule::usual(Port::WINRM)], remove: vec![Port::SSH] };
        assert_eq!(change, Some(Change::Merge(merge)));
        assert_eq!(meant(&ports, edited.clone(), true), Some(Change::Set(edited)));
    }

    #[test]
    fn where_nothing_is_set_up_the_proposed_ports_are() {
        let ports = ports_of(&[machine(&[], 60)]);
        assert_eq!(to_edit(&ports), JitPolicy::proposed());
        assert_eq!(meant(&ports, to_edit(&ports), false), Some(Change::Set(JitPolicy::proposed())));
    }
}
