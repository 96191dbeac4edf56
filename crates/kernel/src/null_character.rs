//! 空字符（U+0000）：不是文字，一种数据库收、另一种不收；从外面来的文字里有它，在门口拒绝。

/// JSON 的字节里有没有写作 `\u0000` 的空字符；写成字节的不合 JSON，由读取者拒绝。
pub fn is_escaped_in(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        // The character after a backslash belongs to it: a second backslash begins nothing.
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// 地址（路径与查询）里有没有空字符。
pub fn is_in_address(address: &str) -> bool {
    address.contains("%00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_escape_of_its_own_is_one() {
        for json in [r#"{"a":"\u0000"}"#, r#"["b\\\u0000"]"#, r#""\n\u0000""#] {
            assert!(is_escaped_in(json.as_bytes()), "{json}");
        }
        for json in [r#"{"a":"\\u0000"}"#, r#""u0000""#, r#""\u00001""#, "", "\\"] {
            assert_eq!(
                is_escaped_in(json.as_bytes()),
                json.contains("00001"),
                "{json}"
            );
        }
        assert!(is_in_address("/officers?number=%00"));
        assert!(!is_in_address("/officers?number=%2500"));
    }
}
