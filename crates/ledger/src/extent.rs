//! 整案的声明：节点签名说，到某个检查点为止，一条时间线共有多少条事件、多少条公开记录；少了一条就看得出来。
//!
//! An entry says its number on the timeline, so a gap is seen without this. Where a timeline ends no entry can say, and
//! no proof of inclusion shows that there is nothing more: that is what is signed here.

use base64ct::{Base64, Encoding as _};
use thiserror::Error;

use crate::checkpoint::{
    Checkpoint, CheckpointError, SignatureLine, read_signature, signature_text,
};
use crate::digest::Digest;
use crate::key::{KeyError, SigningKey, VerifyingKey};
use crate::suite::Suite;
use crate::token::Token;

const MAX_TEXT_BYTES: usize = 16 * 1024;

/// 整案的声明读不出、签不上的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtentError {
    /// 不合写法。
    #[error("整案的声明写法不对：应是七行正文、一个空行、一行签名")]
    Form,
    /// 名称、叶数、根。
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// 密钥或签名。
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// 整案的声明，正文。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// 日志的名称。
    pub origin: Token,
    /// 时间线。
    pub timeline: Token,
    /// 到多少条为止：所依据的检查点的叶数。
    pub size: u64,
    /// 那时的根。
    pub root: Digest,
    /// 套件。
    pub suite: Suite,
    /// 其中这条时间线的事件有几条，序号 1 至此数。
    pub events: u64,
    /// 其中指向这些事件的公开记录有几条。
    pub publics: u64,
}

/// 签了名的声明。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedExtent {
    extent: Extent,
    line: SignatureLine,
}

impl Extent {
    /// 一条时间线到这个检查点为止的声明。
    pub fn at(checkpoint: &Checkpoint, timeline: Token, events: u64, publics: u64) -> Self {
        Extent {
            origin: checkpoint.origin.clone(),
            timeline,
            size: checkpoint.size,
            root: checkpoint.root,
            suite: checkpoint.suite,
            events,
            publics,
        }
    }

    /// 说的是不是这个检查点。
    pub fn is_at(&self, checkpoint: &Checkpoint) -> bool {
        (&self.origin, self.size, self.root, self.suite)
            == (
                &checkpoint.origin,
                checkpoint.size,
                checkpoint.root,
                checkpoint.suite,
            )
    }

    /// What is signed: seven lines. The second is neither a number nor a handover, so it is taken for no other text.
    fn body(&self) -> String {
        format!(
            "{}\nextent: {}\nsize: {}\nroot: {}\nsuite: {}\nevents: {}\npublics: {}\n",
            self.origin,
            self.timeline,
            self.size,
            Base64::encode_string(self.root.as_bytes()),
            self.suite.name(),
            self.events,
            self.publics,
        )
    }

    fn parse_body(body: &str) -> Result<Self, ExtentError> {
        let lines: Vec<&str> = body.split_terminator('\n').collect();
        let [origin, timeline, size, root, suite, events, publics] = lines[..] else {
            return Err(ExtentError::Form);
        };
        let after = |line: &'_ str, name: &str| line.strip_prefix(name).map(str::to_owned);
        let value = |line: &str, name: &str| after(line, name).ok_or(ExtentError::Form);
        let count = |line: &str, name: &str| {
            let text = value(line, name)?;
            text.parse::<u64>().map_err(|_| ExtentError::Form)
        };
        let root = Base64::decode_vec(&value(root, "root: ")?).map_err(|_| ExtentError::Form)?;
        let root: [u8; Digest::LEN] = root.try_into().map_err(|_| ExtentError::Form)?;
        let token = |text: &str| Token::new(text).map_err(CheckpointError::from);
        let extent = Extent {
            origin: token(origin)?,
            timeline: token(&value(timeline, "extent: ")?)?,
            size: count(size, "size: ")?,
            root: Digest::new(root),
            suite: Suite::from_name(&value(suite, "suite: ")?).ok_or(ExtentError::Form)?,
            events: count(events, "events: ")?,
            publics: count(publics, "publics: ")?,
        };
        // What reads the same but is written otherwise is not what was signed.
        match extent.body() == body {
            true => Ok(extent),
            false => Err(ExtentError::Form),
        }
    }
}

impl SignedExtent {
    /// 签发；密钥是日志现在的那一把。
    pub fn sign(extent: Extent, key: &SigningKey) -> Result<Self, ExtentError> {
        let line = SignatureLine {
            name: extent.origin.clone(),
            key_id: key.verifying_key().key_id(&extent.origin)?,
            signature: key.sign(extent.body().as_bytes())?,
        };
        Ok(SignedExtent { extent, line })
    }

    /// 正文。
    pub const fn extent(&self) -> &Extent {
        &self.extent
    }

    /// 核对签名。
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), ExtentError> {
        if self.line.key_id != key.key_id(&self.extent.origin)? {
            return Err(ExtentError::Key(KeyError::BadSignature));
        }
        Ok(key.verify(self.extent.body().as_bytes(), &self.line.signature)?)
    }

    /// 文本：正文、空行、签名。
    pub fn to_text(&self) -> String {
        format!("{}\n{}", self.extent.body(), signature_text(&self.line))
    }

    /// 严格地读；签名另由 [`SignedExtent::verify`] 核对。
    pub fn parse(text: &str) -> Result<Self, ExtentError> {
        let (body, line) = text
            .split_once("\n\n")
            .filter(|_| text.len() <= MAX_TEXT_BYTES)
            .ok_or(ExtentError::Form)?;
        let extent = Extent::parse_body(&text[..=body.len()])?;
        let line = line.strip_suffix('\n').and_then(read_signature);
        let line = line.filter(|line| line.name == extent.origin);
        let line = line.ok_or(ExtentError::Form)?;
        Ok(SignedExtent { extent, line })
    }
}
