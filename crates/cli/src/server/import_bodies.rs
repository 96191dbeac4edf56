//! `mingjing import bodies`：执法主体名录（CSV）登记进登记簿；同名的不再登记，有错的行说清楚，别的行照样登记。

use std::fs;

use anyhow::{Context as _, ensure};
use mingjing_domain::event::{Event, Origin, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_policy::role::Role;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_services::registry::record::{RegistryEvent, register};
use mingjing_store::tx::Read;
use serde_json::json;

use crate::server::open::{of_service, of_store};
use crate::server::{acting, report};
use crate::server_args::ImportArgs;
use crate::table::plain;
use crate::{Answer, clock};

/// A list of bodies; a province has some thousands.
const BYTES_MAX: u64 = 16 * 1024 * 1024;
/// The columns; the first three are required.
const REQUIRED: [&str; 3] = ["name", "region", "department"];
const OPTIONAL: [&str; 3] = ["level", "body_kind", "credit_code"];

#[derive(Default)]
struct Counts {
    created: u64,
    same: u64,
    errors: Vec<(u64, String)>,
}

/// 登记一份名录。
pub(crate) async fn bodies(args: &ImportArgs, services: &Services) -> anyhow::Result<Answer> {
    ensure!(
        args.apply,
        "主体名录没有试导入：同名的不再登记，有错的行不登记，再来一遍什么也不变。要登记请加 --apply"
    );
    let shown = args.file.display();
    let size = fs::metadata(&args.file).map_err(|error| crate::files::in_chinese(&error));
    let size = size.with_context(|| format!("{shown} 读不了"))?.len();
    ensure!(size <= BYTES_MAX, "{shown} 太大，看来不是主体名录");
    let text = fs::read_to_string(&args.file).with_context(|| format!("{shown} 读不了"))?;
    let on = match args.on {
        Some(day) => day,
        None => clock::today()?,
    };
    let counts = register_all(args, services, &text, on).await?;
    let mut told = format!(
        "执法主体：新登记 {}，已有 {}，没有登记 {} 行",
        counts.created,
        counts.same,
        counts.errors.len()
    );
    for (row, why) in &counts.errors {
        told.push_str(&format!("\n  第 {row} 行：{}", plain(why)));
    }
    let errors = counts
        .errors
        .iter()
        .map(|(row, why)| json!({ "row": row, "message": why }));
    let json = json!({
        "created": counts.created,
        "same": counts.same,
        "errors": errors.collect::<Vec<_>>(),
    });
    report::print(args.format, &told, &json)?;
    Ok(if counts.errors.is_empty() {
        Answer::Clean
    } else {
        Answer::Found
    })
}

async fn register_all(
    args: &ImportArgs,
    services: &Services,
    text: &str,
    on: Date,
) -> anyhow::Result<Counts> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers()?.clone();
    for column in &columns {
        ensure!(
            REQUIRED.contains(&column) || OPTIONAL.contains(&column),
            "没有“{}”这一列；可以有：{}、{}",
            plain(column),
            REQUIRED.join("、"),
            OPTIONAL.join("、")
        );
    }
    for column in REQUIRED {
        ensure!(columns.iter().any(|it| it == column), "缺“{column}”一列");
    }
    let request = acting::request(services, Role::SupervisorLead)?;
    let file = args.file.to_string_lossy();
    let mut counts = Counts::default();
    for (index, record) in reader.records().enumerate() {
        // The header is row 1.
        let row = index as u64 + 2;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                counts.errors.push((row, format!("这一行读不成：{error}")));
                continue;
            }
        };
        let cells: Vec<(&str, &str)> = columns.iter().zip(record.iter()).collect();
        let origin = Origin {
            file: file.clone().into_owned(),
            sheet: None,
            row,
        };
        match register_one(services, &request, &cells, origin, on).await? {
            Ok(true) => counts.created += 1,
            Ok(false) => counts.same += 1,
            Err(why) => counts.errors.push((row, why)),
        }
    }
    Ok(counts)
}

/// True if it was registered, false if a body of that name is there; the refusal of a row is a text.
async fn register_one(
    services: &Services,
    request: &RequestContext,
    cells: &[(&str, &str)],
    origin: Origin,
    on: Date,
) -> anyhow::Result<Result<bool, String>> {
    let cell = |name: &str| {
        let found = cells.iter().find(|(column, _)| *column == name);
        found
            .map(|(_, text)| text.trim())
            .filter(|it| !it.is_empty())
    };
    for column in REQUIRED {
        if cell(column).is_none() {
            return Ok(Err(format!("“{column}”是空的")));
        }
    }
    let (Some(name), Some(region)) = (cell("name"), cell("region")) else {
        return Ok(Err("没有名称或区划".to_owned()));
    };
    let there = services
        .store
        .read(async |read: &Read| read.list_bodies_named(&[name]).await);
    if !there.await.map_err(of_store)?.is_empty() {
        return Ok(Ok(false));
    }
    let mut event = Event::new("", "body_registered", on);
    event.source = Source::File;
    event.origin = Some(origin);
    let level = cell("level").unwrap_or_else(|| level_of(region));
    let body_kind = cell("body_kind").unwrap_or("department");
    let given = REQUIRED.into_iter().chain(["credit_code"]);
    let given = given.filter_map(|column| Some((column, cell(column)?)));
    for (field, text) in given.chain([("level", level), ("body_kind", body_kind)]) {
        event
            .fields
            .insert(field.to_owned(), Value::Text(text.to_owned()));
    }
    let events = vec![RegistryEvent::new(event)];
    match register(services, request, TimelineKind::Body, events).await {
        Ok(_) => Ok(Ok(true)),
        // What a row says wrong is the row's affair; everything else ends the import.
        Err(ServiceError::Invalid(errors)) => {
            let lines: Vec<String> = errors.into_iter().map(|it| it.message).collect();
            Ok(Err(lines.join("；")))
        }
        Err(ServiceError::Refused(refusal)) => Ok(Err(refusal.to_string())),
        Err(error) => Err(of_service(error)),
    }
}

/// The level that a division code shows: the zeros at its end.
fn level_of(region: &str) -> &'static str {
    match region.len() {
        2 => "province",
        4 => "city",
        6 if region.ends_with("0000") => "province",
        6 if region.ends_with("00") => "city",
        6 => "county",
        _ => "town",
    }
}
