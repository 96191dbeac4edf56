//! `mingjing verify`：只凭导出的字节与公钥核对日志或案卷包；不用库、不用配置、不连网。

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, ensure};
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::handover::keys_in;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;
use mingjing_verify::report::{Extent, Report};
use serde_json::json;

use crate::Answer;
use crate::files::in_chinese;
use crate::server::export_log::PUBLIC_KEY;
use crate::server::report;
use crate::server_args::VerifyArgs;

/// A bundle of one case; the largest has some thousands of records.
const BUNDLE_BYTES_MAX: u64 = 256 * 1024 * 1024;

pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let is_log = args.path.is_dir();
    let node = match &args.node {
        Some(node) => node.clone(),
        None if is_log => first_line(&read_text(&args.path.join("checkpoint"))?),
        None => node_of_bundle(&args.path)?,
    };
    let mut trusted = Vec::new();
    for path in &args.key {
        let pem = read_text(path)?;
        let key = TrustedKey::from_pem(&node, &pem);
        trusted.push(key.with_context(|| format!("公钥 {}", path.display()))?);
    }
    trusted.extend(by_fingerprint(args, &node, is_log)?);
    let older = args.older.as_deref().map(read_text).transpose()?;
    ensure!(!(is_log && args.whole), "--whole 只用于案卷包，不用于日志");
    let found = if is_log {
        verify_log(
            |path| read_file(&args.path, path),
            &trusted,
            older.as_deref(),
        )
    } else {
        ensure!(older.is_none(), "--older 只用于日志，不用于案卷包");
        verify_bundle(&read_bundle(&args.path)?, &trusted)
    };
    let prints: Vec<&str> = trusted.iter().map(TrustedKey::fingerprint).collect();
    let is_enough = !args.whole || found.extent == Some(Extent::Whole);
    let lacking = match is_enough {
        true => "",
        false => "\n要的是整案（--whole），这一包没有证明是整案",
    };
    let text = format!(
        "节点 {node}，公钥指纹 {}\n{}{lacking}",
        prints.join("、"),
        found.to_string().trim_end()
    );
    report::print(args.format, &text, &json(&found, &node, &prints))?;
    Ok(if found.is_accepted() && is_enough {
        Answer::Clean
    } else {
        Answer::Found
    })
}

/// The public keys that come with the material, each taken only if its fingerprint is one that is trusted.
fn by_fingerprint(args: &VerifyArgs, node: &str, is_log: bool) -> anyhow::Result<Vec<TrustedKey>> {
    if args.fingerprint.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<TrustedKey> = handovers(&args.path, is_log)?
        .iter()
        .flat_map(|text| keys_in(text))
        .collect();
    let public = args.path.join(PUBLIC_KEY);
    if is_log && public.is_file() {
        found.extend(TrustedKey::from_pem(node, &read_text(&public)?));
    }
    let mut trusted: Vec<TrustedKey> = Vec::new();
    for wanted in &args.fingerprint {
        let key = found
            .iter()
            .find(|key| key.name() == node && key.fingerprint() == wanted);
        let key = key.with_context(|| {
            format!("材料里没有指纹为 {wanted} 的公钥；请以 --key 给出公钥文件")
        })?;
        trusted.push(key.clone());
    }
    Ok(trusted)
}

fn handovers(path: &Path, is_log: bool) -> anyhow::Result<Vec<String>> {
    if is_log {
        let mut texts = Vec::new();
        while let Some(bytes) = read_file(path, &format!("handover/{}", texts.len() + 1))? {
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
        return Ok(texts);
    }
    let bundle: serde_json::Value = serde_json::from_slice(&read_bundle(path)?)
        .with_context(|| format!("{} 不是案卷包（应是 JSON）", path.display()))?;
    let texts = bundle
        .get("handovers")
        .and_then(serde_json::Value::as_array);
    let texts = texts
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str);
    Ok(texts.map(str::to_owned).collect())
}

fn json(found: &Report, node: &str, fingerprints: &[&str]) -> serde_json::Value {
    json!({
        "is_accepted": found.is_accepted(),
        "node": node,
        "fingerprints": fingerprints,
        "failure": found.failure.as_ref().map(|it| json!({ "index": it.index, "why": it.why })),
        "extent": found.extent.map(Extent::code),
        "proven": found.proven,
        "not_proven": found.not_proven,
    })
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path)
        .map_err(|error| in_chinese(&error))
        .with_context(|| format!("{} 读不了", path.display()))
}

fn read_bundle(path: &Path) -> anyhow::Result<Vec<u8>> {
    let unreadable = || format!("{} 读不了", path.display());
    let metadata = fs::metadata(path).map_err(|error| in_chinese(&error));
    ensure!(
        metadata.with_context(unreadable)?.len() <= BUNDLE_BYTES_MAX,
        "{} 超过 {} MB，看来不是案卷包",
        path.display(),
        BUNDLE_BYTES_MAX >> 20
    );
    fs::read(path)
        .map_err(|error| in_chinese(&error))
        .with_context(unreadable)
}

/// A file of an export; one that is not there is the verifier's to speak of.
fn read_file(folder: &Path, path: &str) -> io::Result<Option<Vec<u8>>> {
    match fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn first_line(note: &str) -> String {
    note.lines().next().unwrap_or_default().to_owned()
}

/// The name stands in the checkpoint of the bundle; whose key it is, the caller has said.
fn node_of_bundle(path: &Path) -> anyhow::Result<String> {
    let bytes = read_bundle(path)?;
    let bundle: serde_json::Value = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} 不是案卷包（应是 JSON）", path.display()))?;
    let note = bundle.get("checkpoint").and_then(serde_json::Value::as_str);
    let note = note.with_context(|| format!("{} 里没有检查点", path.display()))?;
    Ok(first_line(note))
}
