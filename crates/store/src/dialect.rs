//! 方言：两种数据库的差别全在这里，别处不分。

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::{
    AccessMode, DatabaseConnection, DbBackend, DbErr, IsolationLevel, RuntimeErr,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, sqlx,
};
use std::path::Path;
use std::time::Duration;

use crate::config::{Location, StoreConfig};
use crate::error::{Result, StoreError};

/// How long a command waits for a connection of the pool before the store counts as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Distinct statements kept prepared per connection; the store has fewer.
const STATEMENTS_KEPT: usize = 256;

/// 数据库引擎。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const fn backend(self) -> DbBackend {
        match self {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        }
    }

    /// Appended to a SELECT of rows that this transaction is going to change.
    pub(crate) const fn for_update(self) -> &'static str {
        match self {
            // The one writer holds the lock of the whole file already.
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE",
        }
    }

    /// As `for_update`, passing over rows that somebody else holds.
    pub(crate) const fn for_update_skip_locked(self) -> &'static str {
        match self {
            Engine::Sqlite => "",
            Engine::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// The next placeholder of a long statement. Both engines read `$1`, but SQLite takes it for a name and looks through
    /// all the names before it: a statement of thousands would take it quadratic time.
    pub(crate) fn push_placeholder(self, text: &mut String, number: usize) {
        match self {
            Engine::Sqlite => text.push('?'),
            Engine::Postgres => {
                text.push('$');
                text.push_str(&number.to_string());
            }
        }
    }

    /// Kept answers whose bytes contain the first parameter.
    pub(crate) const fn delete_replies_about(self) -> &'static str {
        match self {
            Engine::Sqlite => "DELETE FROM idempotency WHERE instr(body, $1) > 0",
            Engine::Postgres => "DELETE FROM idempotency WHERE position($1 in body) > 0",
        }
    }

    /// The function that says where a text stands in another, from 1; 0 where it does not.
    pub(crate) const fn position(self) -> &'static str {
        match self {
            Engine::Sqlite => "instr",
            Engine::Postgres => "strpos",
        }
    }

    /// A path as far as the segment that follows its first `length` characters; the path itself where none does.
    pub(crate) fn path_below(self, column: &str, length: usize) -> String {
        let position = self.position();
        let rest = length + 1;
        format!("substr({column}, 1, {length} + {position}(substr({column}, {rest}), '/'))")
    }

    /// A transaction that writes.
    pub(crate) const fn write_options(self) -> TransactionOptions {
        match self {
            Engine::Sqlite => TransactionOptions {
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            },
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::ReadCommitted),
                access_mode: Some(AccessMode::ReadWrite),
                sqlite_transaction_mode: None,
            },
        }
    }

    /// A transaction that sees one state of the database from its first statement to its last.
    pub(crate) const fn read_options(self) -> TransactionOptions {
        match self {
            Engine::Sqlite => TransactionOptions {
                isolation_level: None,
                access_mode: None,
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            },
            Engine::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                sqlite_transaction_mode: None,
            },
        }
    }

    /// The text of a migration with its type words and directives written out for this engine.
    pub(crate) fn render(self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        for line in template.lines() {
            if let Some(table) = directive(line, "{append_only}") {
                text.push_str(&self.append_only(table));
            } else if let Some(table) = directive(line, "{erase_only}") {
                text.push_str(&self.erase_only(table));
            } else if line == ");" {
                text.push_str(match self {
                    Engine::Sqlite => ") STRICT;",
                    Engine::Postgres => ");",
                });
            } else {
                let mut line = line.to_owned();
                for (word, sqlite, postgres) in TYPE_WORDS {
                    line = line.replace(
                        word,
                        match self {
                            Engine::Sqlite => sqlite,
                            Engine::Postgres => postgres,
                        },
                    );
                }
                text.push_str(&line);
            }
            text.push('\n');
        }
        text
    }

    /// Triggers that refuse UPDATE and DELETE.
    fn append_only(self, table: &str) -> String {
        match self {
            Engine::Sqlite => format!(
                "CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;"
            ),
            Engine::Postgres => format!(
                "CREATE FUNCTION {table}_refuses_change() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;\n\
                 CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_change();"
            ),
        }
    }

    /// Triggers that allow one change of a row, once: salt and body blanked together, with the instant.
    fn erase_only(self, table: &str) -> String {
        let is_erasure = "NEW.position = OLD.position AND OLD.erased_at IS NULL \
                          AND NEW.erased_at IS NOT NULL AND NEW.salt IS NULL AND NEW.body IS NULL";
        match self {
            Engine::Sqlite => format!(
                "CREATE TRIGGER {table}_allows_erasure BEFORE UPDATE ON {table} \
                 WHEN NOT ({is_erasure}) \
                 BEGIN SELECT RAISE(ABORT, '{table} may only be erased'); END;\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} \
                 BEGIN SELECT RAISE(ABORT, '{table} may only be erased'); END;"
            ),
            Engine::Postgres => format!(
                "CREATE FUNCTION {table}_allows_erasure() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN IF {is_erasure} THEN RETURN NEW; END IF; \
                 RAISE EXCEPTION '{table} may only be erased'; END $$;\n\
                 CREATE FUNCTION {table}_refuses_delete() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} may only be erased'; END $$;\n\
                 CREATE TRIGGER {table}_allows_erasure BEFORE UPDATE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_allows_erasure();\n\
                 CREATE TRIGGER {table}_refuses_delete BEFORE DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_delete();"
            ),
        }
    }
}

