//! 密钥：SM2 与 Ed25519，PEM 进出，签名、核对与指纹。

use ed25519_dalek::Signer as _;
use mingjing_kernel::sensitive::Sensitive;
use sm2::dsa::signature::Verifier as _;
use sm2::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    LineEnding,
};
use thiserror::Error;

use crate::digest::Digest;
use crate::suite::Suite;
use crate::token::Token;

/// SM2 的可辨别标识，GB/T 35276 的默认值；不用别的，外面的工具才能核对。
pub const SM2_DISTINGUISHING_ID: &str = "1234567812345678";
/// Separates the seed's use here from any other.
const SEED_DOMAIN: &[u8] = b"mingjing sm2 key";
/// Signature type bytes of C2SP signed-note: 0x01 is Ed25519, 0xff is followed by a name of one's own.
const ED25519_TYPE: &[u8] = &[0x01];
const SM2_TYPE: &[u8] = b"\xffsm2-with-sm3";

/// 密钥读不出、写不出或签名不能成立的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// 私钥读不出。
    #[error(
        "私钥读不出：应是 PKCS#8 的 PEM（-----BEGIN PRIVATE KEY-----），SM2 或 Ed25519，没有口令"
    )]
    PrivatePem,
    /// 公钥读不出。
    #[error(
        "公钥读不出：应是 SubjectPublicKeyInfo 的 PEM（-----BEGIN PUBLIC KEY-----），SM2 或 Ed25519"
    )]
    PublicPem,
    /// 写不成 PEM。
    #[error("密钥写不成 PEM")]
    Encoding,
    /// 这把私钥签不出名。
    #[error("私钥签不出名，请另生成一把")]
    Signing,
    /// 签名与正文、公钥不符。
    #[error("签名与正文和公钥不符")]
    BadSignature,
}

/// 签名密钥。
#[derive(Clone)]
pub struct SigningKey(Secret);

#[derive(Clone)]
enum Secret {
    Sm(Box<sm2::dsa::SigningKey>),
    International(Box<ed25519_dalek::SigningKey>),
}

/// 核对密钥（公钥）。
#[derive(Debug, Clone)]
pub struct VerifyingKey(Public);

#[derive(Debug, Clone)]
enum Public {
    Sm(Box<sm2::PublicKey>),
    International(Box<ed25519_dalek::VerifyingKey>),
}

impl SigningKey {
    /// 由三十二字节的种子得一把密钥；种子 MUST 取自操作系统的随机数，用后抹去。同样的种子得同样的密钥。
    pub fn generate(suite: Suite, seed: &[u8; 32]) -> Result<Self, KeyError> {
        match suite {
            Suite::International => {
                let key = ed25519_dalek::SigningKey::from_bytes(seed);
                Ok(Self(Secret::International(Box::new(key))))
            }
            // A digest is a scalar out of range once in 2^32; the counter makes the next one.
            Suite::Sm => (0..=u8::MAX)
                .find_map(|counter| {
                    let scalar = Suite::Sm.hash(&[SEED_DOMAIN, seed, &[counter]]);
                    sm2::SecretKey::from_slice(scalar.as_bytes()).ok()
                })
                .ok_or(KeyError::Signing)
                .and_then(|secret| Self::from_sm2(&secret)),
        }
    }

    /// 读 PKCS#8 的 PEM。
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Ok(secret) = sm2::SecretKey::from_pkcs8_pem(pem) {
            return Self::from_sm2(&secret);
        }
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem)
            .map(|key| Self(Secret::International(Box::new(key))))
            .map_err(|_| KeyError::PrivatePem)
    }

    /// 写成 PKCS#8 的 PEM。
    pub fn to_pem(&self) -> Result<Sensitive<String>, KeyError> {
        let pem = match &self.0 {
            Secret::Sm(key) => {
                sm2::SecretKey::from(key.as_nonzero_scalar()).to_pkcs8_pem(LineEnding::LF)
            }
            // Without the public key (version 1): what OpenSSL 3.0 reads.
            Secret::International(key) => ed25519_dalek::pkcs8::KeypairBytes {
                secret_key: key.to_bytes(),
                public_key: None,
            }
            .to_pkcs8_pem(LineEnding::LF),
        };
        pem.map(|pem| Sensitive::new(pem.as_str().to_owned()))
            .map_err(|_| KeyError::Encoding)
    }

    /// 套件。
    pub fn suite(&self) -> Suite {
        match &self.0 {
            Secret::Sm(_) => Suite::Sm,
            Secret::International(_) => Suite::International,
        }
    }

    /// 对应的公钥。
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(match &self.0 {
            Secret::Sm(key) => Public::Sm(Box::new(sm2::PublicKey::from_secret_scalar(
                key.as_nonzero_scalar(),
            ))),
            Secret::International(key) => Public::International(Box::new(key.verifying_key())),
        })
    }

    /// 签名：SM2 为 DER，Ed25519 为六十四字节。同样的正文得同样的签名（RFC 6979 与 RFC 8032）。
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.0 {
            Secret::Sm(key) => {
                let signature: sm2::dsa::Signature =
                    key.try_sign(message).map_err(|_| KeyError::Signing)?;
                Ok(signature.to_der().as_ref().to_vec())
            }
            Secret::International(key) => Ok(key.sign(message).to_bytes().to_vec()),
        }
    }

    fn from_sm2(secret: &sm2::SecretKey) -> Result<Self, KeyError> {
        sm2::dsa::SigningKey::new(SM2_DISTINGUISHING_ID, secret)
            .map(|key| Self(Secret::Sm(Box::new(key))))
            .map_err(|_| KeyError::Signing)
    }
}

