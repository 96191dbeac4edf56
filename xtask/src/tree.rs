//! The files of the repository as checks see them: a root and the relative paths below it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

/// Folders that hold nothing of ours; read only where git cannot list the files.
const NOT_OURS: [&str; 4] = ["target", "node_modules", ".git", "corpus"];

/// 文件树：根目录与其下的相对路径（用 `/` 分隔，已排序）。
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    files: Vec<String>,
}

impl Tree {
    /// The tracked files and the new ones that git does not ignore; without git, a walk.
    pub fn of_repository(root: &Path) -> anyhow::Result<Self> {
        let listed = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root)
            .output();
        match listed {
            Ok(output) if output.status.success() => {
                let names = String::from_utf8(output.stdout).context("文件名不是 UTF-8")?;
                let files = names
                    .split('\0')
                    .filter(|n| !n.is_empty())
                    .map(str::to_owned);
                Ok(Self::new(root, files.collect()))
            }
            _ => Self::walk(root),
        }
    }

    /// Every file below `root`, without build products.
    pub fn walk(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        let mut open = vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            let path = root.join(&folder);
            let entries =
                std::fs::read_dir(&path).with_context(|| format!("无法读取 {}", path.display()))?;
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name();
                let relative = folder.join(&name);
                if entry.file_type()?.is_dir() {
                    if !NOT_OURS.iter().any(|skip| name == *skip) {
                        open.push(relative);
                    }
                } else {
                    files.push(relative.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        Ok(Self::new(root, files))
    }

    fn new(root: &Path, mut files: Vec<String>) -> Self {
        // A file that is tracked and deleted in the working tree is not there to be checked.
        files.retain(|file| root.join(file).is_file());
        files.sort();
        files.dedup();
        Self {
            root: root.to_owned(),
            files,
        }
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// Whether a file or a folder of that relative path exists.
    pub fn exists(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files
            .iter()
            .any(|file| file == path || file.starts_with(&folder))
    }

    /// The text of a file, or `None` where it is missing or not UTF-8.
    pub fn text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }

    pub fn size(&self, path: &str) -> u64 {
        std::fs::metadata(self.root.join(path)).map_or(0, |meta| meta.len())
    }
}

#[cfg(test)]
pub mod temporary {
    //! A small tree on disk for one test, removed when the test ends.

    use std::path::PathBuf;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Tree;

    static NUMBER: AtomicU32 = AtomicU32::new(0);

    pub struct TempTree {
        pub root: PathBuf,
        pub tree: Tree,
    }

    impl TempTree {
        pub fn new(files: &[(&str, &str)]) -> Self {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("mingjing-xtask-{}-{number}", std::process::id());
            let root = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&root).unwrap();
            for (path, text) in files {
                let path = root.join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            let tree = Tree::walk(&root).unwrap();
            Self { root, tree }
        }
    }

    impl Drop for TempTree {
        fn drop(&mut self) {
            // A tree that cannot be removed is the system's to clean; the test has its answer.
            drop(std::fs::remove_dir_all(&self.root));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::temporary::TempTree;

    #[test]
    fn walking_lists_files_without_build_products() {
        let t = TempTree::new(&[("a/b.rs", ""), ("target/x.rs", ""), ("c.md", "")]);
        assert_eq!(t.tree.files().collect::<Vec<_>>(), ["a/b.rs", "c.md"]);
        assert!(t.tree.exists("a"));
        assert!(t.tree.exists("a/"));
        assert!(t.tree.exists("a/b.rs"));
        assert!(!t.tree.exists("a/b"));
        assert!(!t.tree.exists("target"));
    }
}
