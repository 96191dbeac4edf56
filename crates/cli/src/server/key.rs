//! 签名密钥：第一次启动时生成，只有本账户能读；与日志已有的检查点不是一对的不用。

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::handover::KeyChain;
use mingjing_ledger::key::{SigningKey, VerifyingKey};
use mingjing_store::context::{Rng as _, SystemRng};
use mingjing_store::error::StoreError;
use mingjing_store::store::Store;
use mingjing_store::tx::Read;

use crate::config::Config;
use crate::config::secret::Reference;
use crate::files::in_chinese;
use crate::server::open::{make_folder, of_store};

/// 签名密钥；日志还是空的，而文件不在，就生成一把。
pub(crate) async fn signing_key(config: &Config, store: &Store) -> anyhow::Result<SigningKey> {
    let (checkpoint, chain) = log_keys(store).await?;
    let reference = config.key();
    if let Reference::File(path) = &reference
        && !path.exists()
    {
        ensure!(
            !next_of(path).exists(),
            "换钥做到一半，签名私钥 {} 还没有放好；请再运行 mingjing rotate-key",
            path.display()
        );
        ensure!(
            checkpoint.is_none(),
            "日志里已有签过的检查点，签名私钥 {} 却不在。请从备份放回现在的那一把；另换一把，以前的检查点就没有人能接着签",
            path.display()
        );
        generate(config, path)?;
    }
    let key = read(&reference)?;
    ensure!(
        key.suite() == config.log.suite,
        "签名私钥（{reference}）是 {} 的，log.suite 写的是 {}",
        key.suite().name(),
        config.log.suite.name()
    );
    require_current(config, checkpoint.as_ref(), chain.as_ref(), &key)
        .with_context(|| format!("签名私钥（{reference}）"))?;
    Ok(key)
}

/// The newest checkpoint, and the keys that there were if the key ever changed.
pub(super) async fn log_keys(
    store: &Store,
) -> anyhow::Result<(Option<SignedCheckpoint>, Option<KeyChain>)> {
    let found = store.read(async |read: &Read| {
        let checkpoint = read.latest_checkpoint().await?;
        Ok::<_, StoreError>((checkpoint, read.key_chain().await?))
    });
    found.await.map_err(of_store)
}

/// Whether it is the key that signs now.
pub(super) fn require_current(
    config: &Config,
    checkpoint: Option<&SignedCheckpoint>,
    chain: Option<&KeyChain>,
    key: &SigningKey,
) -> anyhow::Result<()> {
    let own = key.verifying_key();
    if let Some(chain) = chain {
        let is_last = chain.last().fingerprint()? == own.fingerprint()?;
        let hint = match chain.holds(&own)? {
            true => "是已经交出的一把。换钥做到一半的，请再运行 mingjing rotate-key",
            false => "不是日志现在的那一把。请放回现在的那一把",
        };
        ensure!(is_last, "{hint}");
    }
    let Some(checkpoint) = checkpoint else {
        return Ok(());
    };
    let signer = chain.map_or(&own, |chain| chain.key_for(checkpoint.checkpoint().size));
    let is_its = checkpoint.verify(&config.log.node, signer);
    is_its.context("与日志最新的检查点不是一对。请放回原来的那一把")
}

/// 现有的密钥的公钥；没有密钥的为 `None`。
pub(crate) fn verifying_key(config: &Config) -> anyhow::Result<Option<VerifyingKey>> {
    Ok(existing_key(config)?.map(|key| key.verifying_key()))
}

/// 现有的密钥；没有的为 `None`，不生成。
pub(crate) fn existing_key(config: &Config) -> anyhow::Result<Option<SigningKey>> {
    let reference = config.key();
    if let Reference::File(path) = &reference
        && !path.exists()
    {
        return Ok(None);
    }
    Ok(Some(read(&reference)?))
}

pub(super) fn read(reference: &Reference) -> anyhow::Result<SigningKey> {
    let pem = reference.read().context("签名私钥读不出")?;
    SigningKey::from_pem(pem.reveal("loading the signing key"))
        .with_context(|| format!("签名私钥（{reference}）"))
}

fn generate(config: &Config, path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    if let Some(key) = write_fresh(config, path)? {
        write_public(&key.verifying_key(), &path.with_extension("pub.pem"))?;
    }
    Ok(())
}

/// Where the key stands that is about to take over.
pub(super) fn next_of(path: &Path) -> PathBuf {
    path.with_extension("next.pem")
}

/// A fresh key in a new file; `None` where there is a file by now.
pub(super) fn write_fresh(config: &Config, path: &Path) -> anyhow::Result<Option<SigningKey>> {
    let mut seed = [0; 32];
    SystemRng.fill(&mut seed);
    let key = SigningKey::generate(config.log.suite, &seed)?;
    seed.fill(0);
    let pem = key.to_pem()?;
    let written = write_new(path, pem.reveal("writing the new key").as_bytes(), 0o600);
    match written {
        // Another process starting at the same time was faster: its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => bail!("签名私钥 {} 写不下：{}", path.display(), in_chinese(&error)),
        Ok(()) => Ok(Some(key)),
    }
}

/// The public key can be written again at any time: a file already there stays.
pub(super) fn write_public(key: &VerifyingKey, path: &Path) -> anyhow::Result<()> {
    match write_new(path, key.to_pem()?.as_bytes(), 0o644) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            bail!("公钥 {} 写不下：{}", path.display(), in_chinese(&error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// 新文件，返回时已落盘；已有的不覆盖。
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}
