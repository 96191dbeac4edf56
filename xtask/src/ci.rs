//! The steps of CI in order, cheapest first, one build profile (dev).

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::problem::Problem;
use crate::repo::Repo;
use crate::tests_count::Count;
use crate::{generate, licences, metadata, system, tidy, web};

/// 一个步骤。
struct Step {
    name: &'static str,
    /// What one types to do only this.
    repeat: &'static str,
    run: fn(&Repo) -> anyhow::Result<Outcome>,
}

/// 步骤的结果。
struct Outcome {
    passed: bool,
    tests: Count,
}

const STEPS: [Step; 12] = [
    Step {
        name: "format",
        repeat: "cargo fmt --all -- --check（修复：cargo fmt --all）",
        run: format,
    },
    Step {
        name: "tidy",
        repeat: "cargo xtask tidy",
        run: tidy,
    },
    Step {
        name: "clippy",
        repeat: "cargo clippy --workspace --all-targets -- -D warnings",
        run: clippy,
    },
    Step {
        name: "rustdoc",
        repeat: "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps",
        run: rustdoc,
    },
    Step {
        name: "licences",
        repeat: "cargo xtask licences",
        run: licences,
    },
    Step {
        name: "generated",
        repeat: "cargo xtask generate --check（修复：cargo xtask generate）",
        run: generated,
    },
    Step {
        name: "system",
        repeat: "cargo xtask ci --only system",
        run: system,
    },
    Step {
        name: "web",
        repeat: "cargo xtask ci --only web（改格式：在 web/ 里 npm run fix）",
        run: web,
    },
    Step {
        name: "tests",
        repeat: "cargo xtask ci --only tests",
        run: tests,
    },
    Step {
        name: "doctests",
        repeat: "cargo test --workspace --doc",
        run: doctests,
    },
    Step {
        name: "lawbook",
        repeat: "cargo run -p mingjing-cli -- lawbook check（再 lawbook test）",
        run: lawbook,
    },
    Step {
        name: "browser",
        repeat: "cargo xtask ci --only browser（一份：在 web/ 里 npm run browser -- journey）",
        run: browser,
    },
];

/// Runs the named steps, or all; stops at the first that fails. The last line counts the tests.
pub fn run(repo: &Repo, only: &[String]) -> anyhow::Result<ExitCode> {
    if let Some(unknown) = only
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        bail!("没有步骤 `{unknown}`；有：{}", names.join("、"));
    }
    let chosen = STEPS
        .iter()
        .filter(|s| only.is_empty() || only.iter().any(|o| o == s.name));
    let begun = Instant::now();
    let mut count = Count::default();
    for step in chosen {
        println!("\n== {} ==", step.name);
        let step_begun = Instant::now();
        let outcome = (step.run)(repo).with_context(|| format!("步骤 {}", step.name))?;
        count.add(outcome.tests);
        println!(
            "-- {}:{}，用时 {}",
            step.name,
            verdict(&outcome),
            seconds(step_begun.elapsed())
        );
        if !outcome.passed {
            println!(
                "失败于 {}，后面的步骤没有做。重复：{}",
                step.name, step.repeat
            );
            println!("{} passed, {} failed", count.passed, count.failed.max(1));
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("\n各步骤都通过，共用时 {}", seconds(begun.elapsed()));
    println!("{} passed, {} failed", count.passed, count.failed);
    Ok(ExitCode::SUCCESS)
}

fn verdict(outcome: &Outcome) -> &'static str {
    if outcome.passed { "通过" } else { "失败" }
}

fn seconds(duration: Duration) -> String {
    format!(
        "{}.{} 秒",
        duration.as_secs(),
        duration.subsec_millis() / 100
    )
}

fn format(repo: &Repo) -> anyhow::Result<Outcome> {
    command(repo, &mut repo.cargo(&["fmt", "--all", "--", "--check"]))
}

fn tidy(repo: &Repo) -> anyhow::Result<Outcome> {
    Ok(listed(&tidy::check(repo)?))
}

fn clippy(repo: &Repo) -> anyhow::Result<Outcome> {
    let args = ["clippy", "--workspace", "--all-targets"];
    command(
        repo,
        locked(&mut repo.cargo(&args)).args(["--", "-D", "warnings"]),
    )
}

fn rustdoc(repo: &Repo) -> anyhow::Result<Outcome> {
    let mut doc = repo.cargo(&["doc", "--workspace", "--no-deps"]);
    command(repo, locked(&mut doc).env("RUSTDOCFLAGS", "-D warnings"))
}

fn licences(repo: &Repo) -> anyhow::Result<Outcome> {
    Ok(listed(&licences::check(repo)?))
}

