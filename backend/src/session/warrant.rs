//! What lets us ask for a token in the name of a person.

use super::{Bearer, RefreshToken};

/// What lets us ask for a token in the name of a person.
#[derive(Debug, Clone, Copy)]
pub enum Warrant<'a> {
    /// Nothing does: Postern acts for nobody but itself.
    None,
    /// What they gave us when they signed in.
    SignIn(&'a RefreshToken),
    /// The access token for us that their program brought along, which is exchanged (RFC 7523, as
    /// Microsoft Entra ID has it).
    Token(&'a Bearer),
}

impl<'a> Warrant<'a> {
    /// What the token endpoint is asked with.
    pub fn form(self, scope: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
        match self {
            Self::None => None,
            Self::SignIn(token) => Some(vec![
                ("grant_type", "refresh_token"),
                ("refresh_token", token.expose()),
                ("scope", scope),
            ]),
            Self::Token(token) => Some(vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("requested_token_use", "on_behalf_of"),
                ("assertion", token.expose()),
                ("scope", scope),
            ]),
        }
    }
}
