//! 认定：来源里写的机关名称是哪个登记的主体；按来源记住，下一次导入照用。

use std::collections::BTreeMap;

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;

use crate::error::Result;
use crate::query::Query;
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// Names of one question.
const NAMES_MAX: usize = 1_000;

/// 登记的主体此刻在组织树上的位置。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredBody {
    /// 主体的标识。
    pub id: String,
    /// 名称。
    pub name: String,
    /// 组织路径。
    pub path: String,
}

/// 一条认定。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyMapping {
    /// 来源里的名称。
    pub name: String,
    /// 登记的主体。
    pub body: String,
    /// 谁认定的。
    pub account: Option<Id<kind::Account>>,
    /// 何时。
    pub mapped_at: Moment,
}

row! {
    struct MappingRow {
        name: String,
        body_id: String,
        account_id: Option<String>,
        mapped_at: i64,
    }
}

row! {
    struct NodeRow {
        id: String,
        name: String,
        path: String,
    }
}

impl Read {
    /// 一个来源的全部认定，按名称。
    pub async fn list_body_mappings(&self, source: &str) -> Result<Vec<BodyMapping>> {
        let rows = self.rows::<MappingRow>(
            "SELECT name, body_id, account_id, mapped_at FROM body_mapping WHERE source = $1 ORDER BY name",
            values![source],
        );
        let read = |row: MappingRow| {
            Ok(BodyMapping {
                name: row.name,
                body: row.body_id,
                account: row.account_id.as_deref().map(column::id).transpose()?,
                mapped_at: column::moment(row.mapped_at)?,
            })
        };
        rows.await?.into_iter().map(read).collect()
    }

    /// 现有的主体里名称恰为其一的，按名称。
    pub async fn list_bodies_named(&self, names: &[&str]) -> Result<Vec<RegisteredBody>> {
        let mut bodies = Vec::new();
        for names in names.chunks(NAMES_MAX) {
            let mut query = Query::new(
                "SELECT id, name, path FROM org_node WHERE kind = 'body' AND to_on IS NULL",
            );
            query.and_any("name", names);
            query.push(" ORDER BY name, id", Vec::new());
            let (sql, values) = query.into_parts();
            bodies.extend(self.rows::<NodeRow>(&sql, values).await?);
        }
        Ok(bodies.into_iter().map(NodeRow::into_body).collect())
    }

    /// 标识在其中的、现有的主体。
    pub async fn list_bodies_by_id(
        &self,
        ids: &[&str],
    ) -> Result<BTreeMap<String, RegisteredBody>> {
        let mut bodies = BTreeMap::new();
        for ids in ids.chunks(NAMES_MAX) {
            let mut query = Query::new(
                "SELECT id, name, path FROM org_node WHERE kind = 'body' AND to_on IS NULL",
            );
            query.and_any("id", ids);
            let (sql, values) = query.into_parts();
            let rows = self.rows::<NodeRow>(&sql, values).await?;
            bodies.extend(
                rows.into_iter()
                    .map(|row| (row.id.clone(), row.into_body())),
            );
        }
        Ok(bodies)
    }
}

impl NodeRow {
    fn into_body(self) -> RegisteredBody {
        RegisteredBody {
            id: self.id,
            name: self.name,
            path: self.path,
        }
    }
}

impl Tx {
    /// 认定，有了就换。
    pub async fn put_body_mapping(&self, source: &str, name: &str, body: &str) -> Result<()> {
        self.execute(
            "INSERT INTO body_mapping (source, name, body_id, account_id, mapped_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (source, name) DO UPDATE SET body_id = excluded.body_id, \
             account_id = excluded.account_id, mapped_at = excluded.mapped_at",
            values![source, name, body, self.context().account, self.now()],
        )
        .await?;
        Ok(())
    }
}
