//! 许可：对一类对象的一种动作；权限表的行。

use serde::{Deserialize, Serialize};

/// 对象的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// 案件。
    Case,
    /// 义务与发现。
    Finding,
    /// 监督事项。
    Supervision,
    /// 投诉举报。
    Complaint,
    /// 规则。
    Rule,
    /// 机构。
    Organisation,
    /// 执法主体。
    Body,
    /// 执法人员名录。
    Personnel,
    /// 执法证件。
    Card,
    /// 执法事项。
    Item,
    /// 数据汇入。
    Import,
    /// 存证证明：一条记录在日志里的证明。
    LogProof,
    /// 日志检查点。
    Checkpoint,
    /// 内容清除：依法清除一条记录的内容。
    Erasure,
    /// 公示：公示稿与公开记录。
    Disclosure,
    /// 账号。
    Account,
    /// 会话。
    Session,
    /// 审计记录。
    AuditTrail,
    /// 法典。
    Lawbook,
    /// 后台任务。
    Job,
    /// 备份。
    Backup,
    /// 配置。
    Config,
    /// 运行指标。
    Metrics,
}

impl ResourceKind {
    /// 全部种类，按权限表的次序。
    pub const ALL: [ResourceKind; 23] = [
        ResourceKind::Case,
        ResourceKind::Finding,
        ResourceKind::Supervision,
        ResourceKind::Complaint,
        ResourceKind::Rule,
        ResourceKind::Organisation,
        ResourceKind::Body,
        ResourceKind::Personnel,
        ResourceKind::Card,
        ResourceKind::Item,
        ResourceKind::Import,
        ResourceKind::LogProof,
        ResourceKind::Checkpoint,
        ResourceKind::Erasure,
        ResourceKind::Disclosure,
        ResourceKind::Account,
        ResourceKind::Session,
        ResourceKind::AuditTrail,
        ResourceKind::Lawbook,
        ResourceKind::Job,
        ResourceKind::Backup,
        ResourceKind::Config,
        ResourceKind::Metrics,
    ];

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            ResourceKind::Case => "案件",
            ResourceKind::Finding => "义务与发现",
            ResourceKind::Supervision => "监督事项",
            ResourceKind::Complaint => "投诉举报",
            ResourceKind::Rule => "规则",
            ResourceKind::Organisation => "机构",
            ResourceKind::Body => "执法主体",
            ResourceKind::Personnel => "执法人员名录",
            ResourceKind::Card => "执法证件",
            ResourceKind::Item => "执法事项",
            ResourceKind::Import => "数据汇入",
            ResourceKind::LogProof => "存证证明",
            ResourceKind::Checkpoint => "日志检查点",
            ResourceKind::Erasure => "内容清除",
            ResourceKind::Disclosure => "公示",
            ResourceKind::Account => "账号",
            ResourceKind::Session => "会话",
            ResourceKind::AuditTrail => "审计记录",
            ResourceKind::Lawbook => "法典",
            ResourceKind::Job => "后台任务",
            ResourceKind::Backup => "备份",
            ResourceKind::Config => "配置",
            ResourceKind::Metrics => "运行指标",
        }
    }

    /// 密级件对外只见题名的种类：内容出自案件。
    pub const fn holds_case_content(self) -> bool {
        match self {
            ResourceKind::Case
            | ResourceKind::Finding
            | ResourceKind::Supervision
            | ResourceKind::Complaint => true,
            ResourceKind::Rule
            | ResourceKind::Organisation
            | ResourceKind::Body
            | ResourceKind::Personnel
            | ResourceKind::Card
            | ResourceKind::Item
            | ResourceKind::Import
            | ResourceKind::LogProof
            | ResourceKind::Checkpoint
            | ResourceKind::Erasure
            | ResourceKind::Disclosure
            | ResourceKind::Account
            | ResourceKind::Session
            | ResourceKind::AuditTrail
            | ResourceKind::Lawbook
            | ResourceKind::Job
            | ResourceKind::Backup
            | ResourceKind::Config
            | ResourceKind::Metrics => false,
        }
    }

    /// 每个平台只有一份、有没有不是秘密的种类：不许时答“无权”而不是“没有”。
    pub const fn is_singular(self) -> bool {
        match self {
            ResourceKind::AuditTrail
            | ResourceKind::Lawbook
            | ResourceKind::Backup
            | ResourceKind::Config
            | ResourceKind::Metrics => true,
            ResourceKind::Case
            | ResourceKind::Finding
            | ResourceKind::Supervision
            | ResourceKind::Complaint
            | ResourceKind::Rule
            | ResourceKind::Organisation
            | ResourceKind::Body
            | ResourceKind::Personnel
            | ResourceKind::Card
            | ResourceKind::Item
            | ResourceKind::Import
            | ResourceKind::LogProof
            | ResourceKind::Checkpoint
            | ResourceKind::Erasure
            | ResourceKind::Disclosure
            | ResourceKind::Account
            | ResourceKind::Session
            | ResourceKind::Job => false,
        }
    }
}

