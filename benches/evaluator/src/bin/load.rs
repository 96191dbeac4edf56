//! 加载一万条规则：随产品交付的规则各抄若干份，编码加上序号；量用时与常驻内存。
//!
//! Usage: `load [规则数]`; the memory is that of one lawbook, before any other has been there.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use anyhow::Context;
use mingjing_evaluator_benches::{
    lawbook_files, lawbook_root, least_of, load_lawbook, most_resident_megabytes,
    resident_megabytes,
};
use mingjing_lawbook::diagnostic::SourceFile;

/// 要到的规则数。
const RULES: usize = 10_000;

fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().nth(1).map_or(Ok(RULES), |n| n.parse())?;
    let mut files = lawbook_files(&lawbook_root())?;
    let rules: Vec<SourceFile> = files
        .iter()
        .filter(|f| f.path.starts_with("rules/"))
        .cloned()
        .collect();
    for copy in 1..wanted.div_ceil(rules.len()) {
        for file in &rules {
            files.push(copied(file, copy)?);
        }
    }
    let before = resident_megabytes().context("内存")?;
    let lawbook = load_lawbook(&files)?;
    let after = resident_megabytes().context("内存")?;
    let most = most_resident_megabytes().context("内存")?;
    println!(
        "规则 {} 条；常驻内存 {after:.0} MB，其中原文 {before:.0} MB；加载之中最多 {most:.0} MB",
        lawbook.rules.len()
    );
    drop(lawbook);
    let seconds = least_of(5, || load_lawbook(&files).map(drop))?;
    println!("加载：五次里最快的 {seconds:.3} 秒");
    Ok(())
}

/// 一个规则文件的抄本。
fn copied(file: &SourceFile, copy: usize) -> anyhow::Result<SourceFile> {
    let name = file.path.strip_suffix(".toml").context("文件名")?;
    let (head, rest) = file.text.split_once("code = \"").context("code")?;
    let (code, rest) = rest.split_once('"').context("code")?;
    let text = format!("{head}code = \"{code}-{copy}\"{rest}");
    Ok(SourceFile::new(format!("{name}-{copy}.toml"), text))
}
