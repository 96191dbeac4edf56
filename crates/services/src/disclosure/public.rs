//! 公众查阅：列出、检索、看一条、取离线核对的文件；没有公布的、撤下的，一律答“没有”，依法留说明的给说明。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::publication::GROUNDS;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::key::VerifyingKey;
use mingjing_store::public_reading::PublicQuery;
use mingjing_store::public_record::PublicRecord;
use mingjing_store::tx::Read;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::context::Services;
use crate::disclosure::terms::{
    ALL, of_body, of_department, of_item, of_region, of_style, pairs, phrases,
};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::limit::QUERY_CHARS_MAX;
use crate::log::{Inclusion, inclusion};
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, PageSize, cut, of_cursor};

const LIST: &str = "public_records.position";
/// A phrase shorter than this is in every other record.
const PHRASE_CHARS_MIN: usize = 2;

/// 找哪些公开记录；没有写的条件不限。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// 哪个机关作出的。
    pub body: Option<String>,
    /// 哪个区划的，连同其下的：二位、四位、六位、九位代码，末尾的零可写可不写。
    pub region: Option<String>,
    /// 哪个领域的。
    pub department: Option<String>,
    /// 哪个事项的。
    pub item: Option<String>,
    /// 哪种公示。
    pub style: Option<String>,
    /// 此日起公布。
    pub from: Option<Date>,
    /// 此日前公布（不含）。
    pub until: Option<Date>,
    /// 文字：空格隔开的每一段都要有，一段至少两个字。
    pub text: Option<String>,
}

/// 公开的内容里的一项。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicField {
    /// 字段。
    pub name: String,
    /// 中文名。
    pub label: String,
    /// 值；金额是分，代码是法典的代码。
    pub value: Json,
    /// 值的中文写法。
    pub text: String,
}

/// 作出决定的机关。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicBody {
    /// 标识。
    pub id: String,
    /// 名称；登记簿没有的没有。
    pub name: Option<String>,
}

/// 公开的内容：都已遮盖，逐字节由日志的叶子承诺。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicContent {
    /// 公示样式。
    pub style: String,
    /// 题名。
    pub title: String,
    /// 决定之日。
    pub decided_on: Date,
    /// 各项。
    pub fields: Vec<PublicField>,
    /// 作出决定的机关。
    pub body: Option<PublicBody>,
    /// 区划代码。
    pub region: Option<String>,
    /// 领域的代码。
    pub department: Option<String>,
    /// 领域。
    pub department_name: Option<String>,
    /// 事项编码。
    pub item: Option<String>,
    /// 公开到哪一日（含）。
    pub shown_until: Option<Date>,
    /// 更正的是哪一版。
    pub corrects: Option<String>,
}

impl PublicContent {
    /// 一项的中文写法。
    pub fn text(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|it| it.name == field);
        found.map(|it| it.text.as_str())
    }
}

/// 列表里的一条。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicItem {
    /// 标识。
    pub id: Id<kind::PublicRecord>,
    /// 第几版，从 1 起；大于 1 的是更正过的。
    pub version: u64,
    /// 公布的时刻。
    pub published_at: Moment,
    /// 内容。
    pub content: PublicContent,
}

/// 公开着的一条，连同证明。
#[derive(Debug, Clone)]
pub struct PublicShown {
    /// 标识、版本、时刻与内容。
    pub item: PublicItem,
    /// 内容原样，摘要由它的规范字节算出。
    pub raw: Json,
    /// 内容的摘要。
    pub digest: Digest,
    /// 条目的规范字节；还没有入日志的为 `None`。
    pub entry: Option<Vec<u8>>,
    /// 包含证明；还没有入日志的为 `None`。
    pub inclusion: Option<Inclusion>,
}

/// 撤下之后依法留的说明。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicNotice {
    /// 标识。
    pub id: Id<kind::PublicRecord>,
    /// 公布的时刻。
    pub published_at: Moment,
    /// 撤下的时刻。
    pub withdrawn_at: Moment,
    /// 事由的代码。
    pub ground: String,
    /// 事由。
    pub ground_text: String,
    /// 公开说明的理由。
    pub reason: Option<String>,
    /// 由哪一条取代。
    pub superseded_by: Option<Id<kind::PublicRecord>>,
}

/// 公众按标识看到的。
#[derive(Debug, Clone)]
pub enum PublicView {
    /// 公开着。
    Shown(Box<PublicShown>),
    /// 撤下了，依法留着说明。
    Notice(PublicNotice),
}

/// 公示的现状：页面的缓存凭代次与日志的条数知道该不该换。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicationState {
    /// 代次：公布、撤下、抹去各加一。
    pub generation: u64,
    /// 公开着几条。
    pub live_count: u64,
    /// 日志的条数。
    pub log_size: u64,
}

