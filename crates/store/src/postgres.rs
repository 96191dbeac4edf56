//! PostgreSQL：连接的池与事务；互不相干的语句一起送出，一次来回。
//!
//! A connection takes any number of statements before the first is answered and does them in the order in which they
//! were sent. So what is asked for at the same time (`join!`) costs one journey, and so does what nobody waits for
//! before the commit ([`Transaction::send`]).

mod connection;
mod parameter;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::Config;

use crate::error::{Result, StoreError};
use crate::failure::{self, DbError, DbResult};
use crate::meter::Meter;
use crate::postgres::connection::Connection;
use crate::row::FromRow;
use crate::sql::Rows;
use crate::value::Value;

pub(crate) use crate::postgres::parameter::Column;

/// Connections to one database: opened when wanted, and lent.
pub(crate) struct Connections {
    config: Config,
    max: u32,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Arc<Connection>>>,
    meter: Arc<Meter>,
}

impl Connections {
    /// One is opened at once: what is wrong with the address is wrong now.
    pub(crate) async fn open(
        url: &str,
        max: u32,
        patience: Duration,
        meter: &Arc<Meter>,
    ) -> Result<Arc<Self>> {
        let max = max.max(1);
        let connections = Arc::new(Connections {
            config: address(url)?,
            max,
            places: Arc::new(Semaphore::new(max as usize)),
            idle: Mutex::default(),
            meter: meter.clone(),
        });
        drop(connections.lend(patience).await?);
        Ok(connections)
    }

    /// One of the connections, for as long as it is held.
    pub(crate) async fn lend(self: &Arc<Self>, patience: Duration) -> Result<Lent> {
        let lend = async {
            let place = self.places.clone().acquire_owned().await;
            let place = place.map_err(StoreError::unavailable)?;
            let connection = match self.take_idle() {
                Some(connection) => connection,
                None => {
                    let opened = Connection::open(&self.config, &self.meter).await;
                    Arc::new(opened.map_err(StoreError::unavailable)?)
                }
            };
            Ok(Lent {
                connection: Some(connection),
                from: self.clone(),
                _place: place,
            })
        };
        let lent = tokio::time::timeout(patience, lend).await;
        lent.map_err(StoreError::unavailable)?
    }

    /// A transaction; `how` begins it together with its first statement.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        how: &'static str,
        patience: Duration,
    ) -> Result<Transaction> {
        Ok(Transaction {
            lent: self.lend(patience).await?,
            how,
            is_begun: AtomicBool::new(false),
            sent: Mutex::default(),
        })
    }

    /// Waits for what is lent, then closes all connections.
    pub(crate) async fn close(&self) {
        let _ = self.places.acquire_many(self.max).await;
        self.places.close();
        let idle = std::mem::take(&mut *hold(&self.idle));
        for connection in idle.into_iter().filter_map(Arc::into_inner) {
            connection.close().await;
        }
    }

    /// Of those that nobody has, the one used last; the server may have closed some.
    fn take_idle(&self) -> Option<Arc<Connection>> {
        let mut idle = hold(&self.idle);
        while let Some(connection) = idle.pop() {
            if !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }
}

/// The address as other programs read it: a host among the parameters is meant instead of the one before the path.
fn address(url: &str) -> Result<Config> {
    let mut text = url.to_owned();
    let has_host = url
        .split_once('?')
        .is_some_and(|(_, rest)| rest.split('&').any(|one| one.starts_with("host=")));
    if has_host && let Some((scheme, rest)) = url.split_once("://") {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let account = authority.rfind('@').map_or("", |at| &authority[..=at]);
        text = format!("{scheme}://{account}{path}");
    }
    // The cause would show the address, and with it the password.
    let mut config: Config = text
        .parse()
        .map_err(|_| StoreError::internal("the address of PostgreSQL cannot be read"))?;
    config.application_name("mingjing");
    Ok(config)
}

/// A connection, lent.
pub(crate) struct Lent {
    /// `None` only while it is dropped.
    connection: Option<Arc<Connection>>,
    from: Arc<Connections>,
    _place: OwnedSemaphorePermit,
}

impl Lent {
    fn connection(&self) -> DbResult<&Arc<Connection>> {
        self.connection.as_ref().ok_or(DbError::Stopped)
    }

    /// At most `max` rows, outside of any transaction.
    pub(crate) async fn query<R: FromRow>(
        &self,
        sql: &str,
        values: Vec<Value>,
        max: usize,
    ) -> DbResult<Vec<R>> {
        let values = values.into_iter().map(Column::One).collect();
        let connection = self.connection()?;
        let _on_the_way = connection.wait();
        connection.query(sql, values, max).await
    }

    /// Statements without parameters, outside of any transaction.
    pub(crate) async fn run(&self, text: &str) -> DbResult<()> {
        let connection = self.connection()?;
        let _on_the_way = connection.wait();
        connection.run(text).await
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !connection.is_closed()
        {
            hold(&self.from.idle).push(connection);
        }
    }
}

/// A statement that was sent and nobody has waited for.
type Sent = Pin<Box<dyn Future<Output = DbResult<u64>> + Send>>;

/// A transaction; dropped, it rolls back.
pub(crate) struct Transaction {
    lent: Lent,
    how: &'static str,
    is_begun: AtomicBool,
    sent: Mutex<Vec<Sent>>,
}

impl Transaction {
    /// At most `max` rows.
    pub(crate) async fn query<R: FromRow>(
        &self,
        sql: &str,
        values: Vec<Value>,
        max: usize,
    ) -> DbResult<Vec<R>> {
        let values = values.into_iter().map(Column::One).collect();
        let query = self.lent.connection()?.query(sql, values, max);
        self.within(query).await
    }