impl VerifyingKey {
    /// 读 SubjectPublicKeyInfo 的 PEM。
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Ok(key) = sm2::PublicKey::from_public_key_pem(pem) {
            return Ok(Self(Public::Sm(Box::new(key))));
        }
        ed25519_dalek::VerifyingKey::from_public_key_pem(pem)
            .map(|key| Self(Public::International(Box::new(key))))
            .map_err(|_| KeyError::PublicPem)
    }

    /// 写成 SubjectPublicKeyInfo 的 PEM。
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match &self.0 {
            Public::Sm(key) => key.to_public_key_pem(LineEnding::LF),
            Public::International(key) => key.to_public_key_pem(LineEnding::LF),
        }
        .map_err(|_| KeyError::Encoding)
    }

    /// 套件。
    pub fn suite(&self) -> Suite {
        match &self.0 {
            Public::Sm(_) => Suite::Sm,
            Public::International(_) => Suite::International,
        }
    }

    /// 指纹：SubjectPublicKeyInfo（DER）的散列，供两个人在电话里对读。
    pub fn fingerprint(&self) -> Result<Fingerprint, KeyError> {
        let suite = self.suite();
        Ok(Fingerprint {
            suite,
            digest: suite.hash(&[&self.to_der()?]),
        })
    }

    /// 签名行里的四字节密钥号：散列(名称 ‖ 换行 ‖ 签名种类 ‖ 公钥) 的前四字节（C2SP signed-note）。
    pub fn key_id(&self, name: &Token) -> Result<[u8; 4], KeyError> {
        let der = self.to_der()?;
        let (kind, public): (&[u8], &[u8]) = match &self.0 {
            Public::Sm(_) => (SM2_TYPE, &der),
            Public::International(key) => (ED25519_TYPE, key.as_bytes()),
        };
        let name = name.as_str().as_bytes();
        let digest = self.suite().hash(&[name, b"\n", kind, public]);
        let [a, b, c, d, ..] = *digest.as_bytes();
        Ok([a, b, c, d])
    }

    /// 核对签名。
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let checked = match &self.0 {
            Public::Sm(key) => sm2::dsa::Signature::from_der(signature).and_then(|signature| {
                sm2::dsa::VerifyingKey::new(SM2_DISTINGUISHING_ID, **key)?
                    .verify(message, &signature)
            }),
            Public::International(key) => ed25519_dalek::Signature::from_slice(signature)
                .and_then(|signature| key.verify_strict(message, &signature)),
        };
        checked.map_err(|_| KeyError::BadSignature)
    }

    /// 读 SubjectPublicKeyInfo 的 DER。
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = sm2::PublicKey::from_public_key_der(der) {
            return Ok(Self(Public::Sm(Box::new(key))));
        }
        ed25519_dalek::VerifyingKey::from_public_key_der(der)
            .map(|key| Self(Public::International(Box::new(key))))
            .map_err(|_| KeyError::PublicPem)
    }

    /// 写成 SubjectPublicKeyInfo 的 DER。
    pub fn to_der(&self) -> Result<Vec<u8>, KeyError> {
        match &self.0 {
            Public::Sm(key) => key.to_public_key_der(),
            Public::International(key) => key.to_public_key_der(),
        }
        .map(|der| der.as_bytes().to_vec())
        .map_err(|_| KeyError::Encoding)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({}, ***)", self.suite().name())
    }
}

/// 公钥指纹，写成 `SM3:0A1B-2C3D-…`，十六组。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    suite: Suite,
    digest: Digest,
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.suite.hash_name())?;
        for (at, pair) in self.digest.as_bytes().chunks(2).enumerate() {
            let mark = if at == 0 { ':' } else { '-' };
            write!(f, "{mark}{:02X}{:02X}", pair[0], pair[1])?;
        }
        Ok(())
    }
}
