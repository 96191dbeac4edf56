//! 迁移：只向前，逐个事务，做过的内容不许再改。

use mingjing_kernel::moment::Moment;

use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::link::Pool;
use crate::row::row;
use crate::sql::values;

/// One step of the schema. Released ones are never edited: their checksum is in every database.
struct Migration {
    version: i64,
    name: &'static str,
    text: &'static str,
}

macro_rules! migrations {
    ($($version:literal = $name:literal;)*) => {
        &[$(Migration {
            version: $version,
            name: $name,
            text: include_str!(concat!("../migrations/", $name, ".sql")),
        }),*]
    };
}

const MIGRATIONS: &[Migration] = migrations! {
    1 = "0001_timeline";
    2 = "0002_log";
    3 = "0003_work";
    4 = "0004_derived";
    5 = "0005_registry";
    6 = "0006_import";
    7 = "0007_account";
    8 = "0008_case_access";
    9 = "0009_erasure";
    10 = "0010_disclosure";
    11 = "0011_second_factor";
    12 = "0012_expiry";
    13 = "0013_log_key";
    14 = "0014_trend";
    15 = "0015_undetermined";
    16 = "0016_lists";
    17 = "0017_walks";
    18 = "0018_confidential_counts";
    19 = "0019_trial";
    20 = "0020_foresight";
    21 = "0021_duty_order";
    22 = "0022_supervision";
    23 = "0023_over_cases";
    24 = "0024_complaints";
};

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (
    version {int} NOT NULL CONSTRAINT schema_version_pkey PRIMARY KEY,
    name {text} NOT NULL,
    checksum {text} NOT NULL,
    applied_at {instant} NOT NULL
);
";

/// Held by the process that migrates a PostgreSQL database, so that two do not.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_xact_lock(6239421)";

row! {
    struct Applied {
        version: i64,
        checksum: String,
    }
}

const APPLIED: &str = "SELECT version, checksum FROM schema_version ORDER BY version";

/// Changes whenever a migration, or what the dialect makes of it, does.
pub(crate) fn fingerprint() -> String {
    let rendered = MIGRATIONS.iter().flat_map(|known| {
        [Engine::Sqlite, Engine::Postgres].map(|engine| checksum(&engine.render(known.text)))
    });
    checksum(&rendered.collect::<String>())
}

/// Brings the database to the newest schema; says what was done.
pub(crate) async fn migrate(pool: &Pool, now: Moment) -> Result<Vec<&'static str>> {
    let run = |error| StoreError::internal(error);
    let engine = pool.engine();
    let lock = pool.begin_write().await?;
    if engine == Engine::Postgres {
        lock.run(ADVISORY_LOCK).await.map_err(run)?;
    }
    lock.run(&engine.render(CREATE_TABLE)).await.map_err(run)?;
    let applied = lock.query::<Applied>(APPLIED, Vec::new(), usize::MAX).await;
    let applied = applied.map_err(StoreError::unavailable)?;
    check(&applied)?;
    let mut done = Vec::new();
    for migration in &MIGRATIONS[applied.len()..] {
        // One concern each, all in one transaction: a failure leaves the schema as it was.
        lock.run(&engine.render(migration.text))
            .await
            .map_err(run)?;
        let noted = lock.execute(
            "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            values![
                migration.version,
                migration.name,
                checksum(migration.text),
                now
            ],
        );
        noted.await.map_err(run)?;
        done.push(migration.name);
    }
    lock.commit().await.map_err(StoreError::unavailable)?;
    Ok(done)
}

/// There is no schema of ours at all.
pub(crate) const fn missing() -> StoreError {
    StoreError::SchemaBehind {
        found: 0,
        newest: MIGRATIONS.len(),
    }
}

/// Refuses a database whose schema is older or newer than this program.
pub(crate) async fn require_newest(pool: &Pool) -> Result<()> {
    let exists = match pool.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE name = 'schema_version'",
        Engine::Postgres => "SELECT 'yes' WHERE to_regclass('schema_version') IS NOT NULL",
    };
    let read = pool.begin_read().await?;
    let found = read.query::<()>(exists, Vec::new(), 1).await;
    if found.map_err(StoreError::unavailable)?.is_empty() {
        return Err(missing());
    }
    let newest = MIGRATIONS.len();
    let applied = read.query::<Applied>(APPLIED, Vec::new(), usize::MAX).await;
    let applied = applied.map_err(StoreError::unavailable)?;
    check(&applied)?;
    if applied.len() < newest {
        return Err(StoreError::SchemaBehind {
            found: applied.len(),
            newest,
        });
    }
    Ok(())
}

/// What was applied must be the beginning of what is known, unchanged.
fn check(applied: &[Applied]) -> Result<()> {
    for (number, row) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(number) else {
            return Err(StoreError::SchemaAhead {
                found: applied.len(),
                newest: MIGRATIONS.len(),
            });
        };
        if known.version != row.version || checksum(known.text) != row.checksum {
            return Err(StoreError::corrupt(format!(
                "迁移 {} 与本程序所知的 {} 不同：已发布的迁移不许改动",
                row.version, known.name
            )));
        }
    }
    Ok(())
}

/// FNV-1a over the text: it guards against edits by mistake, not against malice.
fn checksum(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
