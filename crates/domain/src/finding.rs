//! 发现与义务：法典对时间线的回答。

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{Due, DueAt, Lateness};
use serde::{Deserialize, Serialize};

/// 严重程度。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// 提示
    #[serde(rename = "提示")]
    Notice,
    /// 预警
    #[serde(rename = "预警")]
    Warning,
    /// 违规
    #[serde(rename = "违规")]
    Breach,
    /// 重大违法
    #[serde(rename = "重大违法")]
    Grave,
}

impl Severity {
    /// 全部取值，由轻到重。
    pub const ALL: [Severity; 4] = [
        Severity::Notice,
        Severity::Warning,
        Severity::Breach,
        Severity::Grave,
    ];

    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Severity::Notice => "提示",
            Severity::Warning => "预警",
            Severity::Breach => "违规",
            Severity::Grave => "重大违法",
        }
    }

    /// 由中文名称解析。
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// 接口与库表里的短码。
    pub fn code(self) -> &'static str {
        match self {
            Severity::Notice => "notice",
            Severity::Warning => "warning",
            Severity::Breach => "breach",
            Severity::Grave => "grave",
        }
    }

    /// 由短码解析。
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// 结果：一条规则的一个部分对一个对象的回答。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 不适用
    NotApplicable,
    /// 合规
    Pass,
    /// 不合规
    Violation,
    /// 无法判定
    Undetermined,
}

impl Outcome {
    /// 法典示例中的写法。
    pub fn name(self) -> &'static str {
        match self {
            Outcome::NotApplicable => "not_applicable",
            Outcome::Pass => "pass",
            Outcome::Violation => "violation",
            Outcome::Undetermined => "undetermined",
        }
    }

    /// 中文名称。
    pub fn in_chinese(self) -> &'static str {
        match self {
            Outcome::NotApplicable => "不适用",
            Outcome::Pass => "合规",
            Outcome::Violation => "不合规",
            Outcome::Undetermined => "无法判定",
        }
    }
}

/// 发现的状态。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// 违反
    Violated,
    /// 疑点（［半］规则，或依据不约束本机关，由人确认）
    Doubt,
    /// 临期
    Near,
    /// 无法判定
    Undetermined,
}

impl Status {
    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Status::Violated => "违反",
            Status::Doubt => "疑点",
            Status::Near => "临期",
            Status::Undetermined => "无法判定",
        }
    }
}

/// 核验标记。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// 〔待核〕没有核到原文
    Unverified,
    /// 〔二手〕只见于转述
    SecondHand,
    /// 〔口径〕法律没有写明，为计算而定
    Convention,
    /// 〔地方〕只在该地区适用
    Local,
}

impl Mark {
    /// 全部标记。
    pub const ALL: [Mark; 4] = [
        Mark::Unverified,
        Mark::SecondHand,
        Mark::Convention,
        Mark::Local,
    ];

    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Mark::Unverified => "待核",
            Mark::SecondHand => "二手",
            Mark::Convention => "口径",
            Mark::Local => "地方",
        }
    }
}

/// 标记的集合。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Marks(u8);

impl Marks {
    /// 空集。
    pub const NONE: Marks = Marks(0);

    /// 加入一个标记。
    pub fn insert(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u8;
    }

    /// 并集。
    #[must_use]
    pub fn union(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// 是否含有。
    pub fn contains(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }

    /// 是否为空。
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// 逐个列出。
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        Mark::ALL.into_iter().filter(move |m| self.contains(*m))
    }
}

/// 约束力：结论所依的规定约不约束本机关。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Force {
    /// 约束本机关
    #[default]
    Binding,
    /// 机关的领域或地区不明，不能说约束
    Unknown,
    /// 不约束，仅供参照
    Reference,
}

/// 缺什么：使结果无法判定的一项事实。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missing {
    /// 短标识：`decided`、`decided.fine`、`card:B`、`param:…`、`recorded_at` …。
    pub what: Arc<str>,
    /// 为什么缺。
    pub why: MissingWhy,
}

/// 缺失的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingWhy {
    /// 材料不含这一项，没有记录不等于没有发生
    NotCovered,
    /// 应当填写而空白
    Blank,
    /// 键不明，无法对应是哪一个
    AmbiguousKey,
    /// 法典的参数在当日没有取值或待核
    ParameterUnknown,
    /// 日期、时刻不够精确
    Imprecise,
    /// 放假安排尚未公布或日历未收录
    Calendar,
    /// 需要人回答
    Person,
    /// 计算出错（溢出、单位不同等）
    Error,
}

/// 时间线中第几条事件（从 0 起，按时间线给出的次序）。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventIndex(pub u32);

