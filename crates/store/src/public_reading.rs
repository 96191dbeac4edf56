//! 公开记录的检索：条件都是检索词，从最少的那一个词往下走，别的逐条去问；新的在前，按次序接着取。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;

use crate::error::Result;
use crate::public_record::{COLUMNS, PublicRecord, RecordRow};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Param, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::Read;

/// How many records with a term are counted before it is called frequent: enough to choose the term to walk by.
const COUNTED_MAX: u32 = 1_000;

/// 找哪些公开记录。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicQuery {
    /// 都要有的检索词，至少一个。
    pub terms: Vec<String>,
    /// 供核对的文字里都要有的几段，已归一。
    pub phrases: Vec<String>,
    /// 此日起公布。
    pub from: Option<Date>,
    /// 此日前公布（不含）。
    pub until: Option<Date>,
    /// 次序在此之前的（更早公布的）。
    pub before: Option<i64>,
    /// 次序在此之后的（更晚公布的），离它最近的几条。
    pub after: Option<i64>,
    /// 至多几条。
    pub limit: u32,
}

row! {
    /// 公示的现状：代次与公开着几条。
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct PublicState {
        /// 代次：公布、撤下、抹去各加一。
        pub generation: i64,
        /// 公开着几条。
        pub live_count: i64,
    }
}

row! {
    struct TermRow {
        term: String,
        position: i64,
    }
}

impl Read {
    /// 找公开着的记录，新的在前。
    ///
    /// Walks the index `(term, position)` downwards by the rarest term; every other term is one look into the same
    /// index. `CROSS JOIN` keeps SQLite to that order. No term is as frequent as all of them together, so a page costs what its rarest term costs.
    pub async fn search_public_records(&self, wanted: &PublicQuery) -> Result<Vec<PublicRecord>> {
        let Some((first, others)) = self.rarest_first(&wanted.terms).await? else {
            return Ok(Vec::new());
        };
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM public_term t CROSS JOIN public_record r \
             WHERE r.position = t.position AND r.withdrawn_at IS NULL"
        ));
        query.and("t.term = ?", values![first.as_str()]);
        query.and_some("t.position < ?", wanted.before);
        query.and_some("t.position > ?", wanted.after);
        let range = self.range(wanted).await?;
        query.and_some("t.position >= ?", range.0);
        query.and_some("t.position <= ?", range.1);
        query.and_some("r.published_on >= ?", wanted.from);
        query.and_some("r.published_on < ?", wanted.until);
        for term in &others {
            query.and(
                "EXISTS (SELECT 1 FROM public_term u WHERE u.term = ? AND u.position = t.position)",
                values![term.as_str()],
            );
        }
        for phrase in &wanted.phrases {
            let pattern = format!("%{}%", escaped(phrase));
            query.and("r.search_text LIKE ? ESCAPE '!'", vec![pattern.value()]);
        }
        let limit = wanted.limit.min(PAGE_MAX);
        let way = if wanted.after.is_some() {
            "ASC"
        } else {
            "DESC"
        };
        query.push(
            &format!(" ORDER BY t.position {way} LIMIT {limit}"),
            Vec::new(),
        );
        let (sql, values) = query.into_parts();
        let mut rows = self.rows::<RecordRow>(&sql, values).await?;
        if wanted.after.is_some() {
            rows.reverse();
        }
        rows.into_iter().map(RecordRow::into_record).collect()
    }

    /// 公示的现状。
    pub async fn public_state(&self) -> Result<PublicState> {
        let sql = "SELECT generation, live_count FROM public_state WHERE id = 1";
        let row = self.row::<PublicState>(sql, vec![]).await?;
        Ok(row.unwrap_or(PublicState {
            generation: 0,
            live_count: 0,
        }))
    }

    /// 公开记录，按公布的次序，`after` 之后的至多 `limit` 条，连同检索词：核对与重建所用。
    pub async fn list_public_records_with_terms(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(PublicRecord, Vec<String>)>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM public_record r WHERE r.position > $1 ORDER BY r.position LIMIT $2"
        );
        let rows = self.rows::<RecordRow>(&sql, values![after, limit]).await?;
        let records: Vec<PublicRecord> = rows
            .into_iter()
            .map(RecordRow::into_record)
            .collect::<Result<_>>()?;
        let Some(last) = records.last().map(|record| record.position) else {
            return Ok(Vec::new());
        };
        let sql = "SELECT term, position FROM public_term WHERE position > $1 AND position <= $2 ORDER BY term";
        let mut terms: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for row in self.rows::<TermRow>(sql, values![after, last]).await? {
            terms.entry(row.position).or_default().push(row.term);
        }
        let with_terms = records.into_iter().map(|record| {
            let terms = terms.remove(&record.position).unwrap_or_default();
            (record, terms)
        });
        Ok(with_terms.collect())
    }

    /// 公开着的实有几条。
    pub async fn count_public_records(&self) -> Result<u64> {
        let sql = "SELECT COUNT(*) FROM public_record WHERE withdrawn_at IS NULL";
        let count = self.scalar::<i64>(sql, vec![]).await?;
        column::count(count.unwrap_or_default())
    }

    /// The term to walk by, and the others. `None` without terms.
    async fn rarest_first(&self, terms: &[String]) -> Result<Option<(String, Vec<String>)>> {
        let mut others = terms.to_vec();
        others.sort_unstable();
        others.dedup();
        let mut rarest: Option<(i64, usize)> = None;
        if others.len() > 1 {
            for (place, term) in others.iter().enumerate() {
                let sql = format!(
                    "SELECT COUNT(*) FROM (SELECT 1 AS one FROM public_term WHERE term = $1 LIMIT {COUNTED_MAX}) s"
                );
                let count = self.scalar::<i64>(&sql, values![term.as_str()]).await?;
                let count = count.unwrap_or_default();
                if rarest.is_none_or(|(least, _)| count < least) {
                    rarest = Some((count, place));
                }
            }
        }
        if others.is_empty() {
            return Ok(None);
        }
        let first = others.remove(rarest.map_or(0, |(_, place)| place));
        Ok(Some((first, others)))
    }

    /// Days of publication as places: positions grow with time, so that the walk begins and ends where the days do.
    async fn range(&self, wanted: &PublicQuery) -> Result<(Option<i64>, Option<i64>)> {
        let mut range = (None, None);
        if let Some(from) = wanted.from {
            let sql = "SELECT position FROM public_record WHERE published_on >= $1 \
                       ORDER BY published_on, position LIMIT 1";
            let first = self.scalar::<i64>(sql, values![from]).await?;
            // Nothing since then: a place after all of them.
            range.0 = Some(first.unwrap_or(i64::MAX));
        }
        if let Some(until) = wanted.until {
            let sql = "SELECT position FROM public_record WHERE published_on < $1 \
                       ORDER BY published_on DESC, position DESC LIMIT 1";
            let last = self.scalar::<i64>(sql, values![until]).await?;
            range.1 = Some(last.unwrap_or_default());
        }
        Ok(range)
    }
}

fn escaped(phrase: &str) -> String {
    let mut text = String::with_capacity(phrase.len());
    for c in phrase.chars() {
        if matches!(c, '!' | '%' | '_') {
            text.push('!');
        }
        text.push(c);
    }
    text
}
