//! 法典从哪里来：随程序带着的一份，或 `--lawbook` 指出的目录；有错的全部说出来。

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{panic, thread};

use anyhow::Context as _;
use mingjing_kernel::calendar::WorkCalendar;
use mingjing_lawbook::diagnostic::{Diagnostic, SourceFile};
use mingjing_lawbook::discretion;
use mingjing_lawbook::example;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::{Loaded, load_parsed, parse};
use mingjing_lawbook::sheet;
use mingjing_ledger::suite::Suite;

/// 编译时带入的文件：相对法典根的路径与内容。
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/lawbook_files.rs"));
/// 一个目录里最多读的文件数与字节数，免得误指一个大目录。
const FILES_MAX: usize = 20_000;
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How much of the digest stands in the version: enough to tell any two overlays apart, short enough to be read out.
const DIGEST_DIGITS: usize = 12;
/// 总表与代码表：没有它们什么也加载不了。
const HEADS: [&str; 2] = ["lawbook.toml", "codes.toml"];

/// 叠加的文件：在哪个目录，是哪些。
#[derive(Debug, Clone)]
struct Over {
    place: String,
    paths: Vec<Arc<str>>,
}

/// 法典不能用：全部错误。
#[derive(Debug)]
pub(crate) struct Unusable {
    place: String,
    /// Later ones lie over earlier ones.
    over: Vec<Over>,
    diagnostics: Vec<Diagnostic>,
}

impl Unusable {
    /// 一处错误一行，写明文件在哪里。
    pub(crate) fn lines(&self) -> Vec<String> {
        let all = self.diagnostics.iter();
        let lines = all.map(|diagnostic| {
            let mut over = self.over.iter().rev();
            let over = over.find(|over| over.paths.contains(&diagnostic.file));
            let place = over.map_or(&self.place, |over| &over.place);
            format!("{place}{diagnostic}")
        });
        lines.collect()
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines() {
            writeln!(f, "{line}")?;
        }
        if self.diagnostics.is_empty() {
            write!(f, "法典不完整，没有可用的内容")
        } else {
            write!(
                f,
                "法典有 {} 处错误，改正之前不能用来判断",
                self.diagnostics.len()
            )
        }
    }
}

impl std::error::Error for Unusable {}

/// 法典的源文件；目录里的 `catalogue/` 不是法典的一部分。
pub(crate) fn sources(folder: Option<&Path>) -> anyhow::Result<Vec<SourceFile>> {
    let Some(folder) = folder else {
        return Ok(EMBEDDED
            .iter()
            .map(|(path, text)| SourceFile::new(*path, *text))
            .collect());
    };
    let files = read_all(folder)?;
    anyhow::ensure!(
        !files.is_empty(),
        "{} 里没有法典文件（*.toml）。请指明含有 lawbook.toml 的目录",
        folder.display()
    );
    Ok(files)
}

/// 一个目录里的全部文件，按路径排列。
fn read_all(folder: &Path) -> anyhow::Result<Vec<SourceFile>> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    paths.iter().map(|path| read(folder, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder)
        .map_err(|error| crate::files::in_chinese(&error))
        .with_context(|| format!("打不开法典目录 {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "catalogue") {
                collect(&path, paths)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            anyhow::ensure!(
                paths.len() < FILES_MAX,
                "{} 里的文件超过 {FILES_MAX} 个，看来不是法典目录",
                folder.display()
            );
            paths.push(path);
        }
    }
    Ok(())
}

fn read(root: &Path, path: &Path) -> anyhow::Result<SourceFile> {
    let shown = path.display();
    let size = fs::metadata(path)
        .map_err(|error| crate::files::in_chinese(&error))
        .with_context(|| format!("打不开 {shown}"))?
        .len();
    anyhow::ensure!(
        size <= FILE_BYTES_MAX,
        "{shown} 超过 {} MB，看来不是法典文件",
        FILE_BYTES_MAX >> 20
    );
    let bytes = fs::read(path)
        .map_err(|error| crate::files::in_chinese(&error))
        .with_context(|| format!("读不了 {shown}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| anyhow::anyhow!("{shown} 不是 UTF-8 编码，请另存为 UTF-8"))?;
    let inner = path.strip_prefix(root).unwrap_or(path);
    let name: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    Ok(SourceFile::new(name.join("/"), text))
}

/// 加载法典；文件分给各个处理器去读，错误照旧全部说出。
pub(crate) fn load(files: &[SourceFile]) -> Loaded {
    let threads = thread::available_parallelism().map_or(1, |n| n.get());
    let share = files.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts = files.chunks(share);
        let tasks: Vec<_> = parts.map(|part| scope.spawn(move || parse(part))).collect();
        let parts = tasks.into_iter().map(|task| task.join());
        load_parsed(parts.map(|part| part.unwrap_or_else(|cause| panic::resume_unwind(cause))))
    })
}

