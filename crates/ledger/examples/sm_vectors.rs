//! 用一个文件夹里的外部测试向量核对 SM3、HMAC-SM3 与 SM2 签名，报出数目：
//! `cargo run -p mingjing-ledger --example sm_vectors -- 文件夹`。
//!
//! Read when present: `sm3.json` (`msg_hex`, `digest`), `sm3_hmac_wycheproof.json` (`key`, `msg`, `tag`, `result`),
//! `sm2_sign.json` (one example). The tests of the repository do not need them.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use base64ct::{Base64, Encoding as _};
use mingjing_ledger::key::VerifyingKey;
use mingjing_ledger::suite::Suite;
use serde_json::Value;

/// Whether one vector holds; an error if it cannot be read.
type Check = fn(&Value) -> anyhow::Result<bool>;

/// The block of SM3, to which HMAC pads its key.
const BLOCK: usize = 64;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("请给出测试向量的文件夹")?;
    let folder = Path::new(&folder);
    let mut failed = 0;
    let files: [(&str, Check); 3] = [
        ("sm3.json", sm3_holds),
        ("sm3_hmac_wycheproof.json", hmac_holds),
        ("sm2_sign.json", sm2_holds),
    ];
    for (name, holds) in files {
        let path = folder.join(name);
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("{} 读不出", path.display()))?;
        let vectors: Value = serde_json::from_str(&text)?;
        let vectors = match vectors {
            Value::Array(vectors) => vectors,
            one => vec![one],
        };
        let mut wrong = 0;
        for (at, vector) in vectors.iter().enumerate() {
            if !holds(vector).with_context(|| format!("{name} 第 {at} 例"))? {
                println!("{name} 第 {at} 例不符：{vector}");
                wrong += 1;
            }
        }
        println!("{name}：{} 例，不符 {wrong} 例", vectors.len());
        failed += wrong;
    }
    ensure!(failed == 0, "共 {failed} 例不符");
    Ok(())
}

fn sm3_holds(vector: &Value) -> anyhow::Result<bool> {
    let digest = Suite::Sm.hash(&[&bytes(vector, "msg_hex")?]);
    Ok(digest.to_hex() == text(vector, "digest")?)
}

fn hmac_holds(vector: &Value) -> anyhow::Result<bool> {
    let mut key = bytes(vector, "key")?;
    if key.len() > BLOCK {
        key = Suite::Sm.hash(&[&key]).as_bytes().to_vec();
    }
    key.resize(BLOCK, 0);
    let padded = |with: u8| key.iter().map(|b| b ^ with).collect::<Vec<u8>>();
    let inner = Suite::Sm.hash(&[&padded(0x36), &bytes(vector, "msg")?]);
    let mac = Suite::Sm.hash(&[&padded(0x5c), inner.as_bytes()]);
    let tag = bytes(vector, "tag")?;
    let agrees = !tag.is_empty() && mac.as_bytes().starts_with(&tag);
    Ok(agrees == (text(vector, "result")? == "valid"))
}

fn sm2_holds(vector: &Value) -> anyhow::Result<bool> {
    let header = unhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")?;
    let point = [bytes(vector, "public_x")?, bytes(vector, "public_y")?].concat();
    let spki = Base64::encode_string(&[header, point].concat());
    let (first, second) = spki.split_at(64);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n");
    let integer = |member| -> anyhow::Result<Vec<u8>> {
        let number = bytes(vector, member)?;
        let sign = if number[0] >= 0x80 {
            vec![2, 33, 0]
        } else {
            vec![2, 32]
        };
        Ok([sign, number].concat())
    };
    let body = [integer("r")?, integer("s")?].concat();
    let signature = [vec![0x30, u8::try_from(body.len())?], body].concat();
    let key = VerifyingKey::from_pem(&pem)?;
    Ok(key
        .verify(text(vector, "message")?.as_bytes(), &signature)
        .is_ok())
}

fn text<'a>(vector: &'a Value, member: &str) -> anyhow::Result<&'a str> {
    vector[member]
        .as_str()
        .with_context(|| format!("缺 {member}"))
}

fn bytes(vector: &Value, member: &str) -> anyhow::Result<Vec<u8>> {
    unhex(text(vector, member)?)
}

fn unhex(text: &str) -> anyhow::Result<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        bail!("“{text}”不是十六进制");
    }
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| Ok(u8::from_str_radix(&text[at..at + 2], 16)?))
        .collect()
}
