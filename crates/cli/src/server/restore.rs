//! `mingjing restore`：由备份恢复到还没有库的地方（PostgreSQL 的已由 `pg_restore` 恢复好）；自查相符、不比外面已知的检查点旧，才算恢复。

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_services::backup::{BackupError, restore};
use mingjing_store::config::Location;
use mingjing_store::fsck::FsckReport;
use mingjing_store::store::Store;
use mingjing_store::tx::Read;
use serde_json::json;

use crate::Answer;
use crate::config::Config;
use crate::files::in_chinese;
use crate::server::open::{Common, make_folder, of_store, runtime};
use crate::server::{fsck, key, report};
use crate::server_args::RestoreArgs;

pub(crate) fn run(args: &RestoreArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let known = args
        .checkpoint
        .as_deref()
        .map(read_checkpoint)
        .transpose()?;
    make_folder(&config.folder())?;
    let verifying = key::verifying_key(&config)?;
    let store_config = config.store_config()?;
    let outcome = runtime(2)?.block_on(async {
        let (store, found) = restore(&args.folder, &store_config, verifying.as_ref()).await?;
        let compared = compare(&store, known.as_ref()).await;
        store.close().await;
        Ok::<_, BackupError>((found, compared))
    });
    let (found, compared) = match outcome {
        Ok(outcome) => outcome,
        // What is there already is not ours to remove.
        Err(error @ BackupError::Exists { .. }) => {
            return Err(error.into());
        }
        Err(BackupError::Mismatch { what }) => {
            remove(&config)?;
            return told(args, &BackupError::Mismatch { what }.to_string());
        }
        Err(error) => return Err(anyhow::Error::new(error).context("没有恢复成")),
    };
    let text = fsck::text(&found, verifying.is_some());
    if !found.is_sound() {
        remove(&config)?;
        return told(args, &format!("备份与自己不符，没有恢复\n{text}"));
    }
    if let Some(why) = compared.map_err(of_store)? {
        remove(&config)?;
        return told(args, &why);
    }
    let done = match store_config.location {
        Location::Sqlite(_) => "已恢复",
        Location::Postgres(_) => "pg_restore 恢复的库与清单相符",
    };
    good(args, &format!("{done}\n{text}"), &found)
}

fn good(args: &RestoreArgs, text: &str, found: &FsckReport) -> anyhow::Result<Answer> {
    let json = json!({ "log_size": found.entries, "events": found.events });
    report::print(args.format, text, &json)?;
    Ok(Answer::Clean)
}

fn told(args: &RestoreArgs, why: &str) -> anyhow::Result<Answer> {
    report::print(args.format, why, &json!({ "failure": why }))?;
    Ok(Answer::Found)
}

fn read_checkpoint(path: &Path) -> anyhow::Result<SignedCheckpoint> {
    let text = fs::read_to_string(path)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("检查点 {} 读不了", path.display()))?;
    SignedCheckpoint::parse(&text).with_context(|| format!("检查点 {}", path.display()))
}

/// Why the log of the backup does not go with a checkpoint known outside; `None` if it does.
async fn compare(
    store: &Store,
    known: Option<&SignedCheckpoint>,
) -> mingjing_store::error::Result<Option<String>> {
    let Some(known) = known.map(SignedCheckpoint::checkpoint) else {
        return Ok(None);
    };
    let (size, root) = (known.size, known.root);
    store
        .read(async |read: &Read| {
            let has = read.log_state().await?.size;
            if has < size {
                return Ok(Some(format!(
                    "备份的日志有 {has} 条，外面已知的检查点是 {size} 条的：备份之后发布过检查点，照这份备份续写会使日志分叉，没有恢复。请找更新的备份"
                )));
            }
            let is_same = read.root_at(size).await? == root;
            Ok((!is_same).then(|| {
                format!("备份的日志在第 {size} 条处与外面已知的检查点不同：不是同一部日志，或被改过，没有恢复")
            }))
        })
        .await
}

/// What was put there a moment ago and is not good.
fn remove(config: &Config) -> anyhow::Result<()> {
    let Location::Sqlite(target) = config.store_config()?.location else {
        return Ok(());
    };
    for suffix in ["", "-wal", "-shm"] {
        let mut name = target.as_os_str().to_owned();
        name.push(suffix);
        // What is not there need not be removed.
        let _ = fs::remove_file(PathBuf::from(name));
    }
    Ok(())
}
