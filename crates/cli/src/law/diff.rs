//! `mingjing lawbook diff`：两份法典之间变了什么。

use std::fmt::Write as _;
use std::path::Path;

use mingjing_lawbook::diff::words::short;
use mingjing_lawbook::diff::{Change, Comparison, Difference, Edition, compare};
use serde_json::{Value as Json, json};

use crate::args::Format;
use crate::lawbook_args::{self, DiffArgs};
use crate::{Answer, lawbook_files, output};

/// 一行里列出的规则数；其余只计数，JSON 里是全部。
const RULES_SHOWN: usize = 12;

pub(crate) fn run(args: &DiffArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let after = match &args.after {
        Some(named) => lawbook_args::folder(named),
        None => folder,
    };
    let (old, old_files) = lawbook_files::open_with_sources(lawbook_args::folder(&args.before))?;
    let (new, new_files) = lawbook_files::open_with_sources(after)?;
    let comparison = compare(
        Edition {
            lawbook: &old,
            files: &old_files,
        },
        Edition {
            lawbook: &new,
            files: &new_files,
        },
    );
    match args.output.format {
        Format::Table => output::text(text(&comparison))?,
        Format::Json => {
            let lines = comparison.differences.iter().map(line);
            lines
                .chain([summary(&comparison)])
                .try_for_each(output::line)?;
        }
    }
    Ok(if comparison.differences.is_empty() {
        Answer::Clean
    } else {
        Answer::Found
    })
}

fn text(comparison: &Comparison) -> String {
    let mut text = format!(
        "法典 {} → {}：{}\n",
        comparison.before,
        comparison.after,
        comparison.in_chinese()
    );
    if comparison.differences.is_empty() {
        return text;
    }
    for difference in &comparison.differences {
        tell(&mut text, difference);
    }
    text.push('\n');
    text.push_str(&match &comparison.affected {
        affected if affected.is_all => {
            "事件、事实、日历或程序变了，说不准只影响几条规则：全部规则都可能有不同的结论\n"
                .to_owned()
        }
        affected if affected.is_empty() => "没有一条规则会得出不同的结论\n".to_owned(),
        affected => {
            let all = affected.before.union(&affected.after).count();
            format!(
                "可能得出不同结论的规则 {all} 条；哪些案件会变，用 mingjing lawbook simulate 试算\n"
            )
        }
    });
    text
}

fn tell(text: &mut String, difference: &Difference) {
    let name = if difference.name == difference.key {
        String::new()
    } else {
        format!(" {}", difference.name)
    };
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "\n{} {} {}{name}",
        difference.change.name(),
        difference.kind.name(),
        difference.key
    );
    if !difference.citations.is_empty() {
        let _ = write!(text, "（{}）", short(&difference.citations.join("、")));
    }
    text.push('\n');
    for edit in &difference.edits {
        let _ = writeln!(text, "  {}", edit.in_chinese());
    }
    for impact in &difference.impacts {
        let _ = writeln!(text, "  影响 {}", impact.in_chinese());
    }
    if difference.rules.len() > 1 || (difference.rules.len() == 1 && !difference.is_of_itself()) {
        let shown: Vec<&str> = difference
            .rules
            .iter()
            .take(RULES_SHOWN)
            .map(AsRef::as_ref)
            .collect();
        let rest = difference.rules.len().saturating_sub(RULES_SHOWN);
        let rest = if rest > 0 {
            format!(" 等 {} 条", difference.rules.len())
        } else {
            String::new()
        };
        let _ = writeln!(text, "  所及规则 {}{rest}", shown.join("、"));
    }
}

/// JSON 的行；含义见 `docs/cli.md`。
fn line(difference: &Difference) -> Json {
    json!({
        "type": "difference",
        "kind": difference.kind.code(),
        "change": difference.change.code(),
        "key": difference.key,
        "name": difference.name,
        "file": difference.file.as_ref(),
        "citation": difference.citations,
        "edits": difference.edits.iter().map(|edit| json!({
            "place": edit.place,
            "label": edit.label,
            "before": edit.before,
            "after": edit.after,
            "wording_only": edit.is_wording,
        })).collect::<Vec<_>>(),
        "periods": difference.impacts.iter().map(|impact| json!({
            "from": impact.span.from.map(|day| day.to_string()),
            "to": impact.span.to.map(|day| day.to_string()),
            "scope": impact.scope,
            "before": impact.before,
            "after": impact.after,
        })).collect::<Vec<_>>(),
        "rules": difference.rules.iter().map(AsRef::<str>::as_ref).collect::<Vec<_>>(),
    })
}

fn summary(comparison: &Comparison) -> Json {
    let of_kind = |changes: &std::collections::BTreeMap<Change, usize>| {
        let counts = changes.iter();
        counts
            .map(|(change, n)| (change.code().to_owned(), json!(n)))
            .collect::<serde_json::Map<_, _>>()
    };
    let counts: serde_json::Map<String, Json> = comparison
        .counts()
        .iter()
        .map(|(kind, changes)| (kind.code().to_owned(), Json::Object(of_kind(changes))))
        .collect();
    let affected = &comparison.affected;
    let rules = affected.before.union(&affected.after);
    json!({
        "type": "summary",
        "before": comparison.before.as_ref(),
        "after": comparison.after.as_ref(),
        "differences": comparison.differences.len(),
        "counts": counts,
        "all_rules_affected": affected.is_all,
        "rules_affected": rules.map(AsRef::<str>::as_ref).collect::<Vec<_>>(),
    })
}
