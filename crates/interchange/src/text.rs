//! 文字：识别编码，逐块解码成 UTF-8，全角数字与字母转半角。

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// 识别编码时看的字节数：够看出规律，又不多占内存。
pub const SNIFF_BYTES: usize = 64 * 1024;

/// 编码识别的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8
    Utf8,
    /// GB18030（含 GBK、GB2312）
    Gb18030,
    /// UTF-16 小端
    Utf16Le,
    /// UTF-16 大端
    Utf16Be,
}

impl TextEncoding {
    /// 名称。
    pub fn name(self) -> &'static str {
        match self {
            TextEncoding::Utf8 => "UTF-8",
            TextEncoding::Gb18030 => "GB18030",
            TextEncoding::Utf16Le => "UTF-16（小端）",
            TextEncoding::Utf16Be => "UTF-16（大端）",
        }
    }

    fn encoding(self) -> &'static Encoding {
        match self {
            TextEncoding::Utf8 => UTF_8,
            TextEncoding::Gb18030 => GB18030,
            TextEncoding::Utf16Le => UTF_16LE,
            TextEncoding::Utf16Be => UTF_16BE,
        }
    }
}

/// 由开头若干字节识别编码：先看 BOM，再看零字节的奇偶分布，再试 UTF-8，其余视为 GB18030。
pub fn detect(head: &[u8]) -> TextEncoding {
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return TextEncoding::Utf8;
    }
    if head.starts_with(&[0xFF, 0xFE]) {
        return TextEncoding::Utf16Le;
    }
    if head.starts_with(&[0xFE, 0xFF]) {
        return TextEncoding::Utf16Be;
    }
    // A list in UTF-16 holds commas, digits and line ends: every such character has one zero byte, always on one side.
    let zeros_at = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let threshold = (head.len() / 40).max(2);
    if odd >= threshold && odd > even * 8 {
        return TextEncoding::Utf16Le;
    }
    if even >= threshold && even > odd * 8 {
        return TextEncoding::Utf16Be;
    }
    match std::str::from_utf8(head) {
        Ok(_) => TextEncoding::Utf8,
        // The head may end inside a character: that is still UTF-8.
        Err(error) if error.error_len().is_none() => TextEncoding::Utf8,
        Err(error) => {
            // One broken byte in a long UTF-8 text does not make it Chinese in GB18030.
            let (_, _, gb_has_errors) = GB18030.decode(head);
            let is_mostly_utf8 =
                error.valid_up_to() > 512 && head[..error.valid_up_to()].iter().any(|b| *b >= 0x80);
            if gb_has_errors && is_mostly_utf8 {
                TextEncoding::Utf8
            } else {
                TextEncoding::Gb18030
            }
        }
    }
}

/// 文本流：把任意编码的字节流逐块变成 UTF-8 字节流，BOM 去掉，不成字的字节变成“�”并计数。
pub struct TextStream<R> {
    inner: R,
    decoder: Decoder,
    encoding: TextEncoding,
    raw: Vec<u8>,
    raw_start: usize,
    raw_end: usize,
    out: Vec<u8>,
    out_start: usize,
    out_end: usize,
    at_end: bool,
    finished: bool,
    has_replacements: bool,
}

const BLOCK: usize = 64 * 1024;

