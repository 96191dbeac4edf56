//! `mingjing backup`：写入继续的同时另存一份完整的库，连同清单。

use std::fs;

use mingjing_policy::role::Role;
use mingjing_services::backup::back_up;
use mingjing_store::config::Location;
use serde_json::json;

use crate::Answer;
use crate::server::acting;
use crate::server::open::{Common, make_folder, runtime, services};
use crate::server::report;
use crate::server_args::BackupArgs;

pub(crate) fn run(args: &BackupArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let is_postgres = matches!(config.store_config()?.location, Location::Postgres(_));
    let is_ours = !args.folder.exists();
    make_folder(&args.folder)?;
    let made = runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let request = acting::request(&services, Role::SystemAdmin)?;
        let made = back_up(&services, &request, &args.folder).await;
        services.store.close().await;
        anyhow::Ok(made?)
    });
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            if is_ours {
                // A copy that broke off is no backup.
                let _ = fs::remove_dir_all(&args.folder);
            }
            return Err(error.context("备份没有做成"));
        }
    };
    let folder = args.folder.display();
    let text = if is_postgres {
        format!(
            "清单已写到 {folder}；副本由 PostgreSQL 自己的工具做：pg_dump --format=custom --file={folder}/mingjing.dump <地址>"
        )
    } else {
        format!(
            "已备份到 {folder}：时间线 {}，事件 {}，日志 {} 条，副本 {} KB",
            made.timelines,
            made.events,
            made.log_size,
            made.file_bytes.div_ceil(1024)
        )
    };
    let text = format!("{text}\n签名私钥、数据密钥与收下的原文件不在其中，请另行保管");
    let json = json!({
        "timelines": made.timelines,
        "events": made.events,
        "log_size": made.log_size,
        "pending": made.pending,
        "file_bytes": made.file_bytes,
        "file_sm3": made.file_sm3,
    });
    report::print(args.format, &text, &json)?;
    Ok(Answer::Clean)
}
