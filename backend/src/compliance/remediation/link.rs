//! The link that opens Postern with machines chosen.

use shared::compliance::choice_of;
use url::Url;

use super::{Finding, NOBODY};

/// How long a link is at most. What is longer is cut off by some that mail goes through.
const LONGEST: usize = 1900;

/// The link that opens the Compliance page with these machines chosen; where they are too many to be
/// named, with all of their owner's that can be.
pub(super) fn link(site: &Url, owner: Option<&str>, machines: &[Finding], total: usize) -> String {
    let owner = escaped(owner.unwrap_or(NOBODY));
    let with = |choice: &str| format!("{site}compliance?state=all&owner={owner}&choose={choice}");
    let named = with(&escaped(&choice_of(machines.iter().map(|finding| &finding.id))));
    if named.len() <= LONGEST && machines.len() == total { named } else { with("all") }
}

/// As it can stand in a query, where `/` and `~` mean nothing.
fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    let escaped = |byte: u8| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::remediation::tests::finding;

    const SITE: &str = "https://postern.contoso.com/";

    #[test]
    fn a_link_names_the_machines_or_all_of_the_owner() {
        let site: Url = SITE.parse().unwrap();
        let machines = [finding("web-1"), finding("büro(1)")];
        assert_eq!(
            link(&site, Some("ines&x=1@contoso.com"), &machines, 2),
            "https://postern.contoso.com/compliance?state=all&owner=ines%26x%3D1%40contoso.com&choose=11111111-1111-4111-8111-111111111111/more-rg/web-1/b%C3%BCro%281%29"
        );
        let many: Vec<Finding> = (0..200).map(|number| finding(&format!("machine-{number}"))).collect();
        assert_eq!(
            link(&site, None, &many, 200),
            "https://postern.contoso.com/compliance?state=all&owner=-&choose=all"
        );
        assert!(link(&site, None, &machines, 3).ends_with("&choose=all"), "more than are named");
    }
}
