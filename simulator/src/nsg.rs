//! Network security groups at work: which traffic they let through.

use std::{net::IpAddr, sync::LazyLock};

use ipnet::IpNet;

use crate::world::{Access, Direction, SecurityRule};

/// A packet on its way in.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'world> {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub port: u16,
    /// What the tag `VirtualNetwork` means for the interface: its network and those it is peered with.
    pub network: &'world [IpNet],
}

/// The rules every security group ends with.
pub fn default_rules() -> &'static [SecurityRule] {
    static RULES: LazyLock<Vec<SecurityRule>> = LazyLock::new(make_default_rules);
    &RULES
}

/// By their documented names and priorities.
fn make_default_rules() -> Vec<SecurityRule> {
    use Access::{Allow, Deny};
    use Direction::{Inbound, Outbound};
    let rule =
        |name: &str, priority, direction, access, source: &str, destination: &str, description: &str| {
            SecurityRule {
                name: name.to_owned(),
                description: description.to_owned(),
                protocol: "*".to_owned(),
                source_ports: vec!["*".to_owned()],
                destination_ports: vec!["*".to_owned()],
                sources: vec![source.to_owned()],
                destinations: vec![destination.to_owned()],
                access,
                priority,
                direction,
            }
        };
    let (vnet, any) = ("VirtualNetwork", "*");
    vec![
        rule(
            "AllowVnetInBound",
            65000,
            Inbound,
            Allow,
            vnet,
            vnet,
            "Allow inbound traffic from all VMs in VNET",
        ),
        rule(
            "AllowAzureLoadBalancerInBound",
            65001,
            Inbound,
            Allow,
            "AzureLoadBalancer",
            any,
            "Allow inbound traffic from azure load balancer",
        ),
        rule("DenyAllInBound", 65500, Inbound, Deny, any, any, "Deny all inbound traffic"),
        rule(
            "AllowVnetOutBound",
            65000,
            Outbound,
            Allow,
            vnet,
            vnet,
            "Allow outbound traffic from all VMs to all VMs in VNET",
        ),
        rule(
            "AllowInternetOutBound",
            65001,
            Outbound,
            Allow,
            any,
            "Internet",
            "Allow outbound traffic from all VMs to Internet",
        ),
        rule("DenyAllOutBound", 65500, Outbound, Deny, any, any, "Deny all outbound traffic"),
    ]
}

/// Whether these rules, with the default ones after them, let a TCP packet in.
pub fn admits(rules: &[SecurityRule], packet: &Packet<'_>) -> bool {
    rules
        .iter()
        .chain(default_rules())
        .filter(|rule| rule.direction == Direction::Inbound && fits(rule, packet))
        .min_by_key(|rule| rule.priority)
        .is_some_and(|rule| rule.access == Access::Allow)
}

fn fits(rule: &SecurityRule, packet: &Packet<'_>) -> bool {
    (rule.protocol == "*" || rule.protocol.eq_ignore_ascii_case("tcp"))
        && rule.destination_ports.iter().any(|ports| port_fits(ports, packet.port))
        && rule.sources.iter().any(|source| address_fits(source, packet.source, packet.network))
        && rule
            .destinations
            .iter()
            .any(|destination| address_fits(destination, packet.destination, packet.network))
}

/// `*`, a port, or a range such as `5985-5986`.
fn port_fits(ports: &str, port: u16) -> bool {
    if ports == "*" {
        return true;
    }
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
        (Ok(first), Ok(last)) => (first..=last).contains(&port),
        _ => false,
    }
}

/// `*`, an address, a range, or one of the service tags that concern machines.
fn address_fits(prefix: &str, address: IpAddr, network: &[IpNet]) -> bool {
    let inside = network.iter().any(|space| space.contains(&address));
    match prefix {
        "*" | "Any" => true,
        "VirtualNetwork" => inside,
        "Internet" => !inside,
        _ => range(prefix).is_some_and(|range| range.contains(&address)),
    }
}

/// An address or a range in CIDR form.
pub fn range(text: &str) -> Option<IpNet> {
    match text.parse::<IpNet>() {
        Ok(net) => Some(net),
        Err(_) => text.parse::<IpAddr>().ok().map(IpNet::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(priority: u16, access: Access, source: &str, ports: &str) -> SecurityRule {
        SecurityRule {
            name: format!("rule-{priority}"),
            description: String::new(),
            protocol: "Tcp".to_owned(),
            source_ports: vec!["*".to_owned()],
            destination_ports: vec![ports.to_owned()],
            sources: vec![source.to_owned()],
            destinations: vec!["*".to_owned()],
            access,
            priority,
            direction: Direction::Inbound,
        }
    }

    fn admitted(rules: &[SecurityRule], source: &str, port: u16) -> bool {
        let network = ["10.0.0.0/16".parse().unwrap()];
        let source = source.parse().unwrap();
        admits(rules, &Packet { source, destination: "10.0.0.4".parse().unwrap(), port, network: &network })
    }

    #[test]
    fn without_rules_neighbours_come_in_and_the_internet_does_not() {
        assert!(admitted(&[], "10.0.9.9", 22));
        assert!(!admitted(&[], "203.0.113.7", 22));
    }

    #[test]
    fn the_lowest_priority_number_decides() {
        let rules = [rule(4096, Access::Deny, "*", "3389"), rule(300, Access::Allow, "*", "3389")];
        assert!(admitted(&rules, "203.0.113.7", 3389));
        let rules = [rule(200, Access::Deny, "*", "3389"), rule(300, Access::Allow, "*", "3389")];
        assert!(!admitted(&rules, "203.0.113.7", 3389));
    }

    #[test]
    fn sources_are_addresses_ranges_or_tags() {
        let within = |source| admitted(&[rule(100, Access::Allow, source, "22")], "203.0.113.7", 22);
        assert!(within("203.0.113.7"));
        assert!(within("203.0.113.0/24"));
        assert!(within("Internet"));
        assert!(!within("198.51.100.0/24"));
        assert!(!within("VirtualNetwork"));
        assert!(!within("Storage"));
    }

    #[test]
    fn ports_are_single_or_a_range() {
        let within = |ports| admitted(&[rule(100, Access::Allow, "*", ports)], "203.0.113.7", 5986);
        assert!(within("5985-5986"));
        assert!(within("*"));
        assert!(!within("5985"));
    }
}
