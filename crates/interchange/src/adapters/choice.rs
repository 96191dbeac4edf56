//! 适配器的选择：按表头或字段认出，或由人指明。

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value as Json};

use crate::adapters::{case_timelines, csrc_events};
use crate::case;
use crate::error::RowError;
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::mapping_rules::{self, Mapped};
use crate::record::{Columns, Row};

/// 适配器。
#[derive(Debug, Clone, PartialEq)]
pub enum Adapter {
    /// 案件格式（JSON Lines）
    Case,
    /// 法院裁判中的办案时间线（JSON Lines）
    CaseTimelines,
    /// 证监会处罚公告（JSON Lines）
    CsrcEvents,
    /// 映射：内置的或用户的
    Mapped(Arc<Mapping>),
}

/// 内置的映射：标识与原文。
const BUILT_IN: [(&str, &str); 4] = [
    (
        "dual_publicity",
        include_str!("../../mappings/dual_publicity.toml"),
    ),
    (
        "zhejiang_published",
        include_str!("../../mappings/zhejiang_published.toml"),
    ),
    (
        "beijing_one_party_series",
        include_str!("../../mappings/beijing_one_party_series.toml"),
    ),
    (
        "samr_typical_cases",
        include_str!("../../mappings/samr_typical_cases.toml"),
    ),
];

static MAPPINGS: LazyLock<Vec<(&'static str, Arc<Mapping>)>> = LazyLock::new(|| {
    let parse =
        |text| Mapping::parse(text, "内置映射").expect("built-in mappings are parsed by a test");
    BUILT_IN
        .iter()
        .map(|(id, text)| (*id, Arc::new(parse(text))))
        .collect()
});

impl Adapter {
    /// 全部内置适配器的标识与中文名称。
    pub fn list() -> Vec<(&'static str, String)> {
        let fixed = [
            ("case", Adapter::Case),
            ("case_timelines", Adapter::CaseTimelines),
            ("csrc_events", Adapter::CsrcEvents),
        ];
        fixed
            .into_iter()
            .map(|(id, adapter)| (id, adapter.name().to_owned()))
            .chain(
                MAPPINGS
                    .iter()
                    .map(|(id, mapping)| (*id, mapping.name.clone())),
            )
            .collect()
    }

    /// 由标识取内置适配器。
    pub fn find(id: &str) -> Option<Adapter> {
        match id {
            "case" => Some(Adapter::Case),
            "case_timelines" => Some(Adapter::CaseTimelines),
            "csrc_events" => Some(Adapter::CsrcEvents),
            _ => MAPPINGS
                .iter()
                .find(|(name, _)| *name == id)
                .map(|(_, m)| Adapter::Mapped(Arc::clone(m))),
        }
    }

    /// 中文名称。
    pub fn name(&self) -> &str {
        match self {
            Adapter::Case => "案件格式",
            Adapter::CaseTimelines => "裁判文书办案时间线",
            Adapter::CsrcEvents => "证监会处罚公告",
            Adapter::Mapped(mapping) => &mapping.name,
        }
    }

    /// 由表头认出内置映射。
    pub fn of_columns(columns: &Columns) -> Option<Adapter> {
        MAPPINGS
            .iter()
            .find(|(_, m)| m.fits(columns))
            .map(|(_, m)| Adapter::Mapped(Arc::clone(m)))
    }

    /// 由 JSON 对象的字段认出。
    pub fn of_object(object: &Map<String, Json>) -> Option<Adapter> {
        if case::fits(object) {
            Some(Adapter::Case)
        } else if case_timelines::fits(object) {
            Some(Adapter::CaseTimelines)
        } else if csrc_events::fits(object) {
            Some(Adapter::CsrcEvents)
        } else {
            Adapter::of_columns(&Columns::of_keys(object.keys().cloned().collect()))
        }
    }

    /// 表格的这种表头能否用这个适配器读。
    pub fn reads_table(&self, columns: &Columns) -> bool {
        matches!(self, Adapter::Mapped(mapping) if mapping.fits(columns))
    }

    /// 读一行。
    pub fn read_row(&self, row: &Row, limits: Limits<'_>) -> Result<Mapped, Vec<RowError>> {
        match self {
            Adapter::Mapped(mapping) => mapping_rules::apply(mapping, row, limits),
            Adapter::Case | Adapter::CaseTimelines | Adapter::CsrcEvents => {
                Err(vec![RowError::new(
                    format!("“{}”只能读 JSON Lines，这里是表格", self.name()),
                    "请改用别的适配器，或转换格式。",
                )])
            }
        }
    }

    /// 读一个 JSON 对象。
    pub fn read_object(
        &self,
        object: &Map<String, Json>,
        origin: &mingjing_domain::event::Origin,
        limits: Limits<'_>,
    ) -> Result<Mapped, Vec<RowError>> {
        match self {
            Adapter::Case => case::parse(object, origin, limits).map(|timeline| Mapped {
                timeline,
                notes: Vec::new(),
            }),
            Adapter::CaseTimelines => case_timelines::read(object, origin, limits.today),
            Adapter::CsrcEvents => csrc_events::read(object, origin, limits.today),
            Adapter::Mapped(mapping) => {
                mapping_rules::apply(mapping, &Row::of_json(origin.clone(), object), limits)
            }
        }
    }

    /// 一行的案件标识，查重用；读不出为 `None`。
    pub fn row_id(&self, row: &Row) -> Option<String> {
        match self {
            Adapter::Mapped(mapping) => mapping_rules::case_id(mapping, row),
            Adapter::Case | Adapter::CaseTimelines | Adapter::CsrcEvents => None,
        }
    }

    /// 一个 JSON 对象的案件标识，查重用；读不出为 `None`。
    pub fn object_id(&self, object: &Map<String, Json>) -> Option<String> {
        let key = match self {
            Adapter::Case => "case",
            Adapter::CaseTimelines => case_timelines::KEY,
            Adapter::CsrcEvents => csrc_events::KEY,
            Adapter::Mapped(mapping) => {
                return mapping_rules::case_id(mapping, &Row::of_json(Default::default(), object));
            }
        };
        object.get(key).and_then(Json::as_str).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_mapping_parses_and_is_found_by_its_id() {
        for (id, name) in Adapter::list() {
            let adapter = Adapter::find(id).unwrap();
            assert_eq!(adapter.name(), name);
        }
        assert_eq!(Adapter::list().len(), 7);
    }
}
