//! 服务用的法典：随程序带的一部或一个目录，上面叠加另一个目录里的文件。

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use mingjing_services::law_source::{FAULTS_MAX, LawSource, LoadedLaw};

use crate::config::Config;
use crate::lawbook_files::{self, Opened, Unusable};

/// 在哪里。
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    pub(super) base: Option<PathBuf>,
    pub(super) overlay: Option<PathBuf>,
    pub(super) candidates: Option<PathBuf>,
}

impl Folders {
    /// `--lawbook` 压过配置里的目录；叠加的总是配置里的。
    pub(crate) fn of(given: Option<&Path>, config: &Config) -> Folders {
        Folders {
            base: given
                .map(Path::to_owned)
                .or_else(|| config.lawbook_folder()),
            overlay: config.lawbook_overlay(),
            candidates: config.lawbook_candidates(),
        }
    }

    /// 配置了候选的法典。
    pub(crate) fn has_candidates(&self) -> bool {
        self.candidates.is_some()
    }

    /// 加载。
    pub(crate) fn open(&self) -> anyhow::Result<LoadedLaw> {
        let opened = self.opened(&[])?;
        Ok(LoadedLaw {
            lawbook: Arc::new(opened.lawbook),
            overlay: opened.overlay,
        })
    }

    /// The base, the overlay and what else is laid over them.
    pub(super) fn opened(&self, over: &[PathBuf]) -> anyhow::Result<Opened> {
        let overlays: Vec<PathBuf> = self.overlay.iter().chain(over).cloned().collect();
        lawbook_files::open_overlaid(self.base.as_deref(), &overlays)
    }
}

impl LawSource for Folders {
    fn glance(&self) -> String {
        glance([self.base.as_ref(), self.overlay.as_ref()])
    }

    fn load(&self) -> Result<LoadedLaw, Vec<String>> {
        self.open().map_err(|error| faults(&error))
    }
}

/// 一处错误一行。
pub(super) fn faults(error: &anyhow::Error) -> Vec<String> {
    let mut lines = match error.downcast_ref::<Unusable>() {
        Some(unusable) => unusable.lines(),
        None => vec![format!("{error:#}")],
    };
    if lines.len() > FAULTS_MAX {
        let more = lines.len() - FAULTS_MAX + 1;
        lines.truncate(FAULTS_MAX - 1);
        lines.push(format!("还有 {more} 处"));
    }
    lines
}

/// What lies in these folders, as one text: another one when anything in them has changed.
pub(super) fn glance<'a>(folders: impl IntoIterator<Item = Option<&'a PathBuf>>) -> String {
    let mut told = Vec::new();
    for folder in folders.into_iter().flatten() {
        look(folder, &mut told);
    }
    told.sort();
    told.join("\n")
}

/// Names, sizes and times of what lies in a folder; what cannot be read is a change, too.
fn look(folder: &Path, told: &mut Vec<String>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            told.push(format!("{} {error}", folder.display()));
            return;
        }
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            look(&path, told);
        } else if path.extension().is_some_and(|it| it == "toml")
            && let Ok(about) = entry.metadata()
        {
            let at = about.modified().ok();
            let at = at.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let at = at.map_or(0, |at| at.as_nanos());
            told.push(format!("{} {} {at}", path.display(), about.len()));
        }
    }
}
