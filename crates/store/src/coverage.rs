//! 覆盖范围的存法：`"closed"`、`"open"`，或按种类的对象。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_kernel::date::Date;
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    Closed,
    Open,
    Kinds(BTreeMap<String, StoredKind>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKind {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    fields: Option<BTreeSet<String>>,
    is_complete: bool,
}

pub(crate) fn encode(coverage: &Coverage) -> Result<String> {
    let stored = match coverage {
        Coverage::Closed => Stored::Closed,
        Coverage::Open => Stored::Open,
        Coverage::Kinds(kinds) => Stored::Kinds(
            kinds
                .iter()
                .map(|(kind, of)| {
                    let of = StoredKind {
                        until: of.until,
                        fields: of.fields.clone(),
                        is_complete: of.is_complete,
                    };
                    (kind.clone(), of)
                })
                .collect(),
        ),
    };
    serde_json::to_string(&stored).map_err(StoreError::internal)
}

pub(crate) fn decode(text: &str) -> Result<Coverage> {
    let stored = serde_json::from_str(text)
        .map_err(|error| StoreError::corrupt(format!("覆盖范围读不出：{error}")))?;
    Ok(match stored {
        Stored::Closed => Coverage::Closed,
        Stored::Open => Coverage::Open,
        Stored::Kinds(kinds) => Coverage::Kinds(
            kinds
                .into_iter()
                .map(|(kind, of)| {
                    let of = KindCoverage {
                        until: of.until,
                        fields: of.fields,
                        is_complete: of.is_complete,
                    };
                    (kind, of)
                })
                .collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_comes_back() {
        let mut kinds = BTreeMap::new();
        kinds.insert(
            "file".to_owned(),
            KindCoverage {
                until: Date::new(2025, 3, 1),
                fields: Some(["a".to_owned()].into()),
                is_complete: true,
            },
        );
        kinds.insert(
            "decide".to_owned(),
            KindCoverage {
                until: None,
                fields: None,
                is_complete: false,
            },
        );
        for coverage in [Coverage::Closed, Coverage::Open, Coverage::Kinds(kinds)] {
            let text = encode(&coverage).unwrap();
            assert_eq!(decode(&text).unwrap(), coverage, "{text}");
        }
        assert_eq!(encode(&Coverage::Closed).unwrap(), "\"closed\"");
    }

    #[test]
    fn what_nobody_wrote_is_corrupt() {
        assert!(matches!(decode("\"shut\""), Err(StoreError::Corrupt(_))));
    }
}
