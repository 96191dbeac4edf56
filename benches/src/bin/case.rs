//! 一案全法典：随产品交付的法典对一条二十余事件的完整案卷；并量法典的加载。
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use anyhow::Context;
use mingjing_benches::{lawbook_files, lawbook_root, load_lawbook, measure};
use mingjing_domain::event::Event;
use mingjing_lawbook::assess::{Options, assess, assess_case};
use mingjing_lawbook::prepare::prepare;

/// 重复的次数。
const TIMES: usize = 5_000;

fn main() -> anyhow::Result<()> {
    let files = lawbook_files(&lawbook_root())?;
    let lawbook = measure("加载法典", 1, || load_lawbook(&files)).context("加载")?;
    println!(
        "规则 {} 条，事件种类 {} 种",
        lawbook.rules.len(),
        lawbook.book.vocabulary.kinds.len()
    );
    let path = std::env::args()
        .nth(1)
        .context("用法：case 案件.jsonl（取第一行）")?;
    let timeline = mingjing_benches::first_case(&path)?;
    println!("事件 {} 个", timeline.events.len());
    let findings_only = Options {
        skip_duties: true,
        ..Options::default()
    };
    measure("定型并评估（只要发现）", TIMES, || {
        for _ in 0..TIMES {
            std::hint::black_box(assess(&lawbook, &timeline, &findings_only));
        }
    });
    let case = prepare(&lawbook.book.vocabulary, &timeline, None, None);
    measure("评估（已定型，只要发现）", TIMES, || {
        for _ in 0..TIMES {
            std::hint::black_box(assess_case(&lawbook, &case, &findings_only));
        }
    });
    measure("评估（已定型，连同义务）", TIMES, || {
        for _ in 0..TIMES {
            std::hint::black_box(assess_case(&lawbook, &case, &Options::default()));
        }
    });
    let short = mingjing_domain::timeline::Timeline {
        events: timeline.events.iter().take(15).map(Event::clone).collect(),
        ..timeline.clone()
    };
    let case = prepare(&lawbook.book.vocabulary, &short, None, None);
    measure(
        "评估前十五个事件（已定型，只要发现）",
        TIMES,
        || {
            for _ in 0..TIMES {
                std::hint::black_box(assess_case(&lawbook, &case, &findings_only));
            }
        },
    );
    Ok(())
}
