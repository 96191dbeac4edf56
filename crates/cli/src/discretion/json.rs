//! JSON：一次计算一个对象，键稳定，只增不改；金额为分，含义见 `docs/cli.md`。

use mingjing_domain::value::Value;
use mingjing_kernel::money::Fen;
use mingjing_lawbook::discretion::reckon::Verdict;
use mingjing_lawbook::discretion::words::{RangeText, ReckoningText, SeenText};
use mingjing_lawbook::explain::reads::ReadText;
use serde_json::{Map, Value as Json, json};

/// 一次计算。
pub(super) fn reckoning(told: &ReckoningText) -> Json {
    json!({
        "type": "discretion",
        "item": told.code,
        "name": told.name,
        "lawbook": told.lawbook,
        "on": told.day.in_chinese(),
        "department": told.department,
        "regions": told.regions,
        "citation": told.cite,
        "marks": told.marks,
        "force": told.force,
        "note": told.note,
        "verdict": match told.verdict {
            Verdict::MustNot => "must_not_penalize",
            Verdict::MayNot => "may_not_penalize",
            Verdict::Penalize => "penalize",
        },
        "ranges": told.ranges.iter().map(range).collect::<Vec<_>>(),
        "tiers": told.tiers.iter().map(tier).collect::<Vec<_>>(),
        "factors": told.factors.iter().map(seen).collect::<Vec<_>>(),
        "needs": told.needs.iter().map(seen).collect::<Vec<_>>(),
        "conclusion": told.conclusion,
        "missing": told.missing_paths,
        "missing_text": told.missing,
        "facts": facts(&told.facts),
    })
}

fn bounds(bounds: Option<(Fen, Fen)>) -> Json {
    match bounds {
        Some((least, most)) => json!({ "least": least.0, "most": most.0 }),
        None => Json::Null,
    }
}

fn range(range: &RangeText) -> Json {
    let tiers: Vec<Json> = range
        .tiers
        .iter()
        .map(|(name, own)| json!({ "tier": name, "amount": bounds(*own) }))
        .collect();
    json!({
        "id": range.id,
        "kind": range.kind,
        "name": range.name,
        "state": range.state.code(),
        "may": range.may,
        "written": range.written,
        "reads": reads(&range.reads),
        "measures": reads(&range.measures),
        "statutory": bounds(range.statutory),
        "tiers": tiers,
        "proposal": bounds(range.proposal),
        "band": bounds(range.band),
        "off_tier": range.is_off_tier,
        "mitigated_below": range.below.map(|fen| fen.0),
    })
}

fn tier(tier: &SeenText) -> Json {
    let mut told = seen(tier);
    told["is_candidate"] = Json::Bool(tier.is_candidate);
    told
}

fn seen(seen: &SeenText) -> Json {
    let tests: Vec<Json> = seen
        .tests
        .iter()
        .map(|test| json!({ "say": test.say, "state": test.state.code(), "reads": reads(&test.reads) }))
        .collect();
    json!({
        "id": seen.code,
        "name": seen.name,
        "effect": seen.effect,
        "state": seen.state.code(),
        "how": seen.how,
        "tests": tests,
        "citation": seen.cite,
        "marks": seen.marks,
        "note": seen.note,
    })
}

fn reads(reads: &[ReadText]) -> Vec<Json> {
    reads
        .iter()
        .map(|read| json!({ "path": read.path, "label": read.label, "value": read.value }))
        .collect()
}

/// 裁量规则所问的事实，可以原样放进案件。
fn facts(facts: &[(&'static str, Value)]) -> Json {
    let mut all = Map::new();
    for (path, value) in facts {
        let value = match value {
            Value::Int(number) => json!(number),
            Value::Text(text) => json!(text),
            other => json!(other),
        };
        all.insert((*path).to_owned(), value);
    }
    Json::Object(all)
}
