//! 封存：落库的秘密先以数据密钥加密（SM4-GCM），绑着是谁的、作什么用的；数据密钥在库外的文件里。

use std::fmt;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use hmac::{Hmac, Mac as _};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_store::context::Rng;
use sm3::{Digest as _, Sm3};
use sm4::Sm4;
use thiserror::Error;

/// Galois/Counter Mode over SM4, as RFC 8998 and GM/T 0022 use it: nonce of 12 bytes, tag of 16.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// 数据密钥的字节数。
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
const ID_BYTES: usize = 4;
/// The first byte of what is sealed, so that another way can be told from this one.
const FORM: u8 = 1;

/// 封存的打不开的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// 数据密钥写法不对。
    #[error("数据密钥应是 64 位小写十六进制，一行")]
    KeyForm,
    /// 不是这样封存的。
    #[error("不是封存的内容，或封存的办法不认识")]
    Form,
    /// 是用另一把数据密钥封存的。
    #[error("是用另一把数据密钥封存的，请放回原来的那一把")]
    OtherKey,
    /// 内容、归属或用途与封存时不同。
    #[error("封存的内容被改过，或不是这个账号、这种用途的")]
    Broken,
}

/// 数据密钥：封存落库的秘密；打印时不见原文。
#[derive(Clone)]
pub struct DataKey {
    bytes: Sensitive<[u8; KEY_BYTES]>,
    id: [u8; ID_BYTES],
}

impl DataKey {
    /// 由随机字节构成。
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        let id = mac(&bytes, &[b"key id"]);
        let mut short = [0; ID_BYTES];
        short.copy_from_slice(&id[..ID_BYTES]);
        DataKey {
            bytes: Sensitive::new(bytes),
            id: short,
        }
    }

    /// 由文件里的文字读出。
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != KEY_BYTES * 2 || !text.bytes().all(is_hex) {
            return Err(SealError::KeyForm);
        }
        let mut bytes = [0; KEY_BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16)
                .map_err(|_| SealError::KeyForm)?;
        }
        Ok(Self::from_bytes(bytes))
    }

    /// 写进文件的文字，连同末尾的换行。
    pub fn to_text(&self) -> Sensitive<String> {
        let bytes = self.bytes.reveal("写进只有本账户能读的文件");
        Sensitive::new(format!("{}\n", crate::spool::hex(bytes)))
    }

    /// 封存。`purpose` 是作什么用的，`owner` 是谁的：打开时须相同。
    pub(crate) fn seal(
        &self,
        purpose: &str,
        owner: &str,
        plain: &[u8],
        rng: &dyn Rng,
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill(&mut nonce);
        let bound = bound(purpose, owner);
        let payload = Payload {
            msg: plain,
            aad: &bound,
        };
        let cipher = self.cipher(purpose)?;
        let sealed = cipher.encrypt(&nonce.into(), payload);
        let sealed = sealed.map_err(|_| SealError::Broken)?;
        Ok([&[FORM][..], &self.id, &nonce, &sealed].concat())
    }

    /// 打开。
    pub(crate) fn open(
        &self,
        purpose: &str,
        owner: &str,
        sealed: &[u8],
    ) -> Result<Sensitive<Vec<u8>>, SealError> {
        let rest = sealed.strip_prefix(&[FORM]).ok_or(SealError::Form)?;
        let (id, rest) = rest
            .split_first_chunk::<ID_BYTES>()
            .ok_or(SealError::Form)?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(SealError::Form)?;
        if *id != self.id {
            return Err(SealError::OtherKey);
        }
        let bound = bound(purpose, owner);
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        let cipher = self.cipher(purpose)?;
        let plain = cipher.decrypt(&(*nonce).into(), payload);
        plain.map(Sensitive::new).map_err(|_| SealError::Broken)
    }

    /// Bytes that follow from the key and the seed, and tell nothing of either; another purpose has others.
    pub(crate) fn derive(&self, purpose: &str, seed: &[u8]) -> [u8; 32] {
        let bytes = self.bytes.reveal("由数据密钥算出查询码与表单的记号");
        mac(bytes, &[b"derive\0", purpose.as_bytes(), b"\0", seed])
    }

    /// Each purpose has a key of its own: what is sealed for one cannot be carried over to another.
    fn cipher(&self, purpose: &str) -> Result<Sm4Gcm, SealError> {
        let bytes = self.bytes.reveal("封存或打开落库的秘密");
        let key = mac(bytes, &[b"sm4-gcm\0", purpose.as_bytes()]);
        Sm4Gcm::new_from_slice(&key[..16]).map_err(|_| SealError::KeyForm)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(***)")
    }
}

