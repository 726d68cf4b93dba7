//! How grants are spread over people, machines, groups and networks.

use std::collections::HashMap;

use ipnet::IpNet;
use shared::activity::Activity;
use shared::report::{Ranking, Share};
use shared::resource_id::{ArmName, VmId};
use shared::source::Source;
use shared::vm::Network;

/// The shares, by what tells them apart.
#[derive(Debug, Default)]
pub struct Shares(HashMap<String, Share>);

impl Shares {
    /// That of whoever did it.
    pub fn of_person(&mut self, item: &Activity) -> &mut Share {
        let unknown = || "Somebody unknown".to_owned();
        let key = item.account.as_ref().or(item.name.as_ref()).cloned().unwrap_or_else(unknown);
        let detail = item.name.as_ref().filter(|name| **name != key).cloned();
        // One person can have had several names, and Azure spells them in several ways; what comes
        // first in the alphabet is told, whichever was read first.
        let share = self.named(key.to_lowercase(), &key, None);
        share.detail = match (share.detail.take(), detail) {
            (Some(known), Some(other)) => Some(known.min(other)),
            (known, other) => known.or(other),
        };
        share
    }

    /// That of a machine.
    pub fn of_machine(&mut self, vm: &VmId) -> &mut Share {
        self.named(vm.to_string().to_lowercase(), vm.name().as_str(), Some(vm.resource_group().as_str()))
    }

    /// That of a resource group of a subscription.
    pub fn of_group(&mut self, group: &ArmName, subscription: &str) -> &mut Share {
        let key = format!("{subscription}/{}", group.as_str().to_lowercase());
        self.named(key, group.as_str(), Some(subscription))
    }

    /// That of a network.
    pub fn of_network(&mut self, network: String) -> &mut Share {
        let name = network.clone();
        self.named(network, &name, None)
    }

    fn named(&mut self, key: String, name: &str, detail: Option<&str>) -> &mut Share {
        let share = self.0.entry(key).or_insert_with(|| Share {
            name: name.to_owned(),
            detail: detail.map(str::to_owned),
            ..Share::default()
        });
        if name < share.name.as_str() {
            name.clone_into(&mut share.name);
        }
        if let Some((known, other)) =
            share.detail.as_mut().zip(detail).filter(|(known, other)| *other < known.as_str())
        {
            other.clone_into(known);
        }
        share
    }

    /// The largest of them.
    pub fn ranking(self, most: usize) -> Ranking {
        let of = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let mut items: Vec<(String, Share)> = self.0.into_iter().collect();
        items.sort_unstable_by(|(a_key, a), (b_key, b)| {
            let size = |share: &Share| (share.grants, share.minutes, share.refused);
            size(b).cmp(&size(a)).then_with(|| a_key.cmp(b_key))
        });
        Ranking { of, items: items.into_iter().take(most).map(|(_, share)| share).collect() }
    }
}

/// What the network is called that a source is in: by the narrowest one with a name, else by the
/// range that an address is usually given out with.
pub fn network(named: &[Network], source: &Source) -> String {
    let around = named.iter().filter(|network| network.range.contains(source));
    if let Some(network) = around.max_by_key(|network| (network.range.prefix_len(), &network.name)) {
        return network.name.clone();
    }
    match source.net() {
        None => "Anywhere".to_owned(),
        Some(_) if source.is_anywhere() => "Anywhere".to_owned(),
        Some(range) => {
            let usual = if matches!(range, IpNet::V4(_)) { 24 } else { 48 };
            let wider = IpNet::new(range.addr(), range.prefix_len().min(usual));
            wider.map_or(range, |wider| wider.trunc()).to_string()
        }
    }
}
