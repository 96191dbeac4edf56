//! 机构树：区划与其下的执法主体，按日期有效；改名、改代码、并入都留着从前的行。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::Scope;

use crate::account::org_path;
use crate::area::{Columns, and_in_scope};
use crate::code::write_json;
use crate::error::{Result, StoreError};
use crate::officer::term;
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 节点的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrgKind {
    /// 行政区划。
    Division,
    /// 执法主体。
    Body,
}

impl OrgKind {
    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            OrgKind::Division => "division",
            OrgKind::Body => "body",
        }
    }
}

/// 一个节点在一段时间里的样子。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgNode {
    /// 标识：区划或主体的时间线。
    pub id: TimelineId,
    /// 种类。
    pub kind: OrgKind,
    /// 区划代码；主体是统一社会信用代码，没有的为空。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 层级：法典 `division_level` 的代码。
    pub level: String,
    /// 上级区划；主体所在的区划。
    pub parent: Option<TimelineId>,
    /// 没有了之后由谁承继。
    pub successor: Option<TimelineId>,
    /// 路径。
    pub path: OrgPath,
    /// 期间。
    pub term: Term,
    /// 主体的领域。
    pub department: Option<String>,
}

/// 找哪些节点；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct OrgFilter {
    /// 哪一种。
    pub kind: Option<OrgKind>,
    /// 在此之下，连同它自己。
    pub under: Option<OrgPath>,
    /// 直接的上级。
    pub parent: Option<TimelineId>,
    /// 名称中有这些字的，或代码以此开头的。
    pub text: Option<String>,
}

/// 机关在一段时间里的事实。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyRow {
    /// 期间。
    pub term: Term,
    /// 事实，字段名同法典的 `facts/body`。
    pub facts: serde_json::Value,
}

row! {
    struct Row {
        id: String,
        kind: String,
        code: String,
        name: String,
        level: String,
        parent_id: Option<String>,
        successor_id: Option<String>,
        path: String,
        from_on: i32,
        to_on: Option<i32>,
        department: Option<String>,
    }
}

const SELECT: &str = "SELECT id, kind, code, name, level, parent_id, successor_id, path, from_on, to_on, department \
     FROM org_node";
const HOLDS: &str = "from_on <= ? AND (to_on IS NULL OR to_on > ?)";

impl Row {
    fn into_node(self) -> Result<OrgNode> {
        let kind = [OrgKind::Division, OrgKind::Body]
            .into_iter()
            .find(|kind| kind.code() == self.kind)
            .ok_or_else(|| StoreError::corrupt(format!("机构 {} 的种类不认识", self.id)))?;
        let id = |text: Option<String>| text.as_deref().map(column::timeline_id).transpose();
        Ok(OrgNode {
            id: column::timeline_id(&self.id)?,
            kind,
            code: self.code,
            name: self.name,
            level: self.level,
            parent: id(self.parent_id)?,
            successor: id(self.successor_id)?,
            path: org_path(&self.path)?,
            term: term(self.from_on, self.to_on)?,
            department: self.department,
        })
    }
}

impl Read {
    /// 一个节点的历次样子，先后为序。
    pub async fn list_org_history(&self, id: TimelineId) -> Result<Vec<OrgNode>> {
        let sql = format!("{SELECT} WHERE id = $1 ORDER BY from_on");
        self.nodes(&sql, values![id]).await
    }

    /// 一个节点在这一天的样子；那一天没有的为 `None`。
    pub async fn find_org(&self, id: TimelineId, on: Date) -> Result<Option<OrgNode>> {
        self.find_node("id", values![id], on).await
    }

    /// 由路径找节点。
    pub async fn find_org_by_path(&self, path: &OrgPath, on: Date) -> Result<Option<OrgNode>> {
        self.find_node("path", values![path.as_str()], on).await
    }

    /// 这一天用这个代码的区划。
    pub async fn find_division(&self, code: &str, on: Date) -> Result<Option<OrgNode>> {
        self.find_node("kind = 'division' AND code", values![code], on)
            .await
    }

    /// 这一天没有的区划里，最后用过这个代码的。
    pub async fn find_former_division(&self, code: &str, on: Date) -> Result<Option<OrgNode>> {
        let sql = format!(
            "{SELECT} WHERE kind = 'division' AND code = $1 AND from_on <= $2 ORDER BY from_on DESC, id DESC LIMIT 1"
        );
        Ok(self.nodes(&sql, values![code, on]).await?.pop())
    }

