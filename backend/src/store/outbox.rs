//! What others are to be told, until it was delivered or given up.
//!
//! It is taken from the audit trail, entry by entry: a cursor says how far, and moves in the same
//! transaction that adds what is to be told. So a grant writes nothing more than it did, and nothing
//! on record is forgotten, whoever dies when.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use uuid::Uuid;

use super::entries::{append, entries, read};
use super::{Entry, EntryKind, NewEntry, Store, StoreError, most, timestamp};

/// The table of what others are to be told.
#[derive(Debug, Clone, Copy)]
pub struct OutboxTable<'a>(&'a Store);

/// Something to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// To whom, as the settings call them.
    pub target: String,
    /// To which of their addresses; empty where there is one.
    pub recipient: String,
    /// What.
    pub body: String,
}

/// Something to be told that somebody sees to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its name, which is the same however often it is delivered.
    pub id: Uuid,
    /// The entry that it is about.
    pub seq: i64,
    /// To whom and what.
    pub content: NewLetter,
    /// Since when it is to be told.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub tries: i64,
}

/// What waits for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The target, as the settings call it.
    pub target: String,
    /// How many messages.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub oldest: Timestamp,
}

impl Store {
    /// What others are to be told.
    pub fn outbox(&self) -> OutboxTable<'_> {
        OutboxTable(self)
    }
}

impl OutboxTable<'_> {
    /// How many there are at most. Then what comes waits in the trail.
    pub const MOST: i64 = 10_000;

    /// Begins with what is added to the trail from now on, if this was not begun before.
    pub async fn begin(self) -> Result<(), StoreError> {
        let begin = "INSERT INTO outbox_cursor (one, seq) SELECT 1, seq FROM trail_head
                     WHERE NOT EXISTS (SELECT 1 FROM outbox_cursor) ON CONFLICT (one) DO NOTHING";
        sqlx::query(begin).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Goes through at most `limit` more entries of the trail, and keeps what `letters` makes of each
    /// and, of an outcome, its intent. Says how many entries that were.
    pub async fn fill(
        self,
        limit: usize,
        now: Timestamp,
        letters: impl Fn(&Entry, Option<&Entry>) -> Vec<NewLetter>,
    ) -> Result<usize, StoreError> {
        // Whoever has nothing to do keeps nobody from writing.
        let more = "SELECT seq FROM outbox_cursor WHERE seq < (SELECT seq FROM trail_head)";
        if sqlx::query(more).fetch_optional(&self.0.pool).await?.is_none()
            || self.count().await? >= Self::MOST
        {
            return Ok(0);
        }
        let mut change = self.0.begin().await?;
        let connection = change.connection();
        let cursor = match connection.backend_name() {
            "PostgreSQL" => "SELECT seq FROM outbox_cursor FOR UPDATE",
            _ => "SELECT seq FROM outbox_cursor",
        };
        let last: i64 = sqlx::query_scalar(cursor).fetch_one(&mut *connection).await?;
        let query = sqlx::query(entries!("WHERE seq > $1 ORDER BY seq LIMIT $2"));
        let rows = query.bind(last).bind(most(limit)).fetch_all(&mut *connection).await?;
        for row in &rows {
            let entry = match read(row) {
                Ok(entry) => entry,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "of an entry of the audit trail nobody is told");
                    continue;
                }
            };
            let intent = intent_of(connection, &entry).await?;
            for letter in letters(&entry, intent.as_ref()) {
                add(connection, entry.seq, &letter, now).await?;
            }
        }
        if let Some(last) = rows.last() {
            let last: i64 = last.try_get("seq")?;
            sqlx::query("UPDATE outbox_cursor SET seq = $1").bind(last).execute(&mut *connection).await?;
        }
        change.commit().await?;
        Ok(rows.len())
    }

    /// Lets `holder` see to at most `limit` of what is due to `target`, until `until`.
    pub async fn claim(
        self,
        target: &str,
        holder: Uuid,
        (now, until): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Vec<Letter>, StoreError> {
        let query = sqlx::query(
            "SELECT id, seq, target, recipient, body, created_at, tries FROM outbox
             WHERE target = $1 AND next_at <= $2 AND held_until <= $2 ORDER BY next_at, seq LIMIT $3",
        );
        let query = query.bind(target).bind(now.as_microsecond()).bind(most(limit));
        let mut claimed = Vec::new();
        for row in query.fetch_all(&self.0.pool).await? {
            let letter = letter(&row)?;
            let claim = sqlx::query(
                "UPDATE outbox SET holder = $2, held_until = $3
                 WHERE id = $1 AND next_at <= $4 AND held_until <= $4",
            );
            let claim = claim.bind(letter.id.to_string()).bind(holder.to_string());
            let claim = claim.bind(until.as_microsecond()).bind(now.as_microsecond());
            if claim.execute(&self.0.pool).await?.rows_affected() == 1 {
                claimed.push(letter);
            }
        }
        Ok(claimed)
    }

    /// It was delivered, which `entry` puts on record where somebody wants to know.
    pub async fn delivered(self, id: Uuid, holder: Uuid, entry: Option<&NewEntry>) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM outbox WHERE id = $1 AND holder = $2");
        let query = query.bind(id.to_string()).bind(holder.to_string());
        let Some(entry) = entry else {
            query.execute(&self.0.pool).await?;
            return Ok(());
        };
        let mut change = self.0.begin().await?;
        if query.execute(change.connection()).await?.rows_affected() == 1 {
            append(&mut change, entry).await?;
            change.commit().await?;
        }
        Ok(())
    }

    /// It was not, and is tried again at `next`.
    pub async fn postpone(self, id: Uuid, holder: Uuid, next: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE outbox SET tries = tries + 1, next_at = $3, held_until = 0 WHERE id = $1 AND holder = $2",
        );
        let query = query.bind(id.to_string()).bind(holder.to_string()).bind(next.as_microsecond());
        query.execute(&self.0.pool).await?;
        Ok(())
    }

    /// It is not tried any more, which `entry` puts on record.
    pub async fn give_up(self, id: Uuid, entry: &NewEntry) -> Result<bool, StoreError> {
        let mut change = self.0.begin().await?;
        let query = sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id.to_string());
        let was_there = query.execute(change.connection()).await?.rows_affected() == 1;
        if was_there {
            append(&mut change, entry).await?;
            change.commit().await?;
        }
        Ok(was_there)
    }

    /// At most `limit` from before `moment` that nobody sees to, whoever they are for.
    pub async fn left_since(
        self,
        moment: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Letter>, StoreError> {
        let query = sqlx::query(
            "SELECT id, seq, target, recipient, body, created_at, tries FROM outbox
             WHERE created_at <= $1 AND held_until <= $2 ORDER BY created_at LIMIT $3",
        );
        let query = query.bind(moment.as_microsecond()).bind(now.as_microsecond()).bind(most(limit));
        query.fetch_all(&self.0.pool).await?.iter().map(letter).collect()
    }

    /// What waits for each target.
    pub async fn queues(self) -> Result<Vec<Queue>, StoreError> {
        let query = "SELECT target, COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox GROUP BY target ORDER BY target";
        let rows = sqlx::query(query).fetch_all(&self.0.pool).await?;
        let queue = |row: &AnyRow| {
            let (target, waiting) = (row.try_get("target")?, row.try_get("waiting")?);
            Ok(Queue { target, waiting, oldest: timestamp(row.try_get("oldest")?)? })
        };
        rows.iter().map(queue).collect()
    }

    /// How many are to be told.
    pub async fn count(self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM outbox").fetch_one(&self.0.pool).await?)
    }
}

