//! 核对的报告：哪张表、哪一行、怎么不同。

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use mingjing_store::error::StoreError;

use crate::error::ServiceError;
use crate::limit::DIFFERENCES_MAX;

/// 一处不同：哪张表、哪一行、哪里。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// 表名。
    pub table: &'static str,
    /// 行：时间线或发现、义务的标识，或计数的键。
    pub row: String,
    /// 怎么不同，中文。
    pub what: String,
}

/// 重建或核对的报告。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// 看了几条时间线，登记簿的在内。
    pub timelines: u64,
    /// 不同之处，至多列一千处。
    pub differences: Vec<Difference>,
    /// 不同之处的总数。
    pub difference_count: u64,
    /// Table and timeline of rows that cannot be read, or that no timeline has: they are in the way of the right ones.
    pub(crate) in_the_way: BTreeSet<(&'static str, String)>,
}

impl RebuildReport {
    pub(crate) fn add(
        &mut self,
        table: &'static str,
        row: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.difference_count += 1;
        if self.differences.len() < DIFFERENCES_MAX {
            self.differences.push(Difference {
                table,
                row: row.into(),
                what: what.into(),
            });
        }
    }

    /// What could be read; that it could not be is a difference.
    pub(crate) fn readable<T>(
        &mut self,
        table: &'static str,
        row: &str,
        found: Result<T, StoreError>,
    ) -> Result<Option<T>, ServiceError> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(StoreError::Corrupt(what)) => {
                self.add(table, row, format!("读不出：{what}"));
                self.in_the_way.insert((table, row.to_owned()));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Compares what belongs to one timeline as a whole; nothing stored has been told already.
    pub(crate) fn compare<T: PartialEq + Debug>(
        &mut self,
        table: &'static str,
        row: &str,
        stored: Option<Vec<T>>,
        computed: &[T],
    ) {
        if let Some(stored) = stored.filter(|stored| stored != computed) {
            self.add(table, row, format!("库里是 {stored:?}，应为 {computed:?}"));
        }
    }

    /// Compares row by row, each with its own id.
    pub(crate) fn compare_rows<T: PartialEq + Debug>(
        &mut self,
        table: &'static str,
        stored: &BTreeMap<String, T>,
        computed: &BTreeMap<String, T>,
    ) {
        for (id, row) in computed {
            match stored.get(id) {
                Some(found) if found == row => {}
                Some(found) => self.add(table, id, format!("库里是 {found:?}，应为 {row:?}")),
                None => self.add(table, id, "库里没有"),
            }
        }
        for id in stored.keys().filter(|id| !computed.contains_key(*id)) {
            self.add(table, id, "库里多出");
        }
    }
}

/// What is wrong with stored rows, where that is why something failed.
pub(crate) fn unreadable(error: &ServiceError) -> Option<&str> {
    let ServiceError::Internal(source) = error else {
        return None;
    };
    match source.downcast_ref::<StoreError>() {
        Some(StoreError::Corrupt(what)) => Some(what),
        Some(_) | None => None,
    }
}
