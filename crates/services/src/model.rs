//! 用例说话所用的类型中属于存储与日志的那些，在这里起名：边缘层由此称呼它们，而不依赖它们。
//!
//! Aliases, so that `http` can build a filter or read a row without an edge to the crate that knows SQL (ADR 0020).
//! Nothing here can read or write anything.

/// 案件行。
pub type CaseRow = mingjing_store::case_row::CaseRow;
/// 案件的称呼。
pub type CaseHead = mingjing_store::case_row::CaseHead;
/// 找哪些案件。
pub type CaseFilter = mingjing_store::case_row::CaseFilter;
/// 案件的次序。
pub type CaseOrder = mingjing_store::case_row::CaseOrder;
/// 保密程度。
pub type Confidentiality = mingjing_store::timeline::Confidentiality;
/// 监督事项有没有送达。
pub type Supervision = mingjing_store::case_row::Supervision;
/// 找哪些监督事项。
pub type MatterFilter = mingjing_store::matter::MatterFilter;
/// 一种状态的监督事项有几件。
pub type MatterSum = mingjing_store::matter::MatterSum;
/// 一件投诉举报推出来的几项。
pub type Complaint = mingjing_store::case_row::Complaint;
/// 找哪些投诉举报。
pub type ComplaintFilter = mingjing_store::complaint::ComplaintFilter;
/// 投诉举报的统计按什么分。
pub type ComplaintGroup = mingjing_store::complaint::ComplaintGroup;
/// 一组投诉举报的件数。
pub type ComplaintSum = mingjing_store::complaint::ComplaintSum;
/// 查看投诉举报人身份的申请。
pub type InformantRequest = mingjing_store::informant::InformantRequest;
/// 义务行。
pub type DutyRow = mingjing_store::duty::DutyRow;
/// 找哪些义务。
pub type DutyFilter = mingjing_store::duty::DutyFilter;
/// 发现行。
pub type FindingRow = mingjing_store::finding::FindingRow;
/// 找哪些发现。
pub type FindingFilter = mingjing_store::finding::FindingFilter;
/// 发现因何终结。
pub type EndedBy = mingjing_store::finding::EndedBy;
/// 发现的汇总。
pub type FindingSum = mingjing_store::counter::FindingSum;
/// 汇总里的状态。
pub type CounterStatus = mingjing_store::counter::CounterStatus;
/// 按什么汇总。
pub type SumBy = mingjing_store::counter::SumBy;
/// 找哪些跨案发现。
pub type OverCasesFilter = mingjing_store::over_cases::OverCasesFilter;
/// 一次跨案评估。
pub type OverCasesRun = mingjing_store::over_cases::run::OverCasesRun;
/// 走势的一点。
pub type TrendPoint = mingjing_store::trend::TrendPoint;
/// 事件的性质。
pub type Nature = mingjing_store::event::Nature;
/// 账号。
pub type AccountRecord = mingjing_store::account::AccountRecord;
/// 账号的标识。
pub type AccountKey = mingjing_store::account::AccountKey;
/// 找哪些账号。
pub type AccountFilter = mingjing_store::account::AccountFilter;
/// 会话。
pub type SessionRecord = mingjing_store::session::SessionRecord;
/// 找哪些会话。
pub type SessionFilter = mingjing_store::session::SessionFilter;
/// 会话登录到了哪一步。
pub type SessionStage = mingjing_store::session::SessionStage;
/// 授权。
pub type GrantRecord = mingjing_store::grant::GrantRecord;
/// 委托。
pub type DelegationRecord = mingjing_store::delegation::DelegationRecord;
/// 机构树的节点。
pub type OrgNode = mingjing_store::org_node::OrgNode;
/// 找哪些节点。
pub type OrgFilter = mingjing_store::org_node::OrgFilter;
/// 节点的种类。
pub type OrgKind = mingjing_store::org_node::OrgKind;
/// 按日期分段的事实。
pub type DatedFacts = mingjing_store::registry_facts::DatedFacts;
/// 人员。
pub type OfficerRow = mingjing_store::officer::OfficerRow;
/// 找登记簿里的哪些人员、事项。
pub type RegisterFilter<'f> = mingjing_store::officer::RegisterFilter<'f>;
/// 证件。
pub type CardRow = mingjing_store::card::CardRow;
/// 事项。
pub type ItemRow = mingjing_store::item::ItemRow;
/// 审计记录。
pub type AuditRecord = mingjing_store::audit::AuditRecord;
/// 失败的任务。
pub type FailedJob = mingjing_store::job::FailedJob;
/// 日志的条目。
pub type LogEntry = mingjing_store::log::LogEntry;
/// 公开记录。
pub type PublicRecord = mingjing_store::public_record::PublicRecord;
/// 公示稿。
pub type DisclosureRow = mingjing_store::disclosure::DisclosureRow;
/// 公示稿了结的结果。
pub type DisclosureOutcome = mingjing_store::disclosure::DisclosureOutcome;
/// 导入的一批。
pub type Batch = mingjing_store::import::Batch;
/// 各种结果的行数。
pub type RowCounts = mingjing_store::import::RowCounts;
/// 名单里的一行与它的结果。
pub type ImportRow = mingjing_store::import_row::ImportRow;
/// 一行的结果。
pub type RowOutcome = mingjing_store::import_row::RowOutcome;
/// 名单里没有认定的机关。
pub type UnknownBody = mingjing_store::import_row::UnknownBody;
/// 清除申请。
pub type ErasureRequest = mingjing_store::erasure_request::ErasureRequest;
/// 换钥的声明，连同签名。
pub type SignedHandover = mingjing_ledger::handover::SignedHandover;
/// 日志的签名密钥：整案的声明由它签。
pub type SigningKey = mingjing_ledger::key::SigningKey;
/// 日志的公钥。
pub type VerifyingKey = mingjing_ledger::key::VerifyingKey;
/// 签了名的检查点。
pub type SignedCheckpoint = mingjing_ledger::checkpoint::SignedCheckpoint;
/// 散列。
pub type Digest = mingjing_ledger::digest::Digest;

/// 发现的状态、义务的状态、标记的短码。
pub mod code {
    use mingjing_domain::finding::{DutyState, Mark, Status};

    /// 发现状态的短码。
    pub fn status(status: Status) -> &'static str {
        mingjing_store::code::status(status)
    }

    /// 由短码取发现状态。
    pub fn status_of(code: &str) -> Option<Status> {
        mingjing_store::code::status_of(code)
    }

    /// 义务状态的短码。
    pub fn duty_state(state: DutyState) -> &'static str {
        mingjing_store::code::duty_state(state)
    }

    /// 由短码取义务状态。
    pub fn duty_state_of(code: &str) -> Option<DutyState> {
        mingjing_store::code::duty_state_of(code)
    }

    /// 由短码取标记。
    pub fn mark_of(code: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|known| mark(*known) == code)
    }

    /// 标记的短码。
    pub fn mark(mark: Mark) -> &'static str {
        mingjing_store::code::mark(mark)
    }
}
