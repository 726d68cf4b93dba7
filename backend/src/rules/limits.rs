//! The limits of a rule that need more than a comparison.

use regex::Regex;
use shared::access::Reason;
use shared::source::Source;
use shared::vm::Network;

/// From where a rule lets people request access.
#[derive(Debug, Clone)]
pub struct SourceRule {
    /// The widest range, as an IPv4 prefix length: 32 is one address. An IPv6 range may be as
    /// much wider than one address as this allows for IPv4.
    pub widest: u8,
    /// Ranges that are fine whatever their width, and so is any part of them.
    pub networks: Vec<Network>,
    /// Whether any source at all is fine, the whole Internet included.
    pub anywhere: bool,
    /// Whether ports may be opened for the range of a Bastion that reaches the machine.
    pub bastion: bool,
    /// Whether a link through such a Bastion may be asked for, which needs no sign-in at Azure.
    pub shareable_links: bool,
}

/// By which way a connection would come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// From the source itself.
    #[default]
    Direct,
    /// Through a Bastion, whose range the source is.
    Bastion {
        /// Whether a shareable link is asked for, too.
        link: bool,
    },
}

/// How wide a source is, as a rule sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breadth {
    /// As the rule means it to be.
    Usual,
    /// Wider: only `anywhere` lets it through.
    Broad,
}

impl SourceRule {
    /// Whether the rule lets people ask for `source`; if not, why: the rest of a sentence that
    /// begins with the rule.
    pub fn judge(&self, source: &Source) -> Result<Breadth, String> {
        let bits = source.size_bits().filter(|_| !source.is_anywhere());
        if self.names(source) || bits.is_some_and(|bits| bits <= 32 - self.widest) {
            return Ok(Breadth::Usual);
        }
        if self.anywhere {
            return Ok(Breadth::Broad);
        }
        Err(match (bits, self.widest) {
            (None, _) => "does not let you open a port to the whole Internet; give an address".to_owned(),
            (Some(_), 32) => format!("allows one address at a time, and {source} is a range"),
            (Some(_), widest) => format!("allows ranges of up to /{widest} (IPv4), and {source} is wider"),
        })
    }

    /// Whether `source` is in a network that the rule names.
    pub fn names(&self, source: &Source) -> bool {
        self.networks.iter().any(|network| network.range.contains(source))
    }
}

/// What a rule expects of the reason.
#[derive(Debug, Clone, Default)]
pub struct ReasonRule {
    /// Whether there must be one.
    pub required: bool,
    /// What it must look like.
    pub pattern: Option<Regex>,
    /// What to tell people it must look like.
    pub hint: Option<String>,
}

impl ReasonRule {
    /// Whether the reason will do; if not, what would.
    pub fn judge(&self, reason: Option<&Reason>) -> Result<(), String> {
        let hint = || self.hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
        match (reason, &self.pattern) {
            (None, _) if self.required => Err(format!("say why you need access{}", hint())),
            (Some(reason), Some(pattern)) if !pattern.is_match(reason.as_str()) => {
                Err(format!("the reason does not have the expected form{}", hint()))
            }
            (None | Some(_), _) => Ok(()),
        }
    }
}
