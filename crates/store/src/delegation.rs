//! 委托：委托人、受托人、哪些角色、在哪个范围、从哪天到哪天；提前结束的写明何时由谁结束。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::delegation::Delegation;
use mingjing_policy::grant::{AccountId, Term};
use mingjing_policy::role::Role;

use crate::account::{AccountKey, org_path};
use crate::error::{Result, StoreError};
use crate::grant::bounded;
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 委托的标识。
pub type DelegationKey = Id<kind::Delegation>;

/// 一个账号至多多少项在世的委托；多于此的是程序出错。
const DELEGATIONS_MAX: u32 = 200;

/// 委托，连同何时建立、何时结束。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegationRecord {
    /// 标识。
    pub id: DelegationKey,
    /// 委托人。
    pub from: AccountKey,
    /// 受托人。
    pub to: AccountKey,
    /// 委托本身。
    pub delegation: Delegation,
    /// 何时建立的。
    pub created_at: Moment,
    /// 何时提前结束的。
    pub ended_at: Option<Moment>,
}

row! {
    struct Row {
        id: String,
        from_account_id: String,
        to_account_id: String,
        roles: String,
        org_path: String,
        reason: String,
        from_on: i32,
        to_on: i32,
        created_at: i64,
        ended_at: Option<i64>,
    }
}

const SELECT: &str = "SELECT id, from_account_id, to_account_id, roles, org_path, reason, from_on, to_on, \
     created_at, ended_at FROM delegation";

impl Row {
    fn into_record(self) -> Result<DelegationRecord> {
        let corrupt = |what: &str| StoreError::corrupt(format!("委托 {} 的{what}不认识", self.id));
        let codes: Vec<String> = serde_json::from_str(&self.roles).map_err(|_| corrupt("角色"))?;
        let roles = codes.iter().map(|code| Role::from_code(code));
        let person = |text: &str| AccountId::parse(text).map_err(|_| corrupt("账号"));
        let delegation = Delegation {
            from: person(&self.from_account_id)?,
            to: person(&self.to_account_id)?,
            roles: roles
                .collect::<Option<_>>()
                .ok_or_else(|| corrupt("角色"))?,
            org: org_path(&self.org_path)?,
            term: Term {
                from: column::date(self.from_on)?,
                to: Some(column::date(self.to_on)?),
            },
            reason: self.reason,
        };
        Ok(DelegationRecord {
            id: column::id(&self.id)?,
            from: column::id(&self.from_account_id)?,
            to: column::id(&self.to_account_id)?,
            delegation,
            created_at: column::moment(self.created_at)?,
            ended_at: self.ended_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一个账号收到的、没有提前结束的委托；过期的也在内。
    pub async fn list_received_delegations(
        &self,
        account: AccountKey,
    ) -> Result<Vec<DelegationRecord>> {
        self.list_delegations("to_account_id", account).await
    }

    /// 一个账号作出的、没有提前结束的委托；过期的也在内。
    pub async fn list_given_delegations(
        &self,
        account: AccountKey,
    ) -> Result<Vec<DelegationRecord>> {
        self.list_delegations("from_account_id", account).await
    }

    /// 委托；没有为 `None`。
    pub async fn find_delegation(&self, id: DelegationKey) -> Result<Option<DelegationRecord>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }

    async fn list_delegations(
        &self,
        column: &str,
        account: AccountKey,
    ) -> Result<Vec<DelegationRecord>> {
        let sql = format!(
            "{SELECT} WHERE {column} = $1 AND ended_at IS NULL ORDER BY to_on DESC, id LIMIT {DELEGATIONS_MAX}"
        );
        let rows = self.rows::<Row>(&sql, values![account]).await?;
        rows.into_iter().map(Row::into_record).collect()
    }
}

impl Tx {
    /// 写下一项委托；成立与否由服务核对过，止日必须有。
    pub async fn add_delegation(
        &self,
        from: AccountKey,
        to: AccountKey,
        delegation: &Delegation,
    ) -> Result<DelegationKey> {
        let (first, end) = bounded(&delegation.term)
            .ok_or_else(|| StoreError::internal("a delegation without an end"))?;
        let codes: Vec<&str> = delegation.roles.iter().map(|role| role.code()).collect();
        let roles = serde_json::to_string(&codes).map_err(StoreError::internal)?;
        let id: DelegationKey = self.new_id();
        self.execute(
            "INSERT INTO delegation (id, from_account_id, to_account_id, roles, org_path, reason, from_on, to_on, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                id,
                from,
                to,
                roles,
                delegation.org.as_str(),
                &delegation.reason,
                first,
                end,
                self.now(),
            ],
        )
        .await?;
        Ok(id)
    }

    /// 提前结束；已经结束的为假。
    pub async fn end_delegation(&self, id: DelegationKey) -> Result<bool> {
        let changed = self.execute(
            "UPDATE delegation SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at IS NULL",
            values![self.now(), self.context().account, id],
        );
        Ok(changed.await? == 1)
    }
}
