//! 候选的法典：配置的目录之下一个子目录一部，叠加在施行中的上面，照叠加的办法读；只供试算，从不施行。

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mingjing_services::foresight::candidates::{CandidateSource, Law, LawPair};

use crate::server::law_source::{Folders, faults, glance};

/// 至多几部：多了的多半是误指了一个大目录。
const CANDIDATES_MAX: usize = 20;

impl Folders {
    fn candidate(&self, name: &str) -> PathBuf {
        let folder = self.candidates.clone().unwrap_or_default();
        folder.join(name)
    }

    /// The law in force with these folders laid over it.
    fn law(&self, over: &[PathBuf]) -> anyhow::Result<Law> {
        let opened = self.opened(over)?;
        Ok(Law {
            lawbook: Arc::new(opened.lawbook),
            files: opened.files,
        })
    }
}

impl CandidateSource for Folders {
    fn names(&self) -> Vec<String> {
        let Some(folder) = &self.candidates else {
            return Vec::new();
        };
        let mut names = folders_in(folder);
        names.sort();
        names.truncate(CANDIDATES_MAX);
        names
    }

    fn glance(&self, name: &str) -> String {
        let candidate = self.candidate(name);
        glance([self.base.as_ref(), self.overlay.as_ref(), Some(&candidate)])
    }

    fn open(&self, name: &str) -> Result<LawPair, Vec<String>> {
        let candidate = self.candidate(name);
        // Whoever reads them on the page knows the candidate by its name, and not where the server keeps it.
        let named = |error| {
            let place = format!("{}/", candidate.display());
            let lines = faults(&error).into_iter();
            lines
                .map(|line| line.replace(&place, &format!("{name}/")))
                .collect::<Vec<String>>()
        };
        let before = self.law(&[]).map_err(|error| {
            let mut lines = faults(&error);
            lines.insert(0, "目录里施行中的一部现在读不出：".to_owned());
            lines
        })?;
        let after = self.law(std::slice::from_ref(&candidate)).map_err(named)?;
        Ok(LawPair { before, after })
    }
}

/// Hidden ones are no candidates; what cannot be read has none.
fn folders_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| !name.starts_with('.')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "rules/penalty/decided-late.toml";

    fn put(folder: &Path, candidate: &str, text: &str) {
        let path = folder.join(candidate).join(RULE);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn each_folder_is_a_candidate_laid_over_the_law_and_a_broken_one_says_where() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/lawbook");
        let shipped = fs::read_to_string(base.join(RULE)).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        put(
            scratch.path(),
            "改名",
            &shipped.replacen("九十日内决定", "按期决定", 1),
        );
        put(scratch.path(), "写坏的", "code = \"T-DECIDE\"\n这不是");
        put(scratch.path(), ".git", "");
        fs::write(scratch.path().join("说明.txt"), "").unwrap();
        let folders = Folders {
            base: Some(base),
            overlay: None,
            candidates: Some(scratch.path().to_owned()),
        };
        assert_eq!(folders.names(), ["写坏的", "改名"]);

        let open = |name| CandidateSource::open(&folders, name);
        let LawPair { before, after } = open("改名").unwrap_or_else(|e| panic!("{e:?}"));
        let rule = after.lawbook.rule("T-DECIDE").unwrap();
        assert_eq!(&*rule.name, "按期决定");
        let digest = after.lawbook.version.strip_prefix(&*before.lawbook.version);
        assert!(digest.is_some_and(|digest| digest.starts_with('+')));

        let Err(faults) = open("写坏的") else {
            panic!("it is broken");
        };
        let place = format!("写坏的/{RULE}:2:1 LB01");
        assert!(faults[0].starts_with(&place), "{faults:?}");

        let seen = CandidateSource::glance(&folders, "改名");
        put(scratch.path(), "改名", &shipped);
        assert_ne!(CandidateSource::glance(&folders, "改名"), seen);
    }
}
