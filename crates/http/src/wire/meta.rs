//! 列表的末尾：下一页、总数、水位。

use mingjing_services::page::Page;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;

/// 列表的末尾。
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListMeta {
    /// 下一页的游标，原样写入 `cursor`；没有下一页的为 null。
    pub next: Option<String>,
    /// 总数；不便宜的列表不给。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// 数据折到日志的哪里；不折的列表不给。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark: Option<Watermark>,
}

/// 水位。
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Watermark {
    /// 日志序号。
    pub log_index: u64,
    /// 那一条入日志的时刻。
    #[schema(format = DateTime)]
    pub at: String,
}

impl ListMeta {
    /// 一页的末尾。
    pub fn of<T>(page: &Page<T>) -> Self {
        ListMeta {
            next: page.next.as_ref().map(|cursor| cursor.encode()),
            total: page.total,
            watermark: page.watermark.map(Watermark::from),
        }
    }
}

impl From<mingjing_services::page::Watermark> for Watermark {
    fn from(watermark: mingjing_services::page::Watermark) -> Self {
        Watermark {
            log_index: watermark.log_index,
            at: instant::of_timestamp(watermark.at),
        }
    }
}