    /// 这一天之后最先用这个代码的区划。
    pub async fn find_later_division(&self, code: &str, on: Date) -> Result<Option<OrgNode>> {
        let sql = format!(
            "{SELECT} WHERE kind = 'division' AND code = $1 AND from_on > $2 ORDER BY from_on, id LIMIT 1"
        );
        Ok(self.nodes(&sql, values![code, on]).await?.pop())
    }

    /// 这些主体的现名；没有登记的不在内。
    pub async fn list_body_names(&self, ids: &BTreeSet<&str>) -> Result<BTreeMap<String, String>> {
        self.names("id", ids).await
    }

    /// 这些路径上的节点的现名；没有登记的不在内。
    pub async fn list_org_names(&self, paths: &BTreeSet<&str>) -> Result<BTreeMap<String, String>> {
        self.names("path", paths).await
    }

    /// 这些代码的区划的现名；没有登记的不在内。
    pub async fn list_division_names(
        &self,
        codes: &BTreeSet<&str>,
    ) -> Result<BTreeMap<String, String>> {
        self.names("code", codes).await
    }

    async fn names(&self, column: &str, keys: &BTreeSet<&str>) -> Result<BTreeMap<String, String>> {
        row! {
            struct Found {
                key: String,
                name: String,
            }
        }
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::new(format!(
            "SELECT {column} AS key, name FROM org_node WHERE 1 = 1"
        ));
        let keys: Vec<&str> = keys.iter().copied().collect();
        query.and_any(column, &keys);
        // The last name wins: a list speaks of a body by the name that it has now.
        query.push(" ORDER BY from_on", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Found>(&sql, values).await?;
        Ok(rows.into_iter().map(|row| (row.key, row.name)).collect())
    }

    /// 这些路径上的节点在这一天的样子，按路径；那一天没有的不在内。
    pub async fn list_org_at(&self, paths: &BTreeSet<&str>, on: Date) -> Result<Vec<OrgNode>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(SELECT);
        query.push(&format!(" WHERE {HOLDS}"), values![on, on]);
        let paths: Vec<&str> = paths.iter().copied().collect();
        query.and_any("path", &paths);
        query.push(" ORDER BY path", Vec::new());
        let (sql, values) = query.into_parts();
        self.nodes(&sql, values).await
    }

    /// 这个区划在这一天的下级区划与本级的主体，按路径。
    pub async fn list_org_children(&self, id: TimelineId, on: Date) -> Result<Vec<OrgNode>> {
        let mut query = Query::new(SELECT);
        query.push(
            &format!(" WHERE parent_id = ? AND {HOLDS} ORDER BY path"),
            values![id, on, on],
        );
        let (sql, values) = query.into_parts();
        self.nodes(&sql, values).await
    }

    /// 曾在这个节点之下的、由它承继的节点。
    pub async fn list_org_dependents(&self, id: TimelineId) -> Result<Vec<TimelineId>> {
        row! {
            struct Found {
                id: String,
            }
        }
        let sql = "SELECT DISTINCT id FROM org_node WHERE parent_id = $1 OR successor_id = $1 ORDER BY id";
        let rows = self.rows::<Found>(sql, values![id]).await?;
        rows.iter()
            .map(|row| column::timeline_id(&row.id))
            .collect()
    }

    /// 到这一天已经由这些节点承继了的节点，终了时的样子，先没有的在前。
    pub async fn list_predecessors(
        &self,
        successors: &[TimelineId],
        on: Date,
    ) -> Result<Vec<OrgNode>> {
        if successors.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = successors.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut query = Query::new(SELECT);
        query.push(" WHERE to_on <= ?", values![on]);
        query.and_any("successor_id", &ids);
        query.push(" ORDER BY to_on, path", Vec::new());
        let (sql, values) = query.into_parts();
        self.nodes(&sql, values).await
    }

