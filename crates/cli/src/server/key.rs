//! 签名密钥：第一次启动时生成，只有本账户能读；与日志已有的检查点不是一对的不用。

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use mingjing_ledger::key::{SigningKey, VerifyingKey};
use mingjing_store::context::{Rng as _, SystemRng};
use mingjing_store::store::Store;
use mingjing_store::tx::Read;

use crate::config::Config;
use crate::config::secret::Reference;
use crate::files::in_chinese;
use crate::server::open::{make_folder, of_store};

/// 签名密钥；日志还是空的，而文件不在，就生成一把。
pub(crate) async fn signing_key(config: &Config, store: &Store) -> anyhow::Result<SigningKey> {
    let checkpoint = store
        .read(async |read: &Read| read.latest_checkpoint().await)
        .await
        .map_err(of_store)?;
    let reference = config.key();
    if let Reference::File(path) = &reference
        && !path.exists()
    {
        ensure!(
            checkpoint.is_none(),
            "日志里已有签过的检查点，签名私钥 {} 却不在。请从备份放回原来的那一把；另换一把，以前的检查点就没有人能接着签",
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
    if let Some(checkpoint) = checkpoint {
        let is_its = checkpoint.verify(&config.log.node, &key.verifying_key());
        is_its.with_context(|| {
            format!("签名私钥（{reference}）与日志最新的检查点不是一对。请放回原来的那一把")
        })?;
    }
    Ok(key)
}

/// 现有的密钥的公钥；没有密钥的为 `None`。
pub(crate) fn verifying_key(config: &Config) -> anyhow::Result<Option<VerifyingKey>> {
    let reference = config.key();
    if let Reference::File(path) = &reference
        && !path.exists()
    {
        return Ok(None);
    }
    Ok(Some(read(&reference)?.verifying_key()))
}

fn read(reference: &Reference) -> anyhow::Result<SigningKey> {
    let pem = reference.read().context("签名私钥读不出")?;
    SigningKey::from_pem(pem.reveal("loading the signing key"))
        .with_context(|| format!("签名私钥（{reference}）"))
}

fn generate(config: &Config, path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut seed = [0; 32];
    SystemRng.fill(&mut seed);
    let key = SigningKey::generate(config.log.suite, &seed)?;
    seed.fill(0);
    let pem = key.to_pem()?;
    let written = write_new(path, pem.reveal("writing the new key").as_bytes(), 0o600);
    match written {
        // Another process starting at the same time was faster: its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => bail!("签名私钥 {} 写不下：{}", path.display(), in_chinese(&error)),
        Ok(()) => {
            let public = path.with_extension("pub.pem");
            let pem = key.verifying_key().to_pem()?;
            // The public key can be written again at any time: a file already there stays.
            match write_new(&public, pem.as_bytes(), 0o644) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    bail!("公钥 {} 写不下：{}", public.display(), in_chinese(&error))
                }
                Ok(()) | Err(_) => Ok(()),
            }
        }
    }
}

/// A new file, on disk when this returns.
pub(super) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
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