/// 加载法典；有一处错误就不能用。
pub(crate) fn open(folder: Option<&Path>) -> anyhow::Result<Lawbook> {
    usable(&sources(folder)?, folder, &[])
}

/// 打开的一部：法典、源文件，叠加了哪些。
pub(crate) struct Opened {
    pub(crate) lawbook: Lawbook,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) overlay: Vec<String>,
}

/// 加载依次叠加了几个目录的法典：那里的文件按路径换掉或加进去，规则与裁量事项的示例须成立；版本带上各层的摘要。
pub(crate) fn open_overlaid(folder: Option<&Path>, overlays: &[PathBuf]) -> anyhow::Result<Opened> {
    let mut files = sources(folder)?;
    let (mut over, mut digests) = (Vec::new(), String::new());
    for overlay in overlays {
        let mut laid = read_all(overlay)?;
        // What says the same lays nothing over: a copy of the whole folder has no version of its own.
        laid.retain(|new| {
            !files
                .iter()
                .any(|f| f.path == new.path && f.text == new.text)
        });
        let paths: Vec<Arc<str>> = laid.iter().map(|file| file.path.clone()).collect();
        digests.extend(digest(&laid));
        files.retain(|file| !paths.contains(&file.path));
        files.extend(laid);
        let place = place(Some(overlay));
        over.push(Over { place, paths });
    }
    files.sort_by(|a, b| Path::new(&*a.path).cmp(Path::new(&*b.path)));
    let mut lawbook = usable(&files, folder, &over)?;
    hold_examples(&lawbook, folder, &over)?;
    lawbook.version = format!("{}{digests}", lawbook.version).into();
    let paths = over.iter().flat_map(|over| &over.paths);
    Ok(Opened {
        overlay: paths.map(ToString::to_string).collect(),
        lawbook,
        files,
    })
}

/// The beginning of the digest of what is laid over, as it stands in the version; nothing is laid over by nothing.
fn digest(laid: &[SourceFile]) -> Option<String> {
    if laid.is_empty() {
        return None;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for file in laid {
        parts.extend([file.path.as_bytes(), b"\0", file.text.as_bytes(), b"\0"]);
    }
    let hex = Suite::Sm.hash(&parts).to_hex();
    hex.get(..DIGEST_DIGITS).map(|digits| format!("+{digits}"))
}

/// A rule that is put into force without a restart has passed its own examples.
fn hold_examples(lawbook: &Lawbook, folder: Option<&Path>, over: &[Over]) -> anyhow::Result<()> {
    if over.iter().all(|over| over.paths.is_empty()) {
        return Ok(());
    }
    let mut diagnostics = example::test(lawbook);
    diagnostics.extend(discretion::example::test(lawbook));
    diagnostics.extend(sheet::example::test(lawbook));
    diagnostics.retain(|diagnostic| {
        over.iter()
            .any(|over| over.paths.contains(&diagnostic.file))
    });
    anyhow::ensure!(
        diagnostics.is_empty(),
        Unusable {
            place: place(folder),
            over: over.to_vec(),
            diagnostics,
        }
    );
    Ok(())
}

/// 加载法典，连同它的源文件。
pub(crate) fn open_with_sources(
    folder: Option<&Path>,
) -> anyhow::Result<(Lawbook, Vec<SourceFile>)> {
    let files = sources(folder)?;
    Ok((usable(&files, folder, &[])?, files))
}

/// 只加载工作日历：推算日子不必读规则。
pub(crate) fn calendar(folder: Option<&Path>) -> anyhow::Result<WorkCalendar> {
    let mut files = sources(folder)?;
    let is_wanted = |path: &str| path.starts_with("calendars/") || HEADS.contains(&path);
    files.retain(|file| is_wanted(&file.path));
    Ok(usable(&files, folder, &[])?.calendar)
}

fn usable(files: &[SourceFile], folder: Option<&Path>, over: &[Over]) -> anyhow::Result<Lawbook> {
    let loaded = load(files);
    match loaded.lawbook {
        Some(lawbook) if loaded.diagnostics.is_empty() => Ok(lawbook),
        _ => Err(Unusable {
            place: place(folder),
            over: over.to_vec(),
            diagnostics: loaded.diagnostics,
        }
        .into()),
    }
}

/// 错误位置前面的目录，使编辑器能直接跳到文件。
pub(crate) fn place(folder: Option<&Path>) -> String {
    folder.map_or_else(|| "lawbook/".to_owned(), |f| format!("{}/", f.display()))
}