    /// 范围之内的节点在这一天的样子，按路径列出 `after` 之后的至多 `limit` 个。
    pub async fn list_org(
        &self,
        scope: &Scope,
        filter: &OrgFilter,
        on: Date,
        after: Option<&OrgPath>,
        limit: u32,
    ) -> Result<Vec<OrgNode>> {
        let mut query = Query::new(SELECT);
        query.push(&format!(" WHERE {HOLDS}"), values![on, on]);
        let columns = Columns {
            path: "path",
            line: Some("department"),
            owner: None,
        };
        and_in_scope(&mut query, scope, columns);
        query.and_some("kind = ?", filter.kind.map(OrgKind::code));
        query.and_prefix("path", filter.under.as_ref().map(OrgPath::as_str));
        query.and_some("parent_id = ?", filter.parent);
        query.and_named(self.engine(), "name", "code", filter.text.as_deref());
        query.and_some("path > ?", after.map(OrgPath::as_str));
        query.push(" ORDER BY path LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        self.nodes(&sql, values).await
    }

    /// 这些主体里，把案件开放给同一机构的。
    pub async fn list_opening_bodies(&self, bodies: &[OrgPath], on: Date) -> Result<Vec<OrgPath>> {
        row! {
            struct Found {
                path: String,
            }
        }
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let mut query =
            Query::new("SELECT n.path FROM org_node n JOIN body_setting s ON s.body_id = n.id");
        query.push(
            " WHERE n.from_on <= ? AND (n.to_on IS NULL OR n.to_on > ?) AND s.opens_cases = ?",
            values![on, on, true],
        );
        let paths: Vec<&str> = bodies.iter().map(OrgPath::as_str).collect();
        query.and_any("n.path", &paths);
        query.push(" ORDER BY n.path", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Found>(&sql, values).await?;
        rows.iter().map(|row| org_path(&row.path)).collect()
    }

    /// 这一天没有上级的区划，按路径：整棵树从它们开始。
    pub async fn list_org_roots(&self, on: Date, limit: u32) -> Result<Vec<OrgNode>> {
        let mut query = Query::new(SELECT);
        query.push(
            &format!(" WHERE kind = 'division' AND parent_id IS NULL AND {HOLDS}"),
            values![on, on],
        );
        query.push(" ORDER BY path LIMIT ?", values![limit.min(PAGE_MAX)]);
        let (sql, values) = query.into_parts();
        self.nodes(&sql, values).await
    }

    async fn find_node(
        &self,
        condition: &str,
        mut values: Vec<crate::value::Value>,
        on: Date,
    ) -> Result<Option<OrgNode>> {
        let sql = format!(
            "{SELECT} WHERE {condition} = $1 AND from_on <= $2 AND (to_on IS NULL OR to_on > $2) ORDER BY from_on, id"
        );
        values.extend(values![on]);
        Ok(self.nodes(&sql, values).await?.pop())
    }

    async fn nodes(&self, sql: &str, values: Vec<crate::value::Value>) -> Result<Vec<OrgNode>> {
        let rows = self.rows::<Row>(sql, values).await?;
        rows.into_iter().map(Row::into_node).collect()
    }
}

impl Tx {
    /// 换成这些行。
    pub async fn put_org(&self, id: TimelineId, nodes: &[OrgNode]) -> Result<()> {
        self.execute("DELETE FROM org_node WHERE id = $1", values![id])
            .await?;
        let mut insert = Rows::new(
            "INSERT INTO org_node (id, kind, code, name, level, parent_id, successor_id, path, from_on, to_on, \
             department) VALUES",
            11,
            "",
        );
        for node in nodes {
            insert.push(values![
                id,
                node.kind.code(),
                &node.code,
                &node.name,
                &node.level,
                node.parent,
                node.successor,
                node.path.as_str(),
                node.term.from,
                node.term.to,
                node.department.as_deref(),
            ]);
        }
        self.insert(insert).await?;
        Ok(())
    }

    /// 换成这些事实。
    pub async fn put_body(&self, id: Id<kind::Body>, rows: &[BodyRow]) -> Result<()> {
        self.execute("DELETE FROM body WHERE id = $1", values![id])
            .await?;
        let mut insert = Rows::new("INSERT INTO body (id, from_on, to_on, facts) VALUES", 4, "");
        for row in rows {
            insert.push(values![
                id,
                row.term.from,
                row.term.to,
                write_json(&row.facts)?
            ]);
        }
        self.insert(insert).await?;
        Ok(())
    }

    /// 本机关的案件是否向同一机构的人员开放。
    pub async fn set_opening(&self, body: Id<kind::Body>, opens_cases: bool) -> Result<()> {
        self.execute(
            "INSERT INTO body_setting (body_id, opens_cases, changed_at) VALUES ($1, $2, $3) \
             ON CONFLICT (body_id) DO UPDATE SET opens_cases = excluded.opens_cases, changed_at = excluded.changed_at",
            values![body, opens_cases, self.now()],
        )
        .await?;
        Ok(())
    }
}
