//! 动态口令：按时刻变化的六位数（RFC 6238，SHA-1，30 秒）。

use hmac::{Hmac, KeyInit as _, Mac as _};
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::sensitive::Sensitive;
use sha1::Sha1;
use thiserror::Error;

/// What every authenticator application assumes; another value would lock its owner out.
const STEP_SECONDS: i64 = 30;
/// Clocks of telephones are off by less than a step.
const STEPS_OFF_MAX: i64 = 1;
const DIGITS: usize = 6;
/// RFC 4226 section 4, R6: at least 128 bits, 160 recommended.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// 动态口令不能用的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TotpError {
    /// 密钥长度不对。
    #[error("动态口令的密钥应为 16 至 64 字节")]
    SecretLength,
    /// 密钥写法不对。
    #[error("动态口令的密钥应为 Base32（A–Z、2–7）")]
    SecretForm,
    /// 口令不对。
    #[error("动态口令不对或已过时，请核对手机时间后输入新的六位数")]
    Wrong,
    /// 已经用过。
    #[error("这个动态口令已经用过，请等下一个")]
    Replayed,
}

/// 时段：从 1970 年起的第几个三十秒；验证成功后随账号保存，同一时段不能再用。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TotpStep(i64);

impl TotpStep {
    /// 这一刻所在的时段。
    pub const fn at(at: Timestamp) -> TotpStep {
        TotpStep(at.unix_seconds().div_euclid(STEP_SECONDS))
    }

    /// 保存用的整数。
    pub const fn number(self) -> i64 {
        self.0
    }

    /// 由保存的整数恢复。
    pub const fn from_number(number: i64) -> TotpStep {
        TotpStep(number)
    }
}

/// 动态口令的密钥；打印时不见原文。
#[derive(Debug, Clone)]
pub struct TotpSecret(Sensitive<Vec<u8>>);

impl TotpSecret {
    /// 由随机字节构成；字节由调用者产生，宜为 20 个。
    pub fn new(bytes: Vec<u8>) -> Result<TotpSecret, TotpError> {
        if SECRET_BYTES.contains(&bytes.len()) {
            Ok(TotpSecret(Sensitive::new(bytes)))
        } else {
            Err(TotpError::SecretLength)
        }
    }

    /// 由 Base32 恢复；空格、小写、末尾的等号都可以有。
    pub fn from_base32(text: &str) -> Result<TotpSecret, TotpError> {
        let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
        for c in text.trim_end_matches('=').chars().filter(|c| *c != ' ') {
            let upper = c.to_ascii_uppercase();
            let value = BASE32.iter().position(|b| char::from(*b) == upper);
            let Some(value) = value.and_then(|value| u32::try_from(value).ok()) else {
                return Err(TotpError::SecretForm);
            };
            held = (held << 5 | value) & 0xFFF;
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push(((held >> bits) & 0xFF) as u8);
            }
        }
        TotpSecret::new(bytes)
    }

    /// Base32，没有等号；给人录入或存入密文列。
    pub fn to_base32(&self, reason: &str) -> Sensitive<String> {
        let (mut text, mut bits, mut held) = (String::new(), 0u32, 0u32);
        let mut push = |value: u32| text.push(char::from(BASE32[(value & 31) as usize]));
        for byte in self.0.reveal(reason) {
            held = (held << 8 | u32::from(*byte)) & 0xFFF;
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                push(held >> bits);
            }
        }
        if bits > 0 {
            push(held << (5 - bits));
        }
        Sensitive::new(text)
    }

    /// 供验证器应用扫描的地址（`otpauth://`）。
    pub fn otpauth_uri(&self, issuer: &str, login: &str, reason: &str) -> Sensitive<String> {
        let (issuer, login) = (percent_encoded(issuer), percent_encoded(login));
        self.to_base32(reason).map(|secret| {
            format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
        })
    }

    /// 验证一个动态口令：前后各容一个时段；不晚于 `last_used` 的时段不再算数。成功时返回要保存的时段。
    pub fn verify(
        &self,
        code: &str,
        at: Timestamp,
        last_used: Option<TotpStep>,
    ) -> Result<TotpStep, TotpError> {
        let now = TotpStep::at(at).0;
        let mut found = None;
        for step in now - STEPS_OFF_MAX..=now + STEPS_OFF_MAX {
            // All steps are compared, whichever fits: the time taken says nothing.
            if is_same(self.code_of(step).as_bytes(), code.as_bytes()) {
                found = Some(TotpStep(step));
            }
        }
        match found {
            None => Err(TotpError::Wrong),
            Some(step) if last_used.is_some_and(|last| step <= last) => Err(TotpError::Replayed),
            Some(step) => Ok(step),
        }
    }

    /// RFC 4226 section 5.3: dynamic truncation of an HMAC over the counter.
    fn code_of(&self, step: i64) -> String {
        let key = self.0.reveal("验证动态口令");
        let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 0x0F);
        let picked = [0, 1, 2, 3].map(|at| digest[offset + at]);
        let number = u32::from_be_bytes(picked) & 0x7FFF_FFFF;
        format!("{:0DIGITS$}", number % 1_000_000)
    }
}

/// Compares all bytes whatever differs.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |different, (a, b)| different | (a ^ b))
            == 0
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
        out
    })
}
