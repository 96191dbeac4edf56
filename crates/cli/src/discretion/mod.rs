//! `mingjing discretion`：按事实算裁量的区间，列出事项，由表起草。

mod facts;
mod import;
mod json;
mod list;
mod text;

use std::path::Path;

use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::discretion::words::{self, ReckoningText};
use mingjing_lawbook::discretion::{Item, NoItem};
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
    let day = match args.on.or_else(|| act_day(&timeline)) {
        Some(day) => day,
        None => clock::today()?,
    };
    let region = match timeline.facts.at("body.region") {
        Some(Value::Text(region)) => Some(region.as_str()),
        _ => None,
    };
    let item = lawbook
        .discretion_item(code, day, region)
        .map_err(|reason| anyhow::anyhow!("{}", refusal(&lawbook, code, day, reason)))?;
    check_department(&lawbook, item, &timeline)?;
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

/// 违法行为发生日，其次最后一件事之日。
fn act_day(timeline: &Timeline) -> Option<Date> {
    let act_on = match timeline.facts.at("case.act_on") {
        Some(Value::Date(day)) => Some(*day),
        Some(Value::Text(text)) => Date::parse_iso(text).ok(),
        _ => None,
    };
    act_on.or_else(|| last_day(timeline))
}

fn last_day(timeline: &Timeline) -> Option<Date> {
    let days = timeline.events.iter();
    days.map(|e| e.occurred_until.unwrap_or(e.occurred_on))
        .max()
}

fn refusal(lawbook: &Lawbook, code: &str, day: Date, reason: NoItem) -> String {
    let named = || {
        lawbook
            .discretion
            .iter()
            .filter(|i| i.code.as_ref() == code)
    };
    match reason {
        NoItem::Unknown => {
            let near = nearest(code, lawbook.discretion.iter().map(|i| i.code.as_ref()));
            format!(
                "没有裁量事项 {}。{}全部事项见 mingjing discretion list",
                plain(code),
                near.unwrap_or_default()
            )
        }
        NoItem::NotInForce => {
            let spans: Vec<String> = named()
                .map(|item| match item.to {
                    Some(to) => format!("{}至{}前", item.from.in_chinese(), to.in_chinese()),
                    None => format!("{}起", item.from.in_chinese()),
                })
                .collect();
            format!(
                "事项 {code} 在{}没有施行的条文（法典里有的：{}）。以 --on 写明违法行为之日",
                day.in_chinese(),
                spans.join("、")
            )
        }
        NoItem::Elsewhere => {
            let regions: Vec<String> = named()
                .flat_map(|item| &item.regions)
                .map(|region| {
                    let known = &lawbook.book.vocabulary.regions;
                    known
                        .get(region.as_ref())
                        .cloned()
                        .unwrap_or_else(|| region.to_string())
                })
                .collect();
            format!(
                "事项 {code} 只在{}施行，与 --region 不合",
                regions.join("、")
            )
        }
        NoItem::Ambiguous => format!("事项 {code} 几个地区各有一份，以 --region 写明机关所在地"),
    }
}

/// 机关的领域与事项的不合，算出来的没有用处。
fn check_department(lawbook: &Lawbook, item: &Item, timeline: &Timeline) -> anyhow::Result<()> {
    let Some(Value::Text(own)) = timeline.facts.at("body.department") else {
        return Ok(());
    };
    let departments = &lawbook.book.vocabulary.departments;
    anyhow::ensure!(
        departments.contains_key(own),
        "没有领域“{}”。{}",
        plain(own),
        nearest(own, departments.keys().map(String::as_str)).unwrap_or_default()
    );
    let is_fit = item.departments.is_empty() || item.departments.iter().any(|d| **d == **own);
    let names: Vec<&str> = item
        .departments
        .iter()
        .filter_map(|d| departments.get(d.as_ref()).map(String::as_str))
        .collect();
    anyhow::ensure!(
        is_fit,
        "事项 {} 属于{}，机关的领域是{}",
        item.code,
        names.join("、"),
        departments.get(own).map_or(own.as_str(), String::as_str)
    );
    Ok(())
}
