//! What usernames look like.

/// Whether `name` can be a username where `own` is one: where they are made like addresses, it must
/// be too.
pub fn is_like(own: &str, name: &str) -> bool {
    !is_address(own) || is_address(name)
}

/// Whether something is made like an address, and is nothing else, such as one with a name before it.
fn is_address(name: &str) -> bool {
    let in_the_way = |c: char| c.is_whitespace() || ",;<>\"()".contains(c);
    name.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !name.contains(in_the_way)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_usernames_are_addresses_nothing_else_is_one() {
        for name in ["stranger@contoso.com", "S.O'Tranger+x@fabrikam.example", "büro@contoso.com"] {
            assert!(is_like("helpdesk@contoso.com", name), "{name}");
        }
        for name in [
            "stranger",
            "@contoso.com",
            "stranger@",
            "a@b@contoso.com",
            "Sam Stranger",
            "Sam <stranger@contoso.com>",
            "stranger@contoso.com, other@contoso.com",
            "stranger@contoso.com;other",
        ] {
            assert!(!is_like("helpdesk@contoso.com", name), "{name}");
        }
    }

    #[test]
    fn where_they_are_not_anything_may_be_one() {
        for name in ["stranger", "stranger@contoso.com", "Sam Stranger"] {
            assert!(is_like("helpdesk", name), "{name}");
        }
    }
}
