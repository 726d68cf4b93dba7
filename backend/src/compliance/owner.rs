//! Who answers for a machine.

use std::collections::BTreeMap;
use std::str::FromStr;

/// How long the name of a tag is at most.
const LONGEST: usize = 512;

/// The tag that says who answers for a machine, such as `owner`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerTag(String);

impl OwnerTag {
    /// Who answers for a machine with these tags, if they say. Azure compares the names of tags
    /// without regard to case.
    pub fn owner<'a>(&self, tags: &'a BTreeMap<String, String>) -> Option<&'a str> {
        let named = tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.0));
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for OwnerTag {
    fn default() -> Self {
        Self("owner".to_owned())
    }
}

impl FromStr for OwnerTag {
    type Err = OwnerTagError;

    fn from_str(text: &str) -> Result<Self, OwnerTagError> {
        let is_allowed = |c: char| !c.is_control() && !"<>%&\\?/".contains(c);
        let is_name = !text.is_empty() && text.trim() == text && text.chars().all(is_allowed);
        let fits = text.chars().count() <= LONGEST;
        if is_name && fits { Ok(Self(text.to_owned())) } else { Err(OwnerTagError) }
    }
}

/// The text is no name of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a tag has 1 to 512 characters and none of < > % & \\ ? /")]
pub struct OwnerTagError;

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_owner_is_found_however_the_tag_is_written() {
        let tag: OwnerTag = "Owner".parse().unwrap();
        assert_eq!(tag.owner(&tags(&[("OWNER", " ines@contoso.com ")])), Some("ines@contoso.com"));
        assert_eq!(tag.owner(&tags(&[("env", "factory")])), None);
        assert_eq!(tag.owner(&tags(&[("owner", " ")])), None);
    }

    #[test]
    fn what_azure_takes_for_no_tag_is_none() {
        for text in ["", " owner", "own/er", "a<b", "a%20b", "line\nbreak", &"o".repeat(513)] {
            assert_eq!(text.parse::<OwnerTag>(), Err(OwnerTagError), "{text}");
        }
        assert_eq!("cost centre".parse::<OwnerTag>().unwrap().as_str(), "cost centre");
        assert_eq!(OwnerTag::default().as_str(), "owner");
    }
}
