//! PostgreSQL：连接池、事务、参数；语句跑在 sqlx 上。

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions as _, PgConnection};

use crate::error::{Result, StoreError};
use crate::failure::DbResult;
use crate::row::{FromRow, Row};
use crate::value::Value;

/// Distinct statements kept prepared per connection; the store has fewer.
const STATEMENTS_KEPT: usize = 256;

pub(crate) async fn open(url: &str, max: u32, patience: Duration) -> Result<PgPool> {
    let options = url
        .parse::<PgConnectOptions>()
        .map_err(StoreError::internal)?
        .application_name("mingjing")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(max)
        .acquire_timeout(patience)
        .connect_with(options);
    pool.await.map_err(StoreError::unavailable)
}

/// At most `max` rows.
pub(crate) async fn query<R: FromRow>(
    connection: &mut PgConnection,
    sql: &str,
    values: Vec<Value>,
    max: usize,
) -> DbResult<Vec<R>> {
    let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments(values)?);
    let rows = if max == 1 {
        query
            .fetch_optional(connection)
            .await?
            .into_iter()
            .collect()
    } else {
        query.fetch_all(connection).await?
    };
    let rows = rows.iter();
    rows.map(|row| R::from_row(&mut Row::of_postgres(row)))
        .collect()
}

/// Changes rows; says how many.
pub(crate) async fn execute(
    connection: &mut PgConnection,
    sql: &str,
    values: Vec<Value>,
) -> DbResult<u64> {
    let query = sqlx::query_with(AssertSqlSafe(sql.to_owned()), arguments(values)?);
    Ok(query.execute(connection).await?.rows_affected())
}

/// Statements without parameters, one after the other.
pub(crate) async fn run(connection: &mut PgConnection, text: &str) -> DbResult<()> {
    let text = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
    text.execute(connection).await?;
    Ok(())
}

fn arguments(values: Vec<Value>) -> DbResult<PgArguments> {
    let mut arguments = PgArguments::default();
    for value in values {
        let added = match value {
            Value::Text(text) => arguments.add(text),
            Value::Long(number) => arguments.add(number),
            Value::Int(number) => arguments.add(number),
            Value::Bool(flag) => arguments.add(flag),
            Value::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
