//! A machine, as far as rules look at machines.

use std::collections::BTreeMap;

use shared::resource_id::{ArmName, VmId};

/// A machine, as far as rules look at machines.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its id.
    pub vm: &'a VmId,
    /// Its tags.
    pub tags: &'a BTreeMap<String, String>,
    /// The management groups that its subscription is in, at any depth; `None` if they could not be
    /// read, and then no rule on a management group holds here.
    pub management_groups: Option<&'a [ArmName]>,
}
