//! 严格地读规范字节。

use super::{Canonical, CanonicalError, Integer, Limits, Object};

pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<Canonical, CanonicalError> {
    if bytes.len() > limits.max_bytes {
        return Err(CanonicalError::TooLarge {
            bytes: bytes.len(),
            max: limits.max_bytes,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| CanonicalError::Unexpected {
        at: e.valid_up_to(),
        expected: "文本应为 UTF-8",
    })?;
    let mut reader = Reader {
        text,
        at: 0,
        limits,
    };
    let value = reader.value(limits.max_depth)?;
    if reader.at < bytes.len() {
        return reader.refuse("一个值之后不应再有字节");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    limits: Limits,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Canonical, CanonicalError> {
        match self.peek() {
            Some(b'{') => self.object(self.deeper(depth)?).map(Canonical::Object),
            Some(b'[') => self.list(self.deeper(depth)?).map(Canonical::List),
            Some(b'"') => self.string().map(Canonical::Text),
            Some(b'-' | b'0'..=b'9') => self.integer().map(Canonical::Integer),
            _ if self.take("null") => Ok(Canonical::Null),
            _ if self.take("true") => Ok(Canonical::Bool(true)),
            _ if self.take("false") => Ok(Canonical::Bool(false)),
            _ => self.refuse("应是一个值，且值的前后没有空白"),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Canonical>, CanonicalError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take("]") {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth)?);
            if self.take("]") {
                return Ok(items);
            }
            self.expect(",", "数组的值之后应是逗号或 ]")?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Object, CanonicalError> {
        self.at += 1;
        let mut members: Vec<(String, Canonical)> = Vec::new();
        if self.take("}") {
            return Ok(Object(members));
        }
        loop {
            let key_at = self.at;
            if self.peek() != Some(b'"') {
                return self.refuse("应是一个键");
            }
            let key = self.string()?;
            if let Some((before, _)) = members.last() {
                if *before == key {
                    return Err(CanonicalError::DuplicateKey { key });
                }
                if !before.encode_utf16().lt(key.encode_utf16()) {
                    return Err(CanonicalError::KeyOrder { at: key_at, key });
                }
            }
            self.expect(":", "键之后应是冒号")?;
            let value = self.value(depth)?;
            members.push((key, value));
            if self.take("}") {
                return Ok(Object(members));
            }
            self.expect(",", "对象的值之后应是逗号或 }")?;
        }
    }

    fn integer(&mut self) -> Result<Integer, CanonicalError> {
        let start = self.at;
        while matches!(
            self.peek(),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.at += 1;
        }
        let number = &self.text[start..self.at];
        if number.contains(['.', 'e', 'E']) {
            let number = number.to_owned();
            return Err(CanonicalError::NotInteger { number });
        }
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let is_plain = unsigned.bytes().all(|b| b.is_ascii_digit())
            && !unsigned.is_empty()
            && (!unsigned.starts_with('0') || number == "0");
        if !is_plain {
            self.at = start;
            return self.refuse("整数不带正号和前导零，也没有 -0");
        }
        match number.parse() {
            Ok(integer) => Integer::new(integer),
            Err(_) => Err(CanonicalError::IntegerOutOfRange {
                number: number.chars().take(40).collect(),
            }),
        }
    }

    fn string(&mut self) -> Result<String, CanonicalError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            // INVARIANT: the stop is an ASCII character, so both cuts are at character boundaries.
            let Some(plain) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') else {
                self.at = self.text.len();
                return self.refuse("文本没有结束的引号");
            };
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return self.refuse("控制字符应写成转义"),
            }
        }
    }

    /// Only the escapes that RFC 8785 writes.
    fn escape(&mut self) -> Result<char, CanonicalError> {
        const SHORT: [(&str, char); 7] = [
            ("\\\"", '"'),
            ("\\\\", '\\'),
            ("\\b", '\u{8}'),
            ("\\t", '\t'),
            ("\\n", '\n'),
            ("\\f", '\u{c}'),
            ("\\r", '\r'),
        ];
        for (written, meant) in SHORT {
            if self.take(written) {
                return Ok(meant);
            }
        }
        let digits = self.text[self.at..]
            .strip_prefix("\\u00")
            .and_then(|rest| rest.get(..2));
        let is_lower_hex = |d: &&str| d.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let meant = digits
            .filter(is_lower_hex)
            .and_then(|d| u8::from_str_radix(d, 16).ok())
            .filter(|code| *code < 0x20 && !matches!(code, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d));
        match meant {
            Some(code) => {
                self.at += 6;
                Ok(char::from(code))
            }
            None => self.refuse("这个转义不是规范写法"),
        }
    }

    fn deeper(&self, depth: usize) -> Result<usize, CanonicalError> {
        depth.checked_sub(1).ok_or(CanonicalError::TooDeep {
            max: self.limits.max_depth,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn expect(&mut self, word: &str, expected: &'static str) -> Result<(), CanonicalError> {
        if self.take(word) {
            Ok(())
        } else {
            self.refuse(expected)
        }
    }

    fn refuse<T>(&self, expected: &'static str) -> Result<T, CanonicalError> {
        Err(CanonicalError::Unexpected {
            at: self.at,
            expected,
        })
    }
}
