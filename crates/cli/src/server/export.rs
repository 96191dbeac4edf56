//! `mingjing export`：案件写成案件格式，案件、发现、义务写成 CSV 或 xlsx。

use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::Context as _;
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
    let mut out: Box<dyn Write> = match &args.out {
        None => Box::new(io::stdout().lock()),
        Some(path) => {
            let file = File::create_new(path)
                .map_err(|error| in_chinese(&error))
                .with_context(|| format!("{} 写不了（已有的不覆盖）", path.display()))?;
            Box::new(BufWriter::new(file))
        }
    };
    let request = acting::request(services, Role::SupervisorLead)?;
    let table = match args.kind {
        ExportKind::Cases => {
            anyhow::ensure!(
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
