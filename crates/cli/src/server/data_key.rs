//! 数据密钥：第一次启动时生成，只有本账户能读；库里已有封存的而它不在，不另生成。

use std::io;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use mingjing_services::admin::seal::{DataKey, KEY_BYTES};
use mingjing_services::admin::second_factor::has_sealed_secrets;
use mingjing_services::context::Services;
use mingjing_store::context::{Rng as _, SystemRng};

use crate::config::Config;
use crate::config::secret::Reference;
use crate::files::in_chinese;
use crate::server::key::write_new;
use crate::server::open::{make_folder, of_service};

/// 数据密钥；没有的，库里也没有封存的，就生成一把。
pub(crate) async fn data_key(config: &Config, services: &Services) -> anyhow::Result<DataKey> {
    let reference = config.data_key();
    if let Reference::File(path) = &reference
        && !path.exists()
    {
        ensure!(
            !has_sealed_secrets(services).await.map_err(of_service)?,
            "库里有封存的秘密，数据密钥 {} 却不在。请从另存处放回原来的那一把；实在没有了的，以 mingjing user reset-totp 逐个去掉动态口令，再启动",
            path.display()
        );
        generate(path)?;
    }
    read(&reference)
}

/// 现有的数据密钥读不读得出；还没有文件的不算错。
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    let reference = config.data_key();
    match &reference {
        Reference::File(path) if !path.exists() => Ok(()),
        Reference::File(_) | Reference::Variable(_) => read(&reference).map(drop),
    }
}

fn read(reference: &Reference) -> anyhow::Result<DataKey> {
    let text = reference.read().context("数据密钥读不出")?;
    DataKey::parse(text.reveal("loading the data key"))
        .with_context(|| format!("数据密钥（{reference}）"))
}

fn generate(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut bytes = [0; KEY_BYTES];
    SystemRng.fill(&mut bytes);
    let text = DataKey::from_bytes(bytes).to_text();
    bytes.fill(0);
    match write_new(path, text.reveal("writing the new key").as_bytes(), 0o600) {
        // Another process starting at the same time was faster: its key is the key.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            bail!("数据密钥 {} 写不下：{}", path.display(), in_chinese(&error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
