//! Azure role-based access control: who may do what where.

use crate::world::World;

/// Who calls, as their access token tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub object_id: String,
    /// Username of a person; absent for an app.
    pub upn: Option<String>,
    /// Client id of the app the token was given to.
    pub app_id: String,
    /// Object ids of groups.
    pub groups: Vec<String>,
    /// Whether the caller proved themselves again for this token.
    pub stepped_up: bool,
}

impl Principal {
    /// What error messages call the client: a person by username, an app by client id.
    pub fn client(&self) -> &str {
        self.upn.as_deref().unwrap_or(&self.app_id)
    }

    fn is(&self, principal: &str) -> bool {
        self.object_id.eq_ignore_ascii_case(principal)
            || self.groups.iter().any(|group| group.eq_ignore_ascii_case(principal))
    }
}

/// Whether any role of theirs at or above `scope` allows `action`.
pub fn allows(world: &World, who: &Principal, action: &str, scope: &str) -> bool {
    world
        .assignments
        .iter()
        .filter(|assignment| who.is(&assignment.principal) && world.is_within(scope, &assignment.scope))
        .filter_map(|assignment| world.role(&assignment.role))
        .any(|role| role_allows(&role.actions, &role.not_actions, action))
}

/// Whether any role of theirs at, above or below `scope` allows `action`:
/// then a list over `scope` answers with what they may see instead of refusing.
pub fn allows_somewhere(world: &World, who: &Principal, action: &str, scope: &str) -> bool {
    world
        .assignments
        .iter()
        .filter(|assignment| {
            who.is(&assignment.principal)
                && (world.is_within(scope, &assignment.scope) || world.is_within(&assignment.scope, scope))
        })
        .filter_map(|assignment| world.role(&assignment.role))
        .any(|role| role_allows(&role.actions, &role.not_actions, action))
}

/// Whether they have any role at, above or below `scope`, which is what makes a subscription visible.
pub fn sees(world: &World, who: &Principal, scope: &str) -> bool {
    world.assignments.iter().any(|assignment| {
        who.is(&assignment.principal)
            && (world.is_within(scope, &assignment.scope) || world.is_within(&assignment.scope, scope))
    })
}

/// The roles they have at or above `scope`, each once.
pub fn roles<'world>(world: &'world World, who: &Principal, scope: &str) -> Vec<&'world crate::world::Role> {
    let mut names: Vec<&str> = world
        .assignments
        .iter()
        .filter(|assignment| who.is(&assignment.principal) && world.is_within(scope, &assignment.scope))
        .map(|assignment| assignment.role.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter_map(|name| world.role(name)).collect()
}

/// `notActions` take away only from the `actions` of the same role.
fn role_allows(actions: &[String], not_actions: &[String], action: &str) -> bool {
    let matches = |patterns: &[String]| patterns.iter().any(|pattern| action_matches(pattern, action));
    matches(actions) && !matches(not_actions)
}

/// Whether an action fits a pattern, in which `*` is any run of characters, slashes included.
pub fn action_matches(pattern: &str, action: &str) -> bool {
    crate::glob::matches(pattern, action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Assignment, Role};

    const GROUP: &str = "/subscriptions/1/resourceGroups/rg";
    const INITIATE: &str = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";

    fn somebody() -> Principal {
        Principal {
            object_id: "me".to_owned(),
            upn: Some("me@contoso.com".to_owned()),
            app_id: "app".to_owned(),
            groups: vec!["team".to_owned()],
            stepped_up: false,
        }
    }

    fn world(roles: &[Role], given: &[(&str, &str, &str)]) -> World {
        let mut world = World::empty();
        world.roles.extend(roles.iter().cloned());
        world.assignments.extend(given.iter().map(|(principal, role, scope)| Assignment {
            principal: (*principal).to_owned(),
            role: (*role).to_owned(),
            scope: (*scope).to_owned(),
        }));
        world
    }

    #[test]
    fn a_star_stands_for_any_run_of_characters_without_regard_to_case() {
        assert!(action_matches("*/read", "Microsoft.Compute/virtualMachines/read"));
        assert!(action_matches(
            "microsoft.security/*/READ",
            "Microsoft.Security/locations/jitNetworkAccessPolicies/read"
        ));
        assert!(!action_matches("*/read", INITIATE));
        assert!(!action_matches(
            "Microsoft.Security/locations/jitNetworkAccessPolicies/*/read",
            "Microsoft.Security/locations/jitNetworkAccessPolicies/read"
        ));
    }

    #[test]
    fn a_role_reaches_down_but_not_up_or_sideways() {
        let world = world(&[], &[("me", "Reader", GROUP)]);
        let read = "Microsoft.Compute/virtualMachines/read";
        assert!(allows(
            &world,
            &somebody(),
            read,
            &format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/a")
        ));
        assert!(!allows(&world, &somebody(), read, "/subscriptions/1"));
        assert!(!allows(&world, &somebody(), read, "/subscriptions/1/resourceGroups/rg2"));
        assert!(allows_somewhere(&world, &somebody(), read, "/subscriptions/1"));
    }

    #[test]
    fn what_one_role_excepts_another_may_still_give() {
        let careful = Role::new("Careful", &["*"], &["Microsoft.Security/*"]);
        let requester = Role::new("Requester", &[INITIATE], &[]);
        let world = world(&[careful, requester], &[("me", "Careful", GROUP), ("team", "Requester", GROUP)]);
        assert!(allows(&world, &somebody(), INITIATE, GROUP));
        assert!(!allows(&world, &somebody(), "Microsoft.Security/pricings/read", GROUP));
    }

    #[test]
    fn a_role_on_the_machine_alone_does_not_reach_the_policy_beside_it() {
        let vm = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/a");
        let world = world(&[], &[("me", "Owner", &vm)]);
        let policy =
            format!("{GROUP}/providers/Microsoft.Security/locations/x/jitNetworkAccessPolicies/default");
        assert!(!allows(&world, &somebody(), INITIATE, &policy));
    }
}
