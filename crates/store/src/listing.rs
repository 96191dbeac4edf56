//! 列表的一页：集合很小的直接取；否则顺着次序走一段，走不满一页的，再从最小的一个集合里取；哪一步都不看整张表。
//!
//! A list has an order, a scope and any of a dozen filters. No index serves every combination, and neither planner knows
//! which of the conditions is rare. So the order is walked for a bounded number of rows: what is common is found there.
//! What is rare is a small set, and each filter has an index that holds its set; the smallest is read whole and sorted.
//! Walks and sets read indexes that carry what the conditions look at: the table is asked for the rows of the page only.

use std::cmp::Ordering;

use mingjing_policy::scope::Scope;

use crate::dialect::Engine;
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::{First, FromRow, row};
use crate::scope::{Stretch, and_paths, and_stretches, stretches};
use crate::sql::values;
use crate::tx::Read;
use crate::value::Value;

/// Sets are measured up to these sizes, one after the other, so that measuring costs no more than the smallest of them.
const SET_SIZES: [u32; 3] = [16_384, 65_536, 262_144];

/// Limits nothing, but keeps the order of a subquery: neither engine may then do without it.
const ALL: i64 = i64::MAX;

/// A set so much smaller than a walk is read without one.
const WALK_PER_SET: u32 = 16;

/// A row that is looked up in its table costs as much as several of an index.
const ENTRIES_PER_ROW: u32 = 4;

/// What narrows a list, as conditions of a statement.
type Narrow<'a> = Box<dyn Fn(&mut Query) + Send + Sync + 'a>;

/// A condition and its values.
pub(crate) type Condition = (String, Vec<Value>);

/// One page of a list.
pub(crate) struct Listing<'a> {
    pub(crate) columns: &'static str,
    pub(crate) table: &'static str,
    pub(crate) alias: &'static str,
    /// What it is sorted by, ties by the identifier; without alias.
    pub(crate) key: &'static str,
    pub(crate) id: &'static str,
    pub(crate) is_descending: bool,
    /// The end of the page before.
    pub(crate) after: Option<Vec<Value>>,
    pub(crate) limit: u32,
    /// Rows that all walks together go over before a set is looked for.
    pub(crate) walk: u32,
    /// What the conditions look at, beside the key and the identifier; without alias.
    pub(crate) carried: Vec<&'static str>,
    /// Whether the indexes of the walks have all of it.
    pub(crate) is_covered: bool,
    pub(crate) scope: Vec<Stretch<'a>>,
    /// The index that begins with the path.
    pub(crate) scope_index: &'static str,
    /// What that index is limited to.
    pub(crate) scope_only: Option<&'static str>,
    pub(crate) narrow: Narrow<'a>,
    pub(crate) walks: Vec<Walk>,
    pub(crate) sets: Vec<Set>,
}

/// An index that has the rows of a list in their order, as far as the conditions hold.
pub(crate) struct Walk {
    pub(crate) index: &'static str,
    pub(crate) conditions: Vec<Condition>,
}

/// Rows among which all that a filter lets through are.
pub(crate) enum Set {
    /// What an index has for this condition.
    Index(&'static str, Condition),
    /// The cases that this statement gives as `member`.
    Cases(Condition),
}

/// One statement of a page, and what it is for.
pub(crate) struct Step {
    pub(crate) purpose: &'static str,
    pub(crate) query: Query,
}

/// Where a row stands in the order.
pub(crate) type Place<R> = fn(&R) -> (i64, &str);

impl<'a> Listing<'a> {
    /// The scope as far as it lies below the prefix.
    pub(crate) fn within(scope: &'a Scope, prefix: Option<&'a str>) -> Vec<Stretch<'a>> {
        stretches(scope, prefix)
    }