async fn intent_of(connection: &mut AnyConnection, entry: &Entry) -> Result<Option<Entry>, StoreError> {
    let EntryKind::Outcome(attempt) = entry.content.kind else { return Ok(None) };
    let query = sqlx::query(entries!("WHERE attempt = $1 AND kind = 'intent'"));
    let row = query.bind(attempt.to_string()).fetch_optional(connection).await?;
    Ok(row.and_then(|row| read(&row).ok()))
}

async fn add(
    connection: &mut AnyConnection,
    seq: i64,
    letter: &NewLetter,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (id, target, recipient, seq, body, created_at, next_at, tries, holder, held_until)
         VALUES ($1, $2, $3, $4, $5, $6, $6, 0, '', 0) ON CONFLICT (target, recipient, seq) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(&letter.target)
    .bind(&letter.recipient)
    .bind(seq)
    .bind(&letter.body)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

fn letter(row: &AnyRow) -> Result<Letter, StoreError> {
    let id: String = row.try_get("id")?;
    Ok(Letter {
        id: Uuid::try_parse(&id).map_err(StoreError::unreadable("the name of a message"))?,
        seq: row.try_get("seq")?,
        content: NewLetter {
            target: row.try_get("target")?,
            recipient: row.try_get("recipient")?,
            body: row.try_get("body")?,
        },
        created_at: timestamp(row.try_get("created_at")?)?,
        tries: row.try_get("tries")?,
    })
}
