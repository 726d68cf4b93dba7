//! `$filter` of a list of assignments: three forms and none.

use crate::{
    arm::error::ArmError,
    resource_id,
    world::{PolicyAssignment, World},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    /// All that applies to the scope, and all below it.
    None,
    /// `atScope()`: what applies to the scope, from above too.
    AtScope,
    /// `atExactScope()`: what was assigned to the scope itself.
    AtExactScope,
    /// `policyDefinitionId eq '…'`.
    Definition(String),
}

impl Filter {
    /// At a management group there is no list without a filter; what code that is refused with is not
    /// documented.
    pub(super) fn parse(text: Option<&str>, scope: &str) -> Result<Self, ArmError> {
        let Some(text) = text else {
            return if resource_id::management_group(scope).is_some() {
                Err(ArmError::bad_request(
                    "MissingFilterInQueryString",
                    "The $filter query parameter is required for listing policy assignments at a management group.",
                ))
            } else {
                Ok(Self::None)
            };
        };
        match text {
            "atScope()" => return Ok(Self::AtScope),
            "atExactScope()" => return Ok(Self::AtExactScope),
            _ => {}
        }
        let id = text.strip_prefix("policyDefinitionId eq '").and_then(|rest| rest.strip_suffix('\''));
        match id.filter(|id| id.starts_with('/') && !id.contains('\'')) {
            Some(id) => Ok(Self::Definition(id.to_owned())),
            None => Err(ArmError::bad_request(
                "InvalidFilterInQueryString",
                format!("The filter '{text}' in the query string is invalid."),
            )),
        }
    }

    pub(super) fn lets_through(&self, world: &World, assignment: &PolicyAssignment, scope: &str) -> bool {
        let applies = world.is_within(scope, &assignment.scope);
        let is_in_a_group = resource_id::management_group(scope).is_some();
        let is_below = !is_in_a_group && resource_id::is_within(&assignment.scope, scope);
        match self {
            Self::None => applies || is_below,
            Self::AtScope => applies,
            Self::AtExactScope => resource_id::same(&assignment.scope, scope),
            Self::Definition(id) => (applies || is_below) && resource_id::same(&assignment.definition, id),
        }
    }
}
