//! What somebody else loses by a request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::port::Port;
use crate::resource_id::VmId;
use crate::source::Source;

/// Somebody else's access to a port that may end when a newer request for the port opens.
///
/// Whoever names one in a request accepts that it may end. It names one access and no other: what
/// somebody opens later has another end, and is asked about again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, expecting = "an object with the fields vm, port, sources and until")]
pub struct Displaced {
    /// The machine.
    pub vm: VmId,
    /// The port.
    pub port: Port,
    /// For whose addresses it is open.
    pub sources: Vec<Source>,
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

impl Displaced {
    /// Whether both name the same access. Ends are compared by the second, in whichever digits
    /// they are written.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let all_in = |some: &[Source], others: &[Source]| some.iter().all(|source| others.contains(source));
        self.vm == other.vm
            && self.port == other.port
            && self.until.as_second() == other.until.as_second()
            && all_in(&self.sources, &other.sources)
            && all_in(&other.sources, &self.sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hq/providers/Microsoft.Compute/virtualMachines/web-1";

    fn displaced(sources: &[&str], until: &str) -> Displaced {
        let sources = sources.iter().map(|source| source.parse().unwrap()).collect();
        Displaced { vm: VM.parse().unwrap(), port: Port::RDP, sources, until: until.parse().unwrap() }
    }

    #[test]
    fn what_is_opened_later_is_something_else() {
        let named = displaced(&["203.0.113.7", "203.0.113.8"], "2030-01-01T10:00:00Z");
        let listed = displaced(&["203.0.113.8", "203.0.113.7"], "2030-01-01T10:00:00.5Z");
        assert!(named.is_same_as(&listed));
        assert!(!named.is_same_as(&displaced(&["203.0.113.7"], "2030-01-01T10:00:00Z")));
        let later = displaced(&["203.0.113.7", "203.0.113.8"], "2030-01-01T10:00:01Z");
        assert!(!named.is_same_as(&later));
        assert!(!named.is_same_as(&Displaced { port: Port::SSH, ..named.clone() }));
    }
}
