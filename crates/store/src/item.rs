//! 权责清单事项：按日期有效的行。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::Scope;

use crate::account::org_path;
use crate::area::{Columns, and_in_scope};
use crate::code::{read_json, write_json};
use crate::error::Result;
use crate::officer::{RegisterFilter, term};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 事项的标识。
pub type ItemKey = Id<kind::Item>;

/// 一个事项在一段时间里的样子。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// 标识。
    pub id: ItemKey,
    /// 期间。
    pub term: Term,
    /// 事项编码。
    pub code: String,
    /// 事项名称。
    pub name: String,
    /// 实施主体。
    pub body: Option<Id<kind::Body>>,
    /// 实施主体的路径；没有的是全平台。
    pub org: OrgPath,
    /// 实施主体的领域。
    pub department: Option<String>,
    /// 在不在清单里：`listed` 或 `withdrawn`。
    pub is_listed: bool,
    /// 其余事实，字段名同法典的 `facts/item`。
    pub facts: serde_json::Value,
}

row! {
    struct Row {
        id: String,
        from_on: i32,
        to_on: Option<i32>,
        code: String,
        name: String,
        body_id: Option<String>,
        org_path: String,
        department: Option<String>,
        state: String,
        facts: String,
    }
}

const SELECT: &str =
    "SELECT id, from_on, to_on, code, name, body_id, org_path, department, state, facts FROM item";
const LISTED: &str = "listed";
const WITHDRAWN: &str = "withdrawn";

impl Row {
    fn into_row(self) -> Result<ItemRow> {
        Ok(ItemRow {
            id: column::id(&self.id)?,
            term: term(self.from_on, self.to_on)?,
            body: self.body_id.as_deref().map(column::id).transpose()?,
            org: org_path(&self.org_path)?,
            department: self.department,
            is_listed: self.state == LISTED,
            facts: read_json(&self.facts, "事项的事实")?,
            code: self.code,
            name: self.name,
        })
    }
}

impl Read {
    /// 一个事项在这一天的样子。
    pub async fn find_item(&self, id: ItemKey, on: Date) -> Result<Option<ItemRow>> {
        let sql =
            format!("{SELECT} WHERE id = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)");
        let row = self.row::<Row>(&sql, values![id, on]).await?;
        row.map(Row::into_row).transpose()
    }

    /// 一个事项的历次样子，先后为序。
    pub async fn list_item_history(&self, id: ItemKey) -> Result<Vec<ItemRow>> {
        let sql = format!("{SELECT} WHERE id = $1 ORDER BY from_on");
        let rows = self.rows::<Row>(&sql, values![id]).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 曾由这个机关实施的事项。
    pub async fn list_items_of_body(&self, body: Id<kind::Body>) -> Result<Vec<ItemKey>> {
        row! {
            struct Found {
                id: String,
            }
        }
        let sql = "SELECT DISTINCT id FROM item WHERE body_id = $1 ORDER BY id";
        let rows = self.rows::<Found>(sql, values![body]).await?;
        rows.iter().map(|row| column::id(&row.id)).collect()
    }

    /// 范围之内的事项在这一天的样子，按标识列出 `after` 之后的至多 `limit` 个。
    pub async fn list_items(
        &self,
        scope: &Scope,
        filter: RegisterFilter<'_>,
        on: Date,
        after: Option<ItemKey>,
        limit: u32,
    ) -> Result<Vec<ItemRow>> {
        let mut query = Query::new(SELECT);
        query.push(
            " WHERE from_on <= ? AND (to_on IS NULL OR to_on > ?)",
            values![on, on],
        );
        let columns = Columns {
            path: "org_path",
            line: Some("department"),
            owner: None,
        };
        and_in_scope(&mut query, scope, columns);
        query.and_prefix("org_path", filter.under.map(OrgPath::as_str));
        query.and_named(self.engine(), "name", "code", filter.text);
        query.and_some("id > ?", after);
        query.push(" ORDER BY id LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }
}

impl Tx {
    /// 换成这些行。
    pub async fn put_item(&self, id: ItemKey, rows: &[ItemRow]) -> Result<()> {
        self.execute("DELETE FROM item WHERE id = $1", values![id])
            .await?;
        let mut insert = Rows::new(
            "INSERT INTO item (id, from_on, to_on, code, name, body_id, org_path, department, state, facts) VALUES",
            10,
            "",
        );
        for row in rows {
            insert.push(values![
                id,
                row.term.from,
                row.term.to,
                &row.code,
                &row.name,
                row.body,
                row.org.as_str(),
                row.department.as_deref(),
                if row.is_listed { LISTED } else { WITHDRAWN },
                write_json(&row.facts)?,
            ]);
        }
        self.insert(insert).await?;
        Ok(())
    }
}
