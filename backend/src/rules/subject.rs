//! For whom a rule is.

/// The people a rule is for: those who match any of these.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    /// App roles, as in the `roles` claim; compared to the letter.
    pub roles: Vec<String>,
    /// Group object ids, as in the `groups` claim; compared without regard to case.
    pub groups: Vec<String>,
    /// Usernames or object ids; compared without regard to case.
    pub users: Vec<String>,
}

/// A person, as far as rules look at people.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// What they sign in with.
    pub username: &'a str,
    /// Their object id at the sign-in provider.
    pub object_id: &'a str,
    /// Their app roles.
    pub roles: &'a [String],
    /// Their groups.
    pub groups: &'a [String],
}

impl Subjects {
    /// Whether they are among the people.
    pub fn include(&self, who: Who<'_>) -> bool {
        let is_user = |user: &String| {
            let has = |name: &str| !name.is_empty() && user.eq_ignore_ascii_case(name);
            has(who.username) || has(who.object_id)
        };
        self.roles.iter().any(|role| who.roles.contains(role))
            || self
                .groups
                .iter()
                .any(|group| who.groups.iter().any(|theirs| group.eq_ignore_ascii_case(theirs)))
            || self.users.iter().any(is_user)
    }
}
