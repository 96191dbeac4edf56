//! 列表里的一条执法决定：谁、因何、哪个机关、何时、怎样处理，都已遮盖。

use mingjing_services::disclosure::public::PublicItem;

use crate::words::{When, day};

/// 一条。
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) href: String,
    /// 当事人；样式不登的写题名。
    pub(crate) party: String,
    /// 案由。
    pub(crate) cause: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) doc_no: Option<String>,
    /// 处理结果：种类与金额。
    pub(crate) outcome: Vec<String>,
    pub(crate) decided_on: When,
    pub(crate) published_on: When,
    /// 第几版；只写更正过的。
    pub(crate) version: Option<u64>,
}

impl Summary {
    pub(crate) fn of(item: &PublicItem) -> Self {
        let content = &item.content;
        let text = |field: &str| content.text(field).map(str::to_owned);
        let outcome = ["kinds", "fine", "confiscated"].into_iter();
        let fields = &content.fields;
        let outcome = outcome.filter_map(|name| fields.iter().find(|field| field.name == name));
        // The first names the kinds by itself; an amount needs its name before it.
        let outcome = outcome.map(|field| match field.name.as_str() {
            "kinds" => field.text.clone(),
            _ => format!("{} {}", field.label, field.text),
        });
        Summary {
            href: format!("/decisions/{}", item.id),
            party: text("party_name").unwrap_or_else(|| content.title.clone()),
            cause: text("cause"),
            body: content.body.as_ref().and_then(|body| body.name.clone()),
            doc_no: text("doc_no"),
            outcome: outcome.collect(),
            decided_on: day(content.decided_on),
            published_on: day(item.published_at.timestamp().date()),
            version: (item.version > 1).then_some(item.version),
        }
    }
}
