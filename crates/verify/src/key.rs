//! 受信的公钥：核对者从可信的渠道得来，与导出的文件分开。

use std::fmt::Write as _;

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::pkcs8::EncodePublicKey as _;
use sm2::dsa::signature::Verifier as _;
use sm2::pkcs8::DecodePublicKey as _;
use thiserror::Error;

use crate::entry::is_token;
use crate::hash::Suite;

const SM2_DISTINGUISHING_ID: &str = "1234567812345678";

/// 公钥不能用的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// 名称不合写法。
    #[error("密钥名称“{name}”不合写法：只用 ASCII 字母、数字和 . _ : / -")]
    Name {
        /// 原文。
        name: String,
    },
    /// 不是公钥。
    #[error(
        "公钥读不出：应是 SM2 或 Ed25519 的 SubjectPublicKeyInfo PEM（-----BEGIN PUBLIC KEY-----）"
    )]
    Pem,
}

/// 受信的公钥。
#[derive(Debug, Clone)]
pub struct TrustedKey {
    name: String,
    key: Key,
    id: [u8; 4],
    fingerprint: String,
    /// Signs what is longer than the first and not longer than the second: where the key changed hands.
    begins_at: Option<u64>,
    ends_at: Option<u64>,
}

#[derive(Debug, Clone)]
enum Key {
    Sm(Box<sm2::dsa::VerifyingKey>),
    International(Box<ed25519_dalek::VerifyingKey>),
}

impl TrustedKey {
    /// 由名称与 PEM 得受信的公钥；名称就是签名行里的名称。
    pub fn from_pem(name: &str, pem: &str) -> Result<Self, KeyError> {
        if !is_token(name) {
            let name = name.to_owned();
            return Err(KeyError::Name { name });
        }
        let (suite, hash_name, key, der, kind, public);
        if let Ok(sm) = sm2::PublicKey::from_public_key_pem(pem) {
            der = sm.to_public_key_der().map_err(|_| KeyError::Pem)?;
            let verifying = sm2::dsa::VerifyingKey::new(SM2_DISTINGUISHING_ID, sm);
            key = Key::Sm(Box::new(verifying.map_err(|_| KeyError::Pem)?));
            (suite, hash_name, kind) = (Suite::Sm, "SM3", &b"\n\xffsm2-with-sm3"[..]);
            public = der.as_bytes();
        } else {
            let ed =
                ed25519_dalek::VerifyingKey::from_public_key_pem(pem).map_err(|_| KeyError::Pem)?;
            der = ed.to_public_key_der().map_err(|_| KeyError::Pem)?;
            key = Key::International(Box::new(ed));
            (suite, hash_name, kind) = (Suite::International, "SHA-256", &b"\n\x01"[..]);
            // The last thing in the structure is the raw key.
            public = &der.as_bytes()[der.as_bytes().len() - 32..];
        }
        let [a, b, c, d, ..] = suite.plain(&[name.as_bytes(), kind, public].concat());
        let mut fingerprint = String::new();
        for pair in suite.plain(der.as_bytes()).chunks(2) {
            let mark = if fingerprint.is_empty() { ':' } else { '-' };
            write!(fingerprint, "{mark}{:02X}{:02X}", pair[0], pair[1])
                .map_err(|_| KeyError::Pem)?;
        }
        Ok(Self {
            name: name.to_owned(),
            key,
            id: [a, b, c, d],
            fingerprint: format!("{hash_name}{fingerprint}"),
            begins_at: None,
            ends_at: None,
        })
    }

    /// As `from_pem`, from the bytes within.
    pub(crate) fn from_der(name: &str, der: &[u8]) -> Result<Self, KeyError> {
        let text = Base64::encode_string(der);
        let lines: Vec<String> = text
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let begin = "-----BEGIN PUBLIC KEY-----";
        let end = "-----END PUBLIC KEY-----";
        Self::from_pem(name, &format!("{begin}\n{}\n{end}\n", lines.join("\n")))
    }

    pub(crate) fn begin_at(&mut self, size: u64) {
        self.begins_at = Some(size);
    }

    pub(crate) fn end_at(&mut self, size: u64) {
        self.ends_at = Some(size);
    }

    /// Whether a checkpoint of that size is this key's to sign.
    pub(crate) fn may_sign(&self, size: u64) -> bool {
        self.begins_at.is_none_or(|begin| begin < size)
            && self.ends_at.is_none_or(|end| size <= end)
    }

    /// Whether it is this key's to say what a log of that size holds: at the very size at which it changed hands, the
    /// one that took over may say it too, though it has signed no checkpoint yet.
    pub(crate) fn may_vouch(&self, size: u64) -> bool {
        self.begins_at.is_none_or(|begin| begin <= size)
            && self.ends_at.is_none_or(|end| size <= end)
    }

    /// 名称。
    pub fn name(&self) -> &str {
        &self.name
    }

    /// 指纹，供与公布的对读。
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) const fn id(&self) -> [u8; 4] {
        self.id
    }

    pub(crate) fn has_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            Key::Sm(key) => sm2::dsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(text, &signature).is_ok()),
            Key::International(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(text, &signature).is_ok()),
        }
    }
}
