//! Management groups: the tree above the subscriptions.

use serde::Deserialize;

use super::{Subscription, World, WorldError};

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
        let nearest = subscription.management_group.as_deref().and_then(|name| self.management_group(name));
        let chain = std::iter::successors(nearest, |group| self.management_group(group.parent.as_deref()?));
        chain
            .map(|group| (group.name.as_str(), group.display_name.as_deref().unwrap_or(&group.name)))
            .chain([(self.tenant.id.as_str(), "Tenant Root Group")])
            .collect()
    }
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
    fn a_group_that_is_not_there_and_one_that_is_there_twice_are_refused() {
        let mut world = World::empty();
        assert!(matches!(world.add_management_group(group("a", Some("b"))), Err(WorldError::Unknown { .. })));
        world.add_management_group(group("a", None)).unwrap();
        assert!(matches!(world.add_management_group(group("A", None)), Err(WorldError::Twice { .. })));
        let lost = NewSubscription { management_group: Some("b".to_owned()), ..NewSubscription::named("S") };
        assert!(matches!(world.add_subscription(lost), Err(WorldError::Unknown { .. })));
    }
}
