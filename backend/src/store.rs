//! What Azure does not keep: sessions, requests for access, the audit trail.
//!
//! One SQL text serves SQLite and PostgreSQL, so a column holds what both, and sqlx's `Any`
//! driver, agree on: text, bytes and 64-bit integers. Times are microseconds since 1970.

pub(crate) mod entries;
mod migrations;
pub(crate) mod requests;
mod sessions;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::MigrateError;
use sqlx::{Any, AnyConnection, AnyPool, Executor, Transaction};

pub use entries::{Entry, EntryKind, EntryTable, NewEntry};
pub use requests::{Filter, RequestRecord, RequestTable, Swap};
pub use sessions::{SessionRow, SessionTable};

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
}

impl Store {
    /// Opens the database at `url` and brings its tables up to date.
    ///
    /// `url` is `sqlite:<file>`, which is created if it is not there, or `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (url, connections) = match url.strip_prefix("sqlite:") {
            // Every connection to a database in memory has its own, so there must be only one.
            Some(":memory:") => (url.to_owned(), 1),
            Some(_) if !url.contains("mode=") => {
                (format!("{url}{}mode=rwc", if url.contains('?') { '&' } else { '?' }), 4)
            }
            Some(_) => (url.to_owned(), 4),
            None => (url.to_owned(), 16),
        };
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(|connection, _| Box::pin(prepare(connection)))
            .connect(&url)
            .await
            .map_err(|source| StoreError::Open { place: without_password(&url), source })?;
        migrations::run(&pool).await.map_err(StoreError::Migrate)?;
        Ok(Self { pool })
    }

    /// A database that is gone when this is dropped.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::open("sqlite::memory:").await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1 FROM requests LIMIT 1").fetch_optional(&self.pool).await?;
        Ok(())
    }

    /// Who is signed in.
    pub fn sessions(&self) -> SessionTable<'_> {
        SessionTable(&self.pool)
    }

    /// Requests for access.
    pub fn requests(&self) -> RequestTable<'_> {
        RequestTable(&self.pool)
    }

    /// The audit trail.
    pub fn entries(&self) -> EntryTable<'_> {
        EntryTable(&self.pool)
    }

    /// Several changes that happen together or not at all.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.pool.begin().await?)
    }
}

/// Readers do not wait for the writer, a second writer waits, and what is committed survives a
/// power cut: an audit entry that does not is none.
async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    if connection.backend_name() == "SQLite" {
        connection
            .execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            .await?;
    }
    Ok(())
}

/// The URL without what may be secret in it: the password, and the query, which may hold one.
fn without_password(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else { return "the configured address".to_owned() };
    parsed.set_query(None);
    // A file has no password to take out.
    let _no_password = parsed.set_password(None);
    parsed.into()
}

/// The database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database, or it lets nobody in.
    #[error("the database at {place} cannot be opened")]
    Open {
        /// Its URL, without a password.
        place: String,
        /// What the driver said.
        source: sqlx::Error,
    },
    /// The tables are not as this version needs them.
    #[error("the tables of the database cannot be brought up to date")]
    Migrate(#[source] MigrateError),
    /// A query failed.
    #[error("the database did not answer a query")]
    Query(#[from] sqlx::Error),
    /// A row does not hold what this version writes there.
    #[error("the database holds {what} that cannot be read")]
    Unreadable {
        /// What the row is.
        what: &'static str,
        /// Why it cannot be read.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether a row was not added because there is one like it.
    pub(crate) fn is_duplicate(&self) -> bool {
        match self {
            Self::Query(sqlx::Error::Database(error)) => error.is_unique_violation(),
            Self::Query(_) | Self::Open { .. } | Self::Migrate(_) | Self::Unreadable { .. } => false,
        }
    }

    fn unreadable<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        what: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Unreadable { what, source: source.into() }
    }
}

fn timestamp(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(StoreError::unreadable("a time"))
}

#[cfg(test)]
mod tests;
