//! Databases for tests: a new one each, of either kind that the product can use.

use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use url::Url;

use crate::postgres;

/// The kinds of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database of a test's own.
#[derive(Debug, Clone)]
pub struct Database {
    kind: Kind,
    url: String,
}

impl Database {
    /// An empty one. The file of an SQLite database is in `folder`.
    pub async fn fresh(kind: Kind, folder: &Path) -> Self {
        let url = match kind {
            Kind::Sqlite => format!("sqlite:{}", folder.join("postern.db").display()),
            Kind::Postgres => postgres::fresh_database().await,
        };
        Self { kind, url }
    }

    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// As the settings name it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same, for another role of the server.
    #[must_use]
    pub fn as_role(&self, role: &str) -> Self {
        let mut url: Url = self.url.parse().expect("it is a URL");
        url.set_username(role).expect("the server has roles");
        Self { kind: self.kind, url: url.into() }
    }

    /// Runs a statement behind the back of everybody else.
    pub async fn run(&self, statement: &str) {
        let done = self.try_to_run(statement).await;
        done.unwrap_or_else(|error| panic!("the database does as it is told, but: {error}\n{statement}"));
    }

    /// The same, for what may be refused.
    pub async fn try_to_run(&self, statement: &str) -> sqlx::Result<()> {
        let mut connection = connect(&self.url).await;
        let done = connection.execute(AssertSqlSafe(statement.to_owned())).await;
        connection.close().await.expect("the connection closes");
        done.map(|_| ())
    }

    /// Has a server take no changes of this database any more, or take them again. Connections from
    /// before are cut.
    pub async fn take_no_changes(&self, none: bool) {
        let name = self.url.parse::<Url>().expect("it is a URL").path().trim_start_matches('/').to_owned();
        self.run(&format!(
            "BEGIN READ WRITE; ALTER DATABASE {name} SET default_transaction_read_only = {none}; COMMIT"
        ))
        .await;
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").await;
    }

    /// Takes away what keeps the audit trail from being changed, as its owner can.
    pub async fn disarm(&self) {
        let statements: &[&str] = match self.kind {
            Kind::Sqlite => &[
                "DROP TRIGGER entries_follow_the_head",
                "DROP TRIGGER the_head_follows_entries",
                "DROP TRIGGER entries_are_not_changed",
                "DROP TRIGGER entries_are_not_deleted",
                "DROP TRIGGER the_head_is_not_moved",
                "DROP TRIGGER the_head_is_not_deleted",
                "DROP TRIGGER the_start_is_where_the_trail_says",
            ],
            Kind::Postgres => &[
                "ALTER TABLE entries DISABLE TRIGGER ALL",
                "ALTER TABLE trail_head DISABLE TRIGGER ALL",
                "ALTER TABLE trail_start DISABLE TRIGGER ALL",
            ],
        };
        for statement in statements {
            self.run(statement).await;
        }
    }
}

pub(crate) async fn connect(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap_or_else(|error| panic!("no connection to {url}: {error}"))
}

/// Runs each of these tests on both kinds of database.
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::database::Kind::Sqlite).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::database::Kind::Postgres).await;
            })+
        }
    };
}
