//! 换钥：旧钥签新钥的一份声明，写明从第几条起由新钥签检查点；受信的只要最初的一把，余下的由此相接。

use base64ct::{Base64, Encoding as _};
use mingjing_kernel::moment::Moment;
use thiserror::Error;

use crate::checkpoint::{
    Checkpoint, CheckpointError, SignatureLine, read_signature, signature_text,
};
use crate::digest::Digest;
use crate::key::{KeyError, SigningKey, VerifyingKey};
use crate::suite::Suite;
use crate::token::Token;

/// 一个日志至多换几次；一年一换也够几百年。
pub const MAX_HANDOVERS: usize = 1_000;
const MAX_TEXT_BYTES: usize = 16 * 1024;

/// 换钥的声明读不出、签不上或接不上的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HandoverError {
    /// 不合写法。
    #[error("换钥的声明写法不对：应是八行正文、一个空行、旧钥与新钥各一行签名")]
    Form,
    /// 次序不对。
    #[error("第 {number} 次换钥接不上：应接着第 {after} 次，叶数不减")]
    Order {
        /// 序号。
        number: u64,
        /// 前一次的序号，没有的为零。
        after: u64,
    },
    /// 交出的不是正在用的一把。
    #[error("第 {number} 次换钥交出的不是当时的那一把")]
    OtherKey {
        /// 序号。
        number: u64,
    },
    /// 新旧是同一把。
    #[error("新钥与旧钥是同一把")]
    SameKey,
    /// 名称、叶数、根或时刻。
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// 密钥或签名。
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// 换钥的声明，正文。
#[derive(Debug, Clone)]
pub struct Handover {
    /// 换钥时的日志：名称、叶数、根、套件，与换钥的时刻。
    pub at: Checkpoint,
    /// 第几次，从一起。
    pub number: u64,
    /// 旧的公钥：叶数不超过 `at.size` 的检查点是它（或更早的）签的。
    pub from: VerifyingKey,
    /// 新的公钥：叶数更多的检查点由它签。
    pub to: VerifyingKey,
}

/// 旧钥、新钥都签了名的声明。
#[derive(Debug, Clone)]
pub struct SignedHandover {
    handover: Handover,
    old: SignatureLine,
    new: SignatureLine,
}

impl Handover {
    /// 所签的字节：八行，每行以换行结束。第二行不是数，不会与检查点相混。
    fn body(&self) -> Result<String, KeyError> {
        let Checkpoint {
            origin,
            size,
            root,
            suite,
            time,
        } = &self.at;
        Ok(format!(
            "{origin}\nhandover: {}\nsize: {size}\nroot: {}\nsuite: {}\nfrom: {}\nto: {}\ntime: {time}\n",
            self.number,
            Base64::encode_string(root.as_bytes()),
            suite.name(),
            Base64::encode_string(&self.from.to_der()?),
            Base64::encode_string(&self.to.to_der()?),
        ))
    }

    fn parse_body(body: &str) -> Result<Self, HandoverError> {
        let lines: Vec<&str> = body.split_terminator('\n').collect();
        let [origin, number, size, root, suite, from, to, time] = lines[..] else {
            return Err(HandoverError::Form);
        };
        let after = |line: &'_ str, name: &str| line.strip_prefix(name).map(str::to_owned);
        let value = |line: &str, name: &str| after(line, name).ok_or(HandoverError::Form);
        let integer = |text: String| text.parse::<u64>().map_err(|_| HandoverError::Form);
        let bytes = |text: String| Base64::decode_vec(&text).map_err(|_| HandoverError::Form);
        let root = bytes(value(root, "root: ")?)?;
        let root: [u8; Digest::LEN] = root.try_into().map_err(|_| HandoverError::Form)?;
        let suite = Suite::from_name(&value(suite, "suite: ")?).ok_or(HandoverError::Form)?;
        let handover = Handover {
            at: Checkpoint {
                origin: Token::new(origin).map_err(CheckpointError::from)?,
                size: integer(value(size, "size: ")?)?,
                root: Digest::new(root),
                suite,
                time: Moment::parse(&value(time, "time: ")?).map_err(CheckpointError::from)?,
            },
            number: integer(value(number, "handover: ")?)?,
            from: VerifyingKey::from_der(&bytes(value(from, "from: ")?)?)?,
            to: VerifyingKey::from_der(&bytes(value(to, "to: ")?)?)?,
        };
        // What reads the same but is written otherwise is not what was signed.
        match handover.body()? == body {
            true => Ok(handover),
            false => Err(HandoverError::Form),
        }
    }
}

