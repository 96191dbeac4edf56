//! 授权在接口里的写法。

use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::role::Role;
use mingjing_services::model::GrantRecord;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;
use crate::wire::called::Called;
use crate::wire::label::Label;
use crate::wire::{instant, names};

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
    /// 机构的现名；全平台的、没有登记的没有。
    org_name: Option<String>,
    /// 条线；不限的没有。
    line: Option<Label>,
    /// 首日。
    #[schema(format = Date)]
    from_on: String,
    /// 止日，当日已无效；没有的一直有效。
    #[schema(format = Date)]
    to_on: Option<String>,
    /// 谁授的；首次设置的没有。
    granted_by: Option<String>,
    /// 授的人的姓名。
    granted_by_name: Option<String>,
    /// 何时授的。
    #[schema(format = DateTime)]
    granted_at: String,
}

impl GrantOut {
    /// 一个账号的各项授权。
    pub async fn all(state: &State, records: &[GrantRecord]) -> Result<Vec<GrantOut>, Problem> {
        let ids = records.iter().flat_map(|it| {
            let org = it.grant.org.to_string();
            it.granted_by
                .map(|id| id.to_string())
                .into_iter()
                .chain([org])
        });
        let names = Called::gather(state, ids).await?;
        let lawbook = state.services.lawbook();
        let all = records.iter().map(|it| GrantOut::of(&lawbook, &names, it));
        Ok(all.collect())
    }

    fn of(lawbook: &Lawbook, names: &Called, record: &GrantRecord) -> Self {
        let grant = &record.grant;
        GrantOut {
            id: record.id.to_string(),
            account: record.account.to_string(),
            role: role(grant.role),
            org_name: names.of(&grant.org),
            org: grant.org.to_string(),
            line: grant
                .line
                .as_ref()
                .map(|line| names::department(lawbook, line.as_str())),
            from_on: grant.term.from.to_string(),
            to_on: grant.term.to.map(|to| to.to_string()),
            granted_by_name: record.granted_by.and_then(|id| names.of(id)),
            granted_by: record.granted_by.map(|id| id.to_string()),
            granted_at: instant::of(record.granted_at),
        }
    }
}

/// 角色的代码与中文名。
pub fn role(role: Role) -> Label {
    Label::new(role.code(), Some(role.in_chinese()))
}
