//! 分页：按排序键往下取（seek），游标是排序键的编码，不透明、带版本。

use base64ct::{Base64UrlUnpadded, Encoding as _};
use mingjing_kernel::date::Timestamp;
use thiserror::Error;

use crate::error::{FieldCode, Pointer, ServiceError};
use crate::limit::{CURSOR_BYTES_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX};

/// 一页的条数，1 至 200。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// 由数构成；超出 1 至 200 的为 `None`。
    pub fn new(items: u16) -> Option<Self> {
        (1..=PAGE_ITEMS_MAX)
            .contains(&items)
            .then_some(PageSize(items))
    }

    /// 条数。
    pub fn items(self) -> usize {
        usize::from(self.0)
    }

    /// 多取一条，才知道还有没有下一页。
    pub(crate) fn one_more(self) -> u32 {
        u32::from(self.0) + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        PageSize(PAGE_ITEMS_DEFAULT)
    }
}

/// 要哪一页。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// 条数。
    pub size: PageSize,
    /// 从这个排序键之后取起。
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// 上一页的末尾键；游标不属于这个列表与次序的为错误。
    pub fn after(&self, list: &str, width: usize) -> Result<Option<&[Key]>, CursorError> {
        self.after.as_ref().map(|c| c.keys(list, width)).transpose()
    }
}

/// 一页。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// 本页各条。
    pub items: Vec<T>,
    /// 下一页的游标；没有下一页的为 `None`。
    pub next: Option<Cursor>,
    /// 总数，便宜时才给。
    pub total: Option<u64>,
    /// 派生表已折到哪里。
    pub watermark: Option<Watermark>,
}

impl<T> Page<T> {
    /// 变换各条。
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            total: self.total,
            watermark: self.watermark,
        }
    }

    /// 从已按键排好、已滤过的全部条目里切出一页：用于随程序带着的小表。
    pub fn seek(
        all: impl IntoIterator<Item = T>,
        request: &PageRequest,
        list: &'static str,
        key: impl Fn(&T) -> String,
    ) -> Result<Page<T>, CursorError> {
        let after = match request.after(list, 1)? {
            Some([Key::Text(text)]) => Some(text.as_str()),
            Some(_) => return Err(CursorError::Malformed),
            None => None,
        };
        let mut total = 0;
        let mut items = Vec::new();
        let mut has_more = false;
        for item in all {
            total += 1;
            if after.is_some_and(|after| key(&item).as_str() <= after) {
                continue;
            }
            if items.len() < request.size.items() {
                items.push(item);
            } else {
                has_more = true;
            }
        }
        let next = items
            .last()
            .filter(|_| has_more)
            .map(|last| Cursor::new(list, vec![Key::Text(key(last))]));
        Ok(Page {
            items,
            next,
            total: Some(total),
            watermark: None,
        })
    }
}

/// 由多取了一条的结果切出一页。
pub(crate) fn cut<T>(
    mut rows: Vec<T>,
    request: &PageRequest,
    cursor: impl Fn(&T) -> Cursor,
) -> Page<T> {
    let has_more = rows.len() > request.size.items();
    rows.truncate(request.size.items());
    Page {
        next: rows.last().filter(|_| has_more).map(cursor),
        items: rows,
        total: None,
        watermark: None,
    }
}

/// A cursor that does not fit is a fault of the request.
pub(crate) fn of_cursor(error: CursorError) -> ServiceError {
    ServiceError::invalid(
        Pointer::query("cursor"),
        FieldCode::Malformed,
        error.to_string(),
    )
}

/// 水位：派生表折到日志的第几条、当时是何时。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermark {
    /// 日志序号。
    pub log_index: u64,
    /// 那一条入日志的时刻。
    pub at: Timestamp,
}

/// 排序键的一项。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// 空，排在所有值之后或之前由列表决定。
    Null,
    /// 整数：日序、微秒、序号、金额。
    Int(i64),
    /// 文字：标识、编码、编号。
    Text(String),
}

/// 游标：某个列表在某种次序下、上一页末尾的排序键。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    list: String,
    keys: Vec<Key>,
}

/// 游标不能用的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CursorError {
    /// 写法不对。
    #[error("游标写法不对；请原样使用上一页 meta.next 给出的值")]
    Malformed,
    /// 别的版本。
    #[error("游标是别的版本给出的；请从第一页重新取")]
    OtherVersion,
    /// 别的列表或别的次序。
    #[error("游标属于别的列表或别的次序；请从第一页重新取")]
    OtherList,
}

/// 编码的版本：第一个字节。
const VERSION: u8 = 1;
/// 排序键至多的项数。
const KEYS_MAX: usize = 8;

impl Cursor {
    /// 列表与次序的名字（如 `cases.last_on`）和末尾的排序键。
    pub fn new(list: &str, keys: Vec<Key>) -> Self {
        Cursor {
            list: list.to_owned(),
            keys,
        }
    }

