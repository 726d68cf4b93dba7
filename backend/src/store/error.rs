//! What can go wrong with the database.

use sqlx::migrate::MigrateError;

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
    pub fn is_duplicate(&self) -> bool {
        match self {
            Self::Query(sqlx::Error::Database(error)) => error.is_unique_violation(),
            Self::Query(_) | Self::Open { .. } | Self::Migrate(_) | Self::Unreadable { .. } => false,
        }
    }

    pub(super) fn unreadable<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        what: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Unreadable { what, source: source.into() }
    }
}
