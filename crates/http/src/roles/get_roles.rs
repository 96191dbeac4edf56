//! `GET /api/v1/roles`：全部可以授予的角色，各能做什么。

use axum::Json;
use mingjing_edge::problem::Problem;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::role::{Role, RoleClass, SEPARATION};
use mingjing_policy::table::TABLE;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::wire::label::Label;
use crate::wire::permission;

/// 角色的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleList {
    /// 角色，按权限表的次序。
    roles: Vec<RoleOut>,
    /// 归类。
    classes: Vec<Label>,
    /// 对象的种类。
    resources: Vec<Label>,
    /// 三员分立与兼任的规矩，逐句。
    separation: Vec<String>,
}

/// 角色。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub struct RoleOut {
    /// 代码。
    #[schema(example = "lead_officer")]
    code: String,
    /// 中文名。
    name: String,
    /// 归类。
    class: Label,
    /// 只能授在什么样的机构上。
    placement: String,
    /// 可否委托他人。
    is_delegable: bool,
    /// 不能由同一账号同时担任的角色。
    incompatible_with: Vec<String>,
    /// 可以做的；没有列出的一律不许。
    may: Vec<PermissionOut>,
}

/// 一项许可。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolePermission)]
pub struct PermissionOut {
    /// 写法：`对象.动作`，与会话里的相同。
    #[schema(example = "case.record_event")]
    permission: String,
    /// 对什么。
    resource: Label,
    /// 做什么。
    action: Label,
    /// 在什么范围之内。
    #[schema(example = "本机关")]
    reach: String,
    /// 附加条件；没有的不写。
    guard: Option<String>,
}

/// 列出角色
///
/// 与 docs/permission-matrix.md 同出一表。
#[utoipa::path(get, path = "/api/v1/roles", operation_id = "get_roles", tag = "账号",
    responses((status = 200, description = "角色", body = RoleList)))]
pub async fn get_roles(_: Caller) -> Result<Json<RoleList>, Problem> {
    let granted = Role::ALL
        .into_iter()
        .filter(|role| role.class() != RoleClass::Implicit);
    let classes = RoleClass::GRANTED.into_iter();
    let resources = ResourceKind::ALL.into_iter();
    Ok(Json(RoleList {
        roles: granted.map(role_of).collect(),
        classes: classes.map(class_of).collect(),
        resources: resources.map(permission::resource).collect(),
        separation: SEPARATION.into_iter().map(str::to_owned).collect(),
    }))
}

fn role_of(role: Role) -> RoleOut {
    let others = Role::ALL.into_iter();
    let others = others
        .filter(|other| other.class() != RoleClass::Implicit && role.is_incompatible_with(*other));
    RoleOut {
        code: role.code().to_owned(),
        name: role.in_chinese().to_owned(),
        class: class_of(role.class()),
        placement: role.placement().in_chinese().to_owned(),
        is_delegable: role.is_delegable(),
        incompatible_with: others.map(|other| other.code().to_owned()).collect(),
        may: may(role),
    }
}

fn class_of(class: RoleClass) -> Label {
    Label::new(class.code(), Some(class.in_chinese()))
}

fn may(role: Role) -> Vec<PermissionOut> {
    let rows = TABLE.iter().filter_map(|row| {
        let reach = row.reach_of(role)?;
        let guard = Some(row.guard.in_chinese()).filter(|text| !text.is_empty());
        Some(PermissionOut {
            permission: permission::of(row.kind, row.action),
            resource: permission::resource(row.kind),
            action: action_of(row.action),
            reach: reach.in_chinese().to_owned(),
            guard: guard.map(str::to_owned),
        })
    });
    rows.collect()
}

fn action_of(action: Action) -> Label {
    Label::new(&permission::code(action), Some(action.in_chinese()))
}
