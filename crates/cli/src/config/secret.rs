//! 秘密：配置里只写它在哪里（文件或环境变量），不写它本身。

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use mingjing_kernel::sensitive::Sensitive;
use toml::Value;

use crate::config::setting::Setting;
use crate::files::in_chinese;

/// A key or an address is short; anything longer is the wrong file.
const BYTES_MAX: u64 = 64 * 1024;

/// 秘密在哪里。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    /// 文件
    File(PathBuf),
    /// 环境变量
    Variable(String),
}

impl Reference {
    /// 由 `file:路径`、`env:变量名` 读出；别的写法为 `None`。
    fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
            return Some(Reference::File(PathBuf::from(path)));
        }
        let name = text.strip_prefix("env:")?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!name.is_empty() && name.chars().all(is_name))
            .then(|| Reference::Variable(name.to_owned()))
    }

    /// 读出秘密；文件须只有本账户能读。
    pub(crate) fn read(&self) -> anyhow::Result<Sensitive<String>> {
        let text = match self {
            Reference::File(path) => {
                require_private(path)?;
                fs::read_to_string(path)
                    .map_err(|error| in_chinese(&error))
                    .with_context(|| format!("{} 读不了", path.display()))?
            }
            Reference::Variable(name) => {
                std::env::var(name).map_err(|_| anyhow::anyhow!("没有环境变量 {name}"))?
            }
        };
        Ok(Sensitive::new(text))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::File(path) => write!(f, "file:{}", path.display()),
            Reference::Variable(name) => write!(f, "env:{name}"),
        }
    }
}

impl Setting for Reference {
    const KIND: &'static str = "file:路径 或 env:变量名";

    fn read(value: &Value) -> Result<Self, String> {
        // The value itself is not repeated: it may be the secret.
        let wanted = || "秘密不写在配置里；应是 \"file:路径\" 或 \"env:变量名\"".to_owned();
        let text = value.as_str().ok_or_else(wanted)?;
        Reference::parse(text).ok_or_else(wanted)
    }
}

/// 数据库在哪里。
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// 数据目录里的 SQLite
    InFolder,
    /// 另一个 SQLite 文件
    File(PathBuf),
    /// 不含口令的 PostgreSQL 地址
    Address(String),
    /// 含口令的 PostgreSQL 地址，写在别处
    Secret(Reference),
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::InFolder => f.write_str("InFolder"),
            Database::File(path) => write!(f, "File({})", path.display()),
            Database::Address(_) => f.write_str("Address(***)"),
            Database::Secret(reference) => write!(f, "Secret({reference})"),
        }
    }
}

impl Setting for Database {
    const KIND: &'static str = "路径、postgres:// 地址、file:路径 或 env:变量名";

    fn read(value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or("应是带引号的文字")?;
        if text.is_empty() {
            return Ok(Database::InFolder);
        }
        if let Some(reference) = Reference::parse(text) {
            return Ok(Database::Secret(reference));
        }
        let is_address = text.starts_with("postgres://") || text.starts_with("postgresql://");
        if !is_address {
            return Ok(Database::File(PathBuf::from(text)));
        }
        let authority = text.split("://").nth(1).unwrap_or_default();
        let authority = authority.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') || text.contains("password=") {
            return Err(
                "地址里有口令；请把地址存进只有本账户能读的文件，这里写 \"file:路径\"（或 \"env:变量名\"）"
                    .to_owned(),
            );
        }
        Ok(Database::Address(text.to_owned()))
    }
}

/// 文件须只有本账户能读：别人能读的秘密不是秘密。
pub(crate) fn require_private(path: &Path) -> anyhow::Result<()> {
    let metadata = fs::metadata(path)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("{} 打不开", path.display()))?;
    ensure!(
        metadata.is_file() && metadata.len() <= BYTES_MAX,
        "{} 不是放秘密的文件：应是不超过 {} KB 的普通文件",
        path.display(),
        BYTES_MAX >> 10
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode() & 0o777;
        ensure!(
            mode & 0o077 == 0,
            "{} 的权限是 {mode:03o}，别的账户能读写；请改为 600：chmod 600 {}",
            path.display(),
            path.display()
        );
    }
    Ok(())
}
