//! 一个测试一个库：建好、迁移好，测完就删。

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::context::Context;
use mingjing_store::log::LogIdentity;
use mingjing_store::store::Store;
use tempfile::TempDir;

use crate::chance::SeededRng;
use crate::clock::HeldClock;
use crate::postgres;
use crate::raw::Raw;

/// So short that the lists of a test, which are short, are read from sets as well.
const LIST_WALK: u32 = 3;
/// Long enough for one test's own commands, short enough to wait for in the test that holds the lock.
const LOCK_WAIT: std::time::Duration = std::time::Duration::from_secs(1);

/// 一个测试的库。
pub struct Database {
    /// 打开着的库。
    pub store: Store,
    /// 怎样再打开它。
    pub config: StoreConfig,
    /// 停住的时钟。
    pub clock: Arc<HeldClock>,
    /// 用这个时钟、有种子的随机数、没有账号的上下文。
    pub context: Context,
    // Dropped last, after the store: fields are dropped in this order.
    place: Place,
}

/// Where the database lies, and what removes it.
enum Place {
    Sqlite(TempDir),
    Postgres(postgres::TestDatabase),
}

impl Database {
    /// 空的、未迁移的库的配置：给迁移的测试用。`Database` 本身已经迁移好。
    pub fn empty_config(&self) -> Result<StoreConfig> {
        let location = match &self.place {
            Place::Sqlite(folder) => Location::Sqlite(folder.path().join("empty.db")),
            Place::Postgres(database) => Location::Postgres(database.empty_sibling()?),
        };
        Ok(small(location))
    }

    /// 把 PostgreSQL 的库转储成文件的命令；由谁在哪里跑，测试定。
    pub fn dump_command(&self, to: &Path) -> Result<Command> {
        let Place::Postgres(database) = &self.place else {
            bail!("只有 PostgreSQL 有转储");
        };
        let mut command = database.program("pg_dump");
        command.args(["--format=custom", "--file"]).arg(to);
        command.arg(format!("--dbname={}", database.url()));
        Ok(command)
    }

    /// 由转储恢复到这个测试的另一个空库；返回怎样打开它。
    pub fn restored_config(&self, from: &Path) -> Result<StoreConfig> {
        let config = self.empty_config()?;
        let (Place::Postgres(database), Location::Postgres(url)) = (&self.place, &config.location)
        else {
            bail!("只有 PostgreSQL 有转储");
        };
        let mut command = database.program("pg_restore");
        command.args(["--exit-on-error", "--no-owner"]);
        let done = command.arg(format!("--dbname={url}")).arg(from).output()?;
        ensure!(
            done.status.success(),
            "pg_restore：{}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(config)
    }

    /// PostgreSQL 的文件在哪里：这个库的表、整个服务器的预写日志。
    pub async fn postgres_folders(&self) -> Result<[PathBuf; 2]> {
        let sql = "SELECT current_setting('data_directory'), oid::text FROM pg_database \
                   WHERE datname = current_database()";
        let rows = self.raw().await?.rows(sql).await?;
        let row = rows.first().context("no row")?;
        let [Some(data), Some(oid)] = row.as_slice() else {
            bail!("{row:?}");
        };
        let data = PathBuf::from(data);
        Ok([data.join("base").join(oid), data.join("pg_wal")])
    }

    /// 是不是 SQLite：只给断言各自快照的测试用。
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Sqlite(_))
    }

    /// 绕过存储的连接：给试图改动不许改动之物的测试用。
    pub async fn raw(&self) -> Result<Raw> {
        Raw::open(&self.config.location).await
    }

    /// 绕过存储执行一条语句。
    pub async fn raw_execute(&self, sql: &str) -> Result<u64> {
        self.raw().await?.execute(sql).await
    }

    /// 一张表的列：名称与数据库所说的类型（小写）。
    pub async fn raw_columns(&self, table: &str) -> Result<Vec<(String, String)>> {
        let sql = if self.is_sqlite() {
            format!("SELECT name, lower(type) FROM pragma_table_info('{table}') ORDER BY cid")
        } else {
            format!(
                "SELECT column_name::text, data_type::text FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            )
        };
        let rows = self.raw().await?.rows(&sql).await?;
        let read = |row: &Vec<Option<String>>| match row.as_slice() {
            [Some(name), Some(ty)] => Ok((name.clone(), ty.clone())),
            other => bail!("{other:?}"),
        };
        rows.iter().map(read).collect()
    }

    /// 一张表的各行写成文字，排好，略去几列：比对两个时候的样子用。
    pub async fn raw_rows(
        &self,
        table: &str,
        condition: &str,
        without: &[&str],
    ) -> Result<Vec<String>> {
        let columns = self.raw_columns(table).await?;
        let shown = columns
            .iter()
            .filter(|(name, _)| !without.contains(&&**name));
        let cells = shown.map(|(name, ty)| match ty.as_str() {
            "blob" => format!("'{name}=' || coalesce(hex({name}), '-')"),
            "bytea" => format!("'{name}=' || coalesce(encode({name}, 'hex'), '-')"),
            _ => format!("'{name}=' || coalesce(CAST({name} AS TEXT), '-')"),
        });
        let cells: Vec<String> = cells.collect();
        let sql = format!(
            "SELECT {} FROM {table} WHERE {condition}",
            cells.join(" || ' ' || ")
        );
        let mut rows = self.raw_texts(&sql).await?;
        rows.sort_unstable();
        Ok(rows)
    }

    /// 绕过存储取各行的第一格。
    pub async fn raw_texts(&self, sql: &str) -> Result<Vec<String>> {
        let rows = self.raw().await?.rows(sql).await?;
        let first = rows.into_iter().map(|row| row.into_iter().next().flatten());
        first.map(|cell| cell.context("no text")).collect()
    }

    /// 绕过存储取一个整数。
    pub async fn raw_number(&self, sql: &str) -> Result<i64> {
        let texts = self.raw_texts(sql).await?;
        Ok(texts.first().context("no row")?.parse()?)
    }
}

