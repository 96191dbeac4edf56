//! 一项设置：怎样写、怎样读；读不成的说清应当怎样写。

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use mingjing_edge::network::Network;
use mingjing_edge::telemetry::LogFormat;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use toml::Value;

/// 一项设置的说明。
#[derive(Debug)]
pub(crate) struct Field {
    /// 节。
    pub(crate) section: &'static str,
    /// 项。
    pub(crate) name: &'static str,
    /// 说明。
    pub(crate) says: &'static str,
    /// 写法。
    pub(crate) kind: fn() -> String,
    /// 缺省，TOML 的写法。
    pub(crate) default: &'static str,
    /// How the text of an environment variable becomes a value.
    pub(crate) from_env: fn(&str) -> Value,
}

/// 能作设置的类型。
pub(crate) trait Setting: Sized {
    /// 写法，给人看。
    const KIND: &'static str;

    /// 写法，连同范围。
    fn kind() -> String {
        Self::KIND.to_owned()
    }

    /// 由 TOML 的值读出；读不成的说出应当怎样写。
    fn read(value: &Value) -> Result<Self, String>;

    /// 由环境变量的文字得 TOML 的值。
    fn from_env(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

fn text(value: &Value) -> Result<&str, String> {
    let text = value.as_str();
    text.ok_or_else(|| "应是带引号的文字".to_owned())
}

/// A number or a truth in an environment variable is written as in the file.
fn literal(text: &str) -> Value {
    let line = format!("value = {}", text.trim());
    let table = line.parse::<toml::Table>().ok();
    let value = table.and_then(|mut table| table.remove("value"));
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

impl Setting for SocketAddr {
    const KIND: &'static str = "地址:端口";

    fn read(value: &Value) -> Result<Self, String> {
        let text = text(value)?;
        let parsed = text.parse();
        parsed.map_err(|_| {
            format!("“{text}”不是地址:端口，应如 \"127.0.0.1:8080\"、\"[::1]:8080\"（不写主机名）")
        })
    }
}

impl<T: Setting> Setting for Option<T> {
    const KIND: &'static str = T::KIND;

    fn kind() -> String {
        T::kind()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) if text.is_empty() => Ok(None),
            value => T::read(value).map(Some),
        }
    }

    fn from_env(text: &str) -> Value {
        T::from_env(text)
    }
}

impl Setting for bool {
    const KIND: &'static str = "true 或 false";

    fn read(value: &Value) -> Result<Self, String> {
        value
            .as_bool()
            .ok_or_else(|| "应是 true 或 false，不带引号".to_owned())
    }

    fn from_env(text: &str) -> Value {
        literal(text)
    }
}

impl Setting for PathBuf {
    const KIND: &'static str = "路径";

    fn read(value: &Value) -> Result<Self, String> {
        match text(value)? {
            "" => Err("路径是空的".to_owned()),
            text => Ok(PathBuf::from(text)),
        }
    }
}

impl Setting for Vec<Network> {
    const KIND: &'static str = "网段的列表";

    fn read(value: &Value) -> Result<Self, String> {
        let items = value.as_array();
        let items = items.ok_or("应是列表，如 [\"127.0.0.1\"]")?;
        let read = |item| text(item)?.parse::<Network>().map_err(|e| e.to_string());
        items.iter().map(read).collect()
    }

    /// 环境变量里用逗号隔开。
    fn from_env(text: &str) -> Value {
        let items = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        Value::Array(items.map(|it| Value::String(it.to_owned())).collect())
    }
}

/// 有范围的整数。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    pub(crate) const fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn size(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl<const MIN: u32, const MAX: u32> Setting for Number<MIN, MAX> {
    const KIND: &'static str = "整数";

    fn kind() -> String {
        format!("整数，{MIN} 至 {MAX}")
    }

    fn read(value: &Value) -> Result<Self, String> {
        let wanted = || format!("应是 {MIN} 至 {MAX} 的整数");
        let number = value.as_integer().ok_or_else(wanted)?;
        let number = u32::try_from(number).map_err(|_| wanted())?;
        if (MIN..=MAX).contains(&number) {
            Ok(Number(number))
        } else {
            Err(wanted())
        }
    }