    /// Changes rows; says how many.
    pub(crate) async fn execute(&self, sql: &str, values: Vec<Value>) -> DbResult<u64> {
        let values = values.into_iter().map(Column::One).collect();
        let execute = self.lent.connection()?.execute(sql, values);
        self.within(execute).await
    }

    /// Inserts any number of rows, a column a parameter: one text, whatever their number.
    pub(crate) async fn insert(&self, rows: Rows) -> DbResult<u64> {
        let Some((sql, columns)) = rows.into_columns() else {
            return Ok(0);
        };
        let insert = self.lent.connection()?.execute(&sql, columns);
        self.within(insert).await
    }

    /// The same, with what the rows give back, in no order.
    pub(crate) async fn insert_returning<R: FromRow>(&self, rows: Rows) -> DbResult<Vec<R>> {
        let Some((sql, columns)) = rows.into_columns() else {
            return Ok(Vec::new());
        };
        let insert = self.lent.connection()?.query(&sql, columns, usize::MAX);
        self.within(insert).await
    }

    /// Sends a statement that nobody waits for: whether it was done is known at the commit, at the latest.
    pub(crate) fn send(&self, sql: String, values: Vec<Value>) -> DbResult<()> {
        let values = values.into_iter().map(Column::One).collect();
        self.send_columns(sql, values)
    }

    /// The same for any number of rows.
    pub(crate) fn send_rows(&self, rows: Rows) -> DbResult<()> {
        match rows.into_columns() {
            Some((sql, columns)) => self.send_columns(sql, columns),
            None => Ok(()),
        }
    }

    fn send_columns(&self, sql: String, columns: Vec<Column>) -> DbResult<()> {
        let connection = self.lent.connection()?.clone();
        let begin = self.begin();
        let mut sent: Sent = Box::pin(async move {
            let execute = connection.execute(&sql, columns);
            match begin {
                Some(how) => {
                    let (begun, done) = tokio::join!(biased; connection.run(how), execute);
                    begun.and(done)
                }
                None => execute.await,
            }
        });
        // What is polled once is on its way, and in its order.
        match sent.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done.map(drop),
            Poll::Pending => {
                hold(&self.sent).push(sent);
                Ok(())
            }
        }
    }

    /// Statements without parameters, one after the other.
    pub(crate) async fn run(&self, text: &str) -> DbResult<()> {
        let run = self.lent.connection()?.run(text);
        self.within(run).await
    }

    pub(crate) async fn commit(self) -> DbResult<()> {
        if !self.is_begun.load(Ordering::Relaxed) {
            return Ok(());
        }
        let connection = self.lent.connection()?;
        let _on_the_way = connection.wait();
        let commit = connection.run("COMMIT");
        let sent = self.settle();
        // Had one of them failed, PostgreSQL would roll back instead and not call that an error.
        let (done, committed) = tokio::join!(biased; sent, commit);
        self.is_begun.store(false, Ordering::Relaxed);
        done.and(committed)
    }

    pub(crate) async fn roll_back(self) {
        if self.is_begun.swap(false, Ordering::Relaxed)
            && let Ok(connection) = self.lent.connection()
        {
            // A connection that cannot roll back is lost, which does the same.
            let _on_the_way = connection.wait();
            let _ = connection.run("ROLLBACK").await;
        }
    }

    /// Begins together with the first statement.
    async fn within<T>(&self, statement: impl Future<Output = DbResult<T>>) -> DbResult<T> {
        let connection = self.lent.connection()?;
        let on_the_way = connection.wait();
        let done = match self.begin() {
            Some(how) => {
                let begin = connection.run(how);
                let (begun, done) = tokio::join!(biased; begin, statement);
                begun.and(done)
            }
            None => statement.await,
        };
        drop(on_the_way);
        match done {
            // It failed because one before it has: that one says why.
            Err(error) if failure::is_aborted(&error) => {
                self.settle().await?;
                Err(error)
            }
            done => done,
        }
    }

    fn begin(&self) -> Option<&'static str> {
        let is_begun = self.is_begun.swap(true, Ordering::Relaxed);
        (!is_begun).then_some(self.how)
    }

    /// Waits for all that nobody has waited for.
    async fn settle(&self) -> DbResult<()> {
        let sent = std::mem::take(&mut *hold(&self.sent));
        let mut all = Ok(());
        for one in sent {
            let done = one.await.map(drop);
            all = all.and(done);
        }
        all
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if *self.is_begun.get_mut()
            && let Ok(connection) = self.lent.connection()
        {
            // Sent before anything that the next one sends.
            let connection = connection.clone();
            let mut end = Box::pin(async move { connection.run("ROLLBACK").await });
            let _ = end.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

/// A panic while it was held has left it whole.
fn hold<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::Host;

    use super::address;

    #[test]
    fn a_host_among_the_parameters_is_meant_instead_of_the_other() {
        let hosts = |url: &str| address(url).unwrap().get_hosts().to_vec();
        let tcp = |name: &str| vec![Host::Tcp(name.to_owned())];
        assert_eq!(hosts("postgres://u:p@db.example:5433/x"), tcp("db.example"));
        let socket = hosts("postgres://u@localhost/x?host=/run/pg");
        assert_eq!(socket, [Host::Unix("/run/pg".into())]);
        assert_eq!(hosts("postgresql:///x?host=other"), tcp("other"));
        let config = address("postgres://u:s@localhost/x?connect_timeout=3&host=/run/pg").unwrap();
        assert_eq!(
            (config.get_user(), config.get_dbname()),
            (Some("u"), Some("x"))
        );
        let wrong = address("postgres://u:geheim@db/x?no_such_thing=1").unwrap_err();
        assert!(!format!("{wrong:?}").contains("geheim"), "{wrong:?}");
    }
}
