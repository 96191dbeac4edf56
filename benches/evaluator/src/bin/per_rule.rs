//! 每条规则的耗时：找出一案中最贵的规则。
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use anyhow::Context;
use mingjing_evaluator_benches::{first_case, lawbook_files, lawbook_root, load_lawbook};
use mingjing_lawbook::assess::{Options, assess_rule};
use mingjing_lawbook::prepare::prepare;

/// 每条规则重复的次数。
const TIMES: u32 = 300;

fn main() -> anyhow::Result<()> {
    let lawbook = load_lawbook(&lawbook_files(&lawbook_root())?)?;
    let path = std::env::args()
        .nth(1)
        .context("用法：per_rule 案件.jsonl")?;
    let timeline = first_case(&path)?;
    let case = prepare(&lawbook.book.vocabulary, &timeline, None, None);
    let options = Options {
        skip_duties: true,
        ..Options::default()
    };
    let mut costs = Vec::new();
    for rule in &lawbook.rules {
        let begin = std::time::Instant::now();
        for _ in 0..TIMES {
            std::hint::black_box(assess_rule(&lawbook, &case, &options, &rule.code));
        }
        costs.push((
            begin.elapsed().as_nanos() / u128::from(TIMES),
            rule.code.clone(),
        ));
    }
    costs.sort_unstable();
    let total: u128 = costs.iter().map(|(n, _)| n).sum();
    println!("合计 {total} 纳秒");
    for (nanoseconds, code) in costs.iter().rev().take(25) {
        println!("{nanoseconds:>8} 纳秒 {code}");
    }
    Ok(())
}