fn generated(repo: &Repo) -> anyhow::Result<Outcome> {
    Ok(listed(&generate::check(repo)?))
}

/// PostgreSQL, OpenSSL, Chromium and fonts for the tests; see [`mod@crate::system`].
fn system(repo: &Repo) -> anyhow::Result<Outcome> {
    Ok(listed(&system::prepare(repo)?))
}

/// The pages of the workbench: lint, types, unit tests, build, sizes.
fn web(repo: &Repo) -> anyhow::Result<Outcome> {
    let mut tests = Count::default();
    for mut command in web::check(repo)? {
        let outcome = counted(&mut command)?;
        tests.add(outcome.tests);
        if !outcome.passed {
            return Ok(Outcome { tests, ..outcome });
        }
    }
    web::build(repo)?;
    let outcome = command(repo, &mut web::budget(repo))?;
    Ok(Outcome { tests, ..outcome })
}

/// `cargo nextest` where it is installed, plain `cargo test` where it is not; nothing is installed.
fn tests(repo: &Repo) -> anyhow::Result<Outcome> {
    let mut version = repo.cargo(&["nextest", "--version"]);
    let has_nextest = version
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?
        .success();
    let args: &[&str] = if has_nextest {
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ]
    };
    counted(locked(&mut repo.cargo(args)))
}

fn doctests(repo: &Repo) -> anyhow::Result<Outcome> {
    counted(locked(&mut repo.cargo(&["test", "--workspace", "--doc"])))
}

/// The lawbook is checked and its examples are run by the same binary that offices use.
fn lawbook(repo: &Repo) -> anyhow::Result<Outcome> {
    for verb in ["check", "test"] {
        let args = [
            "run",
            "--quiet",
            "--package",
            "mingjing-cli",
            "--",
            "lawbook",
            verb,
        ];
        let outcome = command(repo, &mut repo.cargo(&args))?;
        if !outcome.passed {
            return Ok(outcome);
        }
    }
    Ok(Outcome {
        passed: true,
        tests: Count::default(),
    })
}

/// The pages in a real browser, served by the binary that the tests before were about.
fn browser(repo: &Repo) -> anyhow::Result<Outcome> {
    let missing = listed(&system::prepare_for_browser(repo)?);
    if !missing.passed {
        return Ok(missing);
    }
    web::build(repo)?;
    let build = ["build", "--quiet", "--package", "mingjing-cli"];
    let built = command(repo, locked(&mut repo.cargo(&build)))?;
    if !built.passed {
        return Ok(built);
    }
    let name = format!("mingjing{}", std::env::consts::EXE_SUFFIX);
    let binary = metadata::target_directory(repo)?.join("debug").join(name);
    counted(&mut web::browser(repo, &binary))
}

/// On CI a stale lock file is an error; on a desk cargo may bring it up to date.
fn locked(command: &mut Command) -> &mut Command {
    if std::env::var_os("CI").is_some() {
        command.arg("--locked")
    } else {
        command
    }
}

fn listed(problems: &[Problem]) -> Outcome {
    for problem in problems {
        println!("{problem}");
    }
    Outcome {
        passed: problems.is_empty(),
        tests: Count::default(),
    }
}

fn command(repo: &Repo, command: &mut Command) -> anyhow::Result<Outcome> {
    let status = repo.status(command)?;
    Ok(Outcome {
        passed: status.success(),
        tests: Count::default(),
    })
}

/// Runs tests with their output passed on line by line, and counts what the runner reports.
fn counted(command: &mut Command) -> anyhow::Result<Outcome> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("无法启动 {:?}", command.get_program()))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut tests = Count::default();
    std::thread::scope(|scope| {
        let readers = [
            stdout.map(|pipe| scope.spawn(|| pass_on(pipe))),
            stderr.map(|pipe| scope.spawn(|| pass_on(pipe))),
        ];
        for reader in readers.into_iter().flatten() {
            tests.add(reader.join().unwrap_or_default());
        }
    });
    let status = child.wait().context("测试进程没有正常结束")?;
    Ok(Outcome {
        passed: status.success(),
        tests,
    })
}

fn pass_on(pipe: impl Read) -> Count {
    let mut count = Count::default();
    // A line that is not UTF-8 is shown with replacement characters, not a reason to stop reading.
    for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{}", line.trim_end());
        count.add(Count::of_line(&line).unwrap_or_default());
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_a_runner_is_passed_on_and_counted() {
        let output = b"running\n\xff\ntest result: ok. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(
            pass_on(&output[..]),
            Count {
                passed: 2,
                failed: 1
            }
        );
    }

    #[test]
    fn step_names_are_unique() {
        let mut names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn durations_show_tenths() {
        assert_eq!(seconds(Duration::from_millis(12_345)), "12.3 秒");
    }
}
