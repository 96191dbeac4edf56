//! 列表的末尾：下一页、总数、水位。

use mingjing_kernel::date::Timestamp;
use mingjing_services::page::Page;
use serde::Serialize;
use utoipa::ToSchema;

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
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl ListMeta {
    /// 一页的末尾。
    pub fn of<T>(page: &Page<T>) -> Self {
        ListMeta {
            next: page.next.as_ref().map(|cursor| cursor.encode()),
            total: page.total,
            watermark: page.watermark.map(|w| Watermark {
                log_index: w.log_index,
                at: w.at,
            }),
        }
    }
}
