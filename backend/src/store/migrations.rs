//! The tables, step by step.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, SqlSafeStr};

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
    let steps: Vec<Migration> = steps.collect();
    // Where nothing is left to do nothing is written, and no right to make tables is needed.
    if taken(&mut connection).await == steps.iter().map(|step| step.checksum.to_vec()).collect::<Vec<_>>() {
        return Ok(());
    }
    Migrator::with_migrations(steps).run(&mut *connection).await
}

/// The checksums of the steps that were taken; none where that cannot be read.
async fn taken(connection: &mut AnyConnection) -> Vec<Vec<u8>> {
    let query = sqlx::query_scalar("SELECT checksum FROM _sqlx_migrations WHERE success ORDER BY version");
    query.fetch_all(connection).await.unwrap_or_default()
}

/// Names and SQL of the steps, in their order. A step that was released is never edited.
type Steps = &'static [(&'static str, &'static str)];

const SQLITE: Steps = &[
    ("sessions", include_str!("../../migrations/sqlite/0001_sessions.sql")),
    ("requests", include_str!("../../migrations/sqlite/0002_requests.sql")),
    ("entries", include_str!("../../migrations/sqlite/0003_entries.sql")),
    ("links", include_str!("../../migrations/sqlite/0004_links.sql")),
    ("handoffs", include_str!("../../migrations/sqlite/0005_handoffs.sql")),
    ("closing", include_str!("../../migrations/sqlite/0006_closing.sql")),
    ("leases", include_str!("../../migrations/sqlite/0007_leases.sql")),
    ("history", include_str!("../../migrations/sqlite/0008_history.sql")),
    ("changes", include_str!("../../migrations/sqlite/0009_changes.sql")),
    ("activity", include_str!("../../migrations/sqlite/0010_activity.sql")),
    ("retention", include_str!("../../migrations/sqlite/0011_retention.sql")),
    ("compliance_scans", include_str!("../../migrations/sqlite/0012_compliance_scans.sql")),
    ("compliance_days", include_str!("../../migrations/sqlite/0013_compliance_days.sql")),
    ("outbox", include_str!("../../migrations/sqlite/0014_outbox.sql")),
    ("owner_weeks", include_str!("../../migrations/sqlite/0015_owner_weeks.sql")),
];

const POSTGRES: Steps = &[
    ("sessions", include_str!("../../migrations/postgres/0001_sessions.sql")),
    ("requests", include_str!("../../migrations/postgres/0002_requests.sql")),
    ("entries", include_str!("../../migrations/postgres/0003_entries.sql")),
    ("links", include_str!("../../migrations/postgres/0004_links.sql")),
    ("handoffs", include_str!("../../migrations/postgres/0005_handoffs.sql")),
    ("closing", include_str!("../../migrations/postgres/0006_closing.sql")),
    ("leases", include_str!("../../migrations/postgres/0007_leases.sql")),
    ("history", include_str!("../../migrations/postgres/0008_history.sql")),
    ("changes", include_str!("../../migrations/postgres/0009_changes.sql")),
    ("activity", include_str!("../../migrations/postgres/0010_activity.sql")),
    ("retention", include_str!("../../migrations/postgres/0011_retention.sql")),
    ("compliance_scans", include_str!("../../migrations/postgres/0012_compliance_scans.sql")),
    ("compliance_days", include_str!("../../migrations/postgres/0013_compliance_days.sql")),
    ("outbox", include_str!("../../migrations/postgres/0014_outbox.sql")),
    ("owner_weeks", include_str!("../../migrations/postgres/0015_owner_weeks.sql")),
];