    /// 排序键；列表、次序、项数不合的为错误。
    pub fn keys(&self, list: &str, width: usize) -> Result<&[Key], CursorError> {
        if self.list == list && self.keys.len() == width {
            Ok(&self.keys)
        } else {
            Err(CursorError::OtherList)
        }
    }

    /// 编码为 base64url。
    pub fn encode(&self) -> String {
        let mut bytes = vec![VERSION];
        put_text(&mut bytes, &self.list);
        for key in &self.keys {
            match key {
                Key::Null => bytes.push(0),
                Key::Int(n) => {
                    bytes.push(1);
                    bytes.extend(n.to_be_bytes());
                }
                Key::Text(text) => {
                    bytes.push(2);
                    put_text(&mut bytes, text);
                }
            }
        }
        Base64UrlUnpadded::encode_string(&bytes)
    }

    /// 解码；任何文字都不会使它出错以外地失败。
    pub fn decode(text: &str) -> Result<Self, CursorError> {
        if text.len() > CURSOR_BYTES_MAX {
            return Err(CursorError::Malformed);
        }
        let bytes = Base64UrlUnpadded::decode_vec(text).map_err(|_| CursorError::Malformed)?;
        match bytes.split_first() {
            Some((&VERSION, rest)) => parse(rest).ok_or(CursorError::Malformed),
            Some(_) => Err(CursorError::OtherVersion),
            None => Err(CursorError::Malformed),
        }
    }
}

/// Texts longer than `u16::MAX` cannot stand in a cursor: they are cut, and the page boundary is
/// then inexact; sort keys are ids, codes and numbers, all far shorter.
fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let mut end = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let length = u16::try_from(end).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(&text.as_bytes()[..end]);
}

fn parse(mut rest: &[u8]) -> Option<Cursor> {
    let list = take_text(&mut rest)?;
    let mut keys = Vec::new();
    while let Some((tag, after)) = rest.split_first() {
        rest = after;
        if keys.len() == KEYS_MAX {
            return None;
        }
        keys.push(match tag {
            0 => Key::Null,
            1 => {
                let (number, after) = rest.split_first_chunk::<8>()?;
                rest = after;
                Key::Int(i64::from_be_bytes(*number))
            }
            2 => Key::Text(take_text(&mut rest)?),
            _ => return None,
        });
    }
    Some(Cursor { list, keys })
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let (length, after) = rest.split_first_chunk::<2>()?;
    let (text, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = after;
    Some(std::str::from_utf8(text).ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof![
            Just(Key::Null),
            any::<i64>().prop_map(Key::Int),
            "\\PC{0,20}".prop_map(Key::Text),
        ]
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(keys in prop::collection::vec(key(), 0..3)) {
            let cursor = Cursor::new("cases.last_on", keys);
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Ok(cursor));
        }

        #[test]
        fn any_text_is_answered_and_has_one_spelling(text in "[A-Za-z0-9_-]{0,60}") {
            if let Ok(cursor) = Cursor::decode(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }

        #[test]
        fn a_changed_byte_never_panics(at in 0_usize..40, byte in any::<u8>()) {
            let cursor = Cursor::new("cases.last_on", vec![Key::Int(7), Key::Text("case_1".into())]);
            let mut bytes = Base64UrlUnpadded::decode_vec(&cursor.encode()).unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = Cursor::decode(&Base64UrlUnpadded::encode_string(&bytes));
        }
    }

    #[test]
    fn a_cursor_serves_only_its_own_list_and_version() {
        let cursor = Cursor::new("cases.last_on", vec![Key::Int(7)]);
        assert_eq!(
            cursor.keys("cases.filed_on", 1),
            Err(CursorError::OtherList)
        );
        assert_eq!(cursor.keys("cases.last_on", 2), Err(CursorError::OtherList));
        let newer = Base64UrlUnpadded::encode_string(&[2, 0, 0]);
        assert_eq!(Cursor::decode(&newer), Err(CursorError::OtherVersion));
        for bad in ["", "=", "!!", "AQ", &"A".repeat(600)] {
            assert_eq!(Cursor::decode(bad), Err(CursorError::Malformed), "{bad}");
        }
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all: Vec<String> = (0..7).map(|n| format!("k{n}")).collect();
        let mut request = PageRequest {
            size: PageSize::new(3).unwrap(),
            after: None,
        };
        let mut seen = Vec::new();
        loop {
            let page = Page::seek(all.clone(), &request, "letters", Clone::clone).unwrap();
            assert_eq!(page.total, Some(7));
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            request.after = Some(Cursor::decode(&next.encode()).unwrap());
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn page_sizes_are_between_one_and_two_hundred() {
        assert_eq!(PageSize::new(0), None);
        assert_eq!(PageSize::new(201), None);
        assert_eq!(PageSize::new(200).unwrap().items(), 200);
        assert_eq!(PageSize::default().items(), 50);
    }
}
