//! 授权在接口里的写法。

use mingjing_policy::role::Role;
use mingjing_services::model::GrantRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;
use crate::wire::label::Label;

/// 授权。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub struct GrantOut {
    /// 标识。
    id: String,
    /// 账号。
    account: String,
    /// 角色。
    role: Label,
    /// 机构，树上的路径。
    org: String,
    /// 条线；不限的没有。
    line: Option<String>,
    /// 首日。
    #[schema(format = Date)]
    from_on: String,
    /// 止日，当日已无效；没有的一直有效。
    #[schema(format = Date)]
    to_on: Option<String>,
    /// 谁授的；首次设置的没有。
    granted_by: Option<String>,
    /// 何时授的。
    #[schema(format = DateTime)]
    granted_at: String,
}

impl From<&GrantRecord> for GrantOut {
    fn from(record: &GrantRecord) -> Self {
        let grant = &record.grant;
        GrantOut {
            id: record.id.to_string(),
            account: record.account.to_string(),
            role: role(grant.role),
            org: grant.org.to_string(),
            line: grant.line.as_ref().map(|line| line.as_str().to_owned()),
            from_on: grant.term.from.to_string(),
            to_on: grant.term.to.map(|to| to.to_string()),
            granted_by: record.granted_by.map(|id| id.to_string()),
            granted_at: instant::of(record.granted_at),
        }
    }
}

/// 角色的代码与中文名。
pub fn role(role: Role) -> Label {
    Label::new(role.code(), Some(role.in_chinese()))
}
