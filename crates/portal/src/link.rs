//! 站内的地址：路径与查询参数，空的参数不写。

use form_urlencoded::Serializer;

/// 路径加查询参数。
pub(crate) fn to(path: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_not_in_the_address() {
        assert_eq!(
            to("/decisions", &[("q", None), ("region", Some(""))]),
            "/decisions"
        );
        let found = to(
            "/decisions",
            &[("q", Some("罚款 a&b")), ("older", Some("7"))],
        );
        assert_eq!(found, "/decisions?q=%E7%BD%9A%E6%AC%BE+a%26b&older=7");
    }
}
