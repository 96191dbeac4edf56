//! 标识的种类：每一种的前缀与中文名，只在这里登记。
//!
//! A prefix is written into databases, logs and bundles: it is never changed and never used again for something else.

use super::{Id, TimelineId};

/// 种类：标识是什么东西的标识。
pub trait Kind {
    /// 写在标识前面的词，小写字母。
    const PREFIX: &'static str;
    /// 中文名。
    const NAME: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $chinese:literal;)*) => {
        $(
            $(#[$doc])*
            /// 只作标识的种类，没有值。
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $name {}

            impl Kind for $name {
                const PREFIX: &'static str = $prefix;
                const NAME: &'static str = $chinese;
            }
        )*

        /// 登记的全部种类：前缀与中文名。
        pub const ALL: &[(&str, &str)] = &[$(($prefix, $chinese)),*];
    };
}

kinds! {
    /// 案件。
    Case = "case", "案件";
    /// 投诉举报。
    Complaint = "complaint", "投诉举报";
    /// 监督事项。
    Supervision = "supervision", "监督事项";
    /// 整改任务。
    Rectification = "rectification", "整改任务";
    /// 行政区划。
    Division = "division", "行政区划";
    /// 机关。
    Body = "body", "机关";
    /// 执法人员。
    Officer = "officer", "执法人员";
    /// 权责清单事项。
    Item = "item", "权责清单事项";
    /// 事件。
    Event = "event", "事件";
    /// 账号。
    Account = "account", "账号";
    /// 授权。
    Grant = "grant", "授权";
    /// 委托授权。
    Delegation = "delegation", "委托授权";
    /// 会话。
    Session = "session", "会话";
    /// 导入批次。
    Batch = "batch", "导入批次";
    /// 后台任务。
    Job = "job", "后台任务";
    /// 审计记录。
    Audit = "audit", "审计记录";
    /// 清除记录。
    Erasure = "erasure", "清除记录";
    /// 查看投诉举报人身份的申请。
    InformantRequest = "informantrequest", "查看投诉举报人身份的申请";
    /// 公开记录。
    PublicRecord = "public", "公开记录";
    /// 公示稿。
    Disclosure = "disclosure", "公示稿";
    /// 试算。
    Foresight = "foresight", "试算";
    /// 跨案评估。
    OverCasesRun = "overcases", "跨案评估";
}

macro_rules! timeline_kinds {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// 时间线的种类。
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TimelineKind {
            $($(#[$doc])* $name,)*
        }

        impl TimelineKind {
            /// 全部种类。
            pub const ALL: &[TimelineKind] = &[$(TimelineKind::$name),*];

            /// 代码，也是标识的前缀。
            pub const fn code(self) -> &'static str {
                match self {
                    $(TimelineKind::$name => <$name as Kind>::PREFIX,)*
                }
            }

            /// 中文名。
            pub const fn in_chinese(self) -> &'static str {
                match self {
                    $(TimelineKind::$name => <$name as Kind>::NAME,)*
                }
            }
        }

        $(
            impl From<Id<$name>> for TimelineId {
                fn from(id: Id<$name>) -> Self {
                    TimelineId { kind: TimelineKind::$name, bits: id.bits() }
                }
            }

            impl TryFrom<TimelineId> for Id<$name> {
                type Error = super::IdError;

                fn try_from(id: TimelineId) -> Result<Self, Self::Error> {
                    Id::parse(&id.to_string())
                }
            }
        )*
    };
}

timeline_kinds! {
    /// 案件。
    Case,
    /// 投诉举报。
    Complaint,
    /// 监督事项。
    Supervision,
    /// 整改任务。
    Rectification,
    /// 行政区划。
    Division,
    /// 机关。
    Body,
    /// 执法人员。
    Officer,
    /// 权责清单事项。
    Item,
}

impl TimelineKind {
    /// 由代码取种类；没有登记的为 `None`。
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}
