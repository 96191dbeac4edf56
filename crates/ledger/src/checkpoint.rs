//! 检查点：某一时刻整个日志的承诺，签名的文本，写法同 C2SP tlog-checkpoint 与 signed-note。

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::digest::Digest;
use crate::key::{KeyError, SigningKey, VerifyingKey};
use crate::suite::Suite;
use crate::token::{Token, TokenError};
use crate::tree::MAX_SIZE;
use mingjing_kernel::moment::{Moment, MomentError};

/// 一份检查点最多几行签名：本级、各上级与见证人。
pub const MAX_SIGNATURES: usize = 16;
/// 文本最多几个字节；十六行签名还用不到一半。
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// 检查点读不出、签不上或核不过的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// 太长。
    #[error("检查点超过 {MAX_TEXT_BYTES} 字节")]
    TooLong,
    /// 某一行不合写法。
    #[error("检查点第 {line} 行应是{expected}")]
    Line {
        /// 行号，从一起。
        line: usize,
        /// 应是什么。
        expected: &'static str,
    },
    /// 签名行太多。
    #[error("签名超过 {MAX_SIGNATURES} 行")]
    TooManySignatures,
    /// 没有这把密钥的签名行。
    #[error("没有 {name} 的这把密钥的签名")]
    NotSigned {
        /// 密钥的名称。
        name: String,
    },
    /// 已有这把密钥的签名行。
    #[error("{name} 的这把密钥已经签过")]
    AlreadySigned {
        /// 密钥的名称。
        name: String,
    },
    /// 名号不合写法。
    #[error(transparent)]
    Token(#[from] TokenError),
    /// 时刻不合写法。
    #[error(transparent)]
    Moment(#[from] MomentError),
    /// 密钥或签名。
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// 检查点的正文。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// 日志的名称，在所有日志中唯一。
    pub origin: Token,
    /// 叶数。
    pub size: u64,
    /// 根。
    pub root: Digest,
    /// 树的套件。
    pub suite: Suite,
    /// 签发的时刻。
    pub time: Moment,
}

impl Checkpoint {
    /// 签名所签的字节：五行，每行以换行结束。
    pub fn body(&self) -> String {
        format!(
            "{}\n{}\n{}\nsuite: {}\ntime: {}\n",
            self.origin,
            self.size,
            Base64::encode_string(self.root.as_bytes()),
            self.suite.name(),
            self.time
        )
    }

    fn parse_body(body: &str) -> Result<Self, CheckpointError> {
        let refuse = |line, expected| CheckpointError::Line { line, expected };
        let lines: Vec<&str> = body.split_terminator('\n').collect();
        let [origin, size, root, suite, time] = lines[..] else {
            return Err(refuse(lines.len().min(6), "正文的五行之一，再一个空行"));
        };
        let number = size.parse().ok().filter(|n| *n <= MAX_SIZE);
        let size_read = number.ok_or_else(|| refuse(2, "叶数（十进制，不超过 2^48）"))?;
        let mut root_read = [0; Digest::LEN];
        Base64::decode(root, &mut root_read)
            .ok()
            .filter(|bytes| bytes.len() == Digest::LEN)
            .ok_or_else(|| refuse(3, "根（32 字节的 base64）"))?;
        let suite = suite
            .strip_prefix("suite: ")
            .and_then(Suite::from_name)
            .ok_or_else(|| refuse(4, "认识的套件（suite: sm2-sm3 或 suite: ed25519-sha256）"))?;
        let time = time
            .strip_prefix("time: ")
            .ok_or_else(|| refuse(5, "时刻（time: …）"))?;
        let checkpoint = Self {
            origin: Token::new(origin)?,
            size: size_read,
            root: Digest::new(root_read),
            suite,
            time: Moment::parse(time)?,
        };
        // What reads the same but is written otherwise (a plus sign, a leading zero) is not what was signed.
        if checkpoint.body() != body {
            return Err(refuse(2, "唯一的写法，没有正号、前导零"));
        }
        Ok(checkpoint)
    }
}

/// 一行签名。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// 密钥的名称。
    pub name: Token,
    /// 密钥号。
    pub key_id: [u8; 4],
    /// 签名。
    pub signature: Vec<u8>,
}

