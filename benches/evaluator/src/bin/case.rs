//! 一案全法典：随产品交付的法典对一条二十余事件的完整案卷，与它的前十五个事件；并量法典的加载。
//!
//! Usage: `case 案件.jsonl [哪一项 [次数]]` takes the first line of the file. One measurement alone is for a profiler
//! that counts instructions: what `次数` more of them cost is exact whatever else the machine does.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use anyhow::Context;
use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_evaluator_benches::{lawbook_files, lawbook_root, least, load_lawbook, measure};
use mingjing_lawbook::assess::{Options, assess, assess_case};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;

/// 重复的次数。
const TIMES: usize = 5_000;
/// “前十五个事件”。
const SHORT: usize = 15;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .context("用法：case 案件.jsonl [哪一项 [次数]]（取第一行）")?;
    let wanted = arguments.next();
    let times = arguments.next().map_or(Ok(TIMES), |n| n.parse())?;
    let files = lawbook_files(&lawbook_root())?;
    let lawbook = match wanted {
        None => measure("加载法典", 1, || load_lawbook(&files)).context("加载")?,
        Some(_) => load_lawbook(&files)?,
    };
    println!(
        "规则 {} 条，事件种类 {} 种",
        lawbook.rules.len(),
        lawbook.book.vocabulary.kinds.len()
    );
    let whole = mingjing_evaluator_benches::first_case(&path)?;
    let short = Timeline {
        events: whole.events.iter().take(SHORT).map(Event::clone).collect(),
        ..whole.clone()
    };
    for timeline in [&whole, &short] {
        let is_short = timeline.events.len() == SHORT;
        let name = |part: &str| match is_short {
            true => format!("short-{part}"),
            false => part.to_owned(),
        };
        let works: [(&str, &dyn Fn(usize)); 4] = [
            ("raw", &|n| raw(&lawbook, timeline, n)),
            ("ready", &|n| ready(&lawbook, timeline, n, true)),
            ("duties", &|n| ready(&lawbook, timeline, n, false)),
            ("prepare", &|n| prepared(&lawbook, timeline, n)),
        ];
        for (part, work) in works {
            let name = name(part);
            match &wanted {
                None => least(&name, times, work),
                Some(wanted) if *wanted == name => work(times),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// 从原始时间线起，只要发现。
fn raw(lawbook: &Lawbook, timeline: &Timeline, times: usize) {
    for _ in 0..times {
        std::hint::black_box(assess(lawbook, timeline, &options(true)));
    }
}

/// 已定型。
fn ready(lawbook: &Lawbook, timeline: &Timeline, times: usize, skip_duties: bool) {
    let case = prepare(&lawbook.book.vocabulary, timeline, None, None);
    for _ in 0..times {
        std::hint::black_box(assess_case(lawbook, &case, &options(skip_duties)));
    }
}

/// 只定型。
fn prepared(lawbook: &Lawbook, timeline: &Timeline, times: usize) {
    for _ in 0..times {
        let case = prepare(&lawbook.book.vocabulary, timeline, None, None);
        std::hint::black_box(&case);
    }
}

fn options(skip_duties: bool) -> Options {
    Options {
        skip_duties,
        ..Options::default()
    }
}
