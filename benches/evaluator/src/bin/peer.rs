//! 同行负荷：一百条规则，十万条时间线。读同行脚本产生的 `cases.jsonl` 与 `rules.json`，规则写成法典。
//!
//! Usage: `peer FOLDER [ready [次数]]` with the two files of the workload. Prints the violations counted and the speed.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, ensure};
use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_domain::finding::{Assessment, Outcome};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_evaluator_benches::{lawbook_files, lawbook_root, least_of, load_lawbook, measure};
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::{Options, assess, assess_case};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::prepare::{Case, prepare};
use serde_json::Value as Json;

/// 同行的日子自 2016-01-01 起计。
const EPOCH: (i16, i8, i8) = (2016, 1, 1);
/// 按 `WD`、`CD` 的定义应有的违反数。
const EXPECTED: usize = 81_792;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .context("用法：peer 文件夹（内有 cases.jsonl 与 rules.json）")?;
    let folder = Path::new(&folder);
    let rules: Vec<Json> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("rules.json"))?)?;
    let timelines = timelines(&folder.join("cases.jsonl"))?;
    let lawbook = load_lawbook(&files(&rules)?)?;
    let options = Options {
        skip_duties: true,
        ..Options::default()
    };
    let count = |results: &[mingjing_domain::finding::RuleResult]| {
        results
            .iter()
            .filter(|r| r.outcome == Outcome::Violation)
            .count()
    };
    // A second argument `ready` measures nothing but the assessment (for a profiler).
    if std::env::args().nth(2).is_some_and(|mode| mode == "ready") {
        let cases: Vec<_> = timelines
            .iter()
            .map(|t| prepare(&lawbook.book.vocabulary, t, None, None))
            .collect();
        let rounds = std::env::args().nth(3).map_or(Ok(5), |n| n.parse())?;
        let mut violations = 0;
        let seconds = least_of(rounds, || {
            let counted = cases
                .iter()
                .map(|c| count(&assess_case(&lawbook, c, &options).results));
            violations = counted.sum();
            Ok(())
        })?;
        println!(
            "评估（已定型）：{} 案，违反 {violations} 项，{rounds} 次里最快的 {seconds:.3} 秒（每秒 {:.0}）",
            cases.len(),
            cases.len() as f64 / seconds
        );
        return Ok(());
    }
    // Findings and reasons are kept: every assessment stays until all are made.
    let violations = |all: &[Assessment]| all.iter().map(|a| count(&a.results)).sum::<usize>();
    let whole = measure("定型并评估", timelines.len(), || {
        let judge = |t: &Timeline| assess(&lawbook, t, &options);
        violations(&timelines.iter().map(judge).collect::<Vec<_>>())
    });
    let cases: Vec<_> = timelines
        .iter()
        .map(|t| prepare(&lawbook.book.vocabulary, t, None, None))
        .collect();
    let ready = measure("评估（已定型）", cases.len(), || {
        let judge = |c: &Case<'_>| assess_case(&lawbook, c, &options);
        violations(&cases.iter().map(judge).collect::<Vec<_>>())
    });
    let with_duties = Options::default();
    measure("评估并列出义务（已定型）", cases.len(), || {
        cases
            .iter()
            .map(|c| assess_case(&lawbook, c, &with_duties).duties.len())
            .sum::<usize>()
    });
    println!("违反 {whole} 项（应为 {EXPECTED}）");
    ensure!(whole == EXPECTED && ready == EXPECTED, "违反数不符");
    Ok(())
}

fn timelines(path: &Path) -> anyhow::Result<Vec<Timeline>> {
    let epoch = Date::new(EPOCH.0, EPOCH.1, EPOCH.2).context("起点")?;
    let text = std::fs::read_to_string(path)?;
    text.lines()
        .map(|line| {
            let case: Json = serde_json::from_str(line)?;
            let int = |key: &str| case[key].as_i64().with_context(|| key.to_owned());
            let mut facts = Facts::default();
            facts.set("case.proc", Value::Int(int("proc")?));
            facts.set("case.party_kind", Value::Int(int("party")?));
            facts.set("case.fine", Value::Int(int("fine")?));
            let events = case["events"].as_array().context("events")?;
            let events: anyhow::Result<Vec<Event>> = events
                .iter()
                .enumerate()
                .map(|(i, e)| {
                    let day = i32::try_from(e[1].as_i64().context("day")?)?;
                    Ok(Event::new(
                        i.to_string(),
                        e[0].as_str().context("kind")?,
                        epoch.add_days(day),
                    ))
                })
                .collect();
            Ok(Timeline {
                id: int("id")?.to_string(),
                procedure: None,
                events: events?,
                coverage: Coverage::Closed,
                facts,
            })
        })
        .collect()
}

