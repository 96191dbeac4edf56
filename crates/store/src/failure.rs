//! 语句失败了：数据库说的话，按能做什么分。

use rusqlite::ErrorCode;
use thiserror::Error;

/// What an engine said.
#[derive(Debug, Error)]
pub(crate) enum DbError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Postgres(#[from] Said),
    #[error("列 {0} 不在，或不是所要的类型")]
    Column(String),
    #[error("数据库的线程已经停了")]
    Stopped,
}

/// What PostgreSQL said, or what became of the connection to it. Its details would show values of rows: they go no
/// further than here.
#[derive(Debug, Error)]
#[error("{message}")]
pub(crate) struct Said {
    /// Five characters of the standard; none when it is not the server who says it.
    code: Option<String>,
    constraint: Option<String>,
    message: String,
    is_lost: bool,
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let said = error.as_db_error();
        let cause = std::error::Error::source(&error);
        let is_io = cause.is_some_and(|cause| cause.is::<std::io::Error>());
        let message = match (said, cause) {
            (Some(said), _) => format!("{}（{}）", said.message(), said.code().code()),
            (None, Some(cause)) => format!("{error}: {cause}"),
            (None, None) => error.to_string(),
        };
        DbError::Postgres(Said {
            code: said.map(|said| said.code().code().to_owned()),
            constraint: said.and_then(|said| said.constraint()).map(str::to_owned),
            message,
            is_lost: error.is_closed() || is_io,
        })
    }
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

/// Whether a statement was refused only because one before it, in the same transaction, had failed.
pub(crate) fn is_aborted(error: &DbError) -> bool {
    match error {
        DbError::Postgres(said) => said.code.as_deref() == Some("25P02"),
        DbError::Sqlite(_) | DbError::Column(_) | DbError::Stopped => false,
    }
}

fn of_postgres(said: &Said) -> Failure {
    match said.code.as_deref() {
        None if said.is_lost => Failure::Unavailable,
        None => Failure::Internal,
        Some("23505") => Failure::Duplicate(said.constraint.clone().unwrap_or_default()),
        Some("40001" | "40P01") => Failure::Retry,
        // Connection exceptions, too many connections, out of disk or memory, shutting down, read-only standby.
        Some("25006" | "53000" | "53100" | "53200" | "53300" | "57P01" | "57P02" | "57P03") => {
            Failure::Unavailable
        }
        Some(code) if code.starts_with("08") => Failure::Unavailable,
        Some(_) => Failure::Internal,
    }
}
