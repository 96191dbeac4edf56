//! `mingjing discretion`：按事实算裁量的区间，列出事项，由表起草。

mod facts;
mod import;
mod json;
mod list;
mod text;

use std::path::Path;

use mingjing_kernel::date::Date;
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::discretion::choose::{NoItem, Setting, last_day};
use mingjing_lawbook::discretion::words::{self, ReckoningText};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;

use crate::args::Format;
use crate::discretion_args::{DiscretionArgs, DiscretionCommand, ReckonArgs};
use crate::table::plain;
use crate::{Answer, clock, lawbook_files, output};

pub(crate) fn run(args: &DiscretionArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    match &args.command {
        Some(DiscretionCommand::List(list)) => list::run(list, folder),
        Some(DiscretionCommand::Import(table)) => import::run(table, folder),
        None => reckon(&args.reckon, folder),
    }
}

fn reckon(args: &ReckonArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let Some(code) = &args.item else {
        anyhow::bail!("缺少事项。全部事项见 mingjing discretion list");
    };
    let lawbook = lawbook_files::open(folder)?;
    let timeline = facts::timeline(args, &lawbook)?;
    let mut setting = Setting::of(&timeline, clock::today()?);
    setting.day = args.on.unwrap_or(setting.day);
    let day = setting.day;
    check_department(&lawbook, setting.department)?;
    let item = lawbook
        .discretion_item(code, setting)
        .map_err(|reason| anyhow::anyhow!("{}", refusal(&lawbook, code, day, reason)))?;
    let explainer = Explainer::new(&lawbook);
    let as_of = last_day(&timeline).map_or(day, |last| last.max(day));
    let told = words::text(&explainer, item, &timeline, as_of, day);
    match args.output.format {
        Format::Table => output::text(text::whole(&told))?,
        Format::Json => output::line(json::reckoning(&told))?,
    }
    Ok(answer(&told))
}

fn answer(told: &ReckoningText) -> Answer {
    if told.missing.is_empty() {
        Answer::Clean
    } else {
        Answer::Found
    }
}

/// 为什么没有可用的事项，连同命令行上怎么办。
fn refusal(lawbook: &Lawbook, code: &str, day: Date, reason: NoItem) -> String {
    let said = reason.in_words(lawbook, code, day);
    let hint = match reason {
        NoItem::Unknown => "全部事项见 mingjing discretion list",
        NoItem::NotInForce => "。以 --on 写明违法行为之日",
        NoItem::Elsewhere | NoItem::Ambiguous => "。以 --region 写明机关所在地",
        NoItem::OtherDepartment => "（--department 或案件里写的）",
    };
    format!("{said}{hint}")
}

/// 写错的领域当作不合，会让人去找不存在的事项。
fn check_department(lawbook: &Lawbook, department: Option<&str>) -> anyhow::Result<()> {
    let departments = &lawbook.book.vocabulary.departments;
    if let Some(own) = department {
        anyhow::ensure!(
            departments.contains_key(own),
            "没有领域“{}”。{}",
            plain(own),
            nearest(own, departments.keys().map(String::as_str)).unwrap_or_default()
        );
    }
    Ok(())
}
