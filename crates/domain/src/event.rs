//! 事件信封：每一件发生的事都有的部分。

use std::collections::BTreeMap;

use mingjing_kernel::date::{Date, Timestamp};
use serde::{Deserialize, Serialize};

use crate::value::Value;

/// 参与人及其角色。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// 参与人标识（证号、工号或案内代号）。
    pub who: String,
    /// 角色（`officer`、`legal_reviewer` …，见法典 `roles`）。
    pub role: String,
}

/// 来源：这条事件是谁记下来的。
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 本节点第一手记录，`recorded_at` 可信。
    FirstHand,
    /// 从文件导入；原系统何时录入不可知。
    #[default]
    File,
    /// 其他系统推送，写明系统名。
    System(String),
}

/// 原始位置：导入的事件来自哪个文件、工作表、哪一行。
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// 文件名。
    pub file: String,
    /// 工作表名（表格文件）。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// 行号，从 1 起。
    pub row: u64,
}

/// 事件：时间线上一件已发生或已决定的事，写入后不改；更正是另一条事件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// 稳定标识，更正沿用。
    pub id: String,
    /// 事件种类，见法典 `events/`。
    pub kind: String,
    /// 发生日（法律上的日期）。
    pub occurred_on: Date,
    /// 只知大概时，可能的最后一日（含）；与 `occurred_on` 之间每一日都可能。
    pub occurred_until: Option<Date>,
    /// 发生时刻，精确到分。
    pub occurred_at: Option<Timestamp>,
    /// 本节点记录时刻。
    pub recorded_at: Option<Timestamp>,
    /// 来源。
    pub source: Source,
    /// 参与人。
    pub actors: Vec<Actor>,
    /// 地点。
    pub place: Option<String>,
    /// 文书标识。
    pub doc_ids: Vec<String>,
    /// 音像标识。
    pub media_ids: Vec<String>,
    /// 程序实例（同案的每一次扣押各是一个）。
    pub instance: Option<String>,
    /// 键：`party`、`decision`、`goods`，说明这件事是关于谁、哪份决定、哪件物品。
    pub keys: BTreeMap<String, String>,
    /// 更正的是哪一条事件。
    pub corrects: Option<String>,
    /// 字段。
    pub fields: BTreeMap<String, Value>,
    /// 导入位置。
    pub origin: Option<Origin>,
}

impl Event {
    /// 新事件：只有标识、种类、发生日，其余为空。
    pub fn new(id: impl Into<String>, kind: impl Into<String>, occurred_on: Date) -> Self {
        Event {
            id: id.into(),
            kind: kind.into(),
            occurred_on,
            occurred_until: None,
            occurred_at: None,
            recorded_at: None,
            source: Source::default(),
            actors: Vec::new(),
            place: None,
            doc_ids: Vec::new(),
            media_ids: Vec::new(),
            instance: None,
            keys: BTreeMap::new(),
            corrects: None,
            fields: BTreeMap::new(),
            origin: None,
        }
    }

    /// 取键值：`instance` 也算键。
    pub fn key(&self, name: &str) -> Option<&str> {
        if name == "instance" {
            self.instance.as_deref()
        } else {
            self.keys.get(name).map(String::as_str)
        }
    }
}
