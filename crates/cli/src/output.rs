//! 输出：写到标准输出的都会失败、都要问；写到标准错误的失败了也不妨碍。
//!
//! `println!` and `eprintln!` panic when the reader has gone or the disk is full, so the crate denies them.

use std::fmt::Display;
use std::io::{self, Write as _};

use crate::table::plain;

/// 一行写到标准输出。
pub(crate) fn line(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// 一段文字写到标准输出，不另加换行。
pub(crate) fn text(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// 一行写到标准错误：写不出去也不改变结论；作怪的字符换掉。
pub(crate) fn aside(text: impl Display) {
    let mut err = io::stderr().lock();
    for line in text.to_string().lines() {
        let _ = writeln!(err, "{}", plain(line));
    }
}
