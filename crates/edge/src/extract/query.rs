//! 查询参数：不认识的、重复的、写法不对的都说出是哪一个；空着的当作没有写。

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::page::{Cursor, PageRequest, PageSize};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use utoipa::IntoParams;

use super::reason::field_error;
use crate::problem::Problem;

/// 参数至多的个数。
const PARAMETERS_MAX: usize = 40;

/// 查询参数。
///
/// `T` is a flat struct, `deny_unknown_fields`; a list of values is one parameter separated by
/// commas (see [`Commas`]). Do not flatten [`Paging`] into it: repeat its two members and call
/// [`page_request`], because serde cannot refuse unknown members through a flatten.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parse(&parts.uri).map(Query)
    }
}

/// 解析一个地址里的查询参数。
pub fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    parse_pairs(uri.query().unwrap_or("").as_bytes())
}

/// 解析成对的参数：查询，或者网页表单的正文。
pub fn parse_pairs<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    let pairs: Vec<_> = form_urlencoded::parse(raw)
        .filter(|(_, value)| !value.is_empty())
        .take(PARAMETERS_MAX + 1)
        .collect();
    if pairs.len() > PARAMETERS_MAX {
        let message = format!("查询参数至多 {PARAMETERS_MAX} 个");
        let error = FieldError::new(Pointer::query(""), FieldCode::OutOfRange, message);
        return Err(Problem::invalid(vec![error]));
    }
    let values = pairs
        .iter()
        .map(|(name, value)| (name.as_ref(), Word(value.as_ref())));
    let reader = MapDeserializer::<_, serde::de::value::Error>::new(values);
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let message = error.inner().to_string();
        let found = field_error(Pointer::body(), error.path(), &message);
        let name = found.pointer.as_str().trim_start_matches('/');
        let pointer = Pointer::query(name);
        Problem::invalid(vec![FieldError { pointer, ..found }])
    })
}

/// One value: read as what the member wants.
struct Word<'a>(&'a str);

impl<'de> serde::de::IntoDeserializer<'de> for Word<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! by_parsing {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            let value = self.0.parse().map_err(serde::de::Error::custom)?;
            visitor.$visit(value)
        })*
    };
}

impl<'de> serde::Deserializer<'de> for Word<'de> {
    type Error = serde::de::value::Error;

    by_parsing! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32
        deserialize_u64 visit_u64
    }

    fn deserialize_any<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: serde::de::Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(serde::de::value::BorrowedStrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

/// 以逗号分隔的若干个值。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commas(pub Vec<String>);

impl<'de> Deserialize<'de> for Commas {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let values = text.split(',').map(str::trim).filter(|v| !v.is_empty());
        Ok(Commas(values.map(str::to_owned).collect()))
    }
}

/// 分页参数；只有它两个的列表直接用 `Query<Paging>`。
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    pub cursor: Option<String>,
}

impl Paging {
    /// 要哪一页。
    pub fn request(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.as_deref())
    }
}

/// 由两个参数说出要哪一页。
pub fn page_request(limit: Option<u16>, cursor: Option<&str>) -> Result<PageRequest, Problem> {
    let mut errors = Vec::new();
    let size = limit.map_or_else(|| Some(PageSize::default()), PageSize::new);
    if size.is_none() {
        let pointer = Pointer::query("limit");
        errors.push(FieldError::new(
            pointer,
            FieldCode::OutOfRange,
            "应为 1 至 200 的整数",
        ));
    }
    let after = cursor.map(Cursor::decode).transpose();
    if let Err(error) = &after {
        let pointer = Pointer::query("cursor");
        errors.push(FieldError::new(
            pointer,
            FieldCode::Malformed,
            error.to_string(),
        ));
    }
    match (size, after) {
        (Some(size), Ok(after)) => Ok(PageRequest { size, after }),
        _ => Err(Problem::invalid(errors)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        limit: Option<u16>,
        region: Option<String>,
        open: Option<bool>,
        sort: Option<Sort>,
        codes: Option<Commas>,
        on: Option<mingjing_kernel::date::Date>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Sort {
        LastOn,
        FiledOn,
    }

    fn read(query: &str) -> Result<Wanted, Problem> {
        parse(&format!("http://h/p?{query}").parse().unwrap())
    }

    async fn check(query: &str, pointer: &str, code: &str, message: &str) {
        let response = read(query).unwrap_err().render(None);
        assert_eq!(response.status(), 422);
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        let found: Value = serde_json::from_slice(&bytes).unwrap();
        let expected = serde_json::json!([{"pointer": pointer, "code": code, "message": message}]);
        assert_eq!(found["errors"], expected, "{query}");
    }

    #[test]
    fn values_are_read_as_what_they_are_to_be() {
        let found =
            read("limit=5&region=%E6%B5%99&open=true&sort=filed_on&codes=a,%20b&on=2025-01-02")
                .unwrap();
        assert_eq!(found.limit, Some(5));
        assert_eq!(found.region.as_deref(), Some("浙"));
        assert_eq!(found.open, Some(true));
        assert_eq!(found.sort, Some(Sort::FiledOn));
        assert_eq!(found.codes, Some(Commas(vec!["a".into(), "b".into()])));
        assert_eq!(found.on.unwrap().to_string(), "2025-01-02");
    }

    #[test]
    fn an_empty_value_counts_as_not_given() {
        assert_eq!(read("limit=&region=&sort=").unwrap(), Wanted::default());
    }

    #[tokio::test]
    async fn each_fault_names_its_parameter() {
        let all = "不认识；可以写的有：limit、region、open、sort、codes、on";
        check("regoin=1", "query:regoin", "unknown", all).await;
        check("limit=x", "query:limit", "malformed", "写法不对，应为整数").await;
        check("limit=70000", "query:limit", "out-of-range", "超出范围").await;
        check(
            "open=yes",
            "query:open",
            "malformed",
            "写法不对，应为 true 或 false",
        )
        .await;
        check(
            "sort=best",
            "query:sort",
            "not-a-choice",
            "不在可选的值里；可选：last_on、filed_on",
        )
        .await;
        check(
            "limit=1&limit=2",
            "query:limit",
            "duplicate",
            "写了两次，只能写一次",
        )
        .await;
    }

    #[test]
    fn too_many_parameters_are_refused() {
        let query = "limit=1&".repeat(60);
        assert!(read(&query).is_err());
    }

    #[test]
    fn paging_reports_both_faults_at_once() {
        let problem = page_request(Some(0), Some("??")).unwrap_err();
        assert!(format!("{problem:?}").contains("query:limit"));
        assert!(format!("{problem:?}").contains("query:cursor"));
        assert_eq!(page_request(None, None).unwrap(), PageRequest::default());
    }
}
