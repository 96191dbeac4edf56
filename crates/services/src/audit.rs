//! 审计记录：只有安全审计员看得到，看了也留一条。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Area, scope};
use mingjing_store::audit::{AuditFilter, AuditRecord};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::listing::{of_cursor, one_more};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

/// 找哪些审计记录；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// 谁。
    pub account: Option<Id<kind::Account>>,
    /// 哪一种、哪一个。
    pub resource: Option<(String, String)>,
    /// 自何时起。
    pub from: Option<Moment>,
    /// 到何时止（不含）。
    pub until: Option<Moment>,
}

const LIST: &str = "audit_entries.position";

/// What is audited beside [`perform`]: code and name.
const BESIDE: &[(&str, &str)] = &[
    ("backup.run", "备份"),
    ("case.bundle", "取得案卷包"),
    ("case.correct_event", "更正事件"),
    ("case.create", "建立案件"),
    ("case.export", "导出案件"),
    ("case.export_table", "导出案件一览"),
    ("case.record_event", "记录事件"),
    ("case.reveal_personal_data", "查看个人信息"),
    ("complaint.approve_informant", "批准查看投诉举报人身份"),
    ("complaint.ask_for_informant", "申请查看投诉举报人身份"),
    ("complaint.export_table", "导出投诉举报台账"),
    ("complaint.rate", "投诉举报人评价"),
    ("complaint.register", "登记投诉举报"),
    ("complaint.view_informant", "查看投诉举报人身份"),
    ("disclosure.approve", "批准公布"),
    ("disclosure.cancel", "撤回公布的申请"),
    ("disclosure.prepare", "拟定公开稿"),
    ("disclosure.publish", "公布"),
    ("disclosure.withdraw", "撤下公开记录"),
    ("duty.export_table", "导出义务"),
    ("erasure.approve", "批准清除"),
    ("erasure.request", "申请清除"),
    ("finding.export_table", "导出发现"),
    ("import.accept", "收下名单"),
    ("import.chunk", "导入一段"),
    ("import.expire_details", "期满抹去导入的原行"),
    ("import.finish", "导入做完"),
    ("import.map_bodies", "认定机关"),
    ("import.refused", "不收名单"),
    ("import.remove_file", "删去原文件"),
    ("import.start", "开始导入"),
    ("over_cases.export_table", "导出跨案发现"),
    ("supervision.export_table", "导出监督台账"),
    ("supervision.open", "立监督事项"),
];

/// 审计里的代码写成中文；不认识的照原样。
pub fn name_of(action: &str) -> &str {
    let performed = Act::ALL.iter().find(|act| act.code() == action);
    let beside = BESIDE.iter().find(|(code, _)| *code == action);
    let beside = || beside.map(|(_, name)| *name);
    performed
        .map(|act| act.name())
        .or_else(beside)
        .unwrap_or(action)
}

/// 审计记录，新的在前。
#[crate::boxed]
pub async fn list_audit_entries(
    services: &Services,
    request: &RequestContext,
    query: &AuditQuery,
    page: &PageRequest,
) -> Result<Page<AuditRecord>, ServiceError> {
    let before = match page.after(LIST, 1).map_err(of_cursor)? {
        None => None,
        Some([Key::Int(position)]) => Some(*position),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
    };
    let areas = areas(request);
    note_reading(services, request, &areas, query).await?;
    let read = services.store.reader().await?;
    let mut found = Vec::new();
    for area in areas {
        let filter = AuditFilter {
            before,
            org_prefix: Some(area.within.as_str().to_owned()),
            account: query.account,
            resource: query.resource.clone(),
            from: query.from,
            until: query.until,
        };
        found.extend(read.list_audit(&filter, one_more(page)).await?);
    }
    found.sort_by_key(|record| std::cmp::Reverse(record.position));
    let has_more = found.len() > page.size.items();
    found.truncate(page.size.items());
    let last = found.last().filter(|_| has_more);
    Ok(Page {
        next: last.map(|last| Cursor::new(LIST, vec![Key::Int(last.position)])),
        items: found,
        total: None,
        watermark: None,
    })
}

/// The areas of the auditor: no two overlap, so that no record is found twice.
fn areas(request: &RequestContext) -> Vec<Area> {
    let kind = ResourceKind::AuditTrail;
    scope(&request.actor, Action::Read, kind, request.today()).areas
}

async fn note_reading(
    services: &Services,
    request: &RequestContext,
    areas: &[Area],
    query: &AuditQuery,
) -> Result<(), ServiceError> {
    // The trail as a whole is asked about where the auditor stands; whoever stands nowhere asks about the platform.
    let resource = match areas.first() {
        Some(area) => Resource::new(ResourceKind::AuditTrail, area.within.clone()),
        None => Resource::of_platform(ResourceKind::AuditTrail),
    };
    debug_assert_eq!(
        areas.is_empty(),
        !decide(&request.actor, Action::Read, &resource, request.today()).allowed
    );
    let request_of_closure = request.clone();
    let account = query.account.map(|id| id.to_string());
    let work = async move |_: &Tx| {
        authorise(&request_of_closure, Action::Read, &resource, "")?;
        let subject = Subject {
            id: None,
            ..Subject::new(&resource, "")
        };
        Ok::<_, Stop>(Done::new((), subject, json!({ "account": account })))
    };
    perform(services, request, Act::ReadAudit, work).await
}