/// 列出公开着的，新公布的在前。
#[crate::boxed]
pub async fn list_public(
    services: &Services,
    filter: &PublicFilter,
    page: &PageRequest,
) -> Result<Page<PublicItem>, ServiceError> {
    let before = match page.after(LIST, 1).map_err(of_cursor)? {
        Some([Key::Int(position)]) => Some(*position),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    let query = PublicQuery {
        before,
        limit: page.size.one_more(),
        ..query_of(filter)?
    };
    let read = services.store.reader().await?;
    let rows = read.search_public_records(&query).await?;
    let page = cut(rows, page, |row| {
        Cursor::new(LIST, vec![Key::Int(row.position)])
    });
    let next = page.next.clone();
    let items: Result<Vec<PublicItem>, ServiceError> =
        page.items.iter().map(|row| Ok(item_of(row)?.0)).collect();
    Ok(Page {
        items: items?,
        next,
        total: None,
        watermark: None,
    })
}

/// 往哪边翻。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// 从最新的看起。
    First,
    /// 比这个次序更早公布的。
    Older(i64),
    /// 比这个次序更晚公布的，离它最近的一页。
    Newer(i64),
}

/// 两头都能翻的一页。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicPage {
    /// 本页各条，新公布的在前。
    pub items: Vec<PublicItem>,
    /// 还有更早公布的：从这个次序往下。
    pub older: Option<i64>,
    /// 还有更晚公布的：从这个次序往上。
    pub newer: Option<i64>,
}

/// 列出公开着的，往两边翻：网页的“上一页”没有脚本也要翻得回去。
#[crate::boxed]
pub async fn turn_public(
    services: &Services,
    filter: &PublicFilter,
    turn: Turn,
    size: PageSize,
) -> Result<PublicPage, ServiceError> {
    let (before, after) = match turn {
        Turn::First => (None, None),
        Turn::Older(position) => (Some(position), None),
        Turn::Newer(position) => (None, Some(position)),
    };
    let query = PublicQuery {
        before,
        after,
        limit: size.one_more(),
        ..query_of(filter)?
    };
    let read = services.store.reader().await?;
    let mut rows = read.search_public_records(&query).await?;
    let has_more = rows.len() > size.items();
    if has_more && after.is_some() {
        // Read upwards, the one too many is the newest.
        rows.remove(0);
    }
    rows.truncate(size.items());
    // On the side from which we came there was at least the record that we came from.
    let (is_older, is_newer) = match turn {
        Turn::First => (has_more, false),
        Turn::Older(_) => (has_more, true),
        Turn::Newer(_) => (true, has_more),
    };
    let items: Result<Vec<PublicItem>, ServiceError> =
        rows.iter().map(|row| Ok(item_of(row)?.0)).collect();
    Ok(PublicPage {
        items: items?,
        older: rows.last().filter(|_| is_older).map(|row| row.position),
        newer: rows.first().filter(|_| is_newer).map(|row| row.position),
    })
}

/// 按标识看一条。
#[crate::boxed]
pub async fn get_public(
    services: &Services,
    id: Id<kind::PublicRecord>,
) -> Result<PublicView, ServiceError> {
    let read = services.store.reader().await?;
    let record = read.find_public_record(id).await?;
    let record = record.ok_or(ServiceError::NotFound)?;
    if let Some(notice) = notice_of(services, &record)? {
        return Ok(PublicView::Notice(notice));
    }
    let (item, raw) = item_of(&record)?;
    let (entry, proof) = proven(&read, &record).await?;
    Ok(PublicView::Shown(Box::new(PublicShown {
        item,
        raw,
        digest: record.content,
        entry,
        inclusion: proof,
    })))
}

/// 一条公开着的记录的核对文件：`mingjing verify` 不问任何服务器就能核对。还没有入日志的稍后再来。
#[crate::boxed]
pub async fn public_file(
    services: &Services,
    id: Id<kind::PublicRecord>,
    key: &VerifyingKey,
) -> Result<Vec<u8>, ServiceError> {
    let read = services.store.reader().await?;
    let record = read.find_public_record(id).await?;
    let record = record.filter(|record| record.withdrawn.is_none());
    let record = record.ok_or(ServiceError::NotFound)?;
    let bundle = read.public_bundle(&record, key).await?;
    let bundle = bundle.ok_or(ServiceError::Unavailable)?;
    bundle.to_bytes().map_err(ServiceError::internal)
}

/// 公示的现状。
#[crate::boxed]
pub async fn publication_state(services: &Services) -> Result<PublicationState, ServiceError> {
    let read = services.store.reader().await?;
    let state = read.public_state().await?;
    Ok(PublicationState {
        generation: u64::try_from(state.generation).unwrap_or_default(),
        live_count: u64::try_from(state.live_count).unwrap_or_default(),
        log_size: read.log_state().await?.size,
    })
}

