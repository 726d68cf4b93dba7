//! Management groups: the tree above the subscriptions.

use serde::Deserialize;

use super::{Subscription, Vm, World, WorldError};
use crate::resource_id;

/// A management group. The tenant's root is there without being listed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManagementGroup {
    /// What ids are made of.
    pub name: String,
    /// What people call it; the name if not given.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The group it is in; the tenant's root if not given.
    #[serde(default)]
    pub parent: Option<String>,
}

impl World {
    /// Adds a management group. Its parent must be there already, so there are no circles.
    pub fn add_management_group(&mut self, group: ManagementGroup) -> Result<(), WorldError> {
        if group.name.eq_ignore_ascii_case(&self.tenant.id) || self.management_group(&group.name).is_some() {
            return Err(WorldError::Twice { kind: "management group", name: group.name });
        }
        self.check_management_group(&format!("management group `{}`", group.name), group.parent.as_deref())?;
        self.management_groups.push(group);
        Ok(())
    }

    pub fn management_group(&self, name: &str) -> Option<&ManagementGroup> {
        self.management_groups.iter().find(|group| group.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn check_management_group(&self, whose: &str, name: Option<&str>) -> Result<(), WorldError> {
        match name {
            Some(name) if self.management_group(name).is_none() => Err(WorldError::Unknown {
                whose: whose.to_owned(),
                kind: "the management group",
                name: name.to_owned(),
            }),
            Some(_) | None => Ok(()),
        }
    }

    /// The names of the management groups above a subscription, nearest first and the tenant's root
    /// last, each with what people call it.
    pub fn ancestors(&self, subscription: &Subscription) -> Vec<(&str, &str)> {
        self.upwards(subscription.management_group.as_deref())
    }

    /// Likewise for a group and all above it; nothing if there is no such group.
    pub fn groups_from(&self, name: &str) -> Vec<(&str, &str)> {
        let is_there = name.eq_ignore_ascii_case(&self.tenant.id) || self.management_group(name).is_some();
        if is_there { self.upwards(Some(name)) } else { Vec::new() }
    }

    /// Likewise for whatever this is the id of: a group, a subscription, or something in one.
    pub fn groups_over(&self, id: &str) -> Vec<(&str, &str)> {
        if let Some(name) = resource_id::management_group(id) {
            return self.groups_from(name);
        }
        let subscription = resource_id::subscription(id).and_then(|id| self.subscriptions.get(&key(id)));
        subscription.map(|subscription| self.ancestors(subscription)).unwrap_or_default()
    }

    /// Whether `id` is `scope` or lies below it, in the tree of management groups too.
    pub fn is_within(&self, id: &str, scope: &str) -> bool {
        if resource_id::is_within(id, scope) {
            return true;
        }
        let Some(group) = resource_id::management_group(scope) else { return false };
        // What lies in a group by its text is no group that others are in.
        resource_id::same(scope, &management_group_id(group))
            && self.groups_over(id).iter().any(|(name, _)| name.eq_ignore_ascii_case(group))
    }

    /// The machines below a scope, which may be a management group, and the one that it is itself.
    pub fn vms_below(&self, scope: &str) -> Vec<&Vm> {
        let below = |scope: &str| self.vms.within(scope, None).map(|(_, vm)| vm).collect::<Vec<_>>();
        if resource_id::management_group(scope).is_none() {
            return below(scope).into_iter().chain(self.vms.get(scope)).collect();
        }
        let all = self.subscriptions.values().map(Subscription::resource_id);
        all.filter(|id| self.is_within(id, scope)).flat_map(|id| below(&id)).collect()
    }

    /// From the group of this name, or the tenant's root, up to the root.
    fn upwards(&self, nearest: Option<&str>) -> Vec<(&str, &str)> {
        let nearest = nearest.and_then(|name| self.management_group(name));
        let chain = std::iter::successors(nearest, |group| self.management_group(group.parent.as_deref()?));
        chain
            .map(|group| (group.name.as_str(), group.display_name.as_deref().unwrap_or(&group.name)))
            .chain([(self.tenant.id.as_str(), "Tenant Root Group")])
            .collect()
    }
}

/// The resource id of a management group.
pub fn management_group_id(name: &str) -> String {
    format!("{}{name}", resource_id::MANAGEMENT_GROUPS)
}

fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::NewSubscription;

    fn group(name: &str, parent: Option<&str>) -> ManagementGroup {
        ManagementGroup { name: name.to_owned(), display_name: None, parent: parent.map(str::to_owned) }
    }

    #[test]
    fn a_subscription_knows_its_groups_from_the_nearest_to_the_root() {
        let mut world = World::empty();
        world.add_management_group(group("contoso", None)).unwrap();
        world.add_management_group(group("plants", Some("Contoso"))).unwrap();
        let new =
            NewSubscription { management_group: Some("PLANTS".to_owned()), ..NewSubscription::named("A") };
        world.add_subscription(new).unwrap();
        world.add_subscription(NewSubscription::named("B")).unwrap();
        let names = |name: &str| -> Vec<&str> {
            world.ancestors(world.subscription(name).unwrap()).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names("A"), ["plants", "contoso", World::TENANT_ID]);
        assert_eq!(names("B"), [World::TENANT_ID]);
    }

    #[test]
    fn what_is_in_a_group_is_in_the_groups_above_it() {
        let mut world = World::empty();
        world.add_management_group(group("contoso", None)).unwrap();
        world.add_management_group(group("plants", Some("contoso"))).unwrap();
        world.add_management_group(group("offices", Some("contoso"))).unwrap();
        let new =
            NewSubscription { management_group: Some("plants".to_owned()), ..NewSubscription::named("A") };
        let id = world.add_subscription(new).unwrap();
        let machine = format!("/SUBSCRIPTIONS/{id}/resourceGroups/rg/providers/x/y/z");
        let of = |name: &str| format!("/PROVIDERS/microsoft.management/managementgroups/{name}");
        for above in ["PLANTS", "contoso", World::TENANT_ID] {
            assert!(world.is_within(&machine, &of(above)), "{above}");
            assert!(world.is_within(&of("plants"), &of(above)), "{above}");
        }
        assert!(!world.is_within(&machine, &of("offices")));
        assert!(!world.is_within(&of("contoso"), &of("plants")));
        assert!(!world.is_within(&machine, &format!("{}/providers/x/y/z", of("contoso"))));
        assert!(!world.is_within(&of("nowhere"), &of(World::TENANT_ID)), "there is no such group");
    }

    #[test]
    fn a_group_that_is_not_there_and_one_that_is_there_twice_are_refused() {
        let mut world = World::empty();
        assert!(matches!(world.add_management_group(group("a", Some("b"))), Err(WorldError::Unknown { .. })));
        world.add_management_group(group("a", None)).unwrap();
        assert!(matches!(world.add_management_group(group("A", None)), Err(WorldError::Twice { .. })));
        let lost = NewSubscription { management_group: Some("b".to_owned()), ..NewSubscription::named("S") };
        assert!(matches!(world.add_subscription(lost), Err(WorldError::Unknown { .. })));
    }
}
