//! 备份与恢复：库的副本连同清单；清单写明日志多长、根是什么、各有多少条，恢复之后据此核对。

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use mingjing_ledger::key::VerifyingKey;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::audit::NewAudit;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::fsck::FsckReport;
use mingjing_store::store::Store;
use mingjing_store::summary::StoreSummary;
use mingjing_store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sm3::{Digest as _, Sm3};
use thiserror::Error;

use crate::access::{note_refusal, require};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::export::log::require_empty;
use crate::spool::hex;

/// 清单的文件名。
pub const MANIFEST: &str = "manifest.json";
/// SQLite 副本的文件名。
pub const COPY: &str = "mingjing.db";
/// 清单的格式。
const FORMAT: &str = "mingjing-backup/1";

/// 备份、恢复做不成的原因。
#[derive(Debug, Error)]
pub enum BackupError {
    /// 读写文件。
    #[error("{path}：读写不成")]
    File {
        /// 哪个文件。
        path: PathBuf,
        /// 原因。
        #[source]
        source: io::Error,
    },
    /// 清单读不出。
    #[error("清单读不出，或不是 {FORMAT}；请核对备份的文件夹")]
    Manifest,
    /// 副本与清单不符。
    #[error("副本与清单不符（{what}）：备份已损坏或被改过，不能用来恢复")]
    Mismatch {
        /// 哪一项。
        what: String,
    },
    /// 目的地已有数据库。
    #[error("{path} 已经存在，不覆盖；请恢复到空的位置，核对之后再换上")]
    Exists {
        /// 哪个文件。
        path: PathBuf,
    },
    /// 库。
    #[error(transparent)]
    Store(#[from] mingjing_store::error::StoreError),
    /// 服务。
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// 清单。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// 格式。
    pub format: String,
    /// 何时备份。
    pub made_at: String,
    /// 节点名。
    pub node: String,
    /// 结构的版本。
    pub schema: u64,
    /// 日志的条数。
    pub log_size: u64,
    /// 日志的根，十六进制。
    pub root: String,
    /// 最新的检查点。
    pub checkpoint: Option<String>,
    /// 待入日志的条数。
    pub pending: u64,
    /// 时间线的条数。
    pub timelines: u64,
    /// 事件的条数。
    pub events: u64,
    /// 审计记录的条数。
    pub audits: u64,
    /// 副本的字节数；没有副本（PostgreSQL）的为零。
    pub file_bytes: u64,
    /// 副本的 SM3；没有副本的为空。
    pub file_sm3: String,
}

impl Manifest {
    fn of(summary: StoreSummary, made_at: String, file: Option<(u64, String)>) -> Self {
        let (file_bytes, file_sm3) = file.unwrap_or_default();
        Manifest {
            format: FORMAT.to_owned(),
            made_at,
            node: summary.node,
            schema: summary.schema,
            log_size: summary.log_size,
            root: summary.root.to_hex(),
            checkpoint: summary.checkpoint,
            pending: summary.pending,
            timelines: summary.timelines,
            events: summary.events,
            audits: summary.audits,
            file_bytes,
            file_sm3,
        }
    }

    /// 读文件夹里的清单。
    pub fn read(folder: &Path) -> Result<Manifest, BackupError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(at(&path))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|_| BackupError::Manifest)?;
        if manifest.format == FORMAT {
            Ok(manifest)
        } else {
            Err(BackupError::Manifest)
        }
    }

    /// 副本由 `pg_dump` 另做：清单取在它之前。
    fn is_without_copy(&self) -> bool {
        self.file_sm3.is_empty()
    }

    /// 库里少了清单所说的什么，第一处；没有少为 `None`。日志须是清单那部日志接着写的。
    async fn is_missing_from(
        &self,
        store: &Store,
        summary: &StoreSummary,
    ) -> Result<Option<String>, BackupError> {
        let numbers = [
            ("日志的条数", self.log_size, summary.log_size),
            ("时间线的条数", self.timelines, summary.timelines),
            ("事件的条数", self.events, summary.events),
            ("审计记录的条数", self.audits, summary.audits),
        ];
        let short = numbers.into_iter().find(|(_, said, found)| found < said);
        if let Some((what, said, found)) = short {
            return Ok(Some(format!("{what}：清单 {said}，库 {found}")));
        }
        if (self.node.as_str(), self.schema) != (summary.node.as_str(), summary.schema) {
            return Ok(Some("节点名或结构的版本".to_owned()));
        }
        let size = self.log_size;
        let root = store.read(async |read: &Read| read.root_at(size).await);
        let is_same = root.await?.to_hex() == self.root;
        Ok((!is_same).then(|| format!("日志第 {size} 条处的根")))
    }

    /// 库与清单不同的第一处；没有不同为 `None`。
    fn differs_from(&self, summary: &StoreSummary) -> Option<String> {
        let numbers = [
            ("结构的版本", self.schema, summary.schema),
            ("日志的条数", self.log_size, summary.log_size),
            ("待入日志的条数", self.pending, summary.pending),
            ("时间线的条数", self.timelines, summary.timelines),
            ("事件的条数", self.events, summary.events),
            ("审计记录的条数", self.audits, summary.audits),
        ];
        let wrong = numbers.into_iter().find(|(_, said, found)| said != found);
        let wrong = wrong.map(|(what, said, found)| format!("{what}：清单 {said}，库 {found}"));
        let has_other_root = self.root != summary.root.to_hex();
        wrong.or_else(|| has_other_root.then(|| "日志的根".to_owned()))
    }
}