/// What is withdrawn is not there, but for those of which the law wants a notice.
fn notice_of(
    services: &Services,
    record: &PublicRecord,
) -> Result<Option<PublicNotice>, ServiceError> {
    let Some(withdrawn) = &record.withdrawn else {
        return Ok(None);
    };
    if !withdrawn.has_notice {
        return Err(ServiceError::NotFound);
    }
    let lawbook = services.lawbook();
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list(GROUNDS).map(|id| vocabulary.list_of(id));
    let label = list.and_then(|list| list.label(&withdrawn.ground));
    Ok(Some(PublicNotice {
        id: record.id,
        published_at: record.published_at,
        withdrawn_at: withdrawn.at,
        ground: withdrawn.ground.clone(),
        ground_text: label.map_or_else(|| withdrawn.ground.clone(), ToString::to_string),
        reason: withdrawn.notice.clone(),
        superseded_by: withdrawn.superseded_by,
    }))
}

fn item_of(record: &PublicRecord) -> Result<(PublicItem, Json), ServiceError> {
    let raw = record.body.clone().ok_or(ServiceError::NotFound)?;
    let content = serde_json::from_value(raw.clone()).map_err(ServiceError::internal)?;
    let item = PublicItem {
        id: record.id,
        version: record.version,
        published_at: record.published_at,
        content,
    };
    Ok((item, raw))
}

async fn proven(
    read: &Read,
    record: &PublicRecord,
) -> Result<(Option<Vec<u8>>, Option<Inclusion>), ServiceError> {
    let Some(index) = read.find_public_index(record).await? else {
        return Ok((None, None));
    };
    let entry = read.log_entries(index, 1).await?.pop();
    let entry = entry.map(|entry| entry.entry.to_bytes());
    Ok((entry, inclusion(read, index, record.leaf).await?))
}

fn query_of(filter: &PublicFilter) -> Result<PublicQuery, ServiceError> {
    let mut terms = vec![ALL.to_owned()];
    terms.extend(filter.body.as_deref().map(of_body));
    terms.extend(filter.department.as_deref().map(of_department));
    terms.extend(filter.item.as_deref().map(of_item));
    terms.extend(filter.style.as_deref().map(of_style));
    if let Some(region) = &filter.region {
        terms.extend(region_of(region)?.map(|code| of_region(&code)));
    }
    let phrases = match &filter.text {
        Some(text) => phrases_of(text)?,
        None => Vec::new(),
    };
    for phrase in &phrases {
        terms.extend(pairs(phrase));
    }
    // Every record has the term of all: it is of use only where there is no other.
    if terms.len() > 1 {
        terms.remove(0);
    }
    Ok(PublicQuery {
        terms,
        phrases,
        from: filter.from,
        until: filter.until,
        before: None,
        after: None,
        limit: 0,
    })
}

fn phrases_of(text: &str) -> Result<Vec<String>, ServiceError> {
    let wrong = |code: FieldCode, message: String| {
        ServiceError::invalid(Pointer::query("q"), code, message)
    };
    if text.chars().count() > QUERY_CHARS_MAX {
        let message = format!("不超过 {QUERY_CHARS_MAX} 字");
        return Err(wrong(FieldCode::OutOfRange, message));
    }
    let phrases = phrases(text);
    if phrases.is_empty() && !text.trim().is_empty() {
        let message = "只有标点，没有可找的字；请写要找的字，或不写 q".to_owned();
        return Err(wrong(FieldCode::Malformed, message));
    }
    let is_short = |phrase: &String| phrase.chars().count() < PHRASE_CHARS_MIN;
    if phrases.iter().any(is_short) {
        let message = format!("每一段至少 {PHRASE_CHARS_MIN} 个字；几段之间用空格隔开");
        return Err(wrong(FieldCode::Malformed, message));
    }
    Ok(phrases)
}

/// The code without the zeros that fill it up; all of the country is no condition.
fn region_of(code: &str) -> Result<Option<String>, ServiceError> {
    let is_code =
        matches!(code.len(), 2 | 4 | 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit());
    if !is_code {
        let message = "应为二、四、六、九位区划代码";
        let pointer = Pointer::query("region");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::Malformed,
            message,
        ));
    }
    let mut code = code;
    for (length, zeros) in [(9, "000"), (6, "000"), (4, "00"), (2, "00"), (0, "00")] {
        if code.len() > length && code.get(length..) == Some(zeros) {
            code = &code[..length];
        }
    }
    Ok((!code.is_empty()).then(|| code.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_asked_for_with_or_without_its_zeros() {
        let of = |code: &str| region_of(code).map_err(|_| ());
        assert_eq!(of("410000"), Ok(Some("41".to_owned())));
        assert_eq!(of("410100"), Ok(Some("4101".to_owned())));
        assert_eq!(of("410102"), Ok(Some("410102".to_owned())));
        assert_eq!(of("410102001000"), Ok(Some("410102001".to_owned())));
        assert_eq!(of("000000"), Ok(None));
        assert_eq!((of("4"), of("河南")), (Err(()), Err(())));
    }
}
