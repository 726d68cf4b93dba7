//! What of the machines is loaded.

use shared::compliance::{ComplianceGroup, CompliancePage};

use crate::api::{self, ApiError};
use crate::loading::{Paged, PagedList};
use crate::page::Complying;

/// How many machines are asked for at a time.
const AT_ONCE: usize = 100;

/// The machines, as far as they are loaded.
pub type ComplianceList = PagedList<CompliancePage>;

impl Paged for CompliancePage {
    type Wanted = Complying;

    async fn ask(complying: Complying, cursor: Option<String>) -> Result<Self, ApiError> {
        api::compliance::list(&complying, AT_ONCE, cursor.as_deref()).await
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// A group that goes on is told once.
    fn behind(mut self, before: Self) -> Self {
        let (mut items, mut groups) = (before.items, before.groups);
        items.append(&mut self.items);
        for group in self.groups {
            let is_known = |known: &ComplianceGroup| {
                known.name == group.name && known.subscription_name == group.subscription_name
            };
            if !groups.iter().any(is_known) {
                groups.push(group);
            }
        }
        let facets = self.facets.take().or(before.facets);
        Self { items, groups, facets, ..self }
    }
}