/// What the type words of a migration become: word, SQLite, PostgreSQL. Text is compared byte by byte on both.
const TYPE_WORDS: [(&str, &str, &str); 10] = [
    (
        "{auto}",
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    ),
    ("{text}", "TEXT", "TEXT COLLATE \"C\""),
    ("{json}", "TEXT", "TEXT COLLATE \"C\""),
    ("{int}", "INTEGER", "BIGINT"),
    ("{instant}", "INTEGER", "BIGINT"),
    ("{fen}", "INTEGER", "BIGINT"),
    ("{day}", "INTEGER", "INTEGER"),
    ("{bool}", "INTEGER", "BOOLEAN"),
    ("{blob}", "BLOB", "BYTEA"),
    ("{no_bytes}", "x''", "''::bytea"),
];

/// The roles of PostgreSQL and what each may do. Run again after each migration: it covers all tables there are.
pub(crate) const ROLES: &str = "
DO $$
DECLARE role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['mingjing_migrator', 'mingjing_app', 'mingjing_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO mingjing_migrator;
GRANT USAGE ON SCHEMA public TO mingjing_app, mingjing_reader;
GRANT ALL ON ALL TABLES IN SCHEMA public TO mingjing_migrator;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO mingjing_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO mingjing_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO mingjing_app;
REVOKE UPDATE, DELETE ON event, audit, log_entry, checkpoint, key_handover, schema_version FROM mingjing_app;
REVOKE INSERT ON schema_version FROM mingjing_app;
REVOKE UPDATE, DELETE ON event_payload FROM mingjing_app;
GRANT UPDATE (salt, body, erased_at) ON event_payload TO mingjing_app;
REVOKE SELECT ON account, account_password, session, totp, recovery_code FROM mingjing_reader;
";

fn directive<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.strip_prefix(word)?.trim().strip_suffix(';')
}

/// Which pool to open: SQLite has one connection that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Read(u32),
    Write(u32),
    /// The connection that migrates; it makes the file if there is none.
    Migrate,
    /// One connection beside the pools, for work on the whole file.
    Copy,
}

