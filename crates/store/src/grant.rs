//! 授权：一个账号在一个机构担任一个角色，有起止；收回的留着，说明何时由谁收回。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::grant::{Grant, Line, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;

use crate::account::{AccountKey, org_path};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 授权的标识。
pub type GrantKey = Id<kind::Grant>;

/// 一个账号至多多少项授权（连同收回的）；多于此的是程序出错。
const GRANTS_MAX: u32 = 1_000;

/// 授权，连同谁授的、收回没有。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// 标识。
    pub id: GrantKey,
    /// 授给哪个账号。
    pub account: AccountKey,
    /// 授权本身。
    pub grant: Grant,
    /// 谁授的；首次设置时没有。
    pub granted_by: Option<AccountKey>,
    /// 何时授的。
    pub granted_at: Moment,
    /// 何时收回的。
    pub revoked_at: Option<Moment>,
}

row! {
    struct Row {
        id: String,
        account_id: String,
        role: String,
        org_path: String,
        line: Option<String>,
        from_on: i32,
        to_on: Option<i32>,
        granted_by: Option<String>,
        granted_at: i64,
        revoked_at: Option<i64>,
    }
}

const SELECT: &str = "SELECT id, account_id, role, org_path, line, from_on, to_on, granted_by, granted_at, \
     revoked_at FROM account_grant";

impl Row {
    fn into_record(self) -> Result<GrantRecord> {
        let corrupt = |what: &str| StoreError::corrupt(format!("授权 {} 的{what}不认识", self.id));
        let line = self.line.as_deref().map(Line::parse).transpose();
        let grant = Grant {
            role: Role::from_code(&self.role).ok_or_else(|| corrupt("角色"))?,
            org: org_path(&self.org_path)?,
            line: line.map_err(|_| corrupt("条线"))?,
            term: Term {
                from: column::date(self.from_on)?,
                to: self.to_on.map(column::date).transpose()?,
            },
        };
        Ok(GrantRecord {
            id: column::id(&self.id)?,
            account: column::id(&self.account_id)?,
            grant,
            granted_by: self.granted_by.as_deref().map(column::id).transpose()?,
            granted_at: column::moment(self.granted_at)?,
            revoked_at: self.revoked_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一个账号没有收回的授权，先授的在前；过期的也在内。
    pub async fn list_grants(&self, account: AccountKey) -> Result<Vec<GrantRecord>> {
        let sql = format!(
            "{SELECT} WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id LIMIT {GRANTS_MAX}"
        );
        let rows = self.rows::<Row>(&sql, values![account]).await?;
        rows.into_iter().map(Row::into_record).collect()
    }

    /// 这个路径之下有没有人这一天有这些角色之一。
    pub async fn has_grants_within(
        &self,
        path: &OrgPath,
        roles: &[Role],
        on: Date,
    ) -> Result<bool> {
        let mut query = Query::new(
            "SELECT COUNT(*) FROM account_grant WHERE revoked_at IS NULL AND from_on <= ",
        );
        query.push("? AND (to_on IS NULL OR to_on > ?)", values![on, on]);
        query.and_prefix("org_path", Some(path.as_str()));
        let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
        query.and_any("role", &codes);
        let (sql, values) = query.into_parts();
        Ok(self.scalar::<i64>(&sql, values).await?.unwrap_or_default() > 0)
    }

    /// 授权；没有为 `None`，收回的也找得到。
    pub async fn find_grant(&self, id: GrantKey) -> Result<Option<GrantRecord>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }
}

impl Tx {
    /// 写下一项授权；成立与否由服务核对过。
    pub async fn add_grant(&self, account: AccountKey, grant: &Grant) -> Result<GrantKey> {
        let id: GrantKey = self.new_id();
        self.execute(
            "INSERT INTO account_grant (id, account_id, role, org_path, line, from_on, to_on, granted_by, granted_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            values![
                id,
                account,
                grant.role.code(),
                grant.org.as_str(),
                grant.line.as_ref().map(Line::as_str),
                grant.term.from,
                grant.term.to,
                self.context().account,
                self.now(),
            ],
        )
        .await?;
        Ok(id)
    }

    /// 收回；已经收回的为假。
    pub async fn revoke_grant(&self, id: GrantKey) -> Result<bool> {
        let changed = self.execute(
            "UPDATE account_grant SET revoked_at = $1, revoked_by = $2 WHERE id = $3 AND revoked_at IS NULL",
            values![self.now(), self.context().account, id],
        );
        Ok(changed.await? == 1)
    }

    /// 机构的路径变了：账号、授权、委托里的旧路径（及其下的）换成新的。权限随机构走，不因改代码而丢。
    pub async fn move_paths(&self, old: &str, new: &str) -> Result<u64> {
        let mut changed = 0;
        let length = i32::try_from(old.len()).unwrap_or(i32::MAX - 1);
        for (table, column) in [
            ("account", "org_path"),
            ("account", "reach_path"),
            ("account_grant", "org_path"),
            ("delegation", "org_path"),
        ] {
            let sql = format!(
                "UPDATE {table} SET {column} = $1 || substr({column}, $2) WHERE {column} >= $3 AND {column} < $4"
            );
            let values = values![new, length + 1, old, crate::audit::successor(old)];
            changed += self.execute(&sql, values).await?;
        }
        Ok(changed)
    }
}

/// 期间里写明止日的两端。
pub(crate) const fn bounded(term: &Term) -> Option<(Date, Date)> {
    match term.to {
        Some(to) => Some((term.from, to)),
        None => None,
    }
}
