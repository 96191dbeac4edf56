//! `mingjing import`：名单与区划名录直接进库；名单先试，看过每一行会怎样，再 `--apply`。

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::intake::accept::{AcceptList, accept};
use mingjing_services::intake::map_bodies::{MapBody, list_unknown_bodies, map_bodies};
use mingjing_services::intake::receipt::{ReceiptFormat, counts_json, list_rows, receipt};
use mingjing_services::intake::run::{Mode, Runner, Started};
use mingjing_services::registry::import::import_divisions;
use mingjing_services::spool::{Kept, Spool};
use mingjing_store::context::{Rng as _, SystemRng};
use mingjing_store::import::Batch;
use mingjing_store::import_row::{ImportRow, RowOutcome};
use serde_json::{Value, json};

use crate::args::Format;
use crate::config::Config;
use crate::files::in_chinese;
use crate::server::import_bodies::bodies;
use crate::server::open::{Common, of_service, runtime, services};
use crate::server::{acting, report};
use crate::server_args::{ImportArgs, ImportKind};
use crate::table::plain;
use crate::{Answer, clock, output};

/// Rows told on the terminal; the receipt has all of them.
const ROWS_TOLD_MAX: u32 = 200;
/// A directory of divisions: the whole country has fewer bytes.
const DIVISIONS_BYTES_MAX: u64 = 64 * 1024 * 1024;

pub(crate) fn run(args: &ImportArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let done = match args.kind {
            ImportKind::Cases => cases(args, &config, &services).await,
            ImportKind::Bodies => bodies(args, &services).await,
            ImportKind::Divisions => divisions(args, &services).await,
        };
        services.store.close().await;
        done
    })
}

async fn divisions(args: &ImportArgs, services: &Services) -> anyhow::Result<Answer> {
    anyhow::ensure!(
        args.apply,
        "区划名录没有试导入：逐行核对，有错的行不导入，再来一遍什么也不变。要导入请加 --apply"
    );
    let shown = args.file.display();
    let size = fs::metadata(&args.file).map_err(|error| in_chinese(&error));
    let size = size.with_context(|| format!("{shown} 读不了"))?.len();
    anyhow::ensure!(
        size <= DIVISIONS_BYTES_MAX,
        "{shown} 太大，看来不是区划名录"
    );
    let csv = fs::read_to_string(&args.file).with_context(|| format!("{shown} 读不了"))?;
    let on = match args.on {
        Some(day) => day,
        None => clock::today()?,
    };
    let request = acting::request(services, Role::SupervisorLead)?;
    let name = file_name(&args.file);
    let done = import_divisions(services, &request, &csv, &name, on).await;
    let done = done.map_err(of_service)?;
    let mut text = format!(
        "区划：新登记 {}，已有 {}，没有导入 {} 行",
        done.created,
        done.same,
        done.errors.len()
    );
    for error in &done.errors {
        text.push_str(&format!(
            "\n  第 {} 行 {}：{}",
            error.row,
            error.column,
            plain(&error.message)
        ));
    }
    let errors = done
        .errors
        .iter()
        .map(|it| json!({ "row": it.row, "column": it.column, "message": it.message }));
    let json = json!({
        "created": done.created,
        "same": done.same,
        "errors": errors.collect::<Vec<_>>(),
    });
    report::print(args.format, &text, &json)?;
    Ok(answer(done.errors.is_empty()))
}

async fn cases(args: &ImportArgs, config: &Config, services: &Services) -> anyhow::Result<Answer> {
    let spool = Spool::open(config.spool_folder());
    let spool = spool.context("收下的原文件没有地方放（intake.folder）")?;
    let request = acting::request(services, Role::SupervisorLead)?;
    let command = command(args, &spool)?;
    let accepted = accept(services, &request, command).await;
    let batch = accepted.map_err(of_service)?.batch.id;
    let mappings = body_mappings(&args.map)?;
    if !mappings.is_empty() {
        let mapped = map_bodies(services, &request, batch, mappings).await;
        mapped.map_err(of_service)?;
    }
    let mode = if args.apply { Mode::Run } else { Mode::DryRun };
    let done = perform(services, &spool, &request, (batch, mode), args).await?;
    if let Some(path) = &args.receipt {
        write_receipt(services, &request, batch, path).await?;
    }
    tell(args, services, &request, &done).await?;
    let counts = &done.counts;
    Ok(answer(counts.refused == 0 && counts.waiting == 0))
}

fn answer(is_clean: bool) -> Answer {
    if is_clean {
        Answer::Clean
    } else {
        Answer::Found
    }
}

fn command(args: &ImportArgs, spool: &Spool) -> anyhow::Result<AcceptList> {
    let mapping = args.mapping.as_deref().map(|path| {
        fs::read_to_string(path)
            .map_err(|error| in_chinese(&error))
            .with_context(|| format!("映射文件 {} 读不了", path.display()))
    });
    Ok(AcceptList {
        source: args.source.clone(),
        is_pushed: false,
        adapter: args.adapter.clone(),
        mapping: mapping.transpose()?,
        file_name: file_name(&args.file),
        file: keep(&args.file, spool)?,
        body: args.body.clone(),
        org: match &args.org {
            Some(text) => OrgPath::parse(text).context("--org 不是机构的路径")?,
            None => OrgPath::root(),
        },
    })
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Takes the file into the spool; on disk when this returns.
fn keep(path: &Path, spool: &Spool) -> anyhow::Result<Kept> {
    let unreadable = || format!("{} 读不了", path.display());
    let mut file = File::open(path)
        .map_err(|error| in_chinese(&error))
        .with_context(unreadable)?;
    let mut nonce = [0; 16];
    SystemRng.fill(&mut nonce);
    let mut incoming = spool.begin(nonce).context("原文件存不下")?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).with_context(unreadable)?;
        if read == 0 {
            return incoming.finish().context("原文件存不下");
        }
        incoming
            .write_all(&buffer[..read])
            .context("原文件存不下")?;
    }
}

