//! 严格的 JSON：只收规范字节（RFC 8785 的子集），并记住每个值的原字节。

use std::borrow::Cow;

const MAX_INTEGER: i64 = (1 << 53) - 1;

pub(crate) struct Item<'a> {
    pub(crate) raw: &'a [u8],
    pub(crate) value: Value<'a>,
}

pub(crate) enum Value<'a> {
    /// `null`, `true`, `false`: nothing that is verified looks inside.
    Literal,
    Integer(i64),
    Text(Cow<'a, str>),
    List(Vec<Item<'a>>),
    Object(Vec<(Cow<'a, str>, Item<'a>)>),
}

impl<'a> Item<'a> {
    pub(crate) fn member(&self, name: &str) -> Option<&Item<'a>> {
        let Value::Object(members) = &self.value else {
            return None;
        };
        members
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, item)| item)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        let Value::Text(text) = &self.value else {
            return None;
        };
        Some(text)
    }

    pub(crate) fn integer(&self) -> Option<i64> {
        let Value::Integer(number) = self.value else {
            return None;
        };
        Some(number)
    }

    pub(crate) fn list(&self) -> Option<&[Item<'a>]> {
        let Value::List(items) = &self.value else {
            return None;
        };
        Some(items)
    }
}

/// The value that the bytes are, or at which byte they are not canonical.
pub(crate) fn parse(bytes: &[u8], max_depth: usize) -> Result<Item<'_>, String> {
    let refused = |at: usize| format!("第 {at} 字节处不是规范写法");
    if let Err(e) = std::str::from_utf8(bytes) {
        return Err(refused(e.valid_up_to()));
    }
    let mut scan = Scan { bytes, at: 0 };
    match scan.item(max_depth) {
        Some(item) if scan.at == bytes.len() => Ok(item),
        Some(_) | None => Err(refused(scan.at)),
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn item(&mut self, depth: usize) -> Option<Item<'a>> {
        let start = self.at;
        let value = match self.bytes.get(start)? {
            b'"' => Value::Text(self.text()?),
            b'{' => self.object(depth.checked_sub(1)?)?,
            b'[' => self.list(depth.checked_sub(1)?)?,
            b'n' => self.word(b"null").map(|()| Value::Literal)?,
            b't' => self.word(b"true").map(|()| Value::Literal)?,
            b'f' => self.word(b"false").map(|()| Value::Literal)?,
            _ => Value::Integer(self.integer()?),
        };
        let raw = &self.bytes[start..self.at];
        Some(Item { raw, value })
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.bytes[self.at..]
            .starts_with(word)
            .then(|| self.at += word.len())
    }

    fn integer(&mut self) -> Option<i64> {
        let is_part = |b: &&u8| b.is_ascii_digit() || **b == b'-';
        let length = self.bytes[self.at..].iter().take_while(is_part).count();
        let written = std::str::from_utf8(&self.bytes[self.at..self.at + length]).ok()?;
        let number: i64 = written.parse().ok()?;
        // Written back it must be the same: no leading zero, no -0.
        let is_canonical = number.abs() <= MAX_INTEGER && number.to_string() == written;
        is_canonical.then(|| self.at += length)?;
        Some(number)
    }

    fn list(&mut self, depth: usize) -> Option<Value<'a>> {
        self.at += 1;
        let mut items = Vec::new();
        while self.word(b"]").is_none() {
            if !items.is_empty() {
                self.word(b",")?;
            }
            items.push(self.item(depth)?);
        }
        Some(Value::List(items))
    }

    fn object(&mut self, depth: usize) -> Option<Value<'a>> {
        self.at += 1;
        let mut members: Vec<(Cow<'a, str>, Item<'a>)> = Vec::new();
        while self.word(b"}").is_none() {
            if !members.is_empty() {
                self.word(b",")?;
            }
            let start = self.at;
            let key = self.text()?;
            let in_order =
                |(before, _): &(Cow<str>, _)| before.encode_utf16().lt(key.encode_utf16());
            if !members.last().is_none_or(in_order) {
                self.at = start;
                return None;
            }
            self.word(b":")?;
            let item = self.item(depth)?;
            members.push((key, item));
        }
        Some(Value::Object(members))
    }

    fn text(&mut self) -> Option<Cow<'a, str>> {
        self.word(b"\"")?;
        let start = self.at;
        let mut unescaped: Option<Vec<u8>> = None;
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'"' => break,
                0..0x20 => return None,
                b'\\' => {
                    let before = &self.bytes[start..self.at];
                    unescaped
                        .get_or_insert_with(|| before.to_vec())
                        .push(self.escaped()?);
                    continue;
                }
                _ => unescaped.iter_mut().for_each(|out| out.push(byte)),
            }
            self.at += 1;
        }
        let raw = &self.bytes[start..self.at];
        self.at += 1;
        match unescaped {
            Some(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
            None => std::str::from_utf8(raw).ok().map(Cow::Borrowed),
        }
    }

    /// One ASCII character; each has one escape, or none.
    fn escaped(&mut self) -> Option<u8> {
        let rest = &self.bytes[self.at..];
        let meant = (0..0x80)
            .find(|code| escape_of(*code).is_some_and(|e| rest.starts_with(e.as_bytes())))?;
        self.at += escape_of(meant)?.len();
        Some(meant)
    }
}

fn escape_of(code: u8) -> Option<Cow<'static, str>> {
    Some(match code {
        b'"' => "\\\"".into(),
        b'\\' => "\\\\".into(),
        0x08 => "\\b".into(),
        0x09 => "\\t".into(),
        0x0a => "\\n".into(),
        0x0c => "\\f".into(),
        0x0d => "\\r".into(),
        0..0x20 => format!("\\u{code:04x}").into(),
        _ => return None,
    })
}
