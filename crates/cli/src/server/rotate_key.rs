//! `mingjing rotate-key`：换签名密钥，旧钥签新钥；中途断了再来一次，从断处接着。

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context as _, anyhow, bail, ensure};
use mingjing_ledger::handover::KeyChain;
use mingjing_ledger::key::SigningKey;
use mingjing_services::context::Services;
use mingjing_services::error::ServiceError;
use mingjing_services::log_key::hand_over_key;
use serde_json::json;

use crate::Answer;
use crate::config::Config;
use crate::config::secret::Reference;
use crate::files::in_chinese;
use crate::server::key::{log_keys, next_of, read, require_current, write_fresh, write_public};
use crate::server::open::{Common, of_service, runtime, services};
use crate::server::report;
use crate::server_args::RotateKeyArgs;

pub(crate) fn run(args: &RotateKeyArgs, common: &Common<'_>) -> anyhow::Result<Answer> {
    let config = common.load()?;
    let Reference::File(path) = config.key() else {
        bail!("log.key 在环境变量里，本程序换不了它；请先把签名私钥改放在文件里（file:路径）");
    };
    let chain = runtime(2)?.block_on(async {
        let services = services(common, &config).await?;
        let done = rotate(&config, &services, &path).await;
        services.store.close().await;
        done
    })?;
    let (first, last) = (chain.first().fingerprint()?, chain.last().fingerprint()?);
    let number = chain.handovers().len();
    let text = format!(
        "已换钥（第 {number} 次）\n现在的指纹 {last}，请公布\n最初的指纹 {first}，凭它仍核对得了全部\n旧私钥改名存为 {}，离线封存或销毁；新私钥请另存一份",
        retired(&path, number, "pem").display()
    );
    let json = json!({
        "number": number,
        "first": first.to_string(),
        "current": last.to_string(),
    });
    report::print(args.format, &text, &json)?;
    Ok(Answer::Clean)
}

async fn rotate(config: &Config, services: &Services, path: &Path) -> anyhow::Result<KeyChain> {
    let (checkpoint, chain) = log_keys(&services.store).await?;
    ensure!(
        checkpoint.is_some(),
        "日志还是空的，没有签过什么；停下服务，换掉 {} 即可",
        path.display()
    );
    let next_path = next_of(path);
    if let Some(chain) = chain.as_ref()
        && next_path.exists()
    {
        let next = read(&Reference::File(next_path.clone()))?;
        if is_last(chain, &next)? {
            // The handover stands in the log already: what is left are the files.
            put_in_place(path, &next_path, &next, chain.handovers().len())?;
            return Ok(chain.clone());
        }
    }
    let current = read(&Reference::File(path.to_path_buf()))?;
    require_current(config, checkpoint.as_ref(), chain.as_ref(), &current)
        .with_context(|| format!("签名私钥 {}", path.display()))?;
    let next = match write_fresh(config, &next_path)? {
        Some(next) => next,
        None => read(&Reference::File(next_path.clone()))?,
    };
    let request = services.system("cli");
    let holder = format!("rotate-key-{}", process::id());
    let keys = (current, next.clone());
    match hand_over_key(services, &request, keys, holder).await {
        Ok(_) => {}
        Err(ServiceError::Unavailable) => {
            return Err(anyhow!(
                "有进程正在编叶号；请先停下 mingjing serve（直接杀掉的，等十秒），再来"
            ));
        }
        Err(error) => return Err(of_service(error)),
    }
    let (_, chain) = log_keys(&services.store).await?;
    let chain = chain.context("the handover has been committed")?;
    put_in_place(path, &next_path, &next, chain.handovers().len())?;
    Ok(chain)
}

fn is_last(chain: &KeyChain, key: &SigningKey) -> anyhow::Result<bool> {
    Ok(chain.last().fingerprint()? == key.verifying_key().fingerprint()?)
}

/// The old key aside, the new one in its place. The last step is what makes it done; begun again, those before it that
/// were done are passed over.
fn put_in_place(
    path: &Path,
    next_path: &Path,
    next: &SigningKey,
    number: usize,
) -> anyhow::Result<()> {
    let public = path.with_extension("pub.pem");
    for (from, extension) in [(path, "pem"), (public.as_path(), "pub.pem")] {
        let aside = retired(path, number, extension);
        if from.exists() && !aside.exists() {
            rename(from, &aside)?;
        }
    }
    write_public(&next.verifying_key(), &public)?;
    rename(next_path, path)
}

fn retired(path: &Path, number: usize, extension: &str) -> PathBuf {
    path.with_extension(format!("{number}.retired.{extension}"))
}

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::rename(from, to)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("{} 改不了名", from.display()))
}
