//! Within what limits a port may be requested: those of Azure's policy and those of access rules.
//!
//! The service judges in the end. This only spares people the round trip.

use super::form::Method;
use shared::duration::AccessDuration;
use shared::policy::PortRule;
use shared::port::Port;
use shared::redirection::Redirection;
use shared::source::Source;
use shared::vm::{Network, RequestLimits, VmDetails};

/// The limits for ports of one machine that are requested together: those of each of them.
#[derive(Debug, Clone)]
pub struct Limits {
    policies: Vec<PortRule>,
    rules: Vec<RequestLimits>,
    /// Whether one comes through a Bastion, whose range no rule has to allow.
    through: bool,
}

impl Limits {
    /// The limits for `ports`; `None` if just-in-time cannot open them, the policy does not cover one
    /// of them, or no rule is about all of them and the way to get there.
    pub fn of(details: &VmDetails, ports: &[Port], method: Method) -> Option<Self> {
        if details.unsupported.is_some() {
            return None;
        }
        let policy = details.policy.as_ref()?;
        let policies = ports.iter().map(|port| policy.rule_for(*port).cloned()).collect::<Option<_>>()?;
        let through = method == Method::Bastion;
        let is_about = |rule: &&RequestLimits| {
            (rule.bastion || !through) && ports.iter().all(|port| rule.are_about(*port))
        };
        let rules: Vec<_> = details.may.request.iter().filter(is_about).cloned().collect();
        (!rules.is_empty()).then_some(Self { policies, rules, through })
    }

    /// How long access from `source` may last at most. Without a source, or with one that no rule
    /// allows, the most that any rule grants.
    pub fn longest(&self, source: Option<Source>) -> AccessDuration {
        let fitting = source.iter().flat_map(|source| self.rules_for(*source)).map(|rule| rule.longest).max();
        let any = || self.rules.iter().map(|rule| rule.longest).max();
        let by_rules = fitting.or_else(any);
        self.policies
            .iter()
            .map(|policy| policy.longest)
            .chain(by_rules)
            .min()
            .unwrap_or(AccessDuration::LONGEST)
    }

    /// Which of several ports it is that lets access last no longer than that.
    pub fn shortest(&self, longest: AccessDuration) -> Option<Port> {
        let shortest = self.policies.iter().find(|policy| policy.longest == longest);
        shortest.filter(|_| self.policies.len() > 1).map(|policy| policy.port)
    }

    /// The ranges that have a name, each once.
    pub fn networks(&self) -> Vec<Network> {
        let mut networks: Vec<Network> = Vec::new();
        for network in self.rules.iter().flat_map(|rule| &rule.networks) {
            if self.allow(&network.range) && !networks.contains(network) {
                networks.push(network.clone());
            }
        }
        networks
    }

    /// Whether any source at all may be asked for.
    pub fn anywhere(&self) -> bool {
        self.allow(&Source::ANY) && self.rules.iter().any(|rule| rule.anywhere)
    }

    /// Whether a reason must be given whichever rule lets the request through.
    pub fn reason_required(&self) -> bool {
        self.rules.iter().all(|rule| rule.reason_required)
    }

    /// What a good reason looks like.
    pub fn reason_hint(&self) -> Option<String> {
        self.rules.iter().find_map(|rule| rule.reason_hint.clone())
    }

    /// What of one's own device may be shared, by one rule or another.
    pub fn redirections(&self) -> Vec<Redirection> {
        let offered =
            |redirection: &Redirection| self.rules.iter().any(|rule| rule.redirections.contains(redirection));
        Redirection::ALL.into_iter().filter(offered).collect()
    }

    /// Whether `source` may be asked for; if not, why, and what could be asked for instead.
    pub fn judge(&self, source: Source) -> Result<(), (String, Option<Source>)> {
        if let Some(policy) = self.policies.iter().find(|policy| !policy.allows(&source)) {
            let allowed: Vec<String> = policy.sources.iter().map(Source::to_string).collect();
            let detail =
                format!("This VM's JIT policy opens port {} only for {}.", policy.port, allowed.join(", "));
            let mut offers = policy.sources.iter().copied();
            let takes = |source: &Source| {
                !self.through && self.allow(source) && self.rules_for(*source).next().is_some()
            };
            return Err((detail, offers.find(takes)));
        }
        if self.rules_for(source).next().is_some() {
            return Ok(());
        }
        if source.is_anywhere() {
            return Err((
                "Opening a port to the whole Internet is not allowed. Give an address.".to_owned(),
                None,
            ));
        }
        let detail = match self.rules.iter().map(|rule| rule.widest).min().unwrap_or(32) {
            32 => format!("Only one address at a time is allowed, and {source} is a range."),
            widest => format!("Ranges of up to /{widest} (IPv4) are allowed, and {source} is wider."),
        };
        Err((detail, None))
    }

