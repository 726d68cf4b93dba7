//! The pages there are, and their paths.

use shared::resource_id::VmId;

/// A page of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What is open for me now.
    MyAccess,
    /// The list of machines, with the words they are searched by.
    Vms {
        /// Search words; empty for all machines.
        search: String,
    },
    /// The Connect page of a machine.
    Connect(VmId),
}

impl Page {
    /// The list of all machines.
    pub fn all_vms() -> Self {
        Self::Vms { search: String::new() }
    }

    /// Its path, and query if it has one.
    pub fn path(&self) -> String {
        match self {
            Self::MyAccess => "/".to_owned(),
            Self::Vms { search } if search.is_empty() => "/vms".to_owned(),
            Self::Vms { search } => format!("/vms?q={}", escaped(search)),
            Self::Connect(vm) => format!(
                "/vms/{}/{}/{}/connect",
                vm.subscription(),
                escaped(vm.resource_group().as_str()),
                escaped(vm.name().as_str())
            ),
        }
    }
}

/// The address that signs somebody in and brings them back to `path`.
pub fn sign_in(path: &str) -> String {
    format!("/auth/login?return={}", escaped(path))
}

/// Text as it can stand in a query or in one segment of a path.
pub fn escaped(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_survives_its_way_through_the_address() {
        assert_eq!(Page::Vms { search: "env=prod & 10.0".into() }.path(), "/vms?q=env%3Dprod%20%26%2010.0");
        assert_eq!(Page::all_vms().path(), "/vms");
    }

    #[test]
    fn a_machine_with_odd_characters_has_an_address_too() {
        let vm = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/büro(1)/providers/Microsoft.Compute/virtualMachines/vm-1";
        let path = Page::Connect(vm.parse().unwrap()).path();
        assert_eq!(path, "/vms/11111111-2222-3333-4444-555555555555/b%C3%BCro%281%29/vm-1/connect");
    }
}
