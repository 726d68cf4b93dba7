//! What Azure does not keep: sessions, requests for access, the audit trail.
//!
//! One SQL text serves SQLite and PostgreSQL, so a column holds what both, and sqlx's `Any`
//! driver, agree on: text, bytes and 64-bit integers. Times are microseconds since 1970.

mod added;
mod chain;
mod change;
pub(crate) mod changes;
mod compliance_days;
pub(crate) mod entries;
mod error;
mod file;
mod granted;
pub(crate) mod handoffs;
mod history;
mod leases;
pub(crate) mod links;
mod migrations;
mod outbox;
pub(crate) mod requests;
mod retention;
mod rules_seen;
pub(crate) mod scans;
pub(crate) mod sessions;
mod trail;
pub(crate) mod weeks;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Executor, Row};

pub use added::AddedEntries;
pub(crate) use chain::hexadecimal;
pub use chain::{Head, Link, NOTHING_BEFORE};
pub(crate) use change::Change;
pub use changes::{ChangeRecord, ChangeTable, PartItem, PartRecord, PartState, Splitting};
pub use compliance_days::{DayRecord, DayTable};
pub use entries::{Entry, EntryKind, EntryTable, NewEntry};
pub use error::StoreError;
pub use granted::Granted;
pub use handoffs::HandoffTable;
pub use history::Search;
pub use leases::LeaseTable;
pub use links::{LinkRecord, LinkState, LinkTable};
pub use outbox::{Letter, NewLetter, OutboxTable, Queue};
pub use requests::{Filter, RequestRecord, RequestTable, Swap};
pub use rules_seen::RulesSeenTable;
pub use scans::{ScanRecord, ScanTable};
pub use sessions::{SessionRow, SessionTable};
pub use trail::Trail;
pub use weeks::WeekTable;

use crate::session::PersonKey;

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    kind: Kind,
    /// What was added to the trail since it was opened.
    added: AddedEntries,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

impl Store {
    /// Opens the database at `url` and brings its tables up to date.
    ///
    /// `url` is `sqlite:<file>`, which is created for nobody else to read if it is not there, or
    /// `postgres://…`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let kind = Kind::of(url);
        let connections = match kind {
            // Every connection to a database in memory has its own, so there must be only one.
            Kind::Sqlite if url == "sqlite::memory:" => 1,
            Kind::Sqlite => 4,
            Kind::Postgres => 16,
        };
        let is_file = kind == Kind::Sqlite && url != "sqlite::memory:";
        let url =
            if is_file && !url.contains("mode=") { with_parameter(url, "mode=rwc") } else { url.to_owned() };
        if is_file && url.contains("mode=rwc") {
            file::create(&url);
        }
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            // Whoever hangs up while a connection is tested takes it along, and with the only one of a
            // database in memory, that.
            .test_before_acquire(connections > 1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(|connection, _| Box::pin(prepare(connection)))
            .connect(&url)
            .await
            .map_err(|source| StoreError::Open { place: without_password(&url), source })?;
        migrations::run(&pool).await.map_err(StoreError::Migrate)?;
        Ok(Self { pool, kind, added: AddedEntries::default() })
    }

    /// Opens the database at `url` to read it and nothing else: it may be on a disk that cannot be
    /// written, and in use by a service.
    pub async fn open_read_only(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let kind = Kind::of(url);
        let refused = |source| StoreError::Open { place: without_password(url), source };
        let pool = match kind {
            Kind::Sqlite => match read_only_pool(&with_parameter(url, "mode=ro")).await {
                Ok(pool) => pool,
                // Without the files beside it, which a reader may not create, it must be a copy
                // that nobody else uses.
                Err(error) if file::is_alone(url) => {
                    let alone = with_parameter(url, "mode=ro&immutable=true");
                    read_only_pool(&alone).await.map_err(|_| refused(error))?
                }
                Err(error) => return Err(refused(error)),
            },
            Kind::Postgres => read_only_pool(url).await.map_err(refused)?,
        };
        Ok(Self { pool, kind, added: AddedEntries::default() })
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

    /// What was added to the audit trail since it was opened.
    pub fn added(&self) -> &AddedEntries {
        &self.added
    }

    /// Whether other processes may use it, too.
    pub fn is_shared(&self) -> bool {
        self.kind == Kind::Postgres
    }

    /// Who is signed in.
    pub fn sessions(&self) -> SessionTable<'_> {
        SessionTable(&self.pool)
    }

    /// Requests for access.
    pub fn requests(&self) -> RequestTable<'_> {
        RequestTable(&self.pool)
    }

    /// Shareable links that are to be made, or deleted.
    pub fn links(&self) -> LinkTable<'_> {
        LinkTable(&self.pool)
    }

    /// What people prepared for others.
    pub fn handoffs(&self) -> HandoffTable<'_> {
        HandoffTable(&self.pool)
    }

    /// Changes of policies for many machines.
    pub fn changes(&self) -> ChangeTable<'_> {
        ChangeTable(&self.pool)
    }

    /// Who may do what only one may do at a time.
    pub fn leases(&self) -> LeaseTable<'_> {
        LeaseTable(&self.pool)
    }

    /// How compliance went, day by day.
    pub fn compliance_days(&self) -> DayTable<'_> {
        DayTable(self)
    }

    /// Scans of Azure Policy.
    pub fn scans(&self) -> ScanTable<'_> {
        ScanTable(&self.pool)
    }

    /// The rules of the network around requests.
    pub fn rules_seen(&self) -> RulesSeenTable<'_> {
        RulesSeenTable(&self.pool)
    }

    /// The audit trail.
    pub fn entries(&self) -> EntryTable<'_> {
        EntryTable(self)
    }
}

impl Kind {
    fn of(url: &str) -> Self {
        if url.starts_with("sqlite:") { Self::Sqlite } else { Self::Postgres }
    }
}

/// One connection that can only read, and has been seen to.
async fn read_only_pool(url: &str) -> Result<AnyPool, sqlx::Error> {
    let pool = AnyPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(5));
    let pool = pool.after_connect(|connection, _| Box::pin(prepare_to_read(connection)));
    let pool = pool.connect(url).await?;
    sqlx::query("SELECT 1 FROM entries LIMIT 1").fetch_optional(&pool).await?;
    Ok(pool)
}

async fn prepare_to_read(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let settings = match connection.backend_name() {
        "SQLite" => "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;",
        _ => "SET default_transaction_read_only = on",
    };
    connection.execute(settings).await?;
    Ok(())
}

fn with_parameter(url: &str, parameter: &str) -> String {
    format!("{url}{}{parameter}", if url.contains('?') { '&' } else { '?' })
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

/// When somebody did something since `since`, as `sql` selects it: by realm, subject, the moment and
/// how many.
async fn moments(
    connection: &mut AnyConnection,
    sql: &'static str,
    person: &PersonKey,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = sqlx::query(sql)
        .bind(&person.realm)
        .bind(&person.subject)
        .bind(since.as_microsecond())
        .bind(most(limit))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| timestamp(row.try_get("created_at")?)).collect()
}

/// A limit as the databases take it.
fn most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn timestamp(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(StoreError::unreadable("a time"))
}

#[cfg(test)]
mod tests;
