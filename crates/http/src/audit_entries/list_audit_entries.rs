//! `GET /api/v1/audit_entries`：列出审计记录；看了也留一条。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Timestamp;
use mingjing_services::audit::{AuditQuery as Wanted, list_audit_entries as list, name_of};
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::model::AuditRecord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::called::Called;
use crate::wire::meta::ListMeta;
use crate::wire::permission;
use crate::wire::{id, instant};

/// 要哪些审计记录。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// 这个账号做的。
    #[param(max_length = 100)]
    account: Option<String>,
    /// 对这一种东西做的：case、account 等；与 `resource_id` 一起写。
    #[param(max_length = 100, example = "case")]
    resource_kind: Option<String>,
    /// 对这一个东西做的。
    #[param(max_length = 100)]
    resource_id: Option<String>,
    /// 此刻起。
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// 此刻之前，不含。
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 审计记录的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    /// 本页的审计记录，新的在前。
    audit_entries: Vec<AuditOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 审计记录。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditOut {
    /// 标识。
    id: String,
    /// 何时。
    #[schema(format = DateTime)]
    at: String,
    /// 谁；没有登录的、系统自己的没有。
    account: Option<String>,
    /// 他的姓名。
    account_name: Option<String>,
    /// 做了什么。
    #[schema(example = "case.record_event")]
    action: String,
    /// 做了什么，写成中文；更新的程序写下而这里不认识的，同代码。
    #[schema(example = "记录事件")]
    action_name: String,
    /// 对哪一种东西。
    resource_kind: String,
    /// 那一种东西的名称。
    resource_name: String,
    /// 对哪一个。
    resource_id: Option<String>,
    /// 是账号、机关的，它的名称。
    resource_id_name: Option<String>,
    /// 在组织树上的位置。
    org: String,
    /// 机构的现名；全平台的、没有登记的没有。
    org_name: Option<String>,
    /// 准了没有。
    is_allowed: bool,
    /// 细节：标识、编码与数。
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// 追踪号。
    trace_id: String,
}

/// 列出审计记录
#[utoipa::path(get, path = "/api/v1/audit_entries", operation_id = "list_audit_entries", tag = "审计",
    params(AuditQuery),
    responses((status = 200, description = "一页审计记录", body = AuditList)))]
pub async fn list_audit_entries(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let wanted = query.wanted()?;
    let page = list(&state.services, &caller.request, &wanted, &request).await?;
    let ids = page.items.iter().flat_map(|it| {
        let ids = [it.account.map(|id| id.to_string()), it.resource_id.clone()];
        ids.into_iter().flatten().chain([it.org_path.clone()])
    });
    let names = Called::gather(&state, ids).await?;
    Ok(Json(AuditList {
        meta: ListMeta::of(&page),
        audit_entries: page
            .items
            .into_iter()
            .map(|record| out(&names, record))
            .collect(),
    }))
}

impl AuditQuery {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let resource = match (&self.resource_kind, &self.resource_id) {
            (Some(kind), Some(id)) => Some((kind.clone(), id.clone())),
            (None, None) => None,
            (Some(_), None) => return Err(together("resource_id")),
            (None, Some(_)) => return Err(together("resource_kind")),
        };
        Ok(Wanted {
            account: id::in_query("account", self.account.as_deref())?,
            resource,
            from: instant::in_query("from", self.from)?,
            until: instant::in_query("to", self.to)?,
        })
    }
}

fn together(missing: &str) -> Problem {
    let message = "resource_kind 与 resource_id 要一起写";
    let error = FieldError::new(Pointer::query(missing), FieldCode::Missing, message);
    Problem::invalid(vec![error])
}

fn out(names: &Called, record: AuditRecord) -> AuditOut {
    AuditOut {
        id: record.id.to_string(),
        at: instant::of(record.at),
        account_name: record.account.and_then(|id| names.of(id)),
        account: record.account.map(|id| id.to_string()),
        action_name: name_of(&record.action).to_owned(),
        action: record.action,
        resource_name: permission::resource_of(&record.resource_kind).name,
        resource_kind: record.resource_kind,
        resource_id_name: record.resource_id.as_ref().and_then(|id| names.of(id)),
        resource_id: record.resource_id,
        org_name: names.of(&record.org_path),
        org: record.org_path,
        is_allowed: record.is_allowed,
        detail: record.detail,
        trace_id: record.trace_id,
    }
}