impl SignedHandover {
    /// 签发：旧钥交出，新钥接手，签同样的正文。
    pub fn sign(
        at: Checkpoint,
        number: u64,
        old: &SigningKey,
        new: &SigningKey,
    ) -> Result<Self, HandoverError> {
        let handover = Handover {
            at,
            number,
            from: old.verifying_key(),
            to: new.verifying_key(),
        };
        if handover.from.fingerprint()? == handover.to.fingerprint()? {
            return Err(HandoverError::SameKey);
        }
        let body = handover.body()?;
        let name = &handover.at.origin;
        let line = |key: &SigningKey| {
            Ok::<_, KeyError>(SignatureLine {
                name: name.clone(),
                key_id: key.verifying_key().key_id(name)?,
                signature: key.sign(body.as_bytes())?,
            })
        };
        let (old, new) = (line(old)?, line(new)?);
        Ok(SignedHandover { handover, old, new })
    }

    /// 正文。
    pub const fn handover(&self) -> &Handover {
        &self.handover
    }

    /// 文本：正文、空行、旧钥与新钥的签名。
    pub fn to_text(&self) -> Result<String, KeyError> {
        let mut text = self.handover.body()?;
        text.push('\n');
        text.push_str(&signature_text(&self.old));
        text.push_str(&signature_text(&self.new));
        Ok(text)
    }

    /// 严格地读，并核对两把密钥的签名；旧钥受不受信另由 [`KeyChain`] 说。
    pub fn parse(text: &str) -> Result<Self, HandoverError> {
        let (body, lines) = text
            .split_once("\n\n")
            .filter(|_| text.len() <= MAX_TEXT_BYTES)
            .ok_or(HandoverError::Form)?;
        let body = &text[..=body.len()];
        let handover = Handover::parse_body(body)?;
        let lines = lines.strip_suffix('\n').ok_or(HandoverError::Form)?;
        let lines: Option<Vec<SignatureLine>> = lines.split('\n').map(read_signature).collect();
        let lines = lines.ok_or(HandoverError::Form)?;
        let [old, new] = <[SignatureLine; 2]>::try_from(lines).map_err(|_| HandoverError::Form)?;
        for (line, key) in [(&old, &handover.from), (&new, &handover.to)] {
            let name = &handover.at.origin;
            if line.name != *name || line.key_id != key.key_id(name)? {
                return Err(HandoverError::Form);
            }
            key.verify(body.as_bytes(), &line.signature)?;
        }
        Ok(SignedHandover { handover, old, new })
    }
}

/// 一个日志先后用过的密钥。
#[derive(Debug, Clone)]
pub struct KeyChain {
    first: VerifyingKey,
    handovers: Vec<Handover>,
}

impl KeyChain {
    /// 从最初的一把起。
    pub const fn new(first: VerifyingKey) -> Self {
        KeyChain {
            first,
            handovers: Vec::new(),
        }
    }

    /// 由全部声明得出，按先后；一次也没有换过的为 `None`。
    pub fn of(all: &[SignedHandover]) -> Result<Option<Self>, HandoverError> {
        let Some(first) = all.first() else {
            return Ok(None);
        };
        let mut chain = KeyChain::new(first.handover.from.clone());
        for next in all {
            chain.follow(next)?;
        }
        Ok(Some(chain))
    }

    /// 接上下一次换钥。
    pub fn follow(&mut self, next: &SignedHandover) -> Result<(), HandoverError> {
        let next = &next.handover;
        let number = next.number;
        let last = self.handovers.last();
        let after = last.map_or(0, |last| last.number);
        let is_later = last.is_none_or(|last| {
            (&last.at.origin, last.at.suite) == (&next.at.origin, next.at.suite)
                && last.at.size <= next.at.size
        });
        if number != after + 1 || !is_later || self.handovers.len() >= MAX_HANDOVERS {
            return Err(HandoverError::Order { number, after });
        }
        if self.last().fingerprint()? != next.from.fingerprint()? {
            return Err(HandoverError::OtherKey { number });
        }
        self.handovers.push(next.clone());
        Ok(())
    }

    /// 最初的一把。
    pub const fn first(&self) -> &VerifyingKey {
        &self.first
    }

    /// 现在的一把。
    pub fn last(&self) -> &VerifyingKey {
        self.handovers.last().map_or(&self.first, |last| &last.to)
    }

    /// 换过几次。
    pub fn handovers(&self) -> &[Handover] {
        &self.handovers
    }

    /// 叶数为 `size` 的检查点应由哪一把签。
    pub fn key_for(&self, size: u64) -> &VerifyingKey {
        let before = self.handovers.iter().rev().find(|it| it.at.size < size);
        before.map_or(&self.first, |it| &it.to)
    }

    /// 其中有这一把。
    pub fn holds(&self, key: &VerifyingKey) -> Result<bool, KeyError> {
        let wanted = key.fingerprint()?;
        let mut keys = std::iter::once(&self.first).chain(self.handovers.iter().map(|it| &it.to));
        keys.try_fold(false, |held, key| Ok(held || key.fingerprint()? == wanted))
    }
}
