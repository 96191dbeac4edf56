//! 把反序列化的错误变成一处“不合要求”：位置、类别、中文的话。

use mingjing_services::error::{FieldCode, FieldError, Pointer};
use serde_path_to_error::{Path, Segment};

/// The member names listed in a message, so that a slip of the pen is answered with the choices.
const CHOICES_MAX: usize = 30;

/// 由路径与错误的话构成；`root` 是正文、查询等的起点。
///
/// serde tells what is wrong only in its message, whose wording of these few kinds is stable; the
/// tests of `body` and `query` hold every kind. What the caller sent is not repeated.
pub(super) fn field_error(root: Pointer, path: &Path, message: &str) -> FieldError {
    let pointer = at(root, path);
    if let Some(name) = quoted_after(message, "missing field ") {
        return FieldError::new(pointer.member(name), FieldCode::Missing, "必填，没有填");
    }
    if let Some(name) = quoted_after(message, "duplicate field ") {
        let pointer = with_member(pointer, name);
        return FieldError::new(pointer, FieldCode::Duplicate, "写了两次，只能写一次");
    }
    if let Some(name) = quoted_after(message, "unknown field ") {
        let text = match choices(message) {
            Some(names) => format!("不认识；可以写的有：{names}"),
            None => "不认识；这里不能写任何成员".to_owned(),
        };
        return FieldError::new(with_member(pointer, name), FieldCode::Unknown, text);
    }
    if message.starts_with("unknown variant ") {
        let names = choices(message).unwrap_or_default();
        let text = format!("不在可选的值里；可选：{names}");
        return FieldError::new(pointer, FieldCode::NotAChoice, text);
    }
    if message.starts_with("invalid type: ") || message.starts_with("invalid value: ") {
        let code = if message.starts_with("invalid type: ") {
            FieldCode::WrongType
        } else {
            FieldCode::OutOfRange
        };
        let wanted = message.rsplit_once("expected ").map_or("", |(_, w)| w);
        return FieldError::new(pointer, code, format!("应为{}", wanted_in_chinese(wanted)));
    }
    if message.starts_with("invalid length ") {
        return FieldError::new(pointer, FieldCode::OutOfRange, "项数不对");
    }
    if message.contains("out of range") || message.contains("number too") {
        return FieldError::new(pointer, FieldCode::OutOfRange, "超出范围");
    }
    if message.is_ascii() {
        let text = format!("写法不对{}", number_hint(message));
        return FieldError::new(pointer, FieldCode::Malformed, text);
    }
    // Our own types say in Chinese what is wrong.
    FieldError::new(pointer, FieldCode::Malformed, message)
}

/// The message without the place that the JSON parser appends.
pub(super) fn without_place(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}

fn number_hint(message: &str) -> &'static str {
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => "，应为整数",
        "provided string was not `true` or `false`" => "，应为 true 或 false",
        _ => "",
    }
}

fn at(root: Pointer, path: &Path) -> Pointer {
    path.iter().fold(root, |pointer, segment| match segment {
        Segment::Seq { index } => pointer.index(*index),
        Segment::Map { key } => pointer.member(key),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// The parser names the member in its path or only in the message.
fn with_member(pointer: Pointer, name: &str) -> Pointer {
    let last = pointer.as_str().rsplit('/').next();
    if last == Some(name) {
        pointer
    } else {
        pointer.member(name)
    }
}

fn quoted_after<'m>(message: &'m str, prefix: &str) -> Option<&'m str> {
    message.strip_prefix(prefix)?.split('`').nth(1)
}

/// The names after “expected”, without the quotes.
fn choices(message: &str) -> Option<String> {
    let (_, listed) = message.rsplit_once("expected ")?;
    let names: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
    let shown = names.len().min(CHOICES_MAX);
    let rest = if names.len() > shown { " 等" } else { "" };
    Some(format!("{}{rest}", names[..shown].join("、")))
}

fn wanted_in_chinese(wanted: &str) -> String {
    let starts = |prefix: &str| wanted.starts_with(prefix);
    let known = match wanted {
        "a string" | "a borrowed string" | "str" => "文字",
        "a boolean" => "true 或 false",
        "a sequence" => "列表",
        "a map" => "对象",
        "unit" => "空",
        "f32" | "f64" => "数",
        "u8" | "u16" | "u32" | "u64" | "usize" => "不小于 0 的整数",
        "i8" | "i16" | "i32" | "i64" | "isize" => "整数",
        _ if starts("struct ") || starts("internally tagged enum ") => "对象",
        _ if starts("enum ") || starts("string or map") || starts("variant ") => "可选的值之一",
        _ if starts("a nonzero") => "不为 0 的整数",
        _ if !wanted.is_ascii() => return wanted.to_owned(),
        _ => "别的类型",
    };
    known.to_owned()
}
