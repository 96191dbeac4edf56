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
    const DIGITS: &str = "0123456789abcdef";
    let values: Option<Vec<usize>> = text.chars().map(|c| DIGITS.find(c)).collect();
    let values = values.filter(|values| values.len() == 64)?;
    let mut hash = [0; 32];
    for (at, byte) in hash.iter_mut().enumerate() {
        // INVARIANT: two digits below sixteen make one byte.
        *byte = (values[2 * at] * 16 + values[2 * at + 1]) as u8;
    }
    Some(hash)
}