/// 延期或扣除未被采纳的记录。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// 哪一条事件（扣除为起点事件）。
    pub event: EventIndex,
    /// 为什么。
    pub why: Refusal,
}

/// 未采纳的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 第几个条件不成立
    Condition(u16),
    /// 批准早于期限的起算日
    Early,
    /// 批准迟于当时的到期日
    Late,
}

/// 细节：结果所依据的、随规则形式而异的数据，文字由法典按需写出。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detail {
    /// 到期与推算。
    pub due: Option<Due>,
    /// 实际办理的日期或时刻。
    pub actual: Option<DueAt>,
    /// 迟延。
    pub late: Option<Lateness>,
    /// 实际值与限值（金额、数量、天数）。
    pub amount: Option<(i64, i64)>,
    /// 缺少的要素（字段、文书）。
    pub lacking: Vec<Arc<str>>,
    /// 剩余天数（临期）。
    pub remaining: Option<i32>,
    /// 未采纳的扣除、延期。
    pub refused: Vec<Refused>,
    /// 相交的两段时间；不是说相交的没有。
    pub spans: Option<Box<[Span; 2]>>,
}

/// 一段时间。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// 从何时起。
    pub from: Timestamp,
    /// 到何时止；还没有止的没有。
    pub to: Option<Timestamp>,
}

/// 规则结果：一条规则、一个部分、一个触发事件、一组键的回答。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleResult {
    /// 规则编码。
    pub code: Arc<str>,
    /// 规则在法典中的序号。
    pub rule: u32,
    /// 部分（`[[part]]` 的序号，从 0 起）。
    pub part: u16,
    /// 起算或触发事件；案件级规则为 `None`。
    pub trigger: Option<EventIndex>,
    /// 选法律版本与参数取值的日子。
    pub day: Date,
    /// 键（当事人、实例 …）。
    pub keys: BTreeMap<String, String>,
    /// 结果。
    pub outcome: Outcome,
    /// 严重程度（升级之后）。
    pub severity: Severity,
    /// 发现的状态；合规与不适用为 `None`。
    pub status: Option<Status>,
    /// 标记。
    pub marks: Marks,
    /// 约束力：所引的条文与所读的取值中最弱的；不是约束的，不能认定违反。
    pub force: Force,
    /// 看过的事件。
    pub evidence: Vec<EventIndex>,
    /// 缺什么。
    pub missing: Vec<Missing>,
    /// 不适用是因为规则施行前（不判，单独计数）。
    pub is_before_law: bool,
    /// 细节。
    pub detail: Detail,
}

/// 义务的状态。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DutyState {
    /// 进行中
    Open,
    /// 临期
    Near,
    /// 按期完成
    Met,
    /// 逾期完成
    MetLate,
    /// 逾期未完成
    Breached,
    /// 中止（扣除期间未结束）
    Suspended,
    /// 免除
    Waived,
    /// 终止（撤回、移送等）
    Ended,
    /// 暂定（放假安排未公布）
    Provisional,
    /// 无法判定
    Undetermined,
}

impl DutyState {
    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            DutyState::Open => "进行中",
            DutyState::Near => "临期",
            DutyState::Met => "按期完成",
            DutyState::MetLate => "逾期完成",
            DutyState::Breached => "逾期未完成",
            DutyState::Suspended => "中止计算",
            DutyState::Waived => "免除",
            DutyState::Ended => "终止",
            DutyState::Provisional => "暂定",
            DutyState::Undetermined => "无法判定",
        }
    }
}

/// 义务：某人须在某时之前完成的事。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// 规则编码。
    pub code: Arc<str>,
    /// 规则在法典中的序号。
    pub rule: u32,
    /// 部分序号。
    pub part: u16,
    /// 起算事件。
    pub start: EventIndex,
    /// 键。
    pub keys: BTreeMap<String, String>,
    /// 状态。
    pub state: DutyState,
    /// 缺什么：适不适用、到没到期说不清的。
    pub missing: Vec<Missing>,
    /// 到期与推算；参数待核等无法计算时为 `None`。
    pub due: Option<Due>,
    /// 完成事件。
    pub met_by: Option<EventIndex>,
    /// 完成日或时刻。
    pub met_at: Option<DueAt>,
}

/// 评估：法典在某日对一条时间线的全部回答；哪一条，问的人知道。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// 判断日。
    pub as_of: Date,
    /// 法典版本。
    pub lawbook: Arc<str>,
    /// 结果；除非要求全部，只含发现（违反、疑点、临期、无法判定）。
    pub results: Vec<RuleResult>,
    /// 义务。
    pub duties: Vec<Duty>,
    /// 因规则施行前而不判的（规则，部分）数。
    pub not_judged: u32,
}
