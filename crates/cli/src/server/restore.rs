//! `mingjing restore`：由备份恢复到还没有库的地方；自查相符、不比外面已知的检查点旧，才算恢复。

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_store::config::Location;
use mingjing_store::store::Store;
use mingjing_store::tx::Read;
use serde_json::json;

use crate::Answer;
use crate::config::Config;
use crate::files::in_chinese;
use crate::server::open::{Common, make_folder, of_store, runtime};
use crate::server::{fsck, key, migrate, report};
use crate::server_args::RestoreArgs;

pub(crate) fn run(args: &RestoreArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let Location::Sqlite(target) = config.store_config()?.location else {
        bail!("PostgreSQL 用它自己的工具恢复：pg_restore；步骤见 docs/operations.md");
    };
    ensure!(
        !target.exists(),
        "{} 已经有库；恢复不覆盖，请先把它移到别处",
        target.display()
    );
    let known = args.checkpoint.as_deref().map(read_checkpoint).transpose()?;
    make_folder(&config.folder())?;
    let partial = copy(&args.file, &target)?;
    let checked = runtime(2)?.block_on(check(&config, &partial, known.as_ref()));
    match checked {
        Ok(Checked::Good { text, log_size }) => {
            fs::rename(&partial, &target)?;
            sync_folder(&target)?;
            let text = format!("已恢复到 {}\n{text}", target.display());
            report::print(args.format, &text, &json!({ "log_size": log_size }))?;
            Ok(Answer::Clean)
        }
        Ok(Checked::Bad(why)) => {
            remove(&partial);
            report::print(args.format, &why, &json!({ "failure": why }))?;
            Ok(Answer::Found)
        }
        Err(error) => {
            remove(&partial);
            Err(error)
        }
    }
}

enum Checked {
    Good { text: String, log_size: u64 },
    Bad(String),
}

fn read_checkpoint(path: &Path) -> anyhow::Result<SignedCheckpoint> {
    let text = fs::read_to_string(path)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("检查点 {} 读不了", path.display()))?;
    SignedCheckpoint::parse(&text).with_context(|| format!("检查点 {}", path.display()))
}

/// Beside the target, so that the last step is a rename.
fn copy(from: &Path, target: &Path) -> anyhow::Result<PathBuf> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let partial = target.with_file_name(name);
    remove(&partial);
    let unreadable = || format!("备份 {} 抄不过来", from.display());
    let copied = fs::copy(from, &partial).map_err(|error| in_chinese(&error));
    copied.with_context(unreadable)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&partial, fs::Permissions::from_mode(0o600))?;
    }
    File::open(&partial)?.sync_all()?;
    Ok(partial)
}

/// Looks at the copy before it takes its place: nothing writes to it but the migration.
async fn check(
    config: &Config,
    partial: &Path,
    known: Option<&SignedCheckpoint>,
) -> anyhow::Result<Checked> {
    let mut store_config = config.store_config()?;
    store_config.location = Location::Sqlite(partial.to_owned());
    migrate::migrate_at(&store_config).await?;
    let store = Store::open(&store_config).await.map_err(of_store)?;
    let verifying = key::verifying_key(config)?;
    let found = store.fsck(verifying.as_ref(), |_| {}).await;
    let compared = compare(&store, known).await;
    store.close().await;
    let found = found.map_err(of_store)?;
    let text = fsck::text(&found, verifying.is_some());
    if !found.is_sound() {
        return Ok(Checked::Bad(format!("备份与自己不符，没有恢复\n{text}")));
    }
    match compared? {
        Some(why) => Ok(Checked::Bad(why)),
        None => Ok(Checked::Good {
            text,
            log_size: found.entries,
        }),
    }
}

/// Why the log of the backup does not go with a checkpoint known outside; `None` if it does.
async fn compare(
    store: &Store,
    known: Option<&SignedCheckpoint>,
) -> anyhow::Result<Option<String>> {
    let Some(known) = known else {
        return Ok(None);
    };
    let known = known.checkpoint();
    let (size, root) = (known.size, known.root);
    let found = store
        .read(async |read: &Read| {
            let state = read.log_state().await?;
            if state.size < size {
                return Ok((state.size, None));
            }
            Ok((state.size, Some(read.root_at(size).await?)))
        })
        .await
        .map_err(of_store)?;
    Ok(match found {
        (has, None) => Some(format!(
            "备份的日志有 {has} 条，外面已知的检查点是 {size} 条的：备份之后发布过检查点，照这份备份续写会使日志分叉，没有恢复。请找更新的备份"
        )),
        (_, Some(is)) if is != root => Some(format!(
            "备份的日志在第 {size} 条处与外面已知的检查点不同：不是同一部日志，或被改过，没有恢复"
        )),
        (_, Some(_)) => None,
    })
}

fn remove(partial: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = partial.as_os_str().to_owned();
        name.push(suffix);
        // What is not there need not be removed.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

fn sync_folder(target: &Path) -> anyhow::Result<()> {
    if let Some(folder) = target.parent().filter(|it| !it.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
