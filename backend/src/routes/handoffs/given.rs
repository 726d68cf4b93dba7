//! Somebody who was given a link, whether they are signed in or not.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use shared::handoff::HandoffId;

use crate::error::ApiError;
use crate::jit::{Recipient, no_such_link};
use crate::session::{CurrentUser, PersonKey, Seen};
use crate::state::AppState;

/// What somebody was given, and who they are as far as that is known.
pub struct Given {
    /// What was prepared, by the name in the path.
    pub id: HandoffId,
    /// To whom.
    pub to: Recipient,
}

impl Given {
    /// What they are told from others by. It proves nothing.
    pub fn name(&self) -> String {
        self.to.user.as_ref().map_or_else(|| self.id.to_string(), |user| user.proof.name().to_owned())
    }
}

impl FromRequestParts<AppState> for Given {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let no_such_link = || ApiError::Jit(no_such_link());
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| no_such_link())?;
        let id: HandoffId = id.parse().map_err(|_| no_such_link())?;
        let user = match CurrentUser::from_request_parts(parts, state).await {
            Ok(user) => Some(user),
            Err(ApiError::SignedOut) => None,
            Err(error) => return Err(error),
        };
        if !parts.method.is_safe() {
            // Strangers share what there is for one link.
            let strangers = || PersonKey { realm: "link".to_owned(), subject: id.to_string() };
            state.limits.change(&user.as_ref().map_or_else(strangers, |user| user.key.clone()))?;
        }
        let seen = Seen::from_request_parts(parts, state).await;
        let Seen(address) = seen.map_err(|rejection| ApiError::Other(rejection.status()))?;
        let guest_pass = state.cookies.get(&parts.headers, &guest_cookie(id)).map(Into::into);
        Ok(Self { id, to: Recipient { user, guest_pass, address } })
    }
}

/// The name of the cookie that a guest's browser holds for one link.
pub fn guest_cookie(id: HandoffId) -> String {
    format!("postern-guest-{}", id.0.simple())
}