/// 把负荷写成法典：二十四种事件、三个事实、一百条规则。
fn files(rules: &[Json]) -> anyhow::Result<Vec<SourceFile>> {
    let calendars = lawbook_files(&lawbook_root())?;
    let mut files: Vec<SourceFile> = calendars
        .into_iter()
        .filter(|f| f.path.starts_with("calendars/"))
        .collect();
    let mut kinds: Vec<&str> = rules
        .iter()
        .flat_map(|r| [r["a"].as_str(), r["b"].as_str()])
        .flatten()
        .collect();
    kinds.extend(["jc", "xw", "jt"]);
    kinds.sort_unstable();
    kinds.dedup();
    let mut events = String::new();
    for kind in kinds {
        writeln!(events, "[event.{kind}]\nname = \"{kind}\"")?;
    }
    files.push(SourceFile::new("events/all.toml", events));
    files.push(SourceFile::new(
        "lawbook.toml",
        "version = \"peer\"\nformat = 1\n",
    ));
    files.push(SourceFile::new("codes.toml", ""));
    files.push(SourceFile::new(
        "facts/case.toml",
        "[fact.case]\nname = \"案件\"\n[fact.case.fields]\nproc = { name = \"程序\", type = \"int\" }\nparty_kind = { name = \"当事人\", type = \"int\" }\nfine = { name = \"罚款\", type = \"int\" }\n",
    ));
    files.push(SourceFile::new(
        "statutes/peer.toml",
        "short = \"同行\"\nname = \"同行负荷\"\nlevel = \"law\"\n[[version]]\nfrom = \"2000-01-01\"\narticles = [\"1\"]\n",
    ));
    for rule in rules {
        files.push(rule_file(rule)?);
    }
    Ok(files)
}

fn rule_file(rule: &Json) -> anyhow::Result<SourceFile> {
    let text = |key: &str| rule[key].as_str().with_context(|| key.to_owned());
    let (id, kind, a, b) = (text("id")?, text("kind")?, text("a")?, text("b")?);
    let mut out = format!(
        "code = \"{id}\"\nname = \"{id}\"\nseverity = \"违规\"\nfrom = \"2010-01-01\"\ncite = [\"同行1\"]\nwhat = \"同行\"\nwhy = \"同行\"\n[[part]]\n"
    );
    let limit = |unit: &str| {
        rule["n"]
            .as_i64()
            .map(|n| format!("{unit}({n})"))
            .context("n")
    };
    match kind {
        "wlimit" | "climit" => {
            let period = limit(if kind == "wlimit" { "WD" } else { "CD" })?;
            writeln!(
                out,
                "form = \"deadline\"\nstart = \"first {a}\"\nmet_by = \"first {b}\"\njudge_on = \"{b}\"\nperiod = \"{period}\""
            )?;
        }
        "must" => writeln!(
            out,
            "form = \"requires\"\non = \"first {a}\"\nneeds = \"{b}\"\nposition = \"any\""
        )?,
        _ => writeln!(
            out,
            "form = \"precedes\"\norder = [\"first {a}\", \"first {b}\"]"
        )?,
    }
    let guard = &rule["guard"];
    let mut conditions = Vec::new();
    for (key, condition) in [
        ("proc", "case.proc == {}"),
        ("party", "case.party_kind == {}"),
        ("fine_min", "case.fine >= {}"),
        ("fine_max", "case.fine < {}"),
    ] {
        if let Some(value) = guard[key].as_i64() {
            conditions.push(condition.replace("{}", &value.to_string()));
        }
    }
    if !conditions.is_empty() {
        writeln!(out, "when = \"{}\"", conditions.join(" && "))?;
    }
    Ok(SourceFile::new(format!("rules/{id}.toml"), out))
}
