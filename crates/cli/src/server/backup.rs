//! `mingjing backup`：写入继续的同时另存一份完整的库。

use std::fs;

use anyhow::{bail, ensure};
use mingjing_store::config::Location;
use mingjing_store::tx::Read;
use serde_json::json;

use crate::Answer;
use crate::server::open::{Common, of_store, runtime, store};
use crate::server::report;
use crate::server_args::BackupArgs;

pub(crate) fn run(args: &BackupArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    if let Location::Postgres(_) = config.store_config()?.location {
        bail!(
            "PostgreSQL 用它自己的工具备份：pg_dump --format=custom --file={} <地址>；怎样恢复见 docs/operations.md",
            args.file.display()
        );
    }
    ensure!(
        !args.file.exists(),
        "{} 已经存在；备份不覆盖旧的，请换一个名称",
        args.file.display()
    );
    let size = runtime(2)?.block_on(async {
        let store = store(&config).await?;
        let done = store.back_up_to(&args.file).await;
        let size = store
            .read(async |read: &Read| read.log_state().await)
            .await;
        store.close().await;
        done.map_err(of_store)?;
        anyhow::Ok(size.map_err(of_store)?.size)
    });
    let size = match size {
        Ok(size) => size,
        Err(error) => {
            // A copy that broke off is no backup.
            let _ = fs::remove_file(&args.file);
            return Err(error.context("备份没有做成"));
        }
    };
    let bytes = fs::metadata(&args.file)?.len();
    let text = format!(
        "已备份到 {}（{} KB，其时日志约 {size} 条）；签名私钥不在其中，请另行保管",
        args.file.display(),
        bytes.div_ceil(1024)
    );
    report::print(args.format, &text, &json!({ "bytes": bytes, "log_size": size }))?;
    Ok(Answer::Clean)
}
