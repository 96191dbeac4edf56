//! 跨案评估：存着的案件一段一段取出来，由法典折叠、下结论，得出跨案发现；每天一次，也可以叫它再做。
//!
//! What judges is `lawbook::sets`, as behind `mingjing check`. Confidential cases are never among those that are
//! counted: a result opens onto no case that a single look would refuse.

mod gather;
mod kept;
mod places;
pub mod read;
pub mod run;
pub mod start;

use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};

/// 队列：数全部案件要一会儿，不排在重评前面，也不挡着清理与试算。
pub const QUEUE: &str = "over_cases";
/// 任务：跨案评估一次。
pub const GATHER: &str = "gather_over_cases";
/// 留着几次评估，新的顶去旧的。
pub const RUNS_KEPT: u32 = 50;
/// 一个发现列出的案件，数了的与没有数成的各至多几案；其余只计数。
pub const CASES_LISTED: usize = 200;

/// The cases that are counted: all of the platform, but no confidential one.
fn counted_cases() -> Scope {
    Scope {
        areas: vec![Area {
            within: OrgPath::root(),
            line: None,
            related_to: None,
            is_published_only: false,
            release: Release::OrdinaryOnly,
            as_supervised: false,
        }],
        account: None,
    }
}
