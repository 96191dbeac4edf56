//! JSON Lines：逐行读成对象，坏的一行说明位置；同一个对象里写了两次的键拒绝。

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufRead, Read as _};
use std::ops::ControlFlow;

use mingjing_domain::event::Origin;
use mingjing_kernel::null_character;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::error::{RowError, shown};

/// 一行最多的字节数。
pub const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// 读出的一行。
#[derive(Debug)]
pub enum Line {
    /// 一个对象
    Object(Map<String, Json>, Origin),
    /// 不能读，已写明位置
    Problem(RowError),
}

/// 逐行读（已是 UTF-8）；空行略去。
pub fn read(
    reader: &mut impl BufRead,
    file: &str,
    sink: &mut dyn FnMut(Line) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        if reader
            .by_ref()
            .take(LINE_BYTES_MAX + 1)
            .read_until(b'\n', &mut line)?
            == 0
        {
            break;
        }
        let is_too_long = line.len() as u64 > LINE_BYTES_MAX;
        if is_too_long && !line.ends_with(b"\n") {
            skip_line(reader)?;
        }
        let parsed = if is_too_long {
            let reason = format!("一行超过 {} MB", LINE_BYTES_MAX >> 20);
            Err(RowError::new(reason, "请确认每一案一行。"))
        } else if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        } else {
            parse(&line)
        };
        let item = match parsed {
            Ok(object) => Line::Object(
                object,
                Origin {
                    file: file.to_owned(),
                    sheet: None,
                    row: number,
                },
            ),
            Err(error) => Line::Problem(error.at(file, None, Some(number))),
        };
        if sink(item).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => {
                reader.consume(at + 1);
                return Ok(());
            }
            None => {
                let n = buffer.len();
                reader.consume(n);
            }
        }
    }
}

/// 读一行；同一个对象里的键不得重复，不论在哪一层。
pub fn parse(line: &[u8]) -> Result<Map<String, Json>, RowError> {
    if null_character::is_escaped_in(line) {
        return Err(RowError::new(
            "这一行里有空字符（\\u0000），不是文字",
            "请去掉空字符再导入。",
        ));
    }
    let repeated = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let tree = Tree {
        place: None,
        repeated: &repeated,
    };
    let read = tree
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json));
    match read {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(RowError::new("这一行不是 JSON 对象", "每行写一个 {…}。")),
        Err(error) => Err(match repeated.take() {
            Some(path) => RowError::new(
                format!("同一个键写了两次（第 {} 个字节附近）", error.column()),
                "只有一个能算数，不能猜是哪一个：请只留一个，或把两个值写成列表。",
            )
            .in_column(crate::place::in_words(&path)),
            None => {
                let what = match error.classify() {
                    serde_json::error::Category::Eof => "没有写完",
                    _ => "不是合法的 JSON",
                };
                RowError::new(
                    format!("这一行{what}（第 {} 个字节附近）", error.column()),
                    "请检查引号、逗号、括号；每一案写成一行。",
                )
            }
        }),
    }
}

/// 在树里的位置，由里向外；只在出错时写成文字。
#[derive(Clone, Copy)]
struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            write!(f, "{outer}")?;
        }
        match self.step {
            Step::Key(key) if self.outer.is_some() => write!(f, ".{}", shown(key)),
            Step::Key(key) => write!(f, "{}", shown(key)),
            Step::Item(at) => write!(f, "[{at}]"),
        }
    }
}

/// The library's own tree keeps the last of two equal keys; this one refuses them, and says where.
#[derive(Clone, Copy)]
struct Tree<'a> {
    place: Option<&'a Place<'a>>,
    repeated: &'a RefCell<Option<String>>,
}

impl<'a> Tree<'a> {
    fn at(self, step: Step<'a>) -> Place<'a> {
        Place {
            outer: self.place,
            step,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Json, E> {
        Ok(yes.into())
    }

    fn visit_i64<E>(self, n: i64) -> Result<Json, E> {
        Ok(n.into())
    }

    fn visit_u64<E>(self, n: u64) -> Result<Json, E> {
        Ok(n.into())
    }

    fn visit_f64<E>(self, n: f64) -> Result<Json, E> {
        Ok(n.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        loop {
            let place = self.at(Step::Item(list.len()));
            let seed = Tree {
                place: Some(&place),
                repeated: self.repeated,
            };
            match items.next_element_seed(seed)? {
                Some(item) => list.push(item),
                None => return Ok(Json::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let place = self.at(Step::Key(&key));
            if object.contains_key(&key) {
                *self.repeated.borrow_mut() = Some(place.to_string());
                return Err(A::Error::custom("repeated key"));
            }
            let seed = Tree {
                place: Some(&place),
                repeated: self.repeated,
            };
            let value = entries.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_repeated_keys_is_the_tree_of_the_library() {
        let line = r#"{"a":[1,-2,1.5,18446744073709551615,true,null,"\u4e00",{"a":{"a":[]}}],"b":{"a":1}}"#;
        let expected: Json = serde_json::from_str(line).unwrap();
        assert_eq!(Json::Object(parse(line.as_bytes()).unwrap()), expected);
    }

    #[test]
    fn a_repeated_key_is_named_with_its_path_and_place() {
        for (line, path, at) in [
            (r#"{"case":"1","case":"2"}"#, "字段 case（案件标识）", 18),
            (r#"{"a":{"b":1,"b":1}}"#, "字段 a.b", 15),
            (
                r#"{"events":[{},{"fields":{"fine":1,"x":2,"fine":1}}]}"#,
                "第 2 件事的字段 fine",
                46,
            ),
            (r#"{"a":1,"\u0061":2}"#, "字段 a", 15),
        ] {
            let error = parse(line.as_bytes()).unwrap_err();
            assert_eq!(error.column.as_deref(), Some(path), "{line}");
            assert!(error.reason.contains("写了两次"), "{error}");
            assert!(error.reason.contains(&format!("第 {at} 个字节")), "{error}");
        }
    }

    #[test]
    fn a_null_character_is_refused_and_a_text_about_it_is_not() {
        let error = parse(br#"{"number":"a\u0000b"}"#).unwrap_err();
        assert!(error.to_string().contains("空字符"), "{error}");
        assert!(parse(br#"{"number":"a\\u0000b"}"#).is_ok());
    }

    #[test]
    fn nesting_without_end_and_rubbish_after_the_object_are_refused() {
        let deep = format!("{}1{}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
        assert!(parse(deep.as_bytes()).unwrap_err().reason.contains("JSON"));
        assert!(
            parse(br#"{"a":1} {"b":2}"#)
                .unwrap_err()
                .reason
                .contains("JSON")
        );
        assert!(parse(br#"{"a":1"#).unwrap_err().reason.contains("没有写完"));
    }
}
