//! 案件文件（案件格式）：逐案读给一个命令。

use std::ops::ControlFlow;
use std::path::Path;

use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::read::{self, Case, Item, Source};
use mingjing_lawbook::lawbook::Lawbook;

use crate::files::ListFile;
use crate::{clock, output};

/// 案件格式的适配器名。
const CASE_FORMAT: &str = "case";

/// 逐案读；拒绝的行写到标准错误。返回读成的案件数。
pub(crate) fn each_case(
    path: &Path,
    lawbook: &Lawbook,
    take: &mut dyn FnMut(Box<Case>) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<u64> {
    let file = ListFile::new(path)?;
    let open = || file.open();
    let sources = [Source {
        name: file.name(),
        open: &open,
    }];
    let options = read::Options {
        today: clock::today()?,
        is_unsigned: &|owner, field| lawbook.book.vocabulary.is_unsigned(owner, field),
        adapter: Adapter::find(CASE_FORMAT),
        progress: None,
    };
    let mut failed = None;
    let summary = read::read(&sources, &options, &mut |item| match item {
        Item::Case(case) => match take(case) {
            Ok(flow) => flow,
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
        Item::Refused(errors) => {
            for error in &errors {
                output::aside(format_args!("没有读入：{error}"));
            }
            ControlFlow::Continue(())
        }
        Item::Note(_) | Item::Repeated(_) => ControlFlow::Continue(()),
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(summary.cases),
    }
}
