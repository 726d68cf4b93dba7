//! Shareable links that are to be made, or deleted.

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId};
use shared::text;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::{StoreError, Swap};

/// How far a link has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Azure has not been asked for it.
    Wanted,
    /// Azure has been asked, and nobody knows yet what it made of that.
    Asked,
    /// It is there, as far as is known.
    Made,
}

/// A link that is wanted, or may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// The request that it belongs to.
    pub request: RequestId,
    /// How far it has come.
    pub state: LinkState,
    /// How often its deletion was begun.
    pub attempts: i64,
    /// Until when it is in somebody's hands, or left alone.
    pub due_at: Timestamp,
}

/// The table of links.
#[derive(Debug, Clone, Copy)]
pub struct LinkTable<'a>(pub(super) &'a AnyPool);

impl LinkTable<'_> {
    /// The links that may be looked at by now.
    pub async fn due(self, now: Timestamp) -> Result<Vec<LinkRecord>, StoreError> {
        let query = "SELECT request, state, attempts, due_at FROM links WHERE due_at <= $1 ORDER BY request";
        let rows = sqlx::query(query).bind(now.as_microsecond()).fetch_all(self.0).await?;
        rows.iter().map(read).collect()
    }

    /// The link of a request, if one is wanted or may be there.
    pub async fn get(self, request: RequestId) -> Result<Option<LinkRecord>, StoreError> {
        let query = "SELECT request, state, attempts, due_at FROM links WHERE request = $1";
        let row = sqlx::query(query).bind(request.to_string()).fetch_optional(self.0).await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes how far a link has come, and when to look at it next.
    pub async fn set(
        self,
        request: RequestId,
        state: LinkState,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE links SET state = $2, due_at = $3 WHERE request = $1")
            .bind(request.to_string())
            .bind(state.name())
            .bind(due_at.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// Forgets a link that stands where it `was`: it was never made, or is gone.
    pub async fn forget(self, request: RequestId, was: LinkState) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM links WHERE request = $1 AND state = $2")
            .bind(request.to_string())
            .bind(was.name())
            .execute(self.0)
            .await?;
        Ok(())
    }
}

/// Notes that a link is wanted.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    request: &AccessRequest,
) -> Result<(), StoreError> {
    let Some((vm, bastion)) = keys(request) else { return Ok(()) };
    sqlx::query(
        "INSERT INTO links (request, vm, bastion, state, attempts, due_at) VALUES ($1, $2, $3, $4, 0, $5)",
    )
    .bind(request.id.to_string())
    .bind(vm)
    .bind(bastion)
    .bind(LinkState::Wanted.name())
    .bind(request.requested_at.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes it upon oneself to have a link made, until `until`. Azure has one link for each machine
/// and Bastion, so that only one request can have it at a time.
pub(crate) async fn claim(
    connection: &mut AnyConnection,
    request: &AccessRequest,
    until: Timestamp,
) -> Result<Swap, StoreError> {
    let Some((vm, bastion)) = keys(request) else { return Ok(Swap::Overtaken) };
    let claimed = sqlx::query(
        "UPDATE links SET state = $2, due_at = $3 WHERE request = $1 AND state = $4 AND NOT EXISTS (
             SELECT 1 FROM links AS other
             WHERE other.vm = $5 AND other.bastion = $6 AND other.request <> $1 AND other.state <> $4)",
    )
    .bind(request.id.to_string())
    .bind(LinkState::Asked.name())
    .bind(until.as_microsecond())
    .bind(LinkState::Wanted.name())
    .bind(vm)
    .bind(bastion)
    .execute(connection)
    .await?;
    Ok(if claimed.rows_affected() == 0 { Swap::Overtaken } else { Swap::Done })
}

/// Takes it upon oneself to have a link deleted, until `until`.
pub(crate) async fn claim_deletion(
    connection: &mut AnyConnection,
    link: &LinkRecord,
    until: Timestamp,
) -> Result<Swap, StoreError> {
    let claimed = sqlx::query(
        "UPDATE links SET attempts = attempts + 1, due_at = $4 WHERE request = $1 AND state = $2 AND attempts = $3",
    )
    .bind(link.request.to_string())
    .bind(link.state.name())
    .bind(link.attempts)
    .bind(until.as_microsecond())
    .execute(connection)
    .await?;
    Ok(if claimed.rows_affected() == 0 { Swap::Overtaken } else { Swap::Done })
}

fn keys(request: &AccessRequest) -> Option<(String, String)> {
    let bastion = request.bastion.as_ref().filter(|_| request.shareable_link)?;
    Some((text::folded(&request.vm.to_string()), text::folded(&bastion.to_string())))
}

impl LinkState {
    fn name(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Asked => "asked",
            Self::Made => "made",
        }
    }
}

fn read(row: &AnyRow) -> Result<LinkRecord, StoreError> {
    let unreadable = StoreError::unreadable("a link");
    let (request, state): (&str, &str) = (row.try_get("request")?, row.try_get("state")?);
    let known = [LinkState::Wanted, LinkState::Asked, LinkState::Made];
    let Some(state) = known.into_iter().find(|known| known.name() == state) else {
        return Err(unreadable(format!("its state is {state}")));
    };
    Ok(LinkRecord {
        request: request.parse().map_err(StoreError::unreadable("the request of a link"))?,
        state,
        attempts: row.try_get("attempts")?,
        due_at: super::timestamp(row.try_get("due_at")?)?,
    })
}
