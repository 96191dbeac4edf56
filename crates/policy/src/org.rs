//! 机构路径：省、市、县、乡的区划，其下的执法主体，再下的内设机构或派出机构，写成一条路径。

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Province, city, county, town.
const DIVISIONS_MAX: usize = 4;
/// A unit, a section and a group below a body; nobody draws the tree deeper.
const UNITS_MAX: usize = 3;
/// `b-` or `u-` and a UUID, with room to spare; an index column holds the whole path.
const SEGMENT_LENGTH_MAX: usize = 48;

/// 机构路径不成立的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OrgPathError {
    /// 首尾没有斜线。
    #[error("机构路径“{text}”应以“/”开头和结尾，如 /330000/330200/b-0123/")]
    Slashes {
        /// 原文。
        text: String,
    },
    /// 某一段写法不对。
    #[error(
        "机构路径“{text}”的“{segment}”一段不成立：区划为 6 位或 9 位数字，主体以 b- 开头，内设机构以 u- 开头，只用小写字母、数字和连字符"
    )]
    Segment {
        /// 原文。
        text: String,
        /// 不成立的一段。
        segment: String,
    },
    /// 次序或层数不对。
    #[error(
        "机构路径“{text}”的“{segment}”一段放错了位置：先区划（至多四级），再一个主体，再内设机构（至多三级）"
    )]
    Order {
        /// 原文。
        text: String,
        /// 放错的一段。
        segment: String,
    },
}

/// 路径里一段的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Division,
    Body,
    Unit,
}

/// 机构路径，如 `/330000/330200/330212/b-0123/u-2/`；`/` 是全平台。
///
/// Each segment ends with a slash, so that being a prefix is being above: `/3302/` is no prefix of `/33021/`.
/// Only lower-case letters, digits and hyphens: nothing in a path is a wildcard of SQL, and engines whose `LIKE`
/// ignores case agree with those whose does not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgPath(Box<str>);

impl OrgPath {
    /// 全平台：所有区划之上。
    pub fn root() -> OrgPath {
        OrgPath("/".into())
    }

    /// 校验写法与次序。
    pub fn parse(text: &str) -> Result<OrgPath, OrgPathError> {
        if text == "/" {
            return Ok(OrgPath::root());
        }
        let inner = text
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'));
        let Some(inner) = inner else {
            return Err(OrgPathError::Slashes {
                text: text.to_owned(),
            });
        };
        let mut last = Segment::Division;
        let mut count = 0;
        for segment in inner.split('/') {
            let Some(kind) = segment_kind(segment) else {
                return Err(OrgPathError::Segment {
                    text: text.to_owned(),
                    segment: segment.to_owned(),
                });
            };
            count = if kind == last { count + 1 } else { 1 };
            let is_in_order = match kind {
                Segment::Division => last == Segment::Division && count <= DIVISIONS_MAX,
                Segment::Body => last != Segment::Unit && count == 1,
                Segment::Unit => last != Segment::Division && count <= UNITS_MAX,
            };
            if !is_in_order {
                return Err(OrgPathError::Order {
                    text: text.to_owned(),
                    segment: segment.to_owned(),
                });
            }
            last = kind;
        }
        Ok(OrgPath(text.into()))
    }

    /// 下一级：在末尾加一段。
    pub fn child(&self, segment: &str) -> Result<OrgPath, OrgPathError> {
        OrgPath::parse(&format!("{}{segment}/", self.0))
    }

    /// 路径原文。
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 各段，由上至下。
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }

    /// 是否包含另一机构：相同，或在其上。
    pub fn contains(&self, other: &OrgPath) -> bool {
        other.0.starts_with(&*self.0)
    }

    /// 两个机构最近的共同上级，可以是其中之一。
    #[must_use]
    pub fn common_with(&self, other: &OrgPath) -> OrgPath {
        let shared = self.segments().zip(other.segments());
        let kept = shared.take_while(|(one, two)| one == two);
        let text: String = kept.map(|(segment, _)| format!("{segment}/")).collect();
        OrgPath(format!("/{text}").into())
    }

    /// 数据库里的前缀条件：`path LIKE '/330000/%'`；路径里没有通配符，无须转义。
    pub fn like_pattern(&self) -> String {
        format!("{}%", self.0)
    }

    /// 所在的区划：去掉主体与内设机构。
    pub fn division(&self) -> OrgPath {
        self.up_to(Segment::Division).unwrap_or_else(OrgPath::root)
    }

    /// 所属的主体：去掉内设机构；本身是区划的没有。
    pub fn body(&self) -> Option<OrgPath> {
        self.up_to(Segment::Body)
            .filter(|path| path.last_kind() == Some(Segment::Body))
    }

    /// 所在的区划是乡镇、街道（末级代码九位）。
    pub fn is_in_town(&self) -> bool {
        self.division()
            .segments()
            .last()
            .is_some_and(|code| code.len() == 9)
    }

    /// 本身是区划或全平台，不是主体或内设机构。
    pub fn is_division(&self) -> bool {
        matches!(self.last_kind(), None | Some(Segment::Division))
    }

    fn last_kind(&self) -> Option<Segment> {
        self.segments().last().and_then(segment_kind)
    }

    /// The longest prefix whose segments are of that kind or of one above it; `None` when that is the root.
    fn up_to(&self, kind: Segment) -> Option<OrgPath> {
        let kept: Vec<&str> = self
            .segments()
            .take_while(|segment| segment_kind(segment).is_some_and(|found| found <= kind))
            .collect();
        (!kept.is_empty()).then(|| OrgPath(format!("/{}/", kept.join("/")).into()))
    }
}

fn segment_kind(segment: &str) -> Option<Segment> {
    let is_plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if segment.len() > SEGMENT_LENGTH_MAX {
        return None;
    }
    if let Some(name) = segment.strip_prefix("b-") {
        return is_plain(name).then_some(Segment::Body);
    }
    if let Some(name) = segment.strip_prefix("u-") {
        return is_plain(name).then_some(Segment::Unit);
    }
    let is_code = matches!(segment.len(), 6 | 9) && segment.bytes().all(|b| b.is_ascii_digit());
    is_code.then_some(Segment::Division)
}

impl fmt::Display for OrgPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrgPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OrgPath {
    type Err = OrgPathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OrgPath::parse(text)
    }
}

impl Serialize for OrgPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OrgPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        OrgPath::parse(&text).map_err(serde::de::Error::custom)
    }
}
