//! 导入：一份双公示名单进库，多久、占多少处理器时间与内存。

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rust_xlsxwriter::Workbook;

const BODY: &str = "云安市市场监督管理局";
const HEADER: [&str; 10] = [
    "行政相对人名称",
    "行政相对人类别",
    "行政处罚决定书文号",
    "违法行为类型",
    "违法事实",
    "处罚依据",
    "处罚类别",
    "罚款金额（万元）",
    "处罚决定日期",
    "处罚机关",
];
/// Often enough for a peak, seldom enough not to be measured itself.
const LOOK: Duration = Duration::from_millis(20);
/// What Linux counts a process's time in.
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) fn run(
    program: &Path,
    folder: &Path,
    rows: u32,
    format: &str,
    database: Option<&str>,
) -> anyhow::Result<()> {
    let store = database.map(|url| format!("[store]\ndatabase = {url:?}\n"));
    fs::write(folder.join("mingjing.toml"), store.unwrap_or_default())?;
    fs::write(
        folder.join("divisions.csv"),
        "code,name,parent\n950000,云川省,\n950100,云安市,950000\n",
    )?;
    let bodies = format!("name,region,department\n{BODY},950100,market_regulation\n");
    fs::write(folder.join("bodies.csv"), bodies)?;
    let list = format!("list.{format}");
    match format {
        "csv" => write_csv(&folder.join(&list), rows)?,
        "xlsx" => write_xlsx(&folder.join(&list), rows)?,
        other => bail!("只有 csv 与 xlsx，没有 {other}"),
    }
    let on = ["--on", "2020-01-01", "--apply"];
    for args in [
        vec!["migrate"],
        [&["import", "divisions", "divisions.csv"], &on[..]].concat(),
        [&["import", "bodies", "bodies.csv"], &on[..]].concat(),
    ] {
        let done = Command::new(program)
            .args(&args)
            .current_dir(folder)
            .output()?;
        ensure!(
            done.status.success(),
            "{args:?}：{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    let started = Instant::now();
    let child = Command::new(program)
        .args(["import", "cases", &list, "--apply"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()?;
    let (cpu, peak) = watch(child)?;
    let took = started.elapsed().as_secs_f64();
    let where_to = database.map_or("SQLite", |_| "PostgreSQL");
    println!(
        "导入 {rows} 行 {format} 到 {where_to}：{took:.1} 秒（每秒 {:.0} 行），处理器 {cpu:.1} 秒，峰值内存 {peak}",
        f64::from(rows) / took
    );
    Ok(())
}

/// Looks at it until it ends: processor time in seconds, and the most memory it ever held.
fn watch(mut child: Child) -> anyhow::Result<(f64, String)> {
    let (mut ticks, mut peak) = (0, String::new());
    let process = child.id();
    loop {
        if let Some(status) = child.try_wait()? {
            ensure!(
                status.code().is_some_and(|code| code <= 1),
                "导入没有做成：{status}"
            );
            return Ok((f64::from(ticks) / TICKS_PER_SECOND, peak));
        }
        let status = fs::read_to_string(format!("/proc/{process}/status"));
        if let Some(found) = status
            .ok()
            .as_deref()
            .and_then(|text| text.lines().find_map(|line| line.strip_prefix("VmHWM:")))
        {
            found.trim().clone_into(&mut peak);
        }
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        ticks = spent(&stat).context("/proc/…/stat")?;
        rest();
    }
}

/// The user's and the system's part, after the name in parentheses.
fn spent(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is what is measured"
)]
fn rest() {
    std::thread::sleep(LOOK);
}

fn cells(row: u32) -> [String; 10] {
    let (month, day) = (row % 12 + 1, row % 28 + 1);
    [
        format!("示例商贸有限公司{row}号店"),
        "法人及非法人组织".to_owned(),
        format!("示市监处罚〔2025〕{row}号"),
        "销售不合格商品".to_owned(),
        format!("经查，当事人于2025年{month}月销售的第{row}批商品不符合国家标准。"),
        "《中华人民共和国产品质量法》第四十九条".to_owned(),
        "罚款".to_owned(),
        format!("0.{:04}", 1_000 + row % 9_000),
        format!("2025-{month:02}-{day:02}"),
        BODY.to_owned(),
    ]
}

fn write_csv(path: &Path, rows: u32) -> anyhow::Result<()> {
    let mut text = HEADER.join(",");
    for row in 1..=rows {
        write!(text, "\n{}", cells(row).join(","))?;
    }
    text.push('\n');
    Ok(fs::write(path, text)?)
}

fn write_xlsx(path: &Path, rows: u32) -> anyhow::Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(0, column, name)?;
    }
    for row in 1..=rows {
        for (column, cell) in (0..).zip(cells(row)) {
            sheet.write(row, column, cell)?;
        }
    }
    Ok(book.save(path)?)
}
