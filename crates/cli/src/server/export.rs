//! `mingjing export`：案件写成案件格式，案件、发现、义务写成 CSV 或 xlsx。

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use mingjing_policy::role::Role;
use mingjing_services::context::Services;
use mingjing_services::export::case_lines::{ExportCases, export_cases};
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_store::case_row::CaseFilter;
use mingjing_store::duty::DutyFilter;
use mingjing_store::finding::FindingFilter;

use crate::files::in_chinese;
use crate::server::acting;
use crate::server::open::{Common, of_service, runtime, services};
use crate::server_args::{ExportArgs, ExportKind, TableFormatArg};
use crate::{Answer, output};

pub(crate) fn run(args: &ExportArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let lines = runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let done = export(args, &services).await;
        services.store.close().await;
        done
    })?;
    output::aside(format_args!("已导出 {lines} 条"));
    Ok(Answer::Clean)
}

async fn export(args: &ExportArgs, services: &Services) -> anyhow::Result<u64> {
    let Some(path) = &args.out else {
        return write(args, services, Box::new(io::stdout().lock())).await;
    };
    let refused = || format!("{} 写不了（已有的不覆盖）", path.display());
    let unfinished = Unfinished::begin(path).with_context(refused)?;
    let lines = write(args, services, Box::new(unfinished.writer()?)).await?;
    unfinished.finish(path).with_context(refused)?;
    Ok(lines)
}

/// A file under a name of its own until it is whole: half an export is never taken for one.
struct Unfinished {
    at: PathBuf,
}

impl Unfinished {
    fn begin(path: &Path) -> anyhow::Result<Self> {
        ensure!(!path.exists(), "已有这个文件");
        let mut name = path.file_name().context("没有写文件的名字")?.to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let at = path.with_file_name(name);
        File::create_new(&at).map_err(|error| in_chinese(&error))?;
        Ok(Unfinished { at })
    }

    fn writer(&self) -> anyhow::Result<BufWriter<File>> {
        let file = File::options().append(true).open(&self.at);
        Ok(BufWriter::new(file.map_err(|error| in_chinese(&error))?))
    }

    /// On disk under its name; what has come there meanwhile stays.
    fn finish(self, path: &Path) -> anyhow::Result<()> {
        let file = File::open(&self.at).map_err(|error| in_chinese(&error))?;
        file.sync_all().map_err(|error| in_chinese(&error))?;
        match fs::hard_link(&self.at, path) {
            Ok(()) => Ok(()),
            // Not every file system knows links.
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                fs::rename(&self.at, path).map_err(|error| in_chinese(&error).into())
            }
            Err(error) => Err(in_chinese(&error).into()),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Cut off half way, or linked under its name: this one has served.
        let _ = fs::remove_file(&self.at);
    }
}

async fn write(
    args: &ExportArgs,
    services: &Services,
    mut out: Box<dyn Write>,
) -> anyhow::Result<u64> {
    let request = acting::request(services, Role::SupervisorLead)?;
    let table = match args.kind {
        ExportKind::Cases => {
            ensure!(
                args.format == TableFormatArg::Csv,
                "--format 只用于列表；cases 是案件格式，一行一案"
            );
            let command = ExportCases {
                filter: CaseFilter::default(),
                reveal: args.reveal.clone(),
            };
            let write = |text: &str| out.write_all(text.as_bytes());
            let done = export_cases(services, &request, command, write).await;
            let lines = done.map_err(of_service)?.cases;
            out.flush()?;
            return Ok(lines);
        }
        ExportKind::CaseTable => Table::Cases(CaseFilter::default()),
        ExportKind::Findings => Table::Findings(FindingFilter::default()),
        ExportKind::Duties => Table::Duties(DutyFilter::default()),
    };
    let format = match args.format {
        TableFormatArg::Csv => TableFormat::Csv,
        TableFormatArg::Xlsx => TableFormat::Xlsx,
    };
    let lines = export_table(services, &request, table, format, &mut out).await;
    let lines = lines.map_err(of_service)?;
    out.flush()?;
    Ok(lines)
}
