//! 一条连接：备好的语句留着；第一次见到的，边做边备。

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use futures_core::Stream as _;
use tokio::task::JoinHandle;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, NoTls, RowStream, Statement};

use crate::failure::DbResult;
use crate::meter::{Journeys, Meter, OnTheWay};
use crate::postgres::hold;
use crate::postgres::parameter::Column;
use crate::row::{FromRow, Places};

/// Distinct statements kept prepared per connection; the store has fewer.
const STATEMENTS_KEPT: usize = 256;

/// A connection that takes statements from anybody at any time, and does them in the order in which they came.
pub(crate) struct Connection {
    client: Client,
    /// Carries bytes to and fro until the client is gone.
    driver: JoinHandle<()>,
    prepared: Mutex<Prepared>,
    journeys: Journeys,
}

#[derive(Default)]
struct Prepared {
    statements: HashMap<String, (Statement, u64)>,
    uses: u64,
}

impl Connection {
    pub(crate) async fn open(config: &Config, meter: &Arc<Meter>) -> DbResult<Self> {
        let (client, connection) = config.connect(NoTls).await?;
        let driver = tokio::spawn(async move {
            // What went wrong is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Connection {
            client,
            driver,
            prepared: Mutex::default(),
            journeys: meter.journeys(),
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Somebody waits for an answer, until the guard is dropped.
    pub(crate) fn wait(&self) -> OnTheWay<'_> {
        self.journeys.wait()
    }

    /// Says farewell and waits until that has gone out.
    pub(crate) async fn close(self) {
        drop(self.prepared);
        drop(self.client);
        let _ = self.driver.await;
    }

    /// At most `max` rows.
    pub(crate) async fn query<R: FromRow>(
        &self,
        sql: &str,
        values: Vec<Column>,
        max: usize,
    ) -> DbResult<Vec<R>> {
        let (found, _) = self.ask(sql, &values, max).await?;
        Ok(found)
    }

    /// Changes rows; says how many.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Column>) -> DbResult<u64> {
        let (_, changed) = self.ask::<()>(sql, &values, usize::MAX).await?;
        Ok(changed)
    }

    /// Statements without parameters, one after the other.
    pub(crate) async fn run(&self, text: &str) -> DbResult<()> {
        Ok(self.client.batch_execute(text).await?)
    }

    /// INVARIANT: the first time it is polled, the statement is sent; whoever comes later is sent later.
    async fn ask<R: FromRow>(
        &self,
        sql: &str,
        values: &[Column],
        max: usize,
    ) -> DbResult<(Vec<R>, u64)> {
        let types: Vec<Type> = values.iter().map(Column::sql_type).collect();
        if let Some(statement) = self.find(sql, &types) {
            let values = values.iter().map(Column::inner);
            let rows = self.client.query_raw(&statement, values).await?;
            return read(rows, max).await;
        }
        // Preparing it first would be a journey of its own, and let those that come later overtake it.
        let ask = async {
            let typed = values.iter().map(Column::inner).zip(types.iter().cloned());
            let rows = self.client.query_typed_raw(sql, typed).await?;
            read(rows, max).await
        };
        let prepare = self.client.prepare_typed(sql, &types);
        let (done, prepared) = tokio::join!(biased; ask, prepare);
        // A transaction that has failed prepares nothing: the next one will.
        if let Ok(statement) = prepared {
            self.keep(sql, statement);
        }
        done
    }

    fn find(&self, sql: &str, types: &[Type]) -> Option<Statement> {
        let mut prepared = hold(&self.prepared);
        prepared.uses += 1;
        let now = prepared.uses;
        let (statement, used) = prepared.statements.get_mut(sql)?;
        *used = now;
        (statement.params() == types).then(|| statement.clone())
    }

    fn keep(&self, sql: &str, statement: Statement) {
        let mut prepared = hold(&self.prepared);
        if prepared.statements.len() >= STATEMENTS_KEPT {
            let oldest = prepared.statements.iter().min_by_key(|(_, kept)| kept.1);
            if let Some(oldest) = oldest.map(|(text, _)| text.clone()) {
                prepared.statements.remove(&oldest);
            }
        }
        let now = prepared.uses;
        prepared.statements.insert(sql.to_owned(), (statement, now));
    }
}

/// At most `max` rows; how many were changed is known only when all have been read.
async fn read<R: FromRow>(rows: RowStream, max: usize) -> DbResult<(Vec<R>, u64)> {
    let mut rows = pin!(rows);
    let (mut found, mut places) = (Vec::new(), Places::default());
    while found.len() < max {
        let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await else {
            break;
        };
        found.push(places.read_postgres(&row?)?);
    }
    Ok((found, rows.rows_affected().unwrap_or_default()))
}
