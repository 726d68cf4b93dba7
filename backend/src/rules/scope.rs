//! Where a rule holds.

use std::fmt;
use std::str::FromStr;

use shared::compliance::AssignmentScope;
use shared::resource_id::{ArmName, VmId};
use uuid::Uuid;

use super::Place;

/// A part of Azure: a management group, a subscription, a resource group, a machine, or all
/// machines with a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every machine of every subscription below a management group.
    ManagementGroup(ArmName),
    /// Every machine of a subscription.
    Subscription(Uuid),
    /// Every machine of a resource group.
    ResourceGroup(Uuid, ArmName),
    /// One machine.
    Vm(VmId),
    /// Every machine with this tag. Tag names compare without regard to case, values to the
    /// letter, as in Azure.
    Tag {
        /// The tag's name.
        name: String,
        /// Its value.
        value: String,
    },
}

impl Scope {
    /// Whether the id of a machine tells if it is part of it.
    pub fn is_of_ids(&self) -> bool {
        match self {
            Self::Subscription(_) | Self::ResourceGroup(..) | Self::Vm(_) => true,
            Self::ManagementGroup(_) | Self::Tag { .. } => false,
        }
    }

    /// Whether it may reach into a subscription, as far as the id and the management groups of that
    /// tell. Any subscription may have a machine with a tag, and may be in a group if that is not known.
    pub fn may_be_in(&self, subscription: Uuid, management_groups: Option<&[ArmName]>) -> bool {
        match self {
            Self::ManagementGroup(group) => management_groups.is_none_or(|groups| groups.contains(group)),
            Self::Subscription(id) | Self::ResourceGroup(id, _) => *id == subscription,
            Self::Vm(vm) => vm.subscription() == subscription,
            Self::Tag { .. } => true,
        }
    }

    /// Whether the machine is part of it.
    pub fn covers(&self, place: Place<'_>) -> bool {
        match self {
            Self::ManagementGroup(group) => {
                place.management_groups.is_some_and(|groups| groups.contains(group))
            }
            Self::Subscription(subscription) => place.vm.subscription() == *subscription,
            Self::ResourceGroup(subscription, group) => {
                place.vm.subscription() == *subscription && place.vm.resource_group() == group
            }
            Self::Vm(vm) => place.vm == vm,
            Self::Tag { name, value } => {
                place.tags.iter().any(|(key, theirs)| key.eq_ignore_ascii_case(name) && theirs == value)
            }
        }
    }

    /// Whether all of a subscription is part of it, whatever is in there.
    pub fn covers_subscription(&self, subscription: Uuid, management_groups: Option<&[ArmName]>) -> bool {
        match self {
            Self::ManagementGroup(group) => management_groups.is_some_and(|groups| groups.contains(group)),
            Self::Subscription(id) => *id == subscription,
            Self::ResourceGroup(..) | Self::Vm(_) | Self::Tag { .. } => false,
        }
    }

    /// Whether it can be all of a subscription, or more.
    pub fn is_of_subscriptions(&self) -> bool {
        matches!(self, Self::ManagementGroup(_) | Self::Subscription(_))
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reject = || ParseScopeError(text.to_owned());
        if let Some(tag) = text.strip_prefix("tag:") {
            let (name, value) =
                tag.split_once('=').filter(|(name, _)| !name.is_empty()).ok_or_else(reject)?;
            return Ok(Self::Tag { name: name.to_owned(), value: value.to_owned() });
        }
        match text.parse() {
            Ok(AssignmentScope::ManagementGroup(group)) => Ok(Self::ManagementGroup(group)),
            Ok(AssignmentScope::Subscription(id)) => Ok(Self::Subscription(id)),
            Ok(AssignmentScope::ResourceGroup(id, group)) => Ok(Self::ResourceGroup(id, group)),
            Err(_) => text.parse().map(Self::Vm).map_err(|_| reject()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ManagementGroup(group) => {
                write!(f, "/providers/Microsoft.Management/managementGroups/{group}")
            }
            Self::Subscription(id) => write!(f, "/subscriptions/{id}"),
            Self::ResourceGroup(id, group) => write!(f, "/subscriptions/{id}/resourceGroups/{group}"),
            Self::Vm(vm) => vm.fmt(f),
            Self::Tag { name, value } => write!(f, "tag:{name}={value}"),
        }
    }
}

/// The text did not name a part of Azure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a scope; expected /providers/Microsoft.Management/managementGroups/<name>, /subscriptions/<id>, /subscriptions/<id>/resourceGroups/<name>, the resource id of a virtual machine, or tag:<name>=<value>"
)]
pub struct ParseScopeError(String);
