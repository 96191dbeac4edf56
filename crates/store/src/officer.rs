//! 执法人员：按日期有效的行，姓名只有遮盖了的；原文在时间线的事件里。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::Scope;

use crate::account::org_path;
use crate::area::{Columns, and_in_scope};
use crate::audit::successor;
use crate::code::{read_json, write_json};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 人员的标识。
pub type OfficerKey = Id<kind::Officer>;

/// 找登记簿里的哪些人员、事项；没有写的条件不限。
#[derive(Debug, Clone, Copy, Default)]
pub struct RegisterFilter<'f> {
    /// 在此之下，连同它自己。
    pub under: Option<&'f OrgPath>,
    /// 人员的证号、遮盖之后的姓名以此开头的；事项的名称中有这些字、编码以此开头的。
    pub text: Option<&'f str>,
}

/// 人员在不在岗。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerState {
    /// 登记了，还没有到岗。
    Registered,
    /// 在岗。
    Active,
    /// 离开了机关。
    Left,
}

impl OfficerState {
    const ALL: [OfficerState; 3] = [
        OfficerState::Registered,
        OfficerState::Active,
        OfficerState::Left,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            OfficerState::Registered => "registered",
            OfficerState::Active => "active",
            OfficerState::Left => "left",
        }
    }
}

/// 一位人员在一段时间里的样子。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerRow {
    /// 标识。
    pub id: OfficerKey,
    /// 期间。
    pub term: Term,
    /// 所在机关；离开了的是最后一个。
    pub body: Option<Id<kind::Body>>,
    /// 所在机关的路径；没有机关的是全平台。
    pub org: OrgPath,
    /// 所在机关的领域。
    pub department: Option<String>,
    /// 遮盖了的姓名。
    pub name_masked: String,
    /// 在不在岗。
    pub state: OfficerState,
    /// 其余事实，字段名同法典的 `facts/officers`。
    pub facts: serde_json::Value,
}

row! {
    struct Row {
        id: String,
        from_on: i32,
        to_on: Option<i32>,
        body_id: Option<String>,
        org_path: String,
        department: Option<String>,
        name_masked: String,
        state: String,
        facts: String,
    }
}

const SELECT: &str = "SELECT id, from_on, to_on, body_id, org_path, department, name_masked, state, facts FROM officer";
pub(crate) const COLUMNS: Columns = Columns {
    path: "org_path",
    line: Some("department"),
    owner: None,
};

impl Row {
    fn into_row(self) -> Result<OfficerRow> {
        let state = OfficerState::ALL
            .into_iter()
            .find(|state| state.code() == self.state)
            .ok_or_else(|| StoreError::corrupt(format!("人员 {} 的状态不认识", self.id)))?;
        Ok(OfficerRow {
            id: column::id(&self.id)?,
            term: term(self.from_on, self.to_on)?,
            body: self.body_id.as_deref().map(column::id).transpose()?,
            org: org_path(&self.org_path)?,
            department: self.department,
            name_masked: self.name_masked,
            state,
            facts: read_json(&self.facts, "人员的事实")?,
        })
    }
}

pub(crate) fn term(from: i32, to: Option<i32>) -> Result<Term> {
    Ok(Term {
        from: column::date(from)?,
        to: to.map(column::date).transpose()?,
    })
}

impl Read {
    /// 一位人员在这一天的样子；那一天还没有登记的为 `None`。
    pub async fn find_officer(&self, id: OfficerKey, on: Date) -> Result<Option<OfficerRow>> {
        let sql =
            format!("{SELECT} WHERE id = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)");
        let row = self.row::<Row>(&sql, values![id, on]).await?;
        row.map(Row::into_row).transpose()
    }

    /// 一位人员的历次样子，先后为序。
    pub async fn list_officer_history(&self, id: OfficerKey) -> Result<Vec<OfficerRow>> {
        let sql = format!("{SELECT} WHERE id = $1 ORDER BY from_on");
        let rows = self.rows::<Row>(&sql, values![id]).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 曾在这个机关的人员。
    pub async fn list_officers_of_body(&self, body: Id<kind::Body>) -> Result<Vec<OfficerKey>> {
        row! {
            struct Found {
                id: String,
            }
        }
        let sql = "SELECT DISTINCT id FROM officer WHERE body_id = $1 ORDER BY id";
        let rows = self.rows::<Found>(sql, values![body]).await?;
        rows.iter().map(|row| column::id(&row.id)).collect()
    }

    /// 范围之内的人员在这一天的样子，按标识列出 `after` 之后的至多 `limit` 位。
    pub async fn list_officers(
        &self,
        scope: &Scope,
        filter: RegisterFilter<'_>,
        on: Date,
        after: Option<OfficerKey>,
        limit: u32,
    ) -> Result<Vec<OfficerRow>> {
        let mut query = Query::new(SELECT);
        query.push(
            " WHERE from_on <= ? AND (to_on IS NULL OR to_on > ?)",
            values![on, on],
        );
        and_in_scope(&mut query, scope, COLUMNS);
        query.and_prefix("org_path", filter.under.map(OrgPath::as_str));
        if let Some(text) = filter.text {
            // Names are kept masked: what is left of them is the beginning.
            let condition = "((name_masked >= ? AND name_masked < ?) OR id IN \
                 (SELECT officer_id FROM card WHERE number >= ? AND number < ?))";
            let end = successor(text);
            query.and(condition, values![text, end.as_str(), text, end.as_str()]);
        }
        query.and_some("id > ?", after);
        query.push(" ORDER BY id LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }
}

impl Tx {
    /// 换成这些行。
    pub async fn put_officer(&self, id: OfficerKey, rows: &[OfficerRow]) -> Result<()> {
        self.execute("DELETE FROM officer WHERE id = $1", values![id])
            .await?;
        let mut insert = Rows::new(
            "INSERT INTO officer (id, from_on, to_on, body_id, org_path, department, name_masked, state, facts) VALUES",
            9,
            "",
        );
        for row in rows {
            insert.push(values![
                id,
                row.term.from,
                row.term.to,
                row.body,
                row.org.as_str(),
                row.department.as_deref(),
                &row.name_masked,
                row.state.code(),
                write_json(&row.facts)?,
            ]);
        }
        self.insert(insert).await?;
        Ok(())
    }
}