    /// Reads the page.
    pub(crate) async fn page<R: FromRow>(&self, read: &Read, place: Place<R>) -> Result<Vec<R>> {
        if self.scope.is_empty() {
            return Ok(Vec::new());
        }
        // Nothing but a walk to the end would find what a set of a few rows has.
        if let Some(set) = self.smallest(read, &[self.walk / WALK_PER_SET]).await? {
            return self.read_set(read, set).await;
        }
        if let Some(rows) = self.walk(read, place).await? {
            return Ok(rows);
        }
        if let Some(set) = self.smallest(read, &SET_SIZES).await? {
            return self.read_set(read, set).await;
        }
        let mut found = Vec::new();
        for walk in &self.walks {
            let (sql, values) = self.plain(read.engine(), walk).into_parts();
            found.extend(read.rows(&sql, values).await?);
        }
        Ok(self.merge(found, place))
    }

    async fn read_set<R: FromRow>(&self, read: &Read, number: usize) -> Result<Vec<R>> {
        let (sql, values) = self.set(read.engine(), number).into_parts();
        read.rows(&sql, values).await
    }

    /// The page, if walking a bounded number of rows finds all of it.
    async fn walk<R: FromRow>(&self, read: &Read, place: Place<R>) -> Result<Option<Vec<R>>> {
        let engine = read.engine();
        let mut found = Vec::new();
        for walk in &self.walks {
            let (sql, values) = self.bounded(engine, walk).into_parts();
            let rows: Vec<R> = read.rows(&sql, values).await?;
            if !rows.is_sorted_by(|one, other| self.compare(place(one), place(other)).is_le()) {
                return Err(StoreError::internal("a walk lost its order"));
            }
            if rows.len() < self.limit as usize {
                let (sql, values) = self.beyond(engine, walk).into_parts();
                if read.scalar::<i64>(&sql, values).await?.is_some() {
                    return Ok(None);
                }
            }
            found.extend(rows);
        }
        Ok(Some(self.merge(found, place)))
    }

    fn merge<R>(&self, mut found: Vec<R>, place: Place<R>) -> Vec<R> {
        found.sort_by(|one, other| self.compare(place(one), place(other)));
        found.truncate(self.limit as usize);
        found
    }

    fn compare(&self, one: (i64, &str), other: (i64, &str)) -> Ordering {
        match self.is_descending {
            true => other.cmp(&one),
            false => one.cmp(&other),
        }
    }

    /// The smallest of the sets, `None` if all are beyond the bounds. The scope is one of them, called by the number after the last.
    async fn smallest(&self, read: &Read, bounds: &[u32]) -> Result<Option<usize>> {
        let sets: Vec<usize> = (0..self.sets.len())
            .chain(self.has_bounded_scope().then_some(self.sets.len()))
            .collect();
        for &bound in bounds {
            let mut smallest = None;
            for set in &sets {
                let mut size = 0;
                for query in self.measures(read.engine(), *set, bound) {
                    let (sql, values) = query.into_parts();
                    size += read.scalar::<i64>(&sql, values).await?.unwrap_or_default();
                }
                if size < i64::from(bound) && smallest.is_none_or(|(least, _)| size < least) {
                    smallest = Some((size, *set));
                }
            }
            if let Some((_, set)) = smallest {
                return Ok(Some(set));
            }
        }
        Ok(None)
    }

    /// Whether the scope is anything less than everything.
    fn has_bounded_scope(&self) -> bool {
        !self.scope.is_empty() && self.scope.iter().all(Stretch::is_bounded)
    }

    fn has_case(&self) -> bool {
        self.table == "case_row"
    }

    /// All statements that a page may need: what a plan is asked for.
    pub(crate) fn steps(&self, engine: Engine) -> Vec<Step> {
        let step = |purpose, query| Step { purpose, query };
        let mut steps = Vec::new();
        if self.scope.is_empty() {
            return steps;
        }
        for walk in &self.walks {
            steps.push(step("walk", self.bounded(engine, walk)));
            steps.push(step("beyond", self.beyond(engine, walk)));
        }
        let bounded = usize::from(self.has_bounded_scope());
        for set in 0..self.sets.len() + bounded {
            steps.push(step("set", self.set(engine, set)));
            let measures = self.measures(engine, set, SET_SIZES[0]).into_iter();
            steps.extend(measures.map(|query| step("measure", query)));
        }
        steps
    }

