//! 压缩的选择：`Accept-Encoding` 里许可的、又已经压缩好的，先 br 后 gzip。

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

use crate::file::{Built, File};

/// In the order in which we like them: the name of the encoding and of the file's ending.
const KNOWN: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// 送哪一份：文件与它的 `Content-Encoding`；不压缩的没有。
pub(crate) fn choose(
    built: &Built,
    file: &'static File,
    headers: &HeaderMap,
) -> (&'static File, Option<&'static str>) {
    for (encoding, ending) in KNOWN {
        if accepts(headers, encoding)
            && let Some(packed) = built.find(&format!("{}.{ending}", file.name))
        {
            return (packed, Some(encoding));
        }
    }
    (file, None)
}

/// Named and not refused with `q=0`; `*` is not taken for an invitation.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            let is_named = parts
                .next()
                .is_some_and(|n| n.eq_ignore_ascii_case(encoding));
            let is_refused = parts
                .filter_map(|part| part.strip_prefix("q="))
                .any(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
            is_named && !is_refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_accepted_when_named_and_not_refused() {
        for (line, br, gzip) in [
            ("gzip, deflate, br", true, true),
            ("br;q=0, gzip;q=0.5", false, true),
            ("identity", false, false),
            ("*", false, false),
            ("BR", true, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, line.parse().unwrap());
            assert_eq!(accepts(&headers, "br"), br, "{line}");
            assert_eq!(accepts(&headers, "gzip"), gzip, "{line}");
        }
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