/// 在一个新的 SQLite 库上跑。
///
/// # Panics
/// When the database cannot be made, or the test fails.
pub fn on_sqlite(test: impl AsyncFnOnce(Database)) {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let location = Location::Sqlite(folder.path().join("mingjing.db"));
    run(location, Place::Sqlite(folder), test);
}

/// 在一个新的 PostgreSQL 库上跑；服务器由第一个测试启动，闲置后自己停。
///
/// # Panics
/// When the database cannot be made, or the test fails.
pub fn on_postgres(test: impl AsyncFnOnce(Database)) {
    let database = postgres::TestDatabase::create(&Store::schema_fingerprint(), migrate);
    let database = database.expect("a PostgreSQL database");
    let location = Location::Postgres(database.url());
    run(location, Place::Postgres(database), test);
}

fn run(location: Location, place: Place, test: impl AsyncFnOnce(Database)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async move {
        let database = open(small(location), place).await;
        test(database.expect("a migrated database")).await;
    });
}

/// Fills the template that the databases of the tests are copied from.
fn migrate(url: String) -> Result<()> {
    let config = small(Location::Postgres(url));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(Store::migrate(&config, &Context::system("template")))?;
    Ok(())
}

async fn open(config: StoreConfig, place: Place) -> Result<Database> {
    let clock = Arc::new(HeldClock::at("2026-03-02T01:00:00.000000Z"));
    let context = Context {
        clock: clock.clone(),
        rng: Arc::new(SeededRng::new(7)),
        account: None,
        trace_id: "test".to_owned(),
    };
    Store::migrate(&config, &context).await?;
    let store = Store::open(&config).await?;
    Ok(Database {
        store,
        config,
        clock,
        context,
        place,
    })
}

fn small(location: Location) -> StoreConfig {
    StoreConfig {
        read_connections: 4,
        write_connections: 4,
        lock_wait: LOCK_WAIT,
        list_walk: LIST_WALK,
        ..StoreConfig::new(location, identity())
    }
}

/// 测试用的日志身份：国密套件。
///
/// # Panics
/// Never: the name is a token.
pub fn identity() -> LogIdentity {
    LogIdentity {
        node: Token::new("test.node").expect("a token"),
        suite: Suite::Sm,
    }
}

/// 测试用的签名密钥：同一把，不是秘密。
///
/// # Panics
/// Never: the seed makes a key.
pub fn signing_key() -> SigningKey {
    SigningKey::generate(Suite::Sm, &[7; 32]).expect("a key from a seed")
}
