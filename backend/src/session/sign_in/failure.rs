//! How a sign-in can fail.

use super::GroupsError;
use crate::limits::TooMany;
use crate::session::oidc::ProviderError;
use crate::store::StoreError;

/// Somebody could not be signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInFailure {
    /// Nothing is known of the sign-in: too old, another browser, no cookies, or made up.
    #[error("the sign-in was not begun in this browser, or too long ago")]
    Lost,
    /// The provider sent the browser back without a code.
    #[error("the sign-in provider said {error}")]
    Refused {
        /// Its error code.
        error: String,
        /// What it said beside.
        description: String,
    },
    /// The provider could not be asked, or what it answered does not count.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The provider let somebody in and gave us nothing to act for them with.
    #[error("the sign-in provider gave no refresh token")]
    NothingToActWith,
    /// They have more groups than fit into a token, and those could not be had.
    #[error("the groups of somebody with many could not be had")]
    Groups(#[from] GroupsError),
    /// There have been too many sign-ins from there.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The session could not be kept.
    #[error("the session could not be kept")]
    Store(#[from] StoreError),
}

impl SignInFailure {
    /// What a browser was sent back with, which is not more than a line: it is logged and shown.
    pub(super) fn refused(error: &str, description: &str) -> Self {
        let line = |text: &str, longest| text.chars().filter(|c| !c.is_control()).take(longest).collect();
        Self::Refused { error: line(error, 100), description: line(description, 1000) }
    }

    /// What happened and who can do something about it, in sentences for people.
    pub fn words(&self) -> String {
        match self {
            Self::Lost => "This sign-in took more than ten minutes, was begun in another browser, or this browser does not keep cookies for this site.".to_owned(),
            Self::Refused { error, description } if description.is_empty() => {
                format!("The sign-in provider did not let you in. It says: {error}.")
            }
            Self::Refused { description, .. } => {
                format!("The sign-in provider did not let you in. It says: {description}")
            }
            Self::Provider(ProviderError::Unreachable(_)) => "The sign-in provider cannot be reached. Try again in a minute; if that does not help, tell whoever runs Postern.".to_owned(),
            Self::Provider(ProviderError::Refused { .. }) => "The sign-in provider did not accept Postern's request. Its client secret may have expired; tell whoever runs Postern.".to_owned(),
            Self::Provider(ProviderError::BadAnswer(_) | ProviderError::BadToken(_)) => "The sign-in provider gave an answer that cannot be trusted. Try again; if that does not help, tell whoever runs Postern.".to_owned(),
            Self::NothingToActWith => "The sign-in provider recognised you, but does not let Postern act for you at Azure. Tell whoever runs Postern: its app registration needs the delegated permission user_impersonation of Azure Service Management.".to_owned(),
            Self::Groups(_) => "You belong to more groups than fit into a sign-in, and Microsoft Graph did not list them, so that Postern cannot know what you may do. Try again in a minute; if that does not help, tell whoever runs Postern: it needs a permission of Microsoft Graph, GroupMember.Read.All for its own identity, or User.Read where it acts for people.".to_owned(),
            Self::TooMany(too_many) => format!("That was too often: {too_many}."),
            Self::Store(_) => "You were recognised, but Postern's own database does not answer. Try again in a minute.".to_owned(),
        }
    }
}
