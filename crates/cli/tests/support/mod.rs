//! 运行真正的程序，看它打印什么、怎样结束。

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// 一次运行。
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// 在测试数据目录里运行。
pub(crate) fn mingjing(args: &[&str]) -> Ran {
    run(args, b"")
}

/// 同上，另给标准输入。
pub(crate) fn run(args: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mingjing"))
        .args(args)
        .current_dir(data(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that refuses its arguments closes the pipe early.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// 读者已经走了的管道。
pub(crate) fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// 运行，标准输出和标准错误接到所给之处，只看退出码和没有接走的。
pub(crate) fn run_into(args: &[&str], out: Stdio, err: Stdio) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_mingjing"))
        .args(args)
        .current_dir(data(""))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// 用小法典检查测试数据目录里的清单。
pub(crate) fn check(args: &[&str]) -> Ran {
    mingjing(&[&["check", "--lawbook", "lawbook"], args].concat())
}

/// 测试数据。
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// 随手写的文件，测试完就没有了。
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Scratch(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// 与核定的文字相同；`UPDATE_EXPECT=1` 改写，差别由人看过再提交。
pub(crate) fn expect_file(name: &str, actual: &str) {
    let path = data("expected").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        actual,
        expected,
        "与 {} 不同；UPDATE_EXPECT=1 可改写",
        path.display()
    );
}

/// 小法典的一份，换掉一个文件。
pub(crate) fn altered(scratch: &Scratch, name: &str, change: impl Fn(String) -> String) -> String {
    fn copy(from: &std::path::Path, to: &std::path::Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target)
            } else {
                std::fs::copy(&path, &target).map(drop).unwrap()
            }
        }
    }
    let root = scratch.path("法典");
    copy(&data("lawbook"), std::path::Path::new(&root));
    let path = std::path::Path::new(&root).join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, change(text)).unwrap();
    root
}