impl<R: Read> TextStream<R> {
    /// 读入开头一块，识别编码。
    pub fn new(mut inner: R) -> io::Result<Self> {
        let mut raw = vec![0; SNIFF_BYTES];
        let mut filled = 0;
        let mut at_end = false;
        while filled < raw.len() {
            match inner.read(&mut raw[filled..]) {
                Ok(0) => {
                    at_end = true;
                    break;
                }
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let encoding = detect(&raw[..filled]);
        Ok(TextStream {
            inner,
            decoder: encoding.encoding().new_decoder_with_bom_removal(),
            encoding,
            raw,
            raw_start: 0,
            raw_end: filled,
            out: vec![0; BLOCK * 3],
            out_start: 0,
            out_end: 0,
            at_end,
            finished: false,
            has_replacements: false,
        })
    }

    /// 识别出的编码。
    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// 读到此处为止是否遇到不成字的字节。
    pub fn has_replacements(&self) -> bool {
        self.has_replacements
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.out_start == self.out_end && !self.finished {
            if self.raw_start == self.raw_end && !self.at_end {
                self.raw_start = 0;
                self.raw_end = match self.inner.read(&mut self.raw) {
                    Ok(n) => n,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                self.at_end = self.raw_end == 0;
            }
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(
                &self.raw[self.raw_start..self.raw_end],
                &mut self.out,
                self.at_end,
            );
            (self.out_start, self.out_end) = (0, written);
            self.raw_start += read;
            self.has_replacements |= replaced;
            if self.at_end && result == encoding_rs::CoderResult::InputEmpty {
                self.finished = true;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for TextStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.refill()?;
        let n = buffer.len().min(self.out_end - self.out_start);
        buffer[..n].copy_from_slice(&self.out[self.out_start..self.out_start + n]);
        self.out_start += n;
        Ok(n)
    }
}

/// 全角的数字、字母和标点转半角，中文标点不动。
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{A0}' | '\u{2002}'..='\u{200A}' => ' ',
        '０'..='９'
        | 'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '．'
        | '－'
        | '／'
        | '＋'
        | '％'
        | '＿'
        | '＃'
        | '＠' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '—' | '–' | '−' | '‐' | '‑' => '-',
        other => other,
    }
}

/// 全角转半角，并把全角逗号、冒号、分号、括号也转半角：只用于日期、金额、号码等以数字为主的格。
pub fn half_width_numeric(text: &str) -> String {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '，' => ',',
            '：' => ':',
            '；' => ';',
            '（' => '(',
            '）' => ')',
            '￥' => '¥',
            '。' => '.',
            other => half_width(other),
        })
        .collect()
}

/// 清洗一格：去掉 NUL、BOM、零宽字符和其他控制字符（换行、制表留作空格），去首尾空白。
pub fn clean(text: &str) -> String {
    let is_plain =
        |c: char| !c.is_control() && !is_invisible(c) && c != '\u{3000}' && c != '\u{A0}';
    let trimmed = text.trim();
    if trimmed.chars().all(is_plain) {
        return trimmed.to_owned();
    }
    let cleaned: String = trimmed
        .chars()
        .filter(|c| !is_invisible(*c) && (!c.is_control() || matches!(c, '\n' | '\r' | '\t')))
        .map(|c| {
            if matches!(c, '\n' | '\r' | '\t' | '\u{3000}' | '\u{A0}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    cleaned.trim().to_owned()
}

/// 看不见而会改变显示的字符：零宽字符，与改变书写方向的字符。
pub fn is_hidden(c: char) -> bool {
    is_invisible(c) || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// 供显示的写法：控制字符和看不见的字符写成“\u{202e}”的样子，使人看得出、终端不作怪；换行、制表写成空格。
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if c.is_control() || is_hidden(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{00AD}' | '\0'
    )
}

/// 表头的归一写法：去空白和星号、括号内说明，全角转半角，大写。用来比较列名，不用来显示。
pub fn normal_header(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for c in text.chars().map(half_width) {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || c.is_whitespace() || c.is_control() || is_invisible(c) => {}
            '*' | '＊' | ':' | '：' | '"' | '“' | '”' => {}
            _ => out.extend(c.to_uppercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "案号,当事人,决定日期\n甲监罚〔2024〕1号,某某商行,2024-03-01\n";

    fn read_all(bytes: &[u8]) -> (String, TextEncoding) {
        let mut stream = TextStream::new(bytes).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        (text, stream.encoding())
    }

    fn utf16(text: &str, is_big: bool, has_bom: bool) -> Vec<u8> {
        let units = has_bom
            .then_some(0xFEFF)
            .into_iter()
            .chain(text.encode_utf16());
        units
            .flat_map(|u| {
                if is_big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn every_encoding_reads_as_the_same_text() {
        let gb = GB18030.encode(SAMPLE).0.into_owned();
        let mut bom = vec![0xEF, 0xBB, 0xBF];
        bom.extend(SAMPLE.as_bytes());
        for (bytes, expected) in [
            (SAMPLE.as_bytes().to_vec(), TextEncoding::Utf8),
            (bom, TextEncoding::Utf8),
            (gb, TextEncoding::Gb18030),
            (utf16(SAMPLE, false, true), TextEncoding::Utf16Le),
            (utf16(SAMPLE, true, true), TextEncoding::Utf16Be),
            (utf16(SAMPLE, false, false), TextEncoding::Utf16Le),
            (utf16(SAMPLE, true, false), TextEncoding::Utf16Be),
        ] {
            let (text, encoding) = read_all(&bytes);
            assert_eq!((text.as_str(), encoding), (SAMPLE, expected));
        }
    }

    #[test]
    fn text_longer_than_a_block_keeps_every_character() {
        let long = SAMPLE.repeat(20_000);
        let gb = GB18030.encode(&long).0.into_owned();
        assert_eq!(read_all(&gb).0, long);
        assert_eq!(read_all(long.as_bytes()).0, long);
    }

    #[test]
    fn cells_and_headers_are_cleaned() {
        assert_eq!(clean("\u{feff} 某\0某\u{3000}\u{7}商行\t "), "某某 商行");
        assert_eq!(
            half_width_numeric("２０２４．３．１　１２：３０"),
            "2024.3.1 12:30"
        );
        assert_eq!(normal_header("＊ 罚款金额（万元）"), "罚款金额");
        assert_eq!(normal_header("cf_jdrq"), "CF_JDRQ");
    }
}
