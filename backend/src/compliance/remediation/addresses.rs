//! Where mail to owners goes.
//!
//! Whoever may tag a machine writes what its tag says. So a tag alone has mail sent only within domains
//! that the settings name: nobody makes Postern tell strangers which machines are open.

use std::collections::BTreeMap;

use lettre::Address;

/// What stands for machines without an owner.
pub const NOBODY: &str = "-";

/// Where mail to owners goes.
#[derive(Debug, Clone, Default)]
pub struct AddressBook {
    /// By the owner's name in small letters.
    known: BTreeMap<String, Vec<Address>>,
    /// In which domains an address is believed that a tag names, in small letters.
    domains: Vec<String>,
}

impl AddressBook {
    /// Those that the settings know, and the domains of those that they do not.
    pub fn new(
        known: impl IntoIterator<Item = (String, Vec<Address>)>,
        domains: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            known: known.into_iter().map(|(owner, to)| (owner.trim().to_lowercase(), to)).collect(),
            domains: domains.into_iter().map(|domain| domain.to_lowercase()).collect(),
        }
    }

    /// The addresses of an owner; or why there is none, in a sentence for people.
    pub fn of(&self, owner: Option<&str>) -> Result<Vec<Address>, String> {
        if let Some(known) = self.known.get(&owner.unwrap_or(NOBODY).to_lowercase()) {
            return Ok(known.clone());
        }
        let Some(owner) = owner else {
            return Err("Nobody is named as the owner.".to_owned());
        };
        let Ok(address) = owner.parse::<Address>() else {
            return Err("The owner’s name is no mail address, and the settings ([remediation.owners]) have none for it.".to_owned());
        };
        if self.domains.iter().any(|domain| address.domain().eq_ignore_ascii_case(domain)) {
            return Ok(vec![address]);
        }
        Err("The owner’s address is in a domain that the settings (remediation.mail_domains) do not name, so no mail goes there.".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> AddressBook {
        let known = [
            ("Plant Operations".to_owned(), vec!["plant@contoso.com".parse().unwrap()]),
            (NOBODY.to_owned(), vec!["security@contoso.com".parse().unwrap()]),
            ("old@contoso.com".to_owned(), vec!["new@example.com".parse().unwrap()]),
        ];
        AddressBook::new(known, ["Contoso.com".to_owned()])
    }

    fn to(owner: Option<&str>) -> Option<String> {
        let to = book().of(owner).ok()?;
        Some(to.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn a_tag_is_an_address_or_the_settings_know_one() {
        assert_eq!(to(Some("ines@CONTOSO.com")).as_deref(), Some("ines@CONTOSO.com"));
        assert_eq!(to(Some("plant operations")).as_deref(), Some("plant@contoso.com"));
        assert_eq!(
            to(Some("Old@contoso.com")).as_deref(),
            Some("new@example.com"),
            "the settings come first"
        );
        assert_eq!(to(None).as_deref(), Some("security@contoso.com"));
        assert_eq!(AddressBook::default().of(None).ok(), None);
    }

    #[test]
    fn what_a_tag_says_sends_nothing_to_strangers() {
        for owner in [
            "eve@example.com",
            "eve@contoso.com.example.com",
            "eve@example.com@contoso.com",
            "ines@contoso.com\r\nBcc: eve@example.com",
            "ines@contoso.com, eve@example.com",
            "Ines <ines@contoso.com>",
            "ines@contoso.com>\r\nRCPT TO:<eve@example.com",
            "ines@contoso.com ",
            "@contoso.com",
            "team-x",
        ] {
            assert_eq!(to(Some(owner)), None, "{owner:?}");
        }
    }
}
