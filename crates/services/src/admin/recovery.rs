//! 恢复码：验证器不在手边时代替动态口令，一码一次；只在给出时见一次，库里只存摘要。

use mingjing_kernel::sensitive::Sensitive;
use mingjing_store::account::AccountKey;
use mingjing_store::context::Rng;

use crate::admin::seal::code_digest;

/// 一套几个：够一年里忘几次手机，一张纸抄得下。
pub const CODES: usize = 10;
/// Five bits each: 80 bits together, which nobody tries through, with or without the lock-out.
const CODE_CHARS: usize = 16;
/// As in Base32: no character that looks like another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const GROUP: usize = 4;

/// 一个恢复码，去掉分组的写法。
#[derive(Clone)]
pub(crate) struct RecoveryCode(Sensitive<String>);

impl RecoveryCode {
    /// 由人录入的文字：大小写、空格、连字符都不论。
    pub(crate) fn read(text: &str) -> Self {
        let plain = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        // Longer text cannot be one and is not worth a digest of any length.
        let plain: String = plain.take(CODE_CHARS + 1).collect();
        RecoveryCode(Sensitive::new(plain.to_ascii_uppercase()))
    }

    /// 存进库里的摘要，绑着是谁的。
    pub(crate) fn digest(&self, owner: AccountKey) -> [u8; 32] {
        let code = self.0.reveal("核对恢复码").as_bytes();
        code_digest(&owner.to_string(), code)
    }
}

/// 一套恢复码，只见这一次。
#[derive(Debug, Clone)]
pub struct RecoveryCodes(Vec<Sensitive<String>>);

impl RecoveryCodes {
    pub(crate) fn generate(rng: &dyn Rng) -> Self {
        let code = |_| {
            let mut bytes = [0; CODE_CHARS];
            rng.fill(&mut bytes);
            let chars = bytes.map(|byte| char::from(ALPHABET[usize::from(byte & 31)]));
            let groups = chars.chunks(GROUP).map(|group| group.iter().collect());
            Sensitive::new(groups.collect::<Vec<String>>().join("-"))
        };
        RecoveryCodes((0..CODES).map(code).collect())
    }

    pub(crate) fn digests(&self, owner: AccountKey) -> Vec<[u8; 32]> {
        let read = |code: &Sensitive<String>| RecoveryCode::read(code.reveal("求摘要"));
        self.0.iter().map(|code| read(code).digest(owner)).collect()
    }

    /// 各个恢复码，四个字一组；只用于交给本人。
    pub fn reveal(&self, reason: &str) -> Vec<String> {
        self.0
            .iter()
            .map(|code| code.reveal(reason).clone())
            .collect()
    }
}