/// 动作。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 列出：只见题名、状态与标识。
    List,
    /// 查看内容，个人信息遮盖。
    Read,
    /// 记录事件，包括立案。
    RecordEvent,
    /// 出具法制审核意见。
    GiveReview,
    /// 作出决定。
    Decide,
    /// 越过规则的拦阻并写明理由。
    Override,
    /// 更正。
    Correct,
    /// 查看遮盖之下的个人信息。
    RevealPersonal,
    /// 查看举报人身份。
    RevealReporter,
    /// 导出列表。
    Export,
    /// 取得可验证的案卷包。
    Bundle,
    /// 批注、附材料。
    Annotate,
    /// 作出监督结论。
    Conclude,
    /// 以被监督机关的身份答复：交材料、报告整改、提出异议。
    Answer,
    /// 登记与变更。
    Maintain,
    /// 试汇入：只核对，不入库。
    DryRun,
    /// 执行。
    Run,
    /// 认定名单里的机关是哪个主体。
    MapBodies,
    /// 申请。
    Request,
    /// 批准。
    Approve,
    /// 公布。
    Publish,
    /// 撤下。
    Withdraw,
    /// 新建。
    Create,
    /// 停用。
    Disable,
    /// 解锁。
    Unlock,
    /// 重置口令与二次验证。
    Reset,
    /// 授予与收回角色；账号所属的机构与所授的机构各判断一次，两次都许才可以。
    GrantRole,
    /// 强制下线。
    Revoke,
    /// 重新加载。
    Reload,
    /// 重试。
    Retry,
    /// 换法典之前试算：只见个数。
    Simulate,
}

impl Action {
    /// 全部动作，按权限表的次序。
    pub const ALL: [Action; 31] = [
        Action::List,
        Action::Read,
        Action::RecordEvent,
        Action::GiveReview,
        Action::Decide,
        Action::Override,
        Action::Correct,
        Action::RevealPersonal,
        Action::RevealReporter,
        Action::Export,
        Action::Bundle,
        Action::Annotate,
        Action::Conclude,
        Action::Answer,
        Action::Maintain,
        Action::DryRun,
        Action::Run,
        Action::MapBodies,
        Action::Request,
        Action::Approve,
        Action::Publish,
        Action::Withdraw,
        Action::Create,
        Action::Disable,
        Action::Unlock,
        Action::Reset,
        Action::GrantRole,
        Action::Revoke,
        Action::Reload,
        Action::Retry,
        Action::Simulate,
    ];

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Action::List => "列出",
            Action::Read => "查看",
            Action::RecordEvent => "记录事件",
            Action::GiveReview => "出具审核意见",
            Action::Decide => "作出决定",
            Action::Override => "越过拦阻",
            Action::Correct => "更正",
            Action::RevealPersonal => "查看个人信息",
            Action::RevealReporter => "查看举报人身份",
            Action::Export => "导出",
            Action::Bundle => "取得案卷包",
            Action::Annotate => "批注",
            Action::Conclude => "作出监督结论",
            Action::Answer => "答复监督",
            Action::Maintain => "登记变更",
            Action::DryRun => "试汇入",
            Action::Run => "执行",
            Action::MapBodies => "认定主体",
            Action::Request => "申请",
            Action::Approve => "批准",
            Action::Publish => "公布",
            Action::Withdraw => "撤下",
            Action::Create => "新建",
            Action::Disable => "停用",
            Action::Unlock => "解锁",
            Action::Reset => "重置",
            Action::GrantRole => "授予收回角色",
            Action::Revoke => "强制下线",
            Action::Reload => "重新加载",
            Action::Retry => "重试",
            Action::Simulate => "试算",
        }
    }
}
