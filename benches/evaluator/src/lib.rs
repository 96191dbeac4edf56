//! 基准：所有负荷共用的计时与法典读取。
//!
//! Run by hand and before a release, never in CI: a timed test on a shared machine is a coin toss.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use mingjing_domain::timeline::Timeline;
use mingjing_interchange::read::{Item, Source, Summary};
use mingjing_kernel::date::Date;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load;

/// The one of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 本进程用去的处理器时间（秒），取自 `/proc/self/stat`；读不到时为 `None`。
pub fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// 本进程的常驻内存（MB），取自 `/proc/self/status`；读不到时为 `None`。
pub fn resident_megabytes() -> Option<f64> {
    status_megabytes("VmRSS:")
}

/// 本进程常驻内存最多的时候（MB），取自 `/proc/self/status`；读不到时为 `None`。
pub fn most_resident_megabytes() -> Option<f64> {
    status_megabytes("VmHWM:")
}

fn status_megabytes(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let found = status.lines().find_map(|l| l.strip_prefix(line))?;
    let kilobytes: f64 = found.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// 短短的许多段里最快的一段，打印每件的墙钟：别的程序占着处理器，多半还有一段没有被打断。
pub fn least(name: &str, times: usize, work: &dyn Fn(usize)) {
    const STRETCH: usize = 50;
    let stretches = (times / STRETCH).max(1);
    let clock = || {
        let begin = std::time::Instant::now();
        work(STRETCH);
        begin.elapsed().as_secs_f64()
    };
    let best = (0..stretches).map(|_| clock()).fold(f64::MAX, f64::min);
    println!(
        "{name}: {stretches} 段里最快的，每件 {:.2} 微秒",
        best * 1e6 / STRETCH as f64
    );
}

/// 几次里最快的一次（秒）。
pub fn least_of(times: usize, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut best = f64::MAX;
    for _ in 0..times {
        let begin = std::time::Instant::now();
        work()?;
        best = best.min(begin.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// 运行三次，打印中位的墙钟与处理器时间。
pub fn measure<T>(name: &str, units: usize, mut work: impl FnMut() -> T) -> T {
    let mut walls = Vec::new();
    let mut cpus = Vec::new();
    let mut last = None;
    for _ in 0..3 {
        let (wall, cpu) = (std::time::Instant::now(), cpu_seconds());
        last = Some(work());
        walls.push(wall.elapsed().as_secs_f64());
        cpus.push(cpu_seconds().zip(cpu).map_or(f64::NAN, |(b, a)| b - a));
    }
    walls.sort_by(f64::total_cmp);
    cpus.sort_by(f64::total_cmp);
    let (wall, cpu) = (walls[1], cpus[1]);
    let per = |seconds: f64| units as f64 / seconds;
    println!(
        "{name}: {units} 件，墙钟 {wall:.3} 秒（每秒 {:.0}），处理器 {cpu:.3} 秒（每秒每核 {:.0}，每件 {:.3} 微秒）",
        per(wall),
        per(cpu),
        cpu * 1e6 / units as f64
    );
    last.unwrap_or_else(|| unreachable!("three runs"))
}

/// 仓库根下的法典文件。
pub fn lawbook_files(root: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, found)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path.strip_prefix(root)?.to_string_lossy().into_owned();
            found.push(SourceFile::new(relative, std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// 加载并要求没有错误；文件分给各个处理器读，同命令行一样。
pub fn load_lawbook(files: &[SourceFile]) -> anyhow::Result<Lawbook> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let share = files.len().div_ceil(threads).max(1);
    let parsed = std::thread::scope(|scope| {
        let parts = files.chunks(share);
        let tasks: Vec<_> = parts
            .map(|part| scope.spawn(move || load::parse(part)))
            .collect();
        let parts = tasks.into_iter().map(|task| task.join());
        parts.collect::<Result<Vec<_>, _>>()
    });
    let parsed = parsed.map_err(|_| anyhow::anyhow!("读文件的线程没有做完"))?;
    let loaded = load::load_parsed(parsed);
    for diagnostic in &loaded.diagnostics {
        eprintln!("{diagnostic}");
    }
    if !loaded.diagnostics.is_empty() {
        bail!("法典有 {} 个错误", loaded.diagnostics.len());
    }
    loaded.lawbook.context("法典没有建立")
}

/// 文件里的第一个案件。
pub fn first_case(path: &str) -> anyhow::Result<Timeline> {
    let mut found = None;
    read_file(path, &mut |item| {
        if let (Item::Case(case), None) = (item, &found) {
            found = Some(case.timeline.clone());
        }
    })?;
    found.context("没有案件")
}

/// 读一个文件，逐项交出。
pub fn read_file(path: &str, each: &mut dyn FnMut(&Item)) -> anyhow::Result<Summary> {
    let open =
        || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(std::fs::File::open(path)?)) };
    let source = Source {
        name: path.to_owned(),
        open: &open,
    };
    let today = Date::new(2026, 12, 31).context("日期")?;
    let options = mingjing_interchange::read::Options {
        today,
        is_unsigned: &|_, _| true,
        adapter: None,
        progress: None,
    };
    Ok(mingjing_interchange::read::read(
        &[source],
        &options,
        &mut |item| {
            each(&item);
            ControlFlow::Continue(())
        },
    ))
}

/// 随产品交付的法典所在的文件夹。
pub fn lawbook_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook")
}
