//! Which management groups each subscription is in.

use std::collections::HashMap;
use std::sync::Arc;

use shared::resource_id::ArmName;
use uuid::Uuid;

use super::rows::{ANCESTORS, AncestorsRow};
use crate::azure::graph::ResourceGraph;

/// The management groups above a subscription, nearest first.
pub type Ancestors = Arc<[ArmName]>;

/// Which management groups each subscription is in, as far as that can be read.
///
/// What is not known here is not guessed, and not remembered from before either: an access rule on
/// a management group then matches nothing.
#[derive(Debug, Default)]
pub struct Ancestry {
    known: HashMap<Uuid, Ancestors>,
    /// What people call them.
    names: HashMap<ArmName, String>,
    /// Why some are missing, in a sentence for whoever runs Postern.
    pub missing: Option<String>,
}

impl Ancestry {
    /// Asks Resource Graph.
    pub async fn load(graph: &ResourceGraph, subscriptions: &[Uuid]) -> Self {
        let (mut known, mut names) = (HashMap::new(), HashMap::new());
        let row = |row: AncestorsRow| {
            let Some(chain) = row.chain else { return };
            for group in &chain {
                let called = group.display_name.as_ref().filter(|name| !name.is_empty());
                names.extend(called.map(|called| (group.name.clone(), called.clone())));
            }
            known.insert(row.subscription_id, chain.into_iter().map(|group| group.name).collect());
        };
        let missing = match graph.query(subscriptions, ANCESTORS, row).await {
            Ok(()) => missing(subscriptions, &known),
            Err(error) => {
                known.clear();
                Some(format!(
                    "Resource Graph did not say which management groups subscriptions are in: {error}"
                ))
            }
        };
        Self { known, names, missing }
    }

    /// The management groups above a subscription; `None` if that could not be read.
    pub fn of(&self, subscription: Uuid) -> Option<&Ancestors> {
        self.known.get(&subscription)
    }

    /// What people call a management group; its name in ids where that is not known.
    pub fn called<'a>(&'a self, group: &'a ArmName) -> &'a str {
        self.names.get(group).map_or(group.as_str(), String::as_str)
    }

    /// Whether a management group is somewhere below another, as far as the subscriptions in it tell.
    pub fn is_below(&self, group: &ArmName, above: &ArmName) -> bool {
        self.known.values().any(|chain| {
            let place = chain.iter().position(|known| known == group);
            place.is_some_and(|place| chain[place + 1..].contains(above))
        })
    }

    /// Logs what is missing, once until it changes.
    pub(super) fn tell_news(&self, before: Option<&Self>) {
        let known_before = before.map(|before| &before.missing);
        match &self.missing {
            Some(missing) if known_before != Some(&self.missing) => {
                tracing::warn!(missing, "access rules on management groups match nothing there");
            }
            None if known_before.is_some_and(Option::is_some) => {
                tracing::info!("the management groups of all subscriptions are known again");
            }
            Some(_) | None => {}
        }
    }
}

fn missing(subscriptions: &[Uuid], known: &HashMap<Uuid, Ancestors>) -> Option<String> {
    let unknown: Vec<String> =
        subscriptions.iter().filter(|id| !known.contains_key(id)).map(Uuid::to_string).collect();
    (!unknown.is_empty()).then(|| {
        format!(
            "Resource Graph does not say which management groups these subscriptions are in: {}",
            unknown.join(", ")
        )
    })
}
