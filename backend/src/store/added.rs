//! Entries added to the audit trail, counted.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::NewEntry;

/// How many entries this process has added to the trail, of each sort.
#[derive(Debug, Clone, Default)]
pub struct AddedEntries(Family<Added, Counter>);

/// What sort of entry was added. All of it is from a few words of ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Added {
    kind: &'static str,
    /// What was tried, asked for, or happened.
    what: String,
    /// What came of it; of an outcome only.
    outcome: String,
}

impl Added {
    pub(super) fn of(entry: &NewEntry) -> Self {
        let word = |key| entry.body.get(key).and_then(|word| word.as_str());
        let what = word("action").or_else(|| word("wanted")).or_else(|| word("event"));
        Self {
            kind: entry.kind.name(),
            what: what.unwrap_or_default().to_owned(),
            outcome: word("outcome").unwrap_or_default().to_owned(),
        }
    }
}

impl AddedEntries {
    /// Has them told among the figures.
    pub fn register(&self, to: &mut Registry) {
        to.register("audit_entries", "Entries that this process added to the audit trail", self.0.clone());
    }

    pub(super) fn count(&self, added: &[Added]) {
        for one in added {
            self.0.get_or_create(one).inc();
        }
    }
}
