//! 存储的配置：库在哪里、开几条连接。

use std::path::PathBuf;
use std::time::Duration;

use crate::log::LogIdentity;

/// 库在哪里。
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// SQLite 的文件；不存在则新建。
    Sqlite(PathBuf),
    /// PostgreSQL 的地址，`postgres://…`，可能含口令，不打印。
    Postgres(String),
}

impl Location {
    /// 以 `postgres://` 或 `postgresql://` 开头的是地址，其余是文件路径。
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Location::Postgres(text.to_owned())
        } else {
            Location::Sqlite(PathBuf::from(text))
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Location::Postgres(_) => f.write_str("Postgres(***)"),
        }
    }
}

/// 存储的配置。
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// 库在哪里。
    pub location: Location,
    /// 日志的身份。
    pub log: LogIdentity,
    /// 读连接的上限。
    pub read_connections: u32,
    /// 写连接的上限；SQLite 只有一条，不看此项。
    pub write_connections: u32,
    /// SQLite：写锁在别的进程手里（迁移、备份工具）时等多久。
    pub lock_wait: Duration,
    /// 列表的一页，顺着次序先走索引的多少项；走不满的再从最小的集合里取。测试把它改小，才走得到后一步。
    pub list_walk: u32,
}

/// Entries of a first walk, shared by its arms: some milliseconds.
pub(crate) const LIST_WALK: u32 = 16_384;

impl StoreConfig {
    /// 默认：读 8 条连接，写 8 条，等锁十秒。
    pub const fn new(location: Location, log: LogIdentity) -> Self {
        StoreConfig {
            location,
            log,
            read_connections: 8,
            write_connections: 8,
            lock_wait: Duration::from_secs(10),
            list_walk: LIST_WALK,
        }
    }
}
