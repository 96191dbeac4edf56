//! 程序：一条时间线上的程序走到哪里、走过哪些步、接下来可以做什么、为什么不可以。
//!
//! Values only. The state tables and the machine that reads them are in the lawbook.

use std::fmt;
use std::sync::Arc;

use mingjing_kernel::due::DueAt;

use crate::finding::{DutyState, EventIndex, Missing, Severity};

/// 事件的性质：决定它能不能被拒绝。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// 办理：由平台里的用户作出，可以被拒绝
    Act,
    /// 事实：已经发生，总要记下
    Fact,
    /// 系统：由作业或设备报来
    System,
}

impl Nature {
    /// 全部取值。
    pub const ALL: [Nature; 3] = [Nature::Act, Nature::Fact, Nature::System];

    /// 法典中的写法。
    pub fn name(self) -> &'static str {
        match self {
            Nature::Act => "act",
            Nature::Fact => "fact",
            Nature::System => "system",
        }
    }

    /// 由法典中的写法解析。
    pub fn parse(name: &str) -> Option<Nature> {
        Self::ALL.into_iter().find(|n| n.name() == name)
    }
}

/// 代码与它的中文名。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// 代码。
    pub code: Arc<str>,
    /// 中文名。
    pub name: Arc<str>,
}

/// 程序实例的状态：主程序，或一次查封、一次听证，走到了哪里。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceState {
    /// 程序。
    pub procedure: Arc<str>,
    /// 实例标识；主程序与没有写标识的实例为 `None`。
    pub instance: Option<String>,
    /// 由哪一条事件开启；主程序为 `None`。
    pub opened_by: Option<EventIndex>,
    /// 状态。
    pub state: Arc<str>,
    /// 是否终了。
    pub is_final: bool,
}

impl InstanceState {
    /// 是否时间线的主程序。
    pub fn is_main(&self) -> bool {
        self.opened_by.is_none()
    }
}

/// 走过的一步。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepTaken {
    /// 哪一条事件。
    pub event: EventIndex,
    /// 从哪个状态。
    pub from: Arc<str>,
    /// 到哪个状态。
    pub to: Arc<str>,
    /// 状态表没有列出的一步。
    pub is_irregular: bool,
    /// 说不清是哪个实例的，或条件未知：只附上，不改变状态。
    pub is_ambiguous: bool,
}

/// 实例的经过：现在的状态与走过的各步。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProgress {
    /// 现在的状态。
    pub at: InstanceState,
    /// 走过的各步，按发生先后。
    pub steps: Vec<StepTaken>,
}

/// 程序的经过：主程序在最前，其余按开启先后。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// 各实例。
    pub instances: Vec<InstanceProgress>,
}

impl Progress {
    /// 主程序；时间线不知道主程序的没有。
    pub fn main(&self) -> Option<&InstanceProgress> {
        self.instances.iter().find(|i| i.at.is_main())
    }
}

/// 守卫现在的回答：若现在走这一步，规则会怎样说。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardState {
    /// 合规
    Pass,
    /// 与这一步无关
    NotApplicable,
    /// 不合规，但不是这一步带来的
    Standing,
    /// 这一步会带来不合规
    WouldViolate,
    /// 还说不清，缺什么
    Undetermined(Vec<Missing>),
}

/// 守卫：一条规则对这一步的回答。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// 规则编码与名称。
    pub rule: Named,
    /// 严重程度（不合规时以升级后的为准）。
    pub severity: Severity,
    /// 回答。
    pub state: GuardState,
}

/// 未满足的要求：状态表写明必需、现在还没有的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// 缺什么，法典中的说明。
    pub text: Arc<str>,
    /// 还说不清时，缺的事实；确实没有时为空。
    pub missing: Vec<Missing>,
}

/// 应有的材料与依据。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wants {
    /// 文书。
    pub documents: Vec<Named>,
    /// 音像。
    pub records: Vec<Named>,
    /// 依据的简称。
    pub basis: Vec<Arc<str>>,
}

/// 要填的一项：由事件的声明而来。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldToFill {
    /// 标识与中文名。
    pub field: Named,
    /// 声明的类型（`date`、`fen`、`code:delivery_method` …）。
    pub type_text: Arc<str>,
    /// 单位。
    pub unit: Option<Arc<str>>,
    /// 是否必填。
    pub is_required: bool,
    /// 是否敏感。
    pub is_sensitive: bool,
    /// 代码表；不是代码的为空。
    pub codes: Vec<Named>,
}

/// 这一步能完成的义务。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyToMeet {
    /// 规则编码与名称。
    pub rule: Named,
    /// 义务现在的状态。
    pub state: DutyState,
    /// 到期；算不出的没有。
    pub due: Option<DueAt>,
    /// 剩余工作日，逾期为负；停着的、日历不知道的没有。
    pub remaining_working_days: Option<i32>,
}

/// 在哪里走这一步。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionPlace {
    /// 程序与名称。
    pub procedure: Named,
    /// 实例标识；主程序、要新开的实例为 `None`。
    pub instance: Option<String>,
    /// 这一步新开一个实例。
    pub opens: bool,
    /// 从哪个状态。
    pub from: Named,
    /// 到哪个状态。
    pub to: Named,
}

/// 下一步：现在可以做的一件事，由谁做，还缺什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextAction {
    /// 事件种类。
    pub kind: Named,
    /// 性质。
    pub nature: Nature,
    /// 在哪里、从哪里到哪里。
    pub place: ActionPlace,
    /// 这一步的条件（法典中的条件文字）；没有条件的没有。
    pub condition: Option<Arc<str>>,
    /// 谁可以做（角色）。
    pub who: Vec<Named>,
    /// 守卫。
    pub guards: Vec<Guard>,
    /// 未满足的要求。
    pub unmet: Vec<Unmet>,
    /// 应有的材料与依据。
    pub wants: Wants,
    /// 要填的各项。
    pub fields: Vec<FieldToFill>,
    /// 能完成的义务。
    pub duties: Vec<DutyToMeet>,
}

/// 可以记的事：已经发生的、系统报来的，任何时候都记得下。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recordable {
    /// 事件种类。
    pub kind: Named,
    /// 性质。
    pub nature: Nature,
    /// 要填的各项。
    pub fields: Vec<FieldToFill>,
}

/// 拒绝的原因属于哪一类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalCause {
    /// 新带来重大违法
    Violation,
    /// 状态表写明必需的没有
    Requirement,
    /// 程序现在没有这一步
    Step,
    /// 数据不合词汇，记下来也读不懂
    Data,
}

/// 拒绝的一条原因。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalReason {
    /// 类别。
    pub cause: RefusalCause,
    /// 规则编码；不是规则的没有。
    pub code: Option<Arc<str>>,
    /// 说明，中文。
    pub text: String,
    /// 依据的简称。
    pub cite: Vec<Arc<str>>,
}

/// 拒绝：平台里的一次办理现在不可以。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// 原因，至少一条。
    pub reasons: Vec<RefusalReason>,
    /// 说明理由后能否仍然办理；数据读不懂的不能。
    pub overridable: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, reason) in self.reasons.iter().enumerate() {
            if i > 0 {
                f.write_str("；")?;
            }
            f.write_str(&reason.text)?;
            if !reason.cite.is_empty() {
                write!(f, "（{}）", reason.cite.join("、"))?;
            }
        }
        Ok(())
    }
}