    fn bounded(&self, engine: Engine, walk: &Walk) -> Query {
        let (alias, key, id) = (self.alias, self.key, self.id);
        let mut query = self.page_of(&format!(
            "SELECT {alias}.{key} AS place, {alias}.{id} AS member FROM (SELECT {} FROM ",
            self.carried()
        ));
        self.push_walk(&mut query, engine, walk);
        let tail = format!(" LIMIT {}) {alias}", self.budget());
        query.push(&tail, Vec::new());
        self.push_join(&mut query);
        and_paths(&mut query, &self.scope, &format!("{alias}.org_path"));
        self.push_conditions(&mut query, &self.scope);
        if !engine.keeps_order() {
            query.push(&self.order(alias, key, id), Vec::new());
        }
        self.push_rows(&mut query, !engine.keeps_order());
        query
    }

    /// Begins a page; what gives `place` and `member` of its rows follows, then `push_rows`.
    fn page_of(&self, text: &str) -> Query {
        Query::new(format!("SELECT {} FROM ({text}", self.columns))
    }

    /// Ends it: the whole rows, by their identifiers.
    fn push_rows(&self, query: &mut Query, is_sorted_again: bool) {
        let (table, alias, id) = (self.table, self.alias, self.id);
        let rows = format!(
            " LIMIT {}) s CROSS JOIN {table} {alias} WHERE {alias}.{id} = s.member",
            self.limit
        );
        query.push(&rows, Vec::new());
        if is_sorted_again {
            query.push(&self.order("s", "place", "member"), Vec::new());
        }
    }

    /// What a walk takes from its index.
    fn carried(&self) -> String {
        let carried = self.carried.iter().filter(|column| **column != self.key);
        let columns: Vec<String> = [self.key, self.id]
            .iter()
            .chain(carried)
            .map(|column| format!("{}.{column}", self.alias))
            .collect();
        columns.join(", ")
    }

    /// Whether there are rows beyond the bounded walk.
    fn beyond(&self, engine: Engine, walk: &Walk) -> Query {
        let mut query = Query::new("SELECT CAST(1 AS BIGINT) FROM ");
        self.push_walk(&mut query, engine, walk);
        let tail = format!(" LIMIT 1 OFFSET {}", self.budget());
        query.push(&tail, Vec::new());
        query
    }

    /// The whole walk, for what is neither frequent nor a small set.
    fn plain(&self, engine: Engine, walk: &Walk) -> Query {
        let (columns, alias) = (self.columns, self.alias);
        let mut query = Query::new(format!(
            "SELECT {columns} FROM {}",
            self.from(engine, Some(walk.index))
        ));
        self.push_join(&mut query);
        self.push_place(&mut query);
        for (condition, values) in &walk.conditions {
            query.and(condition, values.clone());
        }
        self.push_conditions(&mut query, &self.scope);
        query.push(&self.order(alias, self.key, self.id), Vec::new());
        query.push(&format!(" LIMIT {}", self.limit), Vec::new());
        query
    }

    fn set(&self, engine: Engine, number: usize) -> Query {
        let mut query = self.page_of("SELECT s.place, s.member FROM (");
        match self.sets.get(number) {
            Some(set) => self.push_arm(&mut query, engine, set, &self.scope),
            None => {
                for (number, area) in self.scope.iter().enumerate() {
                    if number > 0 {
                        query.push(" UNION ", Vec::new());
                    }
                    let set = self.set_of(area);
                    self.push_arm(&mut query, engine, &set, std::slice::from_ref(area));
                }
            }
        }
        // Without the fence PostgreSQL may walk the order after all.
        let order = self.order("s", "place", "member");
        let middle = format!("{}) s{order}", engine.fence());
        query.push(&middle, Vec::new());
        self.push_rows(&mut query, true);
        query
    }

