//! Building a world from a recipe, or a piece at a time from code.

mod bastions;
mod events;
mod firewalls;
mod machines;
mod networks;
mod policies;
mod policy_assignments;

pub(super) use self::{
    events::past_event,
    policies::past_request,
    policy_assignments::{past_assignment, past_exemption},
};
use super::{Assignment, NewAssignment, NewSubscription, Person, Recipe, Role, Subscription, World};
use crate::resource_id;

/// What a recipe gets wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    #[error("{whose} names {kind} `{name}`, which is not in this world")]
    Unknown { whose: String, kind: &'static str, name: String },
    #[error("there are two {kind}s called `{name}`")]
    Twice { kind: &'static str, name: String },
    #[error("{whose}: {problem}")]
    Invalid { whose: String, problem: String },
    #[error("the world file cannot be read: {0}")]
    Syntax(String),
}

impl World {
    /// Builds everything a recipe lists.
    pub fn from_recipe(recipe: Recipe) -> Result<Self, WorldError> {
        let mut world = Self::empty();
        world.tenant = recipe.tenant;
        world.behaviour = recipe.behaviour;
        world.faults = recipe.faults;
        world.peers = recipe.peers;
        world.apps = recipe.apps;
        for app in &mut world.apps {
            if app.object_id.is_empty() {
                app.object_id = crate::stable::uuid(&app.client_id).to_string();
            }
        }
        recipe.people.into_iter().try_for_each(|person| world.add_person(person))?;
        world.roles.extend(recipe.roles);
        recipe.management_groups.into_iter().try_for_each(|group| world.add_management_group(group))?;
        for subscription in recipe.subscriptions {
            world.add_subscription(subscription)?;
        }
        for group in recipe.resource_groups {
            let id = format!("{}/{}", group.subscription, group.name);
            let id = world.scope_called(&format!("resource group `{}`", group.name), &id)?;
            world.group_tags.insert(resource_id::key(&id), group.tags);
        }
        for nsg in recipe.nsgs {
            world.add_nsg(nsg)?;
        }
        for vnet in recipe.vnets {
            world.add_vnet(vnet)?;
        }
        recipe.peerings.iter().try_for_each(|peering| world.add_peering(peering))?;
        for bastion in recipe.bastions {
            world.add_bastion(bastion)?;
        }
        for firewall in recipe.firewalls {
            world.add_firewall(firewall)?;
        }
        for vm in recipe.vms {
            world.add_vm(vm)?;
        }
        recipe.policies.iter().try_for_each(|policy| world.add_policy(policy))?;
        recipe.requests.iter().try_for_each(|request| world.add_past_request(request))?;
        recipe.events.iter().try_for_each(|event| world.add_past_event(event))?;
        recipe.assignments.iter().try_for_each(|assignment| world.assign(assignment))?;
        recipe.verdicts.iter().try_for_each(|new| world.add_past_verdict(new))?;
        recipe.policy_assignments.iter().try_for_each(|new| world.add_policy_assignment(new))?;
        recipe.exemptions.iter().try_for_each(|new| world.add_exemption(new))?;
        Ok(world)
    }

    /// Adds somebody who can sign in.
    pub fn add_person(&mut self, mut person: Person) -> Result<(), WorldError> {
        if self.person(&person.username).is_some() {
            return Err(WorldError::Twice { kind: "person", name: person.username });
        }
        if person.object_id.is_empty() {
            person.object_id = crate::stable::uuid(&person.username).to_string();
        }
        self.people.push(person);
        Ok(())
    }

    pub fn add_role(&mut self, role: Role) {
        self.roles.push(role);
    }

    /// Adds a subscription and returns its UUID.
    pub fn add_subscription(&mut self, new: NewSubscription) -> Result<String, WorldError> {
        if self.subscription(&new.name).is_some() {
            return Err(WorldError::Twice { kind: "subscription", name: new.name });
        }
        let id = new.id.unwrap_or_else(|| crate::stable::uuid(&new.name).to_string()).to_ascii_lowercase();
        if id.parse::<uuid::Uuid>().is_err() {
            return Err(WorldError::Invalid {
                whose: format!("subscription `{}`", new.name),
                problem: format!("its id `{id}` is not a UUID"),
            });
        }
        let whose = format!("subscription `{}`", new.name);
        self.check_management_group(&whose, new.management_group.as_deref())?;
        let subscription = Subscription {
            id: id.clone(),
            name: new.name,
            management_group: new.management_group,
            state: new.state,
            plan: new.plan,
            plan_since: None,
            plan_before: None,
            trial: new.trial,
            defender_location: new.defender_location,
        };
        self.subscriptions.insert(id.clone(), subscription);
        Ok(id)
    }

    /// Gives somebody a role.
    pub fn assign(&mut self, new: &NewAssignment) -> Result<(), WorldError> {
        let whose = || format!("the assignment of `{}`", new.role);
        let unknown = |kind, name: &str| WorldError::Unknown { whose: whose(), kind, name: name.to_owned() };
        let principal = match (self.person(&new.to), self.app(&new.to)) {
            (Some(person), _) => person.object_id.clone(),
            (None, Some(app)) => app.object_id.clone(),
            (None, None) if new.to.parse::<uuid::Uuid>().is_ok() => new.to.clone(),
            (None, None) => return Err(unknown("the person or app", &new.to)),
        };
        if self.role(&new.role).is_none() {
            return Err(unknown("the role", &new.role));
        }
        let scope = self.scope_called(&whose(), &new.on)?;
        self.assignments.push(Assignment { principal, role: new.role.clone(), scope });
        Ok(())
    }

    /// The id of what a recipe calls by a resource id, by the name of a subscription, or by
    /// `subscription/group`.
    fn scope_called(&self, whose: &str, on: &str) -> Result<String, WorldError> {
        let unknown =
            |kind, name: &str| WorldError::Unknown { whose: whose.to_owned(), kind, name: name.to_owned() };
        if let Some(group) = resource_id::management_group(on)
            && self.groups_from(group).is_empty()
        {
            return Err(unknown("the management group", group));
        }
        if on.starts_with('/') {
            return Ok(on.to_owned());
        }
        if let Some(subscription) = self.subscription(on) {
            return Ok(subscription.resource_id());
        }
        let (name, group) = on.rsplit_once('/').ok_or_else(|| unknown("the subscription", on))?;
        let subscription = self.subscription(name).ok_or_else(|| unknown("the subscription", name))?;
        Ok(format!("{}/resourceGroups/{group}", subscription.resource_id()))
    }

    /// The id of the subscription of that name, or of the only one.
    fn subscription_for(&self, whose: &str, name: Option<&str>) -> Result<String, WorldError> {
        let found = match name {
            Some(name) => self.subscription(name),
            None => self.subscriptions.values().next(),
        };
        found.map(|subscription| subscription.id.clone()).ok_or_else(|| WorldError::Unknown {
            whose: whose.to_owned(),
            kind: "the subscription",
            name: name.unwrap_or("(the first one)").to_owned(),
        })
    }
}