/// What is authenticated with the sealed bytes; neither part holds a zero byte.
fn bound(purpose: &str, owner: &str) -> Vec<u8> {
    [purpose.as_bytes(), b"\0", owner.as_bytes()].concat()
}

fn mac(key: &[u8; KEY_BYTES], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(b"mingjing data key\0");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A digest by which a random code of many bits is found again; knowing it does not give the code.
pub(crate) fn code_digest(owner: &str, code: &[u8]) -> [u8; 32] {
    let mut hash = Sm3::new();
    hash.update(b"mingjing recovery code\0");
    hash.update(owner.as_bytes());
    hash.update(b"\0");
    hash.update(code);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;

    impl Rng for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0x5a);
        }
    }

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
        digits.chunks(2).map(|it| pair(it).unwrap()).collect()
    }

    #[test]
    fn the_cipher_is_sm4_gcm_of_rfc_8998() {
        // RFC 8998, appendix A.1.
        let key = unhex("0123456789ABCDEFFEDCBA9876543210");
        let nonce: [u8; 12] = unhex("00001234567800000000ABCD").try_into().unwrap();
        let aad = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = unhex(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let expected = unhex(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC",
        );
        let cipher = Sm4Gcm::new_from_slice(&key).unwrap();
        let payload = Payload {
            msg: &plain,
            aad: &aad,
        };
        assert_eq!(cipher.encrypt(&nonce.into(), payload).unwrap(), expected);
    }

    #[test]
    fn what_is_sealed_opens_for_its_owner_and_purpose_only() {
        let key = DataKey::from_bytes([7; KEY_BYTES]);
        let sealed = key.seal("totp", "acc_1", b"the secret", &Fixed).unwrap();
        let open = |key: &DataKey, purpose: &str, owner: &str, sealed: &[u8]| {
            let opened = key.open(purpose, owner, sealed);
            opened.map(|plain| plain.reveal("测试").clone())
        };
        assert_eq!(
            open(&key, "totp", "acc_1", &sealed),
            Ok(b"the secret".to_vec())
        );
        assert_eq!(open(&key, "totp", "acc_2", &sealed), Err(SealError::Broken));
        assert_eq!(open(&key, "mail", "acc_1", &sealed), Err(SealError::Broken));
        let other = DataKey::from_bytes([8; KEY_BYTES]);
        assert_eq!(
            open(&other, "totp", "acc_1", &sealed),
            Err(SealError::OtherKey)
        );
        assert_eq!(open(&key, "totp", "acc_1", b""), Err(SealError::Form));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open(&key, "totp", "acc_1", &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_text_of_a_key_comes_back_and_nothing_else_is_one() {
        let key = DataKey::from_bytes([0xa7; KEY_BYTES]);
        let text = key.to_text().reveal("测试").clone();
        let back = DataKey::parse(&text).unwrap();
        assert_eq!(back.to_text().reveal("测试"), key.to_text().reveal("测试"));
        assert_eq!(format!("{key:?}"), "DataKey(***)");
        for wrong in ["", "a7", &text.to_uppercase(), &format!("{text}\n")] {
            assert_eq!(DataKey::parse(wrong).unwrap_err(), SealError::KeyForm);
        }
    }
}
