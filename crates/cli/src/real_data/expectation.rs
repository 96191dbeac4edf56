//! 逐案的核定：到期日、发现、无法判定、未判，加上人写的一句与法院说法的对照。

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use toml::{Table, Value};

use crate::real_data::outcome::Results;

const HEAD: &str = "\
# 裁判文书办案时间线的逐案核定，由 mingjing real-data --accept 写成。
# compared 由人写：与法院的说法怎样相比；改写时保留。
";

/// 已写的对照，按案。
pub(crate) fn compared(text: &str, path: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let table: Table = text
        .parse()
        .with_context(|| format!("{} 不是合法的 TOML", path.display()))?;
    let cases = table.get("case").and_then(Value::as_array);
    Ok(cases
        .into_iter()
        .flatten()
        .filter_map(|case| {
            let text = |key: &str| Some(case.get(key)?.as_str()?.to_owned());
            Some((text("key")?, text("compared")?))
        })
        .collect())
}

/// 还没有写对照的案件。
pub(crate) fn lacking(results: &Results, compared: &BTreeMap<String, String>) -> Vec<String> {
    results
        .outcomes
        .iter()
        .filter(|o| {
            compared
                .get(&o.key)
                .is_none_or(|text| text.trim().is_empty())
        })
        .map(|o| format!("{} 还没有写与法院说法的对照（compared）", o.key))
        .collect()
}

/// 写成 TOML。
pub(crate) fn to_toml(results: &Results, compared: &BTreeMap<String, String>) -> String {
    let text = |t: &str| Value::String(t.to_owned()).to_string();
    let mut out = HEAD.to_owned();
    for o in &results.outcomes {
        let list = |items: &[String]| match items {
            [] => "[]".to_owned(),
            _ => {
                let lines: Vec<String> = items
                    .iter()
                    .map(|i| format!("    {},\n", text(i)))
                    .collect();
                format!("[\n{}]", lines.concat())
            }
        };
        let words = compared.get(&o.key).map_or("", String::as_str);
        out.push_str(&format!(
            "\n[[case]]\nkey = {}\ncompared = {}\ndue = {}\nfindings = {}\nundetermined = {}\nnot_judged = {}\n",
            text(&o.key),
            text(words),
            list(&o.due),
            list(&o.findings),
            list(&o.undetermined),
            o.not_judged,
        ));
    }
    out
}
