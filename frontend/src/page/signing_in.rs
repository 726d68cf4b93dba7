//! Where people sign in.

use super::escaped;

/// The address that signs somebody in and brings them back to `path`.
pub fn sign_in(path: &str) -> String {
    format!("/auth/login?return={}", escaped(path))
}

/// The same, with an account that is chosen.
pub fn sign_in_as_another(path: &str) -> String {
    returning("/auth/login?prompt=select_account", path)
}

/// The address of a sign-in that the service asked for, which brings somebody back to `path`.
pub fn returning(login: &str, path: &str) -> String {
    format!("{login}&return={}", escaped(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_back() {
        assert_eq!(sign_in_as_another("/vms"), "/auth/login?prompt=select_account&return=%2Fvms");
        assert_eq!(returning("/auth/login?step_up=x", "/vms"), "/auth/login?step_up=x&return=%2Fvms");
        assert_eq!(sign_in("/vms?q=a&os=linux"), "/auth/login?return=%2Fvms%3Fq%3Da%26os%3Dlinux");
    }
}
