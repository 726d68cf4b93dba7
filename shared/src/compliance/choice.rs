//! Machines that a link has chosen when it is opened.
//!
//! Subscription, group and names with `/` between them, and `~` between groups: nothing that a program
//! which makes links of text would take for the end of one.

use uuid::Uuid;

use crate::resource_id::{ArmName, VmId};

/// What a link calls them: `<subscription>/<group>/<name>/<name>~<subscription>/<group>/<name>`.
pub fn choice_of<'a>(vms: impl IntoIterator<Item = &'a VmId>) -> String {
    let mut groups: Vec<(Uuid, &ArmName, Vec<&ArmName>)> = Vec::new();
    for vm in vms {
        let (subscription, group) = (vm.subscription(), vm.resource_group());
        match groups.iter_mut().find(|known| (known.0, known.1) == (subscription, group)) {
            Some((_, _, names)) => names.push(vm.name()),
            None => groups.push((subscription, group, vec![vm.name()])),
        }
    }
    let group = |(subscription, group, names): (Uuid, &ArmName, Vec<&ArmName>)| {
        let names: Vec<&str> = names.into_iter().map(ArmName::as_str).collect();
        format!("{subscription}/{group}/{}", names.join("/"))
    };
    groups.into_iter().map(group).collect::<Vec<_>>().join("~")
}

/// The machines that a link names; what it says that names none is left out.
pub fn chosen_in(choice: &str) -> Vec<VmId> {
    let of_group = |group: &str| {
        let mut parts = group.split('/');
        let subscription = parts.next().and_then(|id| Uuid::try_parse(id).ok());
        let name = parts.next().and_then(|name| name.parse::<ArmName>().ok());
        let names: Vec<ArmName> = parts.filter_map(|name| name.parse().ok()).collect();
        subscription
            .zip(name)
            .map(|(id, group)| names.into_iter().map(|name| VmId::new(id, group.clone(), name)).collect())
            .unwrap_or_default()
    };
    choice.split('~').flat_map(|group| -> Vec<VmId> { of_group(group) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vm(group: &str, name: &str) -> VmId {
        let subscription = Uuid::from_u128(1);
        VmId::new(subscription, group.parse().unwrap(), name.parse().unwrap())
    }

    #[test]
    fn machines_of_a_group_are_named_together_and_found_again() {
        let vms = [vm("web-rg", "web-1"), vm("büro(1)", "pc.1"), vm("WEB-RG", "web-2")];
        let choice = choice_of(&vms);
        assert_eq!(choice.matches("00000000-0000").count(), 2, "{choice}");
        assert_eq!(chosen_in(&choice), [vm("web-rg", "web-1"), vm("web-rg", "web-2"), vm("büro(1)", "pc.1")]);
    }

    #[test]
    fn what_names_nothing_is_left_out() {
        assert_eq!(chosen_in(""), []);
        let id = Uuid::from_u128(1);
        for choice in ["all", "x/y/z", &format!("{id}/web-rg"), &format!("{id}/../web-1"), "~~//~"] {
            assert_eq!(chosen_in(choice), [], "{choice}");
        }
        assert_eq!(chosen_in(&format!("x/y/z~{id}/web-rg/a%2F/web-1")), [vm("web-rg", "web-1")]);
    }
}