fn body_mappings(given: &[String]) -> anyhow::Result<Vec<MapBody>> {
    let parse = |text: &String| {
        let pair = text.rsplit_once('=');
        let (name, body) = pair.with_context(|| format!("--map {text} 应写作 名称=主体标识"))?;
        Ok(MapBody {
            name: name.to_owned(),
            body: body.to_owned(),
        })
    };
    given.iter().map(parse).collect()
}

/// Chunk by chunk; each is told when it is on disk, so that whoever is cut off knows how far it went.
async fn perform(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    (batch, mode): (Id<kind::Batch>, Mode),
    args: &ImportArgs,
) -> anyhow::Result<Batch> {
    let started = Runner::start(services, spool, request, batch, mode).await;
    let mut runner = match started.map_err(of_service)? {
        Started::Finished(batch) => return Ok(*batch),
        Started::Running(runner) => match args.chunk_rows {
            Some(rows) => runner.at_most(rows),
            None => *runner,
        },
    };
    while let Some(chunk) = runner.step().await.map_err(of_service)? {
        if mode == Mode::Run {
            let last = chunk.first_row + chunk.rows;
            let text = format!(
                "已提交第 {} 段：第 {} 至 {last} 行",
                chunk.number + 1,
                chunk.first_row + 1
            );
            let json =
                json!({ "chunk": chunk.number, "first_row": chunk.first_row, "rows": chunk.rows });
            report::print(args.format, &text, &json)?;
            io::stdout().flush()?;
        }
    }
    runner.finish().await.map_err(of_service)
}

async fn write_receipt(
    services: &Services,
    request: &RequestContext,
    batch: Id<kind::Batch>,
    path: &Path,
) -> anyhow::Result<()> {
    let mut file = File::create(path)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("回执 {} 写不了", path.display()))?;
    let is_csv = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    let format = if is_csv {
        // Excel takes a file without this mark for GBK.
        file.write_all("\u{feff}".as_bytes())?;
        ReceiptFormat::Csv
    } else {
        ReceiptFormat::Json
    };
    let written = receipt(services, request, batch, format, |text| {
        file.write_all(text.as_bytes())
    });
    written.await.map_err(of_service)
}

async fn tell(
    args: &ImportArgs,
    services: &Services,
    request: &RequestContext,
    batch: &Batch,
) -> anyhow::Result<()> {
    let counts = &batch.counts;
    let did = if args.apply {
        "导入"
    } else {
        "试导入（没有写下）"
    };
    let mut text = format!(
        "{did}：{} 行，新建 {}，新版 {}，没有变 {}，不能收 {}，待认定机关 {}，重复 {}\n批 {}",
        counts.rows,
        counts.created,
        counts.changed,
        counts.same,
        counts.refused,
        counts.waiting,
        counts.repeated,
        batch.id
    );
    // Rows that wait are told by the name they wait for, below.
    let wanted = [RowOutcome::Refused, RowOutcome::Note];
    let rows = list_rows(services, request, batch.id, &wanted, (0, ROWS_TOLD_MAX)).await;
    for row in rows.map_err(of_service)? {
        text.push_str(&row_text(&row));
    }
    let unknown = list_unknown_bodies(services, request, batch.id).await;
    let unknown = unknown.map_err(of_service)?;
    if !unknown.is_empty() {
        text.push_str("\n还没有认定的机关（加 --map 名称=主体标识；没有登记的先登记）：");
        for body in &unknown {
            text.push_str(&format!("\n  {}（{} 行）", plain(&body.name), body.rows));
        }
    }
    if !args.apply {
        text.push_str("\n看过之后加 --apply 导入");
    }
    let unknown = unknown
        .iter()
        .map(|it| json!({ "name": it.name, "rows": it.rows }));
    let json = json!({
        "batch": batch.id.to_string(),
        "is_dry_run": !args.apply,
        "state": batch.state.code(),
        "counts": counts_json(counts),
        "unknown_bodies": unknown.collect::<Vec<_>>(),
    });
    report::print(args.format, &text, &json)?;
    if args.format == Format::Json && !args.apply {
        rows_json(services, request, batch.id).await?;
    }
    Ok(())
}

/// The outcome of each row of a dry run, a line each.
async fn rows_json(
    services: &Services,
    request: &RequestContext,
    batch: Id<kind::Batch>,
) -> anyhow::Result<()> {
    let mut is_head = true;
    let written = receipt(services, request, batch, ReceiptFormat::Json, |text| {
        // The head has been told already.
        if std::mem::take(&mut is_head) {
            return Ok(());
        }
        output::text(text)
    });
    written.await.map_err(of_service)
}

fn row_text(row: &ImportRow) -> String {
    let line = row.detail["row"].as_u64();
    let place = line.map_or_else(
        || format!("第 {} 案", row.number + 1),
        |line| format!("第 {line} 行"),
    );
    let errors = row.detail["errors"].as_array();
    let reasons: Vec<&str> = errors
        .into_iter()
        .flatten()
        .flat_map(|error| [&error["reason"], &error["remedy"]])
        .filter_map(Value::as_str)
        .collect();
    let body = row.body_name.iter().map(String::as_str);
    let what: Vec<String> = body.chain(reasons).map(plain).collect();
    format!(
        "\n  {place} {}：{}",
        row.outcome.in_chinese(),
        what.join("；")
    )
}