/// 签了名的检查点：本级先签，上级复签。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<SignatureLine>,
}

impl SignedCheckpoint {
    /// 签发：密钥的名称与日志的名称相同。
    pub fn sign(checkpoint: Checkpoint, key: &SigningKey) -> Result<Self, CheckpointError> {
        let name = checkpoint.origin.clone();
        let mut signed = Self {
            checkpoint,
            signatures: Vec::new(),
        };
        signed.countersign(name, key)?;
        Ok(signed)
    }

    /// 复签：另一把密钥签同样的正文，加一行。
    pub fn countersign(&mut self, name: Token, key: &SigningKey) -> Result<(), CheckpointError> {
        let key_id = key.verifying_key().key_id(&name)?;
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(CheckpointError::TooManySignatures);
        }
        if self.line(&name, key_id).is_some() {
            let name = name.to_string();
            return Err(CheckpointError::AlreadySigned { name });
        }
        let signature = key.sign(self.checkpoint.body().as_bytes())?;
        self.signatures.push(SignatureLine {
            name,
            key_id,
            signature,
        });
        Ok(())
    }

    /// 正文。
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// 签名行；核对之前只是声称。
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// 核对某把密钥的签名；没有它的签名行也是错误。
    pub fn verify(&self, name: &Token, key: &VerifyingKey) -> Result<(), CheckpointError> {
        let line = self.line(name, key.key_id(name)?);
        let line = line.ok_or_else(|| CheckpointError::NotSigned {
            name: name.to_string(),
        })?;
        key.verify(self.checkpoint.body().as_bytes(), &line.signature)?;
        Ok(())
    }

    /// 文本：正文、空行、签名行。
    pub fn to_text(&self) -> String {
        let mut text = self.checkpoint.body();
        text.push('\n');
        for line in &self.signatures {
            text.push_str(&signature_text(line));
        }
        text
    }

    /// 严格地读；签名未经核对。
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CheckpointError::TooLong);
        }
        let refuse = |line, expected| CheckpointError::Line { line, expected };
        let blank = text
            .find("\n\n")
            .ok_or_else(|| refuse(6, "正文之后的空行"))?;
        let checkpoint = Checkpoint::parse_body(&text[..=blank])?;
        let lines = &text[blank + 2..];
        if lines.is_empty() || !lines.ends_with('\n') {
            return Err(refuse(7, "至少一行签名，以换行结束"));
        }
        let mut signatures = Vec::new();
        for (at, line) in lines.split_terminator('\n').enumerate() {
            if signatures.len() == MAX_SIGNATURES {
                return Err(CheckpointError::TooManySignatures);
            }
            let read = read_signature(line)
                .ok_or_else(|| refuse(at + 7, "签名：— 名称 base64（密钥号与签名）"))?;
            signatures.push(read);
        }
        Ok(Self {
            checkpoint,
            signatures,
        })
    }

    fn line(&self, name: &Token, key_id: [u8; 4]) -> Option<&SignatureLine> {
        self.signatures
            .iter()
            .find(|line| line.name == *name && line.key_id == key_id)
    }
}

pub(crate) fn signature_text(line: &SignatureLine) -> String {
    let blob = [&line.key_id[..], &line.signature].concat();
    format!("— {} {}\n", line.name, Base64::encode_string(&blob))
}

pub(crate) fn read_signature(line: &str) -> Option<SignatureLine> {
    let (name, blob) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = Base64::decode_vec(blob).ok()?;
    let (key_id, signature) = bytes.split_first_chunk::<4>()?;
    Some(SignatureLine {
        name: Token::new(name).ok()?,
        key_id: *key_id,
        signature: signature.to_vec(),
    })
}
