//! 语句失败了：数据库说的话，按能做什么分。

use rusqlite::ErrorCode;
use thiserror::Error;

/// What an engine said.
#[derive(Debug, Error)]
pub(crate) enum DbError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Postgres(#[from] sqlx::Error),
    #[error("列 {0} 不在，或不是所要的类型")]
    Column(String),
    #[error("数据库的线程已经停了")]
    Stopped,
}

/// What a statement comes to.
pub(crate) type DbResult<T> = Result<T, DbError>;

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

pub(crate) fn is_retry(error: &DbError) -> bool {
    matches!(classify(error), Failure::Retry)
}

pub(crate) fn classify(error: &DbError) -> Failure {
    match error {
        DbError::Sqlite(error) => of_sqlite(error),
        DbError::Postgres(error) => of_postgres(error),
        DbError::Stopped => Failure::Unavailable,
        DbError::Column(_) => Failure::Internal,
    }
}

fn of_sqlite(error: &rusqlite::Error) -> Failure {
    /// SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID.
    const DUPLICATE: [i32; 3] = [2067, 1555, 2579];
    let (error, message) = match error {
        rusqlite::Error::SqliteFailure(error, message) => (error, message.as_deref()),
        rusqlite::Error::SqlInputError { error, .. } => (error, None),
        _ => return Failure::Internal,
    };
    if DUPLICATE.contains(&error.extended_code) {
        let is_primary = error.extended_code != DUPLICATE[0];
        return Failure::Duplicate(unique_index(message.unwrap_or_default(), is_primary));
    }
    match error.code {
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::ReadOnly
        | ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::CannotOpen => Failure::Unavailable,
        _ => Failure::Internal,
    }
}

/// The name of the violated unique index. SQLite tells the columns; our names follow from them, as PostgreSQL's do.
fn unique_index(message: &str, is_primary: bool) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let mut table = "";
    let mut names = Vec::new();
    for column in columns.split(", ") {
        let (of, name) = column.split_once('.').unwrap_or(("", column));
        table = of;
        names.push(name);
    }
    if is_primary {
        format!("{table}_pkey")
    } else {
        format!("{table}_{}_key", names.join("_"))
    }
}

fn of_postgres(error: &sqlx::Error) -> Failure {
    let error = match error {
        sqlx::Error::Database(error) => error,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => return Failure::Unavailable,
        _ => return Failure::Internal,
    };
    if error.is_unique_violation() {
        return Failure::Duplicate(error.constraint().unwrap_or_default().to_owned());
    }
    let code = error.code().unwrap_or_default();
    match code.as_ref() {
        "40001" | "40P01" => Failure::Retry,
        // Connection exceptions, too many connections, out of disk or memory, shutting down, read-only standby.
        "25006" | "53000" | "53100" | "53200" | "53300" | "57P01" | "57P02" | "57P03" => {
            Failure::Unavailable
        }
        _ if code.starts_with("08") => Failure::Unavailable,
        _ => Failure::Internal,
    }
}
