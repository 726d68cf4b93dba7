//! Azure resource ids as text: comparing, taking apart, putting together.
//!
//! Azure Resource Manager compares ids without regard to case and answers with whatever
//! casing a service happens to keep, so ids stay text here and are compared by [`key`].

/// What two spellings of one id have in common.
pub fn key(id: &str) -> String {
    id.trim_end_matches('/').to_ascii_lowercase()
}

/// Whether two ids name the same resource.
pub fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('/').eq_ignore_ascii_case(b.trim_end_matches('/'))
}

/// Whether `id` is `scope` or lies below it.
pub fn is_within(id: &str, scope: &str) -> bool {
    let scope = scope.trim_end_matches('/');
    let Some((head, tail)) = id.split_at_checked(scope.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(scope) && (tail.is_empty() || tail.starts_with('/'))
}

/// The last segment.
pub fn name(id: &str) -> &str {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or(id)
}

/// The segment after `/subscriptions/`.
pub fn subscription(id: &str) -> Option<&str> {
    after(id, "subscriptions")
}

/// The segment after `/resourceGroups/`.
pub fn group(id: &str) -> Option<&str> {
    after(id, "resourceGroups")
}

/// The id of the resource group that a resource is in.
pub fn group_id(id: &str) -> String {
    let (subscription, group) = (subscription(id).unwrap_or_default(), group(id).unwrap_or_default());
    format!("/subscriptions/{subscription}/resourceGroups/{group}")
}

/// The segment that follows the first one called `label`.
pub fn after<'id>(id: &'id str, label: &str) -> Option<&'id str> {
    let mut segments = id.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case(label))?;
    segments.next().filter(|segment| !segment.is_empty())
}

/// The id of a resource in a resource group; `kind` is such as `Microsoft.Compute/virtualMachines`.
pub fn of(subscription: &str, group: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}")
}

/// What the ids of management groups begin with.
pub const MANAGEMENT_GROUPS: &str = "/providers/Microsoft.Management/managementGroups/";

/// The name of the management group that this is the id of, or that holds it by what it reads.
pub fn management_group(id: &str) -> Option<&str> {
    let (head, tail) = id.split_at_checked(MANAGEMENT_GROUPS.len())?;
    let name = tail.split('/').next().filter(|name| !name.is_empty())?;
    head.eq_ignore_ascii_case(MANAGEMENT_GROUPS).then_some(name)
}

/// Whether this is the id of a virtual machine.
pub fn is_vm(id: &str) -> bool {
    let segments: Vec<&str> = id.split('/').collect();
    let ["", subscriptions, _, groups, _, providers, namespace, kind, name] = segments[..] else {
        return false;
    };
    subscriptions.eq_ignore_ascii_case("subscriptions")
        && groups.eq_ignore_ascii_case("resourceGroups")
        && providers.eq_ignore_ascii_case("providers")
        && namespace.eq_ignore_ascii_case("Microsoft.Compute")
        && kind.eq_ignore_ascii_case("virtualMachines")
        && !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web";

    #[test]
    fn a_scope_holds_what_lies_below_it_whatever_the_casing() {
        assert!(is_within(VM, "/SUBSCRIPTIONS/1/resourcegroups/RG"));
        assert!(is_within(VM, "/"));
        assert!(is_within(VM, VM));
    }

    #[test]
    fn a_group_whose_name_begins_alike_is_another_group() {
        assert!(!is_within(VM, "/subscriptions/1/resourceGroups/r"));
    }

    #[test]
    fn an_id_is_taken_apart_by_its_labels() {
        assert_eq!(subscription(VM), Some("1"));
        assert_eq!(group(VM), Some("rg"));
        assert_eq!(name(VM), "web");
        assert!(is_vm(VM));
        assert!(!is_vm("/subscriptions/subscriptions/web"));
    }
}