/// Opens a pool. SQLite: WAL, synced before it is acknowledged, freed pages overwritten.
pub(crate) async fn connect(
    config: &StoreConfig,
    pool: Use,
) -> Result<(DatabaseConnection, Engine)> {
    match &config.location {
        Location::Sqlite(path) => {
            let is_reader = matches!(pool, Use::Read(_));
            if pool == Use::Migrate && !path.exists() {
                create_private(path)?;
            }
            let options = SqliteConnectOptions::new()
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(config.lock_wait)
                .foreign_keys(true)
                .pragma("secure_delete", "ON")
                .pragma("query_only", if is_reader { "ON" } else { "OFF" })
                .statement_cache_capacity(STATEMENTS_KEPT)
                .disable_statement_logging();
            let max = match pool {
                Use::Read(max) => max,
                Use::Write(_) | Use::Migrate | Use::Copy => 1,
            };
            let pool = SqlitePoolOptions::new()
                .max_connections(max)
                .min_connections(1)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_with(options)
                .await
                .map_err(StoreError::unavailable)?;
            let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
            Ok((connection, Engine::Sqlite))
        }
        Location::Postgres(url) => {
            let options = url
                .parse::<PgConnectOptions>()
                .map_err(StoreError::internal)?
                .application_name("mingjing")
                .statement_cache_capacity(STATEMENTS_KEPT)
                .disable_statement_logging();
            let max = match pool {
                Use::Read(max) | Use::Write(max) => max,
                Use::Migrate | Use::Copy => 1,
            };
            let pool = PgPoolOptions::new()
                .max_connections(max)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
                .await
                .map_err(StoreError::unavailable)?;
            let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
            Ok((connection, Engine::Postgres))
        }
    }
}

/// Makes an empty file that nobody else may read: it will hold personal data. The files beside it inherit its rights.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Duplicate(path.display().to_string()),
        _ => StoreError::unavailable(error),
    })?;
    Ok(())
}

/// 一条语句失败的原因，按能做什么分。
pub(crate) enum Failure {
    /// The transaction lost a race (serialisation, deadlock); the whole of it may be tried again.
    Retry,
    /// A unique index, by its name.
    Duplicate(String),
    /// The database cannot be reached or cannot take more.
    Unavailable,
    /// Anything else is a fault of ours.
    Internal,
}

pub(crate) fn is_retry(error: &DbErr) -> bool {
    matches!(classify(error), Failure::Retry)
}

pub(crate) fn classify(error: &DbErr) -> Failure {
    let (DbErr::Conn(RuntimeErr::SqlxError(cause))
    | DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Failure::Unavailable,
            _ => Failure::Internal,
        };
    };
    match cause.as_ref() {
        sqlx::Error::Database(error) => classify_engine(error.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Failure::Unavailable,
        _ => Failure::Internal,
    }
}

fn classify_engine(error: &dyn DatabaseError) -> Failure {
    if error.kind() == ErrorKind::UniqueViolation {
        return Failure::Duplicate(unique_index(error));
    }
    let code = error.code().unwrap_or_default();
    if error
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .is_some()
    {
        match code.as_ref() {
            "40001" | "40P01" => Failure::Retry,
            // Connection exceptions, too many connections, out of disk or memory, shutting down, read-only standby.
            "25006" | "53000" | "53100" | "53200" | "53300" | "57P01" | "57P02" | "57P03" => {
                Failure::Unavailable
            }
            _ if code.starts_with("08") => Failure::Unavailable,
            _ => Failure::Internal,
        }
    } else {
        // The primary code is in the low byte: busy, locked, read-only, I/O error, full, cannot open.
        match code.parse::<u32>().unwrap_or_default() & 0xff {
            5 | 6 | 8 | 10 | 13 | 14 => Failure::Unavailable,
            _ => Failure::Internal,
        }
    }
}

/// The name of the violated unique index. SQLite tells the columns; our names follow from them, as PostgreSQL's do.
fn unique_index(error: &dyn DatabaseError) -> String {
    /// SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_ROWID.
    const OF_PRIMARY_KEY: [&str; 2] = ["1555", "2579"];
    if let Some(name) = error.constraint() {
        return name.to_owned();
    }
    let columns = error.message().rsplit(": ").next().unwrap_or_default();
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        let (of, name) = column.split_once('.').unwrap_or(("", column));
        table = of;
        names.push(name);
    }
    let code = error.code().unwrap_or_default();
    if OF_PRIMARY_KEY.contains(&code.as_ref()) {
        format!("{table}_pkey")
    } else {
        format!("{table}_{}_key", names.join("_"))
    }
}
