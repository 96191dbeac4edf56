//! 算法套件：国密在前，国际算法并列；散列的用途由首字节分开。

use sha2::Sha256;
use sm3::Sm3;
use sm3::digest::{Digest as HashFunction, Output};

use crate::canonical::{Canonical, CanonicalError};
use crate::digest::{Digest, Salt};

/// First byte of what is hashed, so that a hash made for one purpose is never one made for another.
const LEAF: u8 = 0x00;
const NODE: u8 = 0x01;
const PAYLOAD: u8 = 0x02;
const PUBLIC_CONTENT: u8 = 0x03;

/// 算法套件：检查点写明用哪一套。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Suite {
    /// 国密：SM3 散列，SM2 签名。
    #[default]
    Sm,
    /// 国际：SHA-256 散列，Ed25519 签名。
    International,
}

impl Suite {
    /// 检查点里的名称。
    pub const fn name(self) -> &'static str {
        match self {
            Suite::Sm => "sm2-sm3",
            Suite::International => "ed25519-sha256",
        }
    }

    /// 由检查点里的名称得套件。
    pub fn from_name(name: &str) -> Option<Self> {
        [Suite::Sm, Suite::International]
            .into_iter()
            .find(|suite| suite.name() == name)
    }

    /// 散列的名称。
    pub const fn hash_name(self) -> &'static str {
        match self {
            Suite::Sm => "SM3",
            Suite::International => "SHA-256",
        }
    }

    /// 依次散列各段，等于散列它们的连接。
    pub fn hash(self, parts: &[&[u8]]) -> Digest {
        match self {
            Suite::Sm => Digest::new(fold::<Sm3>(parts).into()),
            Suite::International => Digest::new(fold::<Sha256>(parts).into()),
        }
    }

    /// 叶散列：H(0x00 ‖ 条目字节)。
    pub fn leaf_hash(self, entry: &[u8]) -> Digest {
        self.hash(&[&[LEAF], entry])
    }

    /// 节点散列：H(0x01 ‖ 左 ‖ 右)。
    pub fn node_hash(self, left: &Digest, right: &Digest) -> Digest {
        self.hash(&[&[NODE], left.as_bytes(), right.as_bytes()])
    }

    /// 空树的根：H()。
    pub fn empty_root(self) -> Digest {
        self.hash(&[])
    }

    /// 对内容的加盐承诺：H(0x02 ‖ 盐 ‖ 规范字节)。盐与内容一并清除之后，没有人能由承诺猜出内容。
    pub fn commit(self, salt: &Salt, payload: &Canonical) -> Result<Digest, CanonicalError> {
        let bytes = payload.to_bytes()?;
        Ok(self.hash(&[&[PAYLOAD], salt.as_bytes(), &bytes]))
    }

    /// 公开内容的摘要：H(0x03 ‖ 规范字节)，不加盐，人人可以核对。
    pub fn public_digest(self, content: &Canonical) -> Result<Digest, CanonicalError> {
        let bytes = content.to_bytes()?;
        Ok(self.hash(&[&[PUBLIC_CONTENT], &bytes]))
    }
}

fn fold<D: HashFunction>(parts: &[&[u8]]) -> Output<D> {
    let mut hasher = D::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}