/// 备份：写入照常进行。SQLite 存一份副本与清单；PostgreSQL 只写清单，副本由 `pg_dump` 做。文件夹须是空的。
#[crate::boxed]
pub async fn back_up(
    services: &Services,
    request: &RequestContext,
    folder: &Path,
) -> Result<Manifest, BackupError> {
    let resource = Resource::of_platform(ResourceKind::Backup);
    let permitted = require(&request.actor, Action::Run, &resource, request.today());
    note_refusal(services, request, backup_audit(json!({})), permitted).await?;
    require_empty(folder).map_err(at(folder))?;
    let manifest = match services.store.location() {
        Location::Sqlite(_) => {
            let copy = folder.join(COPY);
            services.store.back_up_to(&copy).await?;
            describe_copy(services, &copy, request.now.to_string()).await?
        }
        Location::Postgres(_) => describe(&services.store, request.now.to_string()).await?,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest).map_err(ServiceError::internal)?;
    fs::write(&path, text).map_err(at(&path))?;
    let detail = json!({ "log_size": manifest.log_size, "events": manifest.events });
    let write = async move |tx: &Tx| {
        tx.audit(backup_audit(detail.clone())).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await?;
    Ok(manifest)
}

/// 库此刻的清单，没有副本：给 PostgreSQL 的备份，或恢复之后的核对。
#[crate::boxed]
pub async fn describe(store: &Store, made_at: String) -> Result<Manifest, BackupError> {
    let summary = store.read(async |read: &Read| read.summarise().await);
    Ok(Manifest::of(summary.await?, made_at, None))
}

/// 恢复：SQLite 的副本放到 `config` 所指的空位置；PostgreSQL 的由 `pg_restore` 放好。打开，自查，与清单核对；
/// 返回打开的库与自查的结果。
///
/// Existing files are never overwritten. Raw files of lists are not in a backup: a list that was half-way is sent again.
#[crate::boxed]
pub async fn restore(
    folder: &Path,
    config: &StoreConfig,
    key: Option<&VerifyingKey>,
) -> Result<(Store, FsckReport), BackupError> {
    let manifest = Manifest::read(folder)?;
    if let Location::Sqlite(target) = &config.location {
        let copy = folder.join(COPY);
        let (bytes, digest) = hashed(&copy).map_err(at(&copy))?;
        if (bytes, digest.as_str()) != (manifest.file_bytes, manifest.file_sm3.as_str()) {
            return Err(BackupError::Mismatch {
                what: "副本的散列".to_owned(),
            });
        }
        place(&copy, target)?;
    }
    let store = Store::open(config).await?;
    let report = verify(&store, &manifest, key).await?;
    Ok((store, report))
}

/// 恢复之后的核对：自查；条数与根同清单一样，副本另做的不少于清单、日志是清单那一部接着写的。
#[crate::boxed]
pub async fn verify(
    store: &Store,
    manifest: &Manifest,
    key: Option<&VerifyingKey>,
) -> Result<FsckReport, BackupError> {
    let summary = store
        .read(async |read: &Read| read.summarise().await)
        .await?;
    let wrong = match manifest.is_without_copy() {
        true => manifest.is_missing_from(store, &summary).await?,
        false => manifest.differs_from(&summary),
    };
    if let Some(what) = wrong {
        return Err(BackupError::Mismatch { what });
    }
    Ok(store.fsck(key, |_| ()).await?)
}

/// What the copy itself holds: the store goes on while it is made.
async fn describe_copy(
    services: &Services,
    copy: &Path,
    made_at: String,
) -> Result<Manifest, BackupError> {
    let config = StoreConfig::new(
        Location::Sqlite(copy.to_path_buf()),
        services.store.identity().clone(),
    );
    let store = Store::open(&config).await?;
    let summary = store
        .read(async |read: &Read| read.summarise().await)
        .await?;
    store.scrub().await?;
    store.close().await;
    let file = hashed(copy).map_err(at(copy))?;
    Ok(Manifest::of(summary, made_at, Some(file)))
}

/// Copies beside the target and renames: what bears the name of a database is whole.
fn place(copy: &Path, target: &Path) -> Result<(), BackupError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = target.as_os_str().to_owned();
        name.push(end);
        let path = PathBuf::from(name);
        if path.exists() {
            return Err(BackupError::Exists { path });
        }
    }
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    let beside = target.with_extension("restoring");
    fs::copy(copy, &beside).map_err(at(&beside))?;
    let file = File::options()
        .write(true)
        .open(&beside)
        .map_err(at(&beside))?;
    file.sync_all().map_err(at(&beside))?;
    fs::rename(&beside, target).map_err(at(target))
}

fn hashed(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sm3::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            let digest: [u8; 32] = hash.finalize().into();
            return Ok((bytes, hex(&digest)));
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_path_buf();
    move |source| BackupError::File { path, source }
}

fn backup_audit(detail: serde_json::Value) -> NewAudit {
    NewAudit {
        action: "backup.run".to_owned(),
        resource_kind: "backup".to_owned(),
        resource_id: None,
        org_path: "/".to_owned(),
        is_allowed: true,
        detail,
    }
}
