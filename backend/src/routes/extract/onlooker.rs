//! Somebody who looks on.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use http::request::Parts;
use serde::Serialize;

use crate::error::ApiError;
use crate::limits::Watching;
use crate::routes::answer;
use crate::session::{CurrentUser, Sessions};
use crate::state::AppState;

/// Somebody who looks on as something changes, counted as that for as long as they do. Their session
/// can follow so much at a time.
pub struct Onlooker {
    /// Who they are.
    pub user: CurrentUser,
    sessions: Sessions,
    watching: Watching,
}

impl FromRequestParts<AppState> for Onlooker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let user = CurrentUser::from_request_parts(parts, state).await?;
        let watching = state.limits.watching(user.proof.name())?;
        Ok(Self { user, sessions: state.sessions.clone(), watching })
    }
}

impl Onlooker {
    /// Tells them the changes, as events of this name, until there are no more or the session is over.
    pub fn told<T: Serialize + Send + 'static>(
        self,
        name: &'static str,
        changes: impl Stream<Item = T> + Send + 'static,
    ) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
        let Self { user, sessions, watching } = self;
        answer::events(name, sessions.during(&user, changes), watching)
    }
}
