//! 散列：两套算法、用途字节与十六进制。

use sm3::digest::Digest as _;

pub(crate) type Hash = [u8; 32];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    Sm,
    International,
}

impl Suite {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "sm2-sm3" => Some(Suite::Sm),
            "ed25519-sha256" => Some(Suite::International),
            _ => None,
        }
    }

    /// H(purpose ‖ first ‖ second).
    pub(crate) fn tagged(self, purpose: u8, first: &[u8], second: &[u8]) -> Hash {
        match self {
            Suite::Sm => sm3::Sm3::new_with_prefix([purpose])
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .into(),
            Suite::International => sha2::Sha256::new_with_prefix([purpose])
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .into(),
        }
    }

    pub(crate) fn plain(self, bytes: &[u8]) -> Hash {
        match self {
            Suite::Sm => sm3::Sm3::digest(bytes).into(),
            Suite::International => sha2::Sha256::digest(bytes).into(),
        }
    }

    pub(crate) fn leaf(self, entry: &[u8]) -> Hash {
        self.tagged(0x00, entry, &[])
    }

    pub(crate) fn node(self, left: &Hash, right: &Hash) -> Hash {
        self.tagged(0x01, left, right)
    }
}

pub(crate) fn unhex(text: &str) -> Option<Hash> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut hash = [0; 32];
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(hash)
}
