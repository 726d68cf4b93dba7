//! The tables, step by step.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};

/// Takes the steps that the database has not taken yet.
pub async fn run(pool: &AnyPool) -> Result<(), MigrateError> {
    let mut connection = pool.acquire().await?;
    let steps = match connection.backend_name() {
        "PostgreSQL" => POSTGRES,
        _ => SQLITE,
    };
    let steps = (1..).zip(steps).map(|(version, (name, sql))| {
        Migration::new(version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect()).run(&mut *connection).await
}

/// Names and SQL of the steps, in their order. A step that was released is never edited.
type Steps = &'static [(&'static str, &'static str)];

const SQLITE: Steps = &[
    ("sessions", include_str!("../../migrations/sqlite/0001_sessions.sql")),
    ("requests", include_str!("../../migrations/sqlite/0002_requests.sql")),
    ("entries", include_str!("../../migrations/sqlite/0003_entries.sql")),
];

const POSTGRES: Steps = &[
    ("sessions", include_str!("../../migrations/postgres/0001_sessions.sql")),
    ("requests", include_str!("../../migrations/postgres/0002_requests.sql")),
    ("entries", include_str!("../../migrations/postgres/0003_entries.sql")),
];
