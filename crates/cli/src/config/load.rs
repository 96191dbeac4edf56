//! 读配置：文件由参数、环境变量或当前目录指出，都没有的全用缺省。

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::config::values::Values;
use crate::config::{Config, FILE_NAME, FILE_VARIABLE, PREFIX};
use crate::files::in_chinese;

/// A configuration is short.
const BYTES_MAX: u64 = 1024 * 1024;

/// 配置有毛病：全部列出。
#[derive(Debug)]
pub(crate) struct Faults {
    place: String,
    faults: Vec<String>,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}有 {} 处要改：", self.place, self.faults.len())?;
        for fault in &self.faults {
            write!(f, "\n  · {fault}")?;
        }
        write!(f, "\n各项的写法见 docs/configuration.md")
    }
}

impl std::error::Error for Faults {}

/// 读好的配置，连同各项的值从哪里来。
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) values: Values,
    /// 用了哪个文件。
    pub(crate) file: Option<PathBuf>,
}

/// 读配置并核对；有一处毛病就不用。
pub(crate) fn load(given: Option<&Path>) -> anyhow::Result<Loaded> {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            // A value that is not UTF-8 must not be taken for absent.
            let value = value.to_string_lossy().into_owned();
            name.starts_with(PREFIX).then_some((name, value))
        })
        .collect();
    let file = match given {
        Some(path) => Some(path.to_owned()),
        None => match environment.get(FILE_VARIABLE) {
            Some(path) => Some(PathBuf::from(path)),
            None => Some(PathBuf::from(FILE_NAME)).filter(|path| path.is_file()),
        },
    };
    let (table, base) = match &file {
        Some(path) => (
            read(path)?,
            path.parent().unwrap_or(Path::new("")).to_owned(),
        ),
        None => (toml::Table::new(), PathBuf::new()),
    };
    let mut values = Values::gather(table, &environment);
    let config = Config::read(&mut values, base);
    if let Some(config) = &config {
        for fault in config.combinations() {
            values.fault(fault);
        }
    }
    match config {
        Some(config) if values.faults().is_empty() => Ok(Loaded {
            config,
            values,
            file,
        }),
        _ => Err(Faults {
            place: match &file {
                Some(path) => format!("配置（{} 与环境变量）", path.display()),
                None => "配置（环境变量）".to_owned(),
            },
            faults: values.faults().to_vec(),
        }
        .into()),
    }
}

fn read(path: &Path) -> anyhow::Result<toml::Table> {
    let shown = path.display();
    let unreadable = || format!("配置文件 {shown} 读不了");
    let metadata = fs::metadata(path).map_err(|error| in_chinese(&error));
    let size = metadata.with_context(unreadable)?.len();
    anyhow::ensure!(
        size <= BYTES_MAX,
        "配置文件 {shown} 超过 {} KB，看来不是配置",
        BYTES_MAX >> 10
    );
    let text = fs::read_to_string(path)
        .map_err(|error| in_chinese(&error))
        .with_context(unreadable)?;
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.as_bytes()[..before]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        // The text of the line is not repeated: it may hold a secret.
        anyhow::anyhow!(
            "配置文件 {shown} 第 {line} 行不合 TOML 的写法：{}",
            error.message()
        )
    })
}
