//! 公开记录在接口里的写法。

use mingjing_services::disclosure::public::{PublicItem, PublicNotice};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;
use crate::wire::label::Label;

/// 列表里的一条公开记录。
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicRecordSummary {
    /// 标识。
    id: String,
    /// 第几版，从 1 起；大于 1 的是更正过的。
    version: u64,
    /// 公布的时刻。
    #[schema(format = DateTime)]
    published_at: String,
    /// 决定之日。
    #[schema(format = Date)]
    decided_on: String,
    /// 题名。
    title: String,
    /// 作出决定的机关。
    body: Option<Label>,
    /// 区划代码。
    region: Option<String>,
    /// 领域。
    department: Option<Label>,
    /// 各项，已遮盖。
    fields: Vec<PublicFieldOut>,
}

/// 公开的内容里的一项。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicField)]
pub struct PublicFieldOut {
    /// 字段。
    name: String,
    /// 中文名。
    label: String,
    /// 值的中文写法，已遮盖。
    text: String,
}

/// 撤下之后依法留的说明。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PublicNotice)]
pub struct PublicNoticeOut {
    /// 撤下的时刻。
    #[schema(format = DateTime)]
    withdrawn_at: String,
    /// 事由。
    ground: Label,
    /// 公开说明的理由。
    reason: Option<String>,
    /// 由哪一条取代。
    superseded_by: Option<String>,
}

impl From<&PublicItem> for PublicRecordSummary {
    fn from(item: &PublicItem) -> Self {
        let content = &item.content;
        let body = content.body.as_ref();
        let department = content.department.as_deref();
        let fields = content.fields.iter().map(|field| PublicFieldOut {
            name: field.name.clone(),
            label: field.label.clone(),
            text: field.text.clone(),
        });
        PublicRecordSummary {
            id: item.id.to_string(),
            version: item.version,
            published_at: instant::of(item.published_at),
            decided_on: content.decided_on.to_string(),
            title: content.title.clone(),
            body: body.map(|body| Label::new(&body.id, body.name.as_deref())),
            region: content.region.clone(),
            department: department.map(|code| Label::new(code, content.department_name.as_deref())),
            fields: fields.collect(),
        }
    }
}

impl From<&PublicNotice> for PublicNoticeOut {
    fn from(notice: &PublicNotice) -> Self {
        PublicNoticeOut {
            withdrawn_at: instant::of(notice.withdrawn_at),
            ground: Label::new(&notice.ground, Some(&notice.ground_text)),
            reason: notice.reason.clone(),
            superseded_by: notice.superseded_by.map(|id| id.to_string()),
        }
    }
}