    fn from_env(text: &str) -> Value {
        literal(text)
    }
}

/// 一段时间，秒的范围。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span<const MIN: u64, const MAX: u64>(Duration);

impl<const MIN: u64, const MAX: u64> Span<MIN, MAX> {
    pub(crate) const fn get(self) -> Duration {
        self.0
    }
}

impl<const MIN: u64, const MAX: u64> Setting for Span<MIN, MAX> {
    const KIND: &'static str = "一段时间：500ms、20s、5m、2h";

    fn kind() -> String {
        format!("{}，{MIN} 至 {MAX} 秒", Self::KIND)
    }

    fn read(value: &Value) -> Result<Self, String> {
        let wanted = || format!("应是一段时间，如 \"500ms\"、\"20s\"、\"5m\"，{MIN} 至 {MAX} 秒");
        let text = value.as_str().ok_or_else(wanted)?;
        let digits = text.find(|c: char| !c.is_ascii_digit());
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let number: u64 = number.parse().map_err(|_| wanted())?;
        let millis = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wanted()),
        };
        let span = Duration::from_millis(number.checked_mul(millis).ok_or_else(wanted)?);
        let range = Duration::from_secs(MIN)..=Duration::from_secs(MAX);
        if range.contains(&span) {
            Ok(Span(span))
        } else {
            Err(wanted())
        }
    }
}

impl Setting for Token {
    const KIND: &'static str = "名称";

    fn read(value: &Value) -> Result<Self, String> {
        Token::new(text(value)?).map_err(|error| error.to_string())
    }
}

impl Setting for Suite {
    const KIND: &'static str = "sm2-sm3 或 ed25519-sha256";

    fn read(value: &Value) -> Result<Self, String> {
        let text = text(value)?;
        Suite::from_name(text).ok_or_else(|| format!("“{text}”不是套件，应是 {}", Self::KIND))
    }
}

impl Setting for LogFormat {
    const KIND: &'static str = "text 或 json";

    fn read(value: &Value) -> Result<Self, String> {
        match text(value)? {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            other => Err(format!("“{other}”不是写法，应是 text 或 json")),
        }
    }
}

/// 运行日志的级别。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(crate) tracing::Level);

impl Setting for Level {
    const KIND: &'static str = "error、warn、info、debug";

    fn read(value: &Value) -> Result<Self, String> {
        let text = text(value)?;
        let level = match text {
            "error" => tracing::Level::ERROR,
            "warn" => tracing::Level::WARN,
            "info" => tracing::Level::INFO,
            "debug" => tracing::Level::DEBUG,
            _ => return Err(format!("“{text}”不是级别，应是 {}", Self::KIND)),
        };
        Ok(Level(level))
    }
}

/// 网站的名称。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SiteName(pub(crate) String);

impl SiteName {
    /// A longer one does not fit the head of a page on a telephone.
    const CHARS_MAX: usize = 30;
}

impl Setting for SiteName {
    const KIND: &'static str = "文字，不超过 30 字";

    fn read(value: &Value) -> Result<Self, String> {
        let text = text(value)?.trim();
        if text.is_empty() || text.chars().count() > Self::CHARS_MAX {
            return Err(format!("应是 1 至 {} 个字", Self::CHARS_MAX));
        }
        Ok(SiteName(text.to_owned()))
    }
}

/// 网站对外的地址：协议与主机，末尾没有斜线。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) String);

impl Setting for Origin {
    const KIND: &'static str = "地址：https://主机";

    fn read(value: &Value) -> Result<Self, String> {
        let text = text(value)?;
        let host = ["https://", "http://"]
            .into_iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        let is_plain =
            |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
        match host.filter(|host| !host.is_empty() && host.bytes().all(is_plain)) {
            Some(_) => Ok(Origin(text.to_owned())),
            None => Err(format!(
                "“{text}”不是网站的地址，应如 \"https://gongshi.example.gov.cn\"，末尾没有斜线"
            )),
        }
    }
}
