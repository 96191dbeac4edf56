//! `GET /api/v1/delegations`：本人作出与收到的委托。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::admin::delegation::list_delegations;
use mingjing_services::model::DelegationRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::accounts::grant::role;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::called::Called;
use crate::wire::instant;
use crate::wire::label::Label;

/// 委托。
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegations {
    /// 作出的。
    given: Vec<DelegationOut>,
    /// 收到的。
    received: Vec<DelegationOut>,
}

/// 一项委托。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegation)]
pub struct DelegationOut {
    /// 标识。
    id: String,
    /// 委托人。
    from: String,
    /// 委托人的姓名。
    from_name: Option<String>,
    /// 受托人。
    to: String,
    /// 受托人的姓名。
    to_name: Option<String>,
    /// 哪些角色。
    roles: Vec<Label>,
    /// 在哪个机构范围之内。
    org: String,
    /// 机构的现名；全平台的、没有登记的没有。
    org_name: Option<String>,
    /// 首日。
    #[schema(format = Date)]
    from_on: String,
    /// 止日，当日已无效。
    #[schema(format = Date)]
    to_on: Option<String>,
    /// 理由。
    reason: String,
    /// 何时作出。
    #[schema(format = DateTime)]
    created_at: String,
    /// 提前结束的时刻。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// 查看自己的委托
#[utoipa::path(get, path = "/api/v1/delegations", operation_id = "get_delegations", tag = "账号",
    responses((status = 200, description = "作出的与收到的", body = Delegations)))]
pub async fn get_delegations(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Json<Delegations>, Problem> {
    let found = list_delegations(&state.services, &caller.request).await?;
    let all = found.given.iter().chain(&found.received);
    let ids = all.flat_map(|it| {
        let org = it.delegation.org.to_string();
        [it.from.to_string(), it.to.to_string(), org]
    });
    let names = Called::gather(&state, ids).await?;
    let out = |record| out(&names, record);
    Ok(Json(Delegations {
        given: found.given.iter().map(out).collect(),
        received: found.received.iter().map(out).collect(),
    }))
}

fn out(names: &Called, record: &DelegationRecord) -> DelegationOut {
    let delegation = &record.delegation;
    DelegationOut {
        id: record.id.to_string(),
        from_name: names.of(record.from),
        from: record.from.to_string(),
        to_name: names.of(record.to),
        to: record.to.to_string(),
        roles: delegation.roles.iter().map(|it| role(*it)).collect(),
        org_name: names.of(&delegation.org),
        org: delegation.org.to_string(),
        from_on: delegation.term.from.to_string(),
        to_on: delegation.term.to.map(|to| to.to_string()),
        reason: delegation.reason.clone(),
        created_at: instant::of(record.created_at),
        ended_at: record.ended_at.map(instant::of),
    }
}
