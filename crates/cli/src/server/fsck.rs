//! `mingjing fsck`：事件、内容、日志、瓦片、检查点两两相符不相符。

use std::fmt::Write as _;
use std::fs;

use anyhow::Context as _;
use mingjing_ledger::key::VerifyingKey;
use mingjing_store::context::{Clock as _, SystemClock};
use mingjing_store::error::StoreError;
use mingjing_store::fsck::FsckReport;
use mingjing_store::fsck::notice::Notice;
use serde_json::json;

use crate::Answer;
use crate::server::key;
use crate::server::open::{Common, of_store, runtime, store};
use crate::server::report;
use crate::server_args::FsckArgs;

pub(crate) fn run(args: &FsckArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let key = match &args.key {
        Some(path) => {
            let pem = fs::read_to_string(path)
                .map_err(|error| crate::files::in_chinese(&error))
                .with_context(|| format!("公钥 {} 读不了", path.display()))?;
            Some(VerifyingKey::from_pem(&pem)?)
        }
        None => key::verifying_key(&config)?,
    };
    let (found, notices) = runtime(2)?.block_on(async {
        let store = store(&config).await?;
        let looked = async {
            let found = store.fsck(key.as_ref(), |_| {}).await?;
            Ok::<_, StoreError>((found, store.notices(SystemClock.now()).await?))
        };
        let looked = looked.await.map_err(of_store);
        store.close().await;
        looked
    })?;
    let mut shown = text(&found, key.is_some());
    for notice in &notices {
        // Writing to a string does not fail.
        let _ = write!(shown, "\n提示：{notice}");
    }
    report::print(args.format, &shown, &json(&found, &notices))?;
    Ok(if found.is_sound() {
        Answer::Clean
    } else {
        Answer::Found
    })
}

/// 给人看的几行。
pub(crate) fn text(found: &FsckReport, has_key: bool) -> String {
    let mut text = format!(
        "事件 {} 条，审计 {} 条，公开记录 {} 条，日志 {} 条，检查点 {} 个；待入日志 {} 条",
        found.events, found.audits, found.publics, found.entries, found.checkpoints, found.pending
    );
    if !has_key {
        text.push_str("\n没有公钥，检查点的签名没有核对（--key 公钥文件）");
    }
    if found.is_sound() {
        text.push_str("\n处处相符");
        return text;
    }
    // Writing to a string does not fail.
    let _ = write!(text, "\n{} 处不符：", found.discrepancy_count);
    for discrepancy in &found.discrepancies {
        let _ = write!(text, "\n  · {discrepancy}");
    }
    text
}

fn json(found: &FsckReport, notices: &[Notice]) -> serde_json::Value {
    let notices = notices.iter().map(ToString::to_string);
    let lines = found.discrepancies.iter().map(ToString::to_string);
    json!({
        "events": found.events,
        "audits": found.audits,
        "publics": found.publics,
        "entries": found.entries,
        "checkpoints": found.checkpoints,
        "pending": found.pending,
        "notices": notices.collect::<Vec<_>>(),
        "discrepancy_count": found.discrepancy_count,
        "discrepancies": lines.collect::<Vec<_>>(),
    })
}
