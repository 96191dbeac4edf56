//! 明镜命令行：文件、时钟、参数、退出码与装配；判断都在法典与各库里。
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod case_file;
mod check;
mod clock;
mod config;
mod discretion;
mod discretion_args;
mod due;
mod files;
mod law;
mod lawbook_args;
mod lawbook_files;
mod next;
mod output;
mod real_data;
mod score;
mod server;
mod server_args;
mod table;
mod usage;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::server::open::Common;

/// What is judged and stored is many small values on several threads: the system's allocator takes longer, and keeps a
/// third more memory for a large lawbook. The programs choose; no library does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 结论，即退出码。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// 没有违反，也没有疑点
    Clean,
    /// 有
    Found,
    /// 读不了
    Unreadable,
    /// 读者（如 head）没有读完就走了：结论没有说完，不能算没有问题
    CutShort,
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        ExitCode::from(match answer {
            Answer::Clean => 0,
            Answer::Found => 1,
            Answer::Unreadable => 2,
            // 128 + SIGPIPE, as shells report a program that a closed pipe has ended.
            Answer::CutShort => 141,
        })
    }
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // What a decoder trips over in a broken workbook is caught there and told as such.
        if !mingjing_interchange::workbook::is_decoding() {
            output::aside(format_args!("程序内部出错，请报告：{panic}"));
        }
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && error.kind() != help_on_missing() => {
            output::aside(format_args!("错误：{}", usage::in_chinese(&error)));
            return Answer::Unreadable.into();
        }
        Err(help) => {
            // Writing help to a closed pipe is no failure.
            let _ = help.print();
            return if help.use_stderr() {
                Answer::Unreadable
            } else {
                Answer::Clean
            }
            .into();
        }
    };
    match run(&cli) {
        Ok(answer) => answer.into(),
        Err(error) if is_closed_pipe(&error) => Answer::CutShort.into(),
        Err(error) => {
            // The lines found before the error come first.
            let _ = io::stdout().flush();
            output::aside(format_args!("错误：{error:#}"));
            Answer::Unreadable.into()
        }
    }
}

fn help_on_missing() -> clap::error::ErrorKind {
    clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

fn run(cli: &Cli) -> anyhow::Result<Answer> {
    let folder = cli.lawbook.as_deref();
    let common = Common {
        config: cli.config.as_deref(),
        lawbook: folder,
    };
    match &cli.command {
        Command::Check(args) => check::run(args, folder),
        Command::Score(args) => score::run(args, folder),
        Command::Due(args) => due::run(args, folder),
        Command::Discretion(args) => discretion::run(args, folder),
        Command::Next(args) => next::run(args, folder),
        Command::Lawbook { command } => law::run(command, &common),
        Command::RealData(args) => real_data::run(args, folder),
        Command::Demo(args) => server::demo::run(args, &common),
        Command::Serve(args) => server::serve::run(args, &common),
        Command::Migrate(args) => server::migrate::run(args, &common),
        Command::Config { command } => server::config::run(command, &common),
        Command::User { command } => server::user::run(command, &common),
        Command::Import(args) => server::import::run(args, &common),
        Command::Export(args) => server::export::run(args, &common),
        Command::Bundle(args) => server::bundle::run(args, &common),
        Command::Verify(args) => server::verify::run(args),
        Command::RotateKey(args) => server::rotate_key::run(args, &common),
        Command::ExportLog(args) => server::export_log::run(args, &common),
        Command::Fsck(args) => server::fsck::run(args, &common),
        Command::Rebuild(args) => server::rebuild::run(args, &common),
        Command::Backup(args) => server::backup::run(args, &common),
        Command::Restore(args) => server::restore::run(args, &common),
    }
}

/// 读者（如 head）提前走了，不是错误。
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
