//! 日志：一行一事，消息独自可读，字段可查；不记姓名、证件号、地址、正文、令牌。
//!
//! Three nets. Our own lines are fixed sentences with fields named below; a request is told by its
//! path template, never by its path or query; panics are told by their place, never by their
//! message. Then the levels: what other packages say is kept from `warn` on. Last, the writer masks
//! whatever looks like a citizen id or a mobile number.

use std::io::{self, Write};

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};

/// 日志的写法。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// 一行一个 JSON
    Json,
    /// 给人看的一行
    Text,
}

/// 我们的包名都以此开头。
const OURS: &str = "mingjing";

/// 一个订阅者：写到给定的地方；进程里以 `tracing::subscriber::set_global_default` 装上。
pub fn subscriber<W>(
    format: LogFormat,
    ours: Level,
    writer: W,
) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let targets = Targets::new()
        .with_target(OURS, ours)
        .with_default(LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer().with_writer(Masking(writer));
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
        LogFormat::Text => lines.with_ansi(false).compact().boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(targets))
}

/// 恐慌只记位置：它的话里可能有数据。
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location();
        tracing::error!(
            panic.file = place.map(std::panic::Location::file),
            panic.line = place.map(std::panic::Location::line),
            "a task panicked"
        );
    }));
}

/// 遮盖之后再写。
struct Masking<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Masking<W> {
    type Writer = MaskingWriter<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        MaskingWriter(self.0.make_writer())
    }
}

struct MaskingWriter<W>(W);

impl<W: Write> Write for MaskingWriter<W> {
    /// One event is one write, so that nothing is cut in the middle of a number.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&masked(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Digits of citizen ids and mobile numbers become stars; longer runs (trace ids, digests) stay.
fn masked(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let is_word = rest[0].is_ascii_alphanumeric();
        let end = rest
            .iter()
            .position(|b| b.is_ascii_alphanumeric() != is_word)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if is_word && is_personal(word) {
            out.resize(out.len() + word.len(), b'*');
        } else {
            out.extend(word);
        }
        rest = after;
    }
    out
}

fn is_personal(word: &[u8]) -> bool {
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    match word.len() {
        18 => digits(&word[..17]) && matches!(word[17], b'0'..=b'9' | b'X' | b'x'),
        11 => digits(word) && word[0] == b'1' && word[1] >= b'3',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_personal_is_masked_and_the_rest_stays() {
        let line = "cause: key (11010119900307002x) 13800138000 trace 4bf92f3577b34da6a3ce929d0e0e4736 1732880000123456";
        let out = String::from_utf8(masked(line.as_bytes())).unwrap();
        assert!(out.contains("(******************)"));
        assert!(out.contains(" *********** "));
        assert!(out.contains("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert!(out.contains("1732880000123456"));
        let chinese = "姓名13800138000，好";
        assert_eq!(masked(chinese.as_bytes()), "姓名***********，好".as_bytes());
    }
}