    fn allow(&self, source: &Source) -> bool {
        self.policies.iter().all(|policy| policy.allows(source))
    }

    fn rules_for(&self, source: Source) -> impl Iterator<Item = &RequestLimits> {
        self.rules.iter().filter(move |rule| {
            if self.through {
                return true;
            }
            let in_a_network = rule.networks.iter().any(|network| network.range.contains(&source));
            match source.size_bits().filter(|_| !source.is_anywhere()) {
                None => rule.anywhere,
                Some(bits) => in_a_network || bits <= 32u8.saturating_sub(rule.widest),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::connect::samples;

    fn source(text: &str) -> Source {
        text.parse().unwrap()
    }

    #[test]
    fn the_longest_is_the_lower_of_the_policy_and_the_rule_that_fits_the_source() {
        let mut details = samples::details();
        let wide = RequestLimits { widest: 16, longest: AccessDuration::SHORTEST, ..samples::limits() };
        details.may.request.push(wide);
        let limits = Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap();
        assert_eq!(limits.longest(Some(source("203.0.113.7"))).words(), "3 h");
        assert_eq!(limits.longest(Some(source("203.0.113.0/24"))).words(), "5 min");
        assert_eq!(limits.longest(None).words(), "3 h");
    }

    #[test]
    fn a_range_wider_than_any_rule_is_refused_unless_it_has_a_name() {
        let mut details = samples::details();
        details.may.request[0].networks =
            vec![Network { name: "Office".into(), range: source("198.51.100.0/24") }];
        let limits = Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap();
        assert!(limits.judge(source("203.0.113.0/24")).unwrap_err().0.contains("one address"));
        assert!(limits.judge(source("198.51.100.0/24")).is_ok());
        assert!(limits.judge(source("198.51.100.64/26")).is_ok());
        assert!(limits.judge(Source::ANY).unwrap_err().0.contains("whole Internet"));
    }

    #[test]
    fn a_source_outside_the_policy_is_offered_the_policys_own() {
        let mut details = samples::details();
        details.policy.as_mut().unwrap().ports[0].sources = vec![source("198.51.100.0/24")];
        let narrow = Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap();
        assert_eq!(narrow.judge(source("203.0.113.7")).unwrap_err().1, None, "no rule takes a range");
        details.may.request[0].widest = 24;
        let limits = Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap();
        let (detail, offer) = limits.judge(source("203.0.113.7")).unwrap_err();
        assert!(detail.contains("only for 198.51.100.0/24"), "{detail}");
        assert_eq!(offer, Some(source("198.51.100.0/24")));
        assert!(!limits.anywhere());
    }

    #[test]
    fn a_reason_is_required_only_if_every_rule_wants_one() {
        let mut details = samples::details();
        assert!(Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap().reason_required());
        details.may.request.push(RequestLimits { reason_required: false, ..samples::limits() });
        assert!(!Limits::of(&details, &[Port::RDP], Method::Rdp).unwrap().reason_required());
    }

    #[test]
    fn together_ports_are_limited_by_each_of_them_and_by_one_rule() {
        let mut details = samples::details();
        let policy = details.policy.as_mut().unwrap();
        let short = PortRule {
            port: Port::SSH,
            longest: AccessDuration::SHORTEST,
            sources: vec![source("198.51.100.0/24")],
            ..policy.ports[0].clone()
        };
        policy.ports.push(short);
        details.may.request[0].widest = 24;
        let both = [Port::RDP, Port::SSH];
        let limits = Limits::of(&details, &both, Method::Rdp).unwrap();
        assert_eq!(limits.longest(None), AccessDuration::SHORTEST);
        assert_eq!(limits.shortest(AccessDuration::SHORTEST), Some(Port::SSH));
        let (detail, offer) = limits.judge(source("203.0.113.7")).unwrap_err();
        assert!(detail.contains("port 22 only for 198.51.100.0/24"), "{detail}");
        assert_eq!(offer, Some(source("198.51.100.0/24")));
        details.may.request =
            both.map(|port| RequestLimits { ports: Some(vec![port]), ..samples::limits() }).to_vec();
        assert!(Limits::of(&details, &both, Method::Rdp).is_none(), "no rule is about both");
    }

    #[test]
    fn without_a_rule_for_the_port_there_are_no_limits() {
        let mut details = samples::details();
        details.may.request[0].ports = Some(vec![Port::SSH]);
        assert!(Limits::of(&details, &[Port::RDP], Method::Rdp).is_none());
    }
}
