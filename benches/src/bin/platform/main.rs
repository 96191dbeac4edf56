//! 平台的数字：开着的服务的追加、库的成批写入与入日志、导入、启动与空闲。
//!
//! `platform hire` makes an account, `platform append 地址 登录名 口令 主体 [每秒几条] [几秒]` drives a running server; `platform log 库 [条数]` works on a
//! database in process; `platform start 程序 目录` starts a server and looks at it.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod append;
mod hire;
mod http;
mod import;
mod log;
mod publish;
mod read;
mod start;

use anyhow::bail;

/// The one of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
用法：
  platform hire 地址:端口 system的一次性口令 security的一次性口令
  platform append 地址:端口 登录名 口令 主体标识 [每秒几条=300] [几秒=60]
  platform bulk 库的路径或 postgres:// 地址 [事件条数=100000]，零条的只建库
  platform log 库的路径或 postgres:// 地址 [事件条数=100000]
  platform import mingjing程序 空目录 行数 csv或xlsx [postgres:// 地址]
  platform publish 库的路径或 postgres:// 地址 [条数=1000000]，填公开记录，供门户的检索量
  platform read 地址:端口 登录名 口令 路径…，每个路径问三百遍
  platform start mingjing程序 空目录";

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["append", address, login, password, body, rest @ ..] => {
            let number = |index: usize, default: u64| match rest.get(index) {
                Some(text) => text.parse(),
                None => Ok(default),
            };
            let load = append::Load {
                address: address.parse()?,
                login: (*login).to_owned(),
                password: (*password).to_owned(),
                body: (*body).to_owned(),
                per_second: number(0, 300)?,
                seconds: number(1, 60)?,
            };
            append::run(&load)
        }
        ["hire", address, system, security] => hire::run(address.parse()?, system, security),
        ["bulk", database] => log::fill(database, 100_000),
        ["bulk", database, events] => log::fill(database, events.parse()?),
        ["log", database] => log::run(database, 100_000),
        ["log", database, events] => log::run(database, events.parse()?),
        ["import", program, folder, rows, format, database @ ..] => {
            let (program, folder) = (program.as_ref(), folder.as_ref());
            import::run(
                program,
                folder,
                rows.parse()?,
                format,
                database.first().copied(),
            )
        }
        ["publish", database] => publish::fill(database, 1_000_000),
        ["publish", database, count] => publish::fill(database, count.parse()?),
        ["read", address, login, password, paths @ ..] if !paths.is_empty() => {
            read::run(address.parse()?, login, password, paths)
        }
        ["start", program, folder] => start::run(program.as_ref(), folder.as_ref()),
        _ => bail!("{USAGE}"),
    }
}

/// The value that so many per cent of the sorted ones do not pass.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index.min(last)).copied().unwrap_or(f64::NAN)
}
