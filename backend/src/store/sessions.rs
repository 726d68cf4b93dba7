//! Who is signed in.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AnyPool, Row};

use super::{StoreError, timestamp};
use crate::session::PersonKey;

/// A session as it is kept. What it says of the person is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The SHA-256 of the id that the browser holds.
    pub id_hash: String,
    /// Whose it is.
    pub person: PersonKey,
    /// The provider's own name for the sign-in.
    pub sid: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, give or take a minute.
    pub last_seen_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// What only the service can read.
    pub payload: Vec<u8>,
}

/// The table of sessions.
#[derive(Debug, Clone, Copy)]
pub struct SessionTable<'a>(pub(super) &'a AnyPool);

/// A query for the sessions that fulfil a condition.
macro_rules! sessions_where {
    ($condition:literal) => {
        concat!(
            "SELECT id_hash, realm, subject, sid, created_at, last_seen_at, expires_at, payload
             FROM sessions WHERE ",
            $condition
        )
    };
}

impl SessionTable<'_> {
    /// Keeps a new session.
    pub async fn insert(self, session: &SessionRow) -> Result<(), StoreError> {
        insert(&mut *self.0.acquire().await?, session).await
    }

    /// The session with this hash, whether or not it is over.
    pub async fn get(self, id_hash: &str) -> Result<Option<SessionRow>, StoreError> {
        let row = sqlx::query(sessions_where!("id_hash = $1")).bind(id_hash).fetch_optional(self.0).await?;
        row.as_ref().map(read).transpose()
    }

    /// Every session of a person, whether or not it is over.
    pub async fn of(self, person: &PersonKey) -> Result<Vec<SessionRow>, StoreError> {
        let rows = sqlx::query(sessions_where!("realm = $1 AND subject = $2"))
            .bind(&person.realm)
            .bind(&person.subject)
            .fetch_all(self.0)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The sessions that came of one sign-in at the provider.
    pub async fn of_sign_in(self, sid: &str) -> Result<Vec<SessionRow>, StoreError> {
        let rows = sqlx::query(sessions_where!("sid = $1")).bind(sid).fetch_all(self.0).await?;
        rows.iter().map(read).collect()
    }

    /// Notes that the session was used at `now`.
    pub async fn touch(self, id_hash: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id_hash = $1 AND last_seen_at < $2")
            .bind(id_hash)
            .bind(now.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(())
    }

    /// Puts another payload in the place of the one in `read`, unless somebody else has done so
    /// since; `false` then.
    pub async fn replace_payload(self, read: &SessionRow, payload: &[u8]) -> Result<bool, StoreError> {
        let replaced = sqlx::query("UPDATE sessions SET payload = $3 WHERE id_hash = $1 AND payload = $2")
            .bind(&read.id_hash)
            .bind(&read.payload)
            .bind(payload.to_vec())
            .execute(self.0)
            .await?;
        Ok(replaced.rows_affected() > 0)
    }

    /// Forgets a session; none is fine too.
    pub async fn delete(self, id_hash: &str) -> Result<(), StoreError> {
        delete(&mut *self.0.acquire().await?, id_hash).await
    }

    /// Forgets every session that was over at `now` or not used since `idle_since`.
    pub async fn sweep(self, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
        let swept = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at < $2")
            .bind(now.as_microsecond())
            .bind(idle_since.as_microsecond())
            .execute(self.0)
            .await?;
        Ok(swept.rows_affected())
    }
}

pub(crate) async fn insert(connection: &mut AnyConnection, session: &SessionRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (id_hash, realm, subject, sid, created_at, last_seen_at, expires_at, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&session.id_hash)
    .bind(&session.person.realm)
    .bind(&session.person.subject)
    .bind(&session.sid)
    .bind(session.created_at.as_microsecond())
    .bind(session.last_seen_at.as_microsecond())
    .bind(session.expires_at.as_microsecond())
    .bind(&session.payload)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn delete(connection: &mut AnyConnection, id_hash: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id_hash: row.try_get("id_hash")?,
        person: PersonKey { realm: row.try_get("realm")?, subject: row.try_get("subject")? },
        sid: row.try_get("sid")?,
        created_at: timestamp(row.try_get("created_at")?)?,
        last_seen_at: timestamp(row.try_get("last_seen_at")?)?,
        expires_at: timestamp(row.try_get("expires_at")?)?,
        payload: row.try_get("payload")?,
    })
}
