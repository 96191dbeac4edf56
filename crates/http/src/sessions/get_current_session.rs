//! `GET /api/v1/sessions/current`：我是谁，有哪些授权。

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_edge::session::CsrfToken;
use mingjing_policy::grant::Grant;
use mingjing_services::admin::permissions::permissions;
use mingjing_services::naming::org_names;
use serde::Serialize;
use utoipa::ToSchema;

use super::opened::WireStage;
use crate::caller::HalfCaller;
use crate::state::State;
use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::permission;

/// 当前会话。
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentSession {
    /// 会话。
    session: CurrentBody,
    /// 防伪令牌：写入时放进请求头 `X-CSRF-Token`。
    csrf_token: String,
}

/// 会话与登录的人。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignedInSession)]
pub struct CurrentBody {
    /// 标识。
    id: String,
    /// 账号。
    account: String,
    /// 登录名。
    login: String,
    /// 姓名。
    name: String,
    /// 登录到了哪一步。
    stage: WireStage,
    /// 绝对期限。
    #[schema(format = DateTime)]
    expires_at: String,
    /// 自己的授权。
    grants: Vec<HeldGrant>,
    /// 受托的授权。
    delegated: Vec<HeldGrant>,
    /// 今天在某处可以做的，写成“对象.动作”，如 `case.list`：给界面决定列出哪些入口；具体的那一件能不能做，以用例为准。
    permissions: Vec<String>,
}

/// 一项授权。
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldGrant {
    /// 角色。
    role: Label,
    /// 机构，树上的路径。
    org: String,
    /// 机构的现名；没有登记的没有。
    org_name: Option<String>,
    /// 条线；不限的没有。
    line: Option<String>,
    /// 首日。
    from_on: String,
    /// 止日，当日已无效；没有的一直有效。
    to_on: Option<String>,
}

/// 查看当前会话
#[utoipa::path(get, path = "/api/v1/sessions/current", operation_id = "get_current_session", tag = "会话",
    responses((status = 200, description = "当前会话", body = CurrentSession)))]
pub async fn get_current_session(
    Of(state): Of<State>,
    caller: HalfCaller,
) -> Result<Json<CurrentSession>, Problem> {
    let session = caller.session;
    let delegated = session.actor.delegations.iter();
    let delegated = delegated.flat_map(|received| &received.delegator_grants);
    let all = session.actor.grants.iter().chain(delegated.clone());
    let names = org_names(
        &state.services,
        &all.map(|grant| grant.org.as_str()).collect(),
    )
    .await?;
    let held = |grant: &Grant| held(grant, &names);
    let today = caller.request.today();
    let may = permissions(&session.actor, today).into_iter();
    Ok(Json(CurrentSession {
        csrf_token: CsrfToken::from_bytes(*session.csrf.as_bytes()).to_text(),
        session: CurrentBody {
            id: session.id.to_string(),
            account: session.account.to_string(),
            login: session.login.clone(),
            name: session.name.clone(),
            stage: session.stage.into(),
            expires_at: instant::of(session.expires_at),
            grants: session.actor.grants.iter().map(held).collect(),
            delegated: delegated.map(held).collect(),
            permissions: may
                .map(|(kind, action)| permission::of(kind, action))
                .collect(),
        },
    }))
}

fn held(grant: &Grant, names: &BTreeMap<String, String>) -> HeldGrant {
    HeldGrant {
        role: Label::new(grant.role.code(), Some(grant.role.in_chinese())),
        org: grant.org.to_string(),
        org_name: names.get(grant.org.as_str()).cloned(),
        line: grant.line.as_ref().map(|line| line.as_str().to_owned()),
        from_on: grant.term.from.to_string(),
        to_on: grant.term.to.map(|to| to.to_string()),
    }
}
