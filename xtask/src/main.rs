//! 仓库任务：`cargo xtask <命令>`。演示、测试、仓库规矩、许可检查都从这里进。
#![expect(
    unreachable_pub,
    reason = "a binary: `pub` marks what a module offers to its neighbours"
)]

mod ci;
mod demo;
mod generate;
mod licences;
mod metadata;
mod problem;
mod repo;
mod source;
mod spdx;
mod system;
mod tests_count;
mod tidy;
mod tree;
mod web;

use std::process::ExitCode;

use anyhow::bail;

use crate::repo::Repo;

const USAGE: &str = "\
用法：cargo xtask <命令>

  demo [选项]…             构建（demo 配置，连同网页），检查 demo/cases.jsonl，建起演示世界并启动；选项交给
                           mingjing demo：--once 建成、自查即结束，--reset 从头再建，--listen、--cases
  web                      构建工作台的网页（要 Node 20.19 以上）；没有变动的不重新构建
  test                     全部检查与测试（与 ci 相同，不省步骤）
  ci [--only 步骤]…        按顺序执行各步骤，遇到失败即停；--only 只做所列步骤
  tidy                     仓库规矩：层级、文件大小、禁词、编号、对照表
  licences                 第三方包的许可、来源与禁用名单
  generate [--check]       重写由数据生成的段落；--check 只检查是否最新
  real-data 目录           对该目录里的真实清单运行 mingjing real-data（不在 test 之内）";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("错误：{error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &[String]) -> anyhow::Result<ExitCode> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let repo = Repo::find()?;
    match words.as_slice() {
        ["demo", options @ ..] => demo::run(&repo, options),
        ["web"] => web::build(&repo).map(|()| ExitCode::SUCCESS),
        ["test"] => ci::run(&repo, &[]),
        ["ci", rest @ ..] => ci::run(&repo, &only_steps(rest)?),
        ["tidy"] => report(&tidy::check(&repo)?, "tidy"),
        ["licences"] => report(&licences::check(&repo)?, "licences"),
        ["generate"] => generate::write(&repo).map(|()| ExitCode::SUCCESS),
        ["generate", "--check"] => report(&generate::check(&repo)?, "generate"),
        ["real-data", path] => demo::real_data(&repo, path),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("不认识的命令：`{}`\n\n{USAGE}", words.join(" ")),
    }
}

fn only_steps(words: &[&str]) -> anyhow::Result<Vec<String>> {
    let mut steps = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match (*word, rest.next()) {
            ("--only", Some(step)) => steps.push((*step).to_owned()),
            _ => bail!(
                "ci 只接受 `--only 步骤`，得到 `{}`\n\n{USAGE}",
                words.join(" ")
            ),
        }
    }
    Ok(steps)
}

/// Prints every problem, then a line that says how many there were.
fn report(problems: &[problem::Problem], name: &str) -> anyhow::Result<ExitCode> {
    for problem in problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!("{name}：没有问题");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{name}：{} 处问题", problems.len());
    Ok(ExitCode::FAILURE)
}