    fn set_of(&self, area: &Stretch<'_>) -> Set {
        match area.handled() {
            Some(members) => Set::Cases(members),
            None => {
                let (range, ends) = area.range(&format!("{}.org_path", self.alias));
                let only = self.scope_only.unwrap_or("1 = 1");
                Set::Index(self.scope_index, (format!("{only} AND {range}"), ends))
            }
        }
    }

    /// What is in the set, the scope and the filter.
    fn push_arm(&self, query: &mut Query, engine: Engine, set: &Set, scope: &[Stretch<'_>]) {
        let (alias, key, id) = (self.alias, self.key, self.id);
        let member = format!("SELECT {alias}.{key} AS place, {alias}.{id} AS member");
        if self.has_case() {
            query.push(&format!("{member} FROM "), Vec::new());
            self.push_set(query, engine, set);
            self.push_conditions(query, scope);
            return;
        }
        // What belongs to a case is sorted first: only as many cases as fill the page are looked at.
        let head = format!(
            "SELECT y.place, y.member FROM (SELECT x.place, x.member FROM \
             ({member}, {alias}.timeline_id, {alias}.org_path FROM "
        );
        query.push(&head, Vec::new());
        self.push_set(query, engine, set);
        and_paths(query, scope, &format!("{alias}.org_path"));
        (self.narrow)(query);
        let order = self.order(alias, key, id);
        let cases = format!(
            "{order} LIMIT {ALL}) x CROSS JOIN case_row c WHERE c.timeline_id = x.timeline_id"
        );
        query.push(&cases, Vec::new());
        and_stretches(query, scope, "x.org_path");
        if !engine.keeps_order() {
            query.push(&self.order("x", "place", "member"), Vec::new());
        }
        query.push(&format!(" LIMIT {}) y", self.limit), Vec::new());
    }

    fn push_set(&self, query: &mut Query, engine: Engine, set: &Set) {
        match set {
            Set::Index(index, (condition, values)) => {
                let from = format!("{} WHERE 1 = 1", self.from(engine, Some(index)));
                query.push(&from, Vec::new());
                query.and(condition, values.clone());
            }
            Set::Cases((members, values)) => {
                query.push(&format!("({members}) m CROSS JOIN "), values.clone());
                let from = format!(
                    "{} WHERE {}.timeline_id = m.member",
                    self.from(engine, None),
                    self.alias
                );
                query.push(&from, Vec::new());
            }
        }
        self.push_place(query);
    }

    fn measures(&self, engine: Engine, number: usize, bound: u32) -> Vec<Query> {
        let of = |set: &Set| {
            let mut query = Query::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
            match set {
                Set::Index(index, (condition, values)) => {
                    query.push(&self.from(engine, Some(index)), Vec::new());
                    query.push(&format!(" WHERE {condition}"), values.clone());
                }
                Set::Cases((members, values)) => {
                    query.push(&format!("({members}) m"), values.clone())
                }
            }
            query.push(&format!(" LIMIT {bound}) s"), Vec::new());
            query
        };
        match self.sets.get(number) {
            Some(set) => vec![of(set)],
            None => self
                .scope
                .iter()
                .map(|area| of(&self.set_of(area)))
                .collect(),
        }
    }

    fn budget(&self) -> u32 {
        let arms = u32::try_from(self.walks.len()).unwrap_or(1).max(1);
        let cost = if self.is_covered { 1 } else { ENTRIES_PER_ROW };
        (self.walk / arms / cost).max(1)
    }

    fn from(&self, engine: Engine, index: Option<&str>) -> String {
        let index = index.map_or(String::new(), |index| engine.indexed_by(index));
        format!("{} {}{index}", self.table, self.alias)
    }

    /// The rows of the index in their order, after the end of the page before.
    fn push_walk(&self, query: &mut Query, engine: Engine, walk: &Walk) {
        let head = format!(
            "{} WHERE {}.{} IS NOT NULL",
            self.from(engine, Some(walk.index)),
            self.alias,
            self.key
        );
        query.push(&head, Vec::new());
        for (condition, values) in &walk.conditions {
            query.and(condition, values.clone());
        }
        self.push_after(query);
        query.push(&self.order(self.alias, self.key, self.id), Vec::new());
    }

    /// Also begins the conditions. SQLite joins in the order that is written.
    fn push_join(&self, query: &mut Query) {
        let join = match self.has_case() {
            true => " WHERE 1 = 1".to_owned(),
            false => format!(
                " CROSS JOIN case_row c WHERE c.timeline_id = {}.timeline_id",
                self.alias
            ),
        };
        query.push(&join, Vec::new());
    }

    fn push_place(&self, query: &mut Query) {
        let there = format!(" AND {}.{} IS NOT NULL", self.alias, self.key);
        query.push(&there, Vec::new());
        self.push_after(query);
    }

    fn push_after(&self, query: &mut Query) {
        if let Some(after) = &self.after {
            let (alias, comparison) = (self.alias, if self.is_descending { "<" } else { ">" });
            let condition = format!(
                "({alias}.{}, {alias}.{}) {comparison} (?, ?)",
                self.key, self.id
            );
            query.and(&condition, after.clone());
        }
    }

    fn push_conditions(&self, query: &mut Query, scope: &[Stretch<'_>]) {
        and_stretches(query, scope, &format!("{}.org_path", self.alias));
        (self.narrow)(query);
    }

    fn order(&self, alias: &str, key: &str, id: &str) -> String {
        let direction = if self.is_descending { "DESC" } else { "ASC" };
        format!(" ORDER BY {alias}.{key} {direction}, {alias}.{id} {direction}")
    }
}

impl Read {
    /// How the database would take each of the steps: what for, and its own words.
    pub(crate) async fn explain(&self, steps: Vec<Step>) -> Result<Vec<(&'static str, String)>> {
        row! {
            struct Detail {
                detail: String,
            }
        }
        if self.engine() == Engine::Postgres {
            // The tables of a test are too small for an index to pay: what is asked is whether there is one.
            let sql = "SELECT set_config('enable_seqscan', 'off', true) || set_config('enable_sort', 'off', true)";
            self.rows::<First<String>>(sql, Vec::new()).await?;
        }
        let mut plans = Vec::new();
        for step in steps {
            let (sql, values) = step.query.into_parts();
            let sql = format!("{} {sql}", self.engine().explain());
            let lines: Vec<String> = match self.engine() {
                Engine::Sqlite => {
                    let rows = self.rows::<Detail>(&sql, values).await?.into_iter();
                    rows.map(|row| row.detail).collect()
                }
                Engine::Postgres => {
                    let rows = self.rows::<First<String>>(&sql, values).await?.into_iter();
                    rows.map(|First(line)| line).collect()
                }
            };
            plans.push((step.purpose, lines.join("\n")));
        }
        Ok(plans)
    }
}

impl Set {
    /// The cases that an account has a duty in.
    pub(crate) fn of_account(account: Value) -> Set {
        let members =
            "SELECT DISTINCT timeline_id AS member FROM case_account WHERE account_id = ?";
        Set::Cases((members.to_owned(), vec![account]))
    }

    /// The cases of a body.
    pub(crate) fn of_body(body: &str) -> Set {
        let members = "SELECT timeline_id AS member FROM case_row WHERE body_id = ?";
        Set::Cases((members.to_owned(), values![body]))
    }

    /// The cases with a finding of this code that has not ended.
    pub(crate) fn of_code(code: &str) -> Set {
        let members = "SELECT DISTINCT timeline_id AS member FROM finding WHERE code = ? AND ended_at IS NULL";
        Set::Cases((members.to_owned(), values![code]))
    }
}
