//! `mingjing export-log`：检查点、瓦片与条目写成一个文件夹，全部或一段，谁都能用 `mingjing verify` 核对。

use std::fs;
use std::io;

use anyhow::Context as _;
use mingjing_store::log::export::LogRange;
use serde_json::json;

use crate::Answer;
use crate::files::in_chinese;
use crate::server::open::{Common, of_store, runtime, store};
use crate::server::{key, report};
use crate::server_args::ExportLogArgs;

/// 现在的公钥，放在导出的目录里：只知道指纹的人由它核对；指纹仍须取自公布之处。
pub(crate) const PUBLIC_KEY: &str = "node.pub.pem";

pub(crate) fn run(args: &ExportLogArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let folder = &args.folder;
    fs::create_dir_all(folder)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("建不了目录 {}", folder.display()))?;
    anyhow::ensure!(
        fs::read_dir(folder)?.next().is_none(),
        "{} 里已有东西；请指一个空的目录",
        folder.display()
    );
    let range = LogRange {
        from: args.from,
        to: args.to,
    };
    let checkpoint = runtime(2)?.block_on(async {
        let store = store(&config).await?;
        let exported = store
            .export_log(range, |path, bytes| {
                let path = folder.join(path);
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(path, bytes).map_err(|error: io::Error| in_chinese(&error))
            })
            .await;
        store.close().await;
        exported.map_err(of_store)
    })?;
    if let Some(key) = key::verifying_key(&config)? {
        key::write_public(&key, &folder.join(PUBLIC_KEY))?;
    }
    let size = checkpoint.checkpoint().size;
    let text = match args.from {
        0 => format!("日志 {size} 条，写在 {}", folder.display()),
        from => format!(
            "日志第 {from} 条所在的一包起、到 {size} 条的检查点为止，写在 {}；核对时以 --older 给出以前的检查点",
            folder.display()
        ),
    };
    let json = json!({ "entries": size, "from": args.from });
    report::print(args.format, &text, &json)?;
    Ok(Answer::Clean)
}
