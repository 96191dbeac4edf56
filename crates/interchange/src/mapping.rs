//! 映射：名单的各列是什么，怎样变成一案的事实与事件；由映射文件（`mapping_file`）读出。
//!
//! A mapping declares what the list knows (coverage); nothing else follows from a blank.

use std::collections::BTreeMap;

use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde::Deserialize;

/// 映射：一行一案的名单怎样变成时间线。
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// 名称，显示在结果里。
    pub name: String,
    /// 认表头：这些列（别名或列名）都有，就是这种名单。
    pub detect: Vec<Vec<ColumnName>>,
    /// 案件标识取自哪些列，依次相连。
    pub case: Vec<Source>,
    /// 程序。
    pub procedure: Option<Source>,
    /// 事实：路径与取值办法。
    pub facts: Vec<(String, Source)>,
    /// 事件。
    pub events: Vec<EventRule>,
    /// 覆盖范围。
    pub coverage: CoverageRule,
}

/// 覆盖范围的声明。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverageRule {
    /// 案卷完整
    Closed,
    /// 一概不知
    Open,
    /// 逐种声明
    Kinds(BTreeMap<String, KindRule>),
}

/// 一种事件的覆盖声明。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindRule {
    /// 是否写全了。
    pub is_complete: bool,
    /// 空白就是没有的字段。
    pub fields: Vec<String>,
    /// 完整到哪一日。
    pub until: Option<Date>,
}

/// 一种事件怎样从一行里来。
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// 种类。
    pub kind: String,
    /// 发生日期的列。
    pub on: Source,
    /// 只在这些条件下才有这件事。
    pub when: Vec<Condition>,
    /// 键：当事人、决定、物品。
    pub keys: Vec<(String, Source)>,
    /// 程序实例。
    pub instance: Option<Source>,
    /// 地点。
    pub place: Option<Source>,
    /// 参与人：角色与列。
    pub actors: Vec<(String, Source)>,
    /// 字段。
    pub fields: Vec<(String, Source)>,
}

/// 条件：某列的值在（或不在）所列之中，或有填写。
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// 列。
    pub column: Vec<ColumnName>,
    /// 取值之一；空为只要有填写。
    pub is: Vec<String>,
    /// 都不是。
    pub not: Vec<String>,
}

/// 取值办法：从哪一列（或常数），按什么读，怎样翻译。
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// 可用的列，先有者先用；空为常数。
    pub columns: Vec<ColumnName>,
    /// 常数。
    pub constant: Option<Value>,
    /// 按什么读。
    pub reading: Reading,
    /// 译法：原文 → 值。
    pub values: BTreeMap<String, Value>,
    /// 没有译法的原文：拒绝、略去或照抄。
    pub other: Other,
    /// 列表的分隔符。
    pub split: Vec<char>,
    /// 空白则这一行不能读。
    pub is_required: bool,
}

/// 列名：写法与归一写法（逐行查列时不再归一）。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnName {
    /// 写法。
    pub text: String,
    /// 归一写法。
    pub normal: String,
}

impl ColumnName {
    pub(crate) fn new(text: &str) -> Self {
        ColumnName {
            text: text.to_owned(),
            normal: crate::text::normal_header(text),
        }
    }
}

/// 没有译法的原文怎么办。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Other {
    /// 拒绝这一行
    #[default]
    Refuse,
    /// 当作没有填
    Skip,
    /// 照抄原文
    Keep,
}

/// 按什么读。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// 文字
    #[default]
    Text,
    /// 日期（到日）
    Date,
    /// 时刻
    Instant,
    /// 整数
    Int,
    /// 是否
    Bool,
    /// 金额，元
    Yuan,
    /// 金额，万元
    WanYuan,
    /// 金额，分
    Fen,
    /// 处罚内容一句话里的罚款
    FineInSentence,
    /// 处罚内容一句话里的没收
    ConfiscatedInSentence,
    /// 列表（按分隔符拆开）
    List,
    /// 由机关名称确知的领域
    DepartmentOfAgency,
    /// 由机关名称确知的地区
    RegionOfAgency,
    /// 由机关统一社会信用代码确知的地区
    RegionOfCreditCode,
    /// 由行政区划代码开头的编号取省级地区
    ProvinceOfCode,
}

impl Mapping {
    /// 这些列是否都在表头里：是这种名单。
    pub fn fits(&self, columns: &crate::record::Columns) -> bool {
        !self.detect.is_empty()
            && self.detect.iter().all(|names| {
                names
                    .iter()
                    .any(|name| !columns.find_normal(&name.normal).is_empty())
            })
    }
}
