//! 案卷包：一个文件，带着条目、内容与盐、包含证明和检查点，收到的人不问任何服务器就能核对。
//!
//! The file is canonical JSON itself, so the bytes of an entry or a payload inside it are the bytes that were hashed.

mod codec;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::canonical::{Canonical, CanonicalError, Limits};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::digest::{Digest, HexError, Salt};
use crate::entry::{Entry, EntryError};
use crate::extent::{ExtentError, SignedExtent};
use crate::handover::{HandoverError, KeyChain, SignedHandover};
use crate::suite::Suite;
use crate::tree::{TreeError, verify};

/// 案卷包的格式，写在成员 `format` 里。
pub const BUNDLE_FORMAT: &str = "mingjing-case-bundle/1";
/// 换过签名密钥的日志的案卷包，多一个成员 `handovers`。
pub const BUNDLE_FORMAT_WITH_HANDOVERS: &str = "mingjing-case-bundle/2";
/// 写明整案还是节选的案卷包，多成员 `extent`、`missing`，总有 `handovers`。
pub const BUNDLE_FORMAT_WITH_EXTENT: &str = "mingjing-case-bundle/3";
/// 节选的理由至多多少个字。
pub const MAX_REASON_CHARS: usize = 200;
/// 案卷包的上限：64 MiB；内容所在的层之外再加三层。
pub const BUNDLE_LIMITS: Limits = Limits {
    max_bytes: 64 << 20,
    max_depth: Limits::VALUE.max_depth + 3,
};
/// 一包最多多少条。
pub const MAX_RECORDS: usize = 100_000;

/// 案卷包做不成、读不出的原因。`position` 是包内第几条，从零起。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleError {
    /// 不是规范字节，或太大。
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// 成员缺少、多余或类型不对。
    #[error("案卷包的成员 {member} 缺少、多余或类型不对")]
    Member {
        /// 成员名。
        member: &'static str,
    },
    /// 格式不认识。
    #[error(
        "案卷包的格式不认识，只认识 {BUNDLE_FORMAT}、{BUNDLE_FORMAT_WITH_HANDOVERS} 与 {BUNDLE_FORMAT_WITH_EXTENT}；请换新版的程序"
    )]
    Format,
    /// 没有一条。
    #[error("案卷包里没有条目")]
    Empty,
    /// 太多。
    #[error("案卷包超过 {MAX_RECORDS} 条，请分成几包")]
    TooMany,
    /// 叶号的次序不对。
    #[error("包内第 {position} 条的叶号没有比前一条大")]
    Order {
        /// 位置。
        position: usize,
    },
    /// 内容与承诺不符。
    #[error("包内第 {position} 条的内容与条目里的摘要不符")]
    WrongContent {
        /// 位置。
        position: usize,
    },
    /// 这种条目不能这样附内容。
    #[error(
        "包内第 {position} 条：清除条目没有内容；公开记录的内容不加盐，别的加盐；清除的须附清除条目"
    )]
    WrongDisclosure {
        /// 位置。
        position: usize,
    },
    /// 与整案的声明不符。
    #[error("案卷包与整案的声明不符：{why}")]
    Extent {
        /// 哪里不符。
        why: &'static str,
    },
    /// 整案的声明。
    #[error(transparent)]
    ExtentText(#[from] ExtentError),
    /// 条目。
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// 检查点。
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// 证明。
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// 换钥的声明。
    #[error(transparent)]
    Handover(#[from] HandoverError),
    /// 摘要或盐不合写法。
    #[error(transparent)]
    Hex(#[from] HexError),
}

/// 内容的附法。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosure {
    /// 附内容与盐（事件、审计）。
    Salted {
        /// 内容。
        content: Canonical,
        /// 盐。
        salt: Salt,
    },
    /// 附公开内容（公开记录）。
    Public {
        /// 内容。
        content: Canonical,
    },
    /// 没有附内容，内容仍在。
    Withheld,
    /// 内容已依法清除；包内须有指向它的清除条目。
    Erased,
    /// 本来没有内容（清除条目）。
    Nothing,
}

/// 包内的一条。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 叶号，从零起。
    pub index: u64,
    /// 条目。
    pub entry: Entry,
    /// 内容。
    pub disclosure: Disclosure,
    /// 包含证明，从叶到根。
    pub proof: Vec<Digest>,
}

/// 包里没有的一条事件：节选的人说明的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// 在时间线上的序号。
    pub seq: u64,
    /// 为何没有；节选的人自己说的，没有谁签名。
    pub reason: String,
}

/// 案卷包。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseBundle {
    /// 所依据的检查点。
    checkpoint: SignedCheckpoint,
    /// 历次换钥的声明的全文，按先后。
    handovers: Vec<String>,
    /// 签发检查点的公钥的指纹，供人对读。
    fingerprint: String,
    /// 整案的声明；只有公开记录的、旧格式的没有。
    extent: Option<SignedExtent>,
    /// 声明之内而包里没有的事件，按序号。
    missing: Vec<Missing>,
    records: Vec<Record>,
}

impl CaseBundle {
    /// 做一包；条目按叶号排列。证明、内容或附法有不符的不做，免得发出核不过的包。
    pub fn new(
        checkpoint: SignedCheckpoint,
        fingerprint: String,
        mut records: Vec<Record>,
    ) -> Result<Self, BundleError> {
        records.sort_by_key(|record| record.index);
        let bundle = Self {
            checkpoint,
            handovers: Vec::new(),
            fingerprint,
            extent: None,
            missing: Vec::new(),
            records,
        };
        bundle.check()?;
        Ok(bundle)
    }

    /// 附上整案的声明；包里的条目与它不符的不附。
    pub fn with_extent(mut self, extent: SignedExtent) -> Result<Self, BundleError> {
        self.extent = Some(extent);
        self.check_extent()?;
        Ok(self)
    }

    /// 节选：去掉一条事件，写明为何。收到的人看得出少了哪一条。
    pub fn omit(mut self, seq: u64, reason: &str) -> Result<Self, BundleError> {
        self.records.retain(|record| match &record.entry {
            Entry::Event(event) => u64::from(event.seq.get()) != seq,
            Entry::Public(_) | Entry::Audit(_) | Entry::Erasure(_) => true,
        });
        self.missing.push(Missing {
            seq,
            reason: reason.to_owned(),
        });
        self.missing.sort_by_key(|missing| missing.seq);
        self.check()?;
        self.check_extent()?;
        Ok(self)
    }

    /// 整案的声明；没有的为 `None`。
    pub const fn extent(&self) -> Option<&SignedExtent> {
        self.extent.as_ref()
    }

    /// 写明没有的事件，按序号。
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// 附上历次换钥的声明，按先后：收到的人凭最初的公钥就接得到签发的一把。
    pub fn with_handovers(mut self, handovers: &[SignedHandover]) -> Result<Self, BundleError> {
        KeyChain::of(handovers)?;
        let texts = handovers.iter().map(SignedHandover::to_text);
        self.handovers = texts
            .collect::<Result<_, _>>()
            .map_err(HandoverError::from)?;
        Ok(self)
    }

    /// 历次换钥的声明的全文。
    pub fn handovers(&self) -> &[String] {
        &self.handovers
    }

    /// 检查点。
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// 签发检查点的公钥的指纹。
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// 各条，按叶号。
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// 文件的字节。
    pub fn to_bytes(&self) -> Result<Vec<u8>, BundleError> {
        Ok(codec::to_canonical(self)?.to_bytes_within(BUNDLE_LIMITS)?)
    }

    /// 读文件的字节，并核对证明与内容；签名要另由 [`SignedCheckpoint::verify`] 核对。
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        let bundle = codec::from_canonical(&Canonical::parse_within(bytes, BUNDLE_LIMITS)?)?;
        bundle.check()?;
        bundle.check_extent()?;
        Ok(bundle)
    }

    /// Every event of the timeline is here or said to be missing, and every public record is here.
    fn check_extent(&self) -> Result<(), BundleError> {
        let wrong = |why| Err(BundleError::Extent { why });
        let Some(extent) = self.extent.as_ref().map(SignedExtent::extent) else {
            return match self.missing.is_empty() {
                true => Ok(()),
                false => wrong("没有声明，却写明有缺"),
            };
        };
        if !extent.is_at(self.checkpoint.checkpoint()) {
            return wrong("说的不是包里的检查点");
        }
        let mut seqs = BTreeSet::new();
        let mut publics = 0;
        for record in &self.records {
            match &record.entry {
                Entry::Event(event) if event.timeline != extent.timeline => {
                    return wrong("有别的时间线的事件");
                }
                Entry::Event(event) if !seqs.insert(u64::from(event.seq.get())) => {
                    return wrong("同一序号的事件有两条");
                }
                Entry::Event(_) | Entry::Audit(_) | Entry::Erasure(_) => {}
                Entry::Public(_) => publics += 1,
            }
        }
        for missing in &self.missing {
            let length = missing.reason.chars().count();
            let is_sound = (1..=MAX_REASON_CHARS).contains(&length)
                && !missing.reason.chars().any(char::is_control);
            if !is_sound || !seqs.insert(missing.seq) {
                return wrong("写明的缺有重复，或理由不合写法");
            }
        }
        let is_ordered = self.missing.is_sorted_by_key(|missing| missing.seq);
        if !is_ordered || !seqs.iter().copied().eq(1..=extent.events) {
            return wrong("事件多了或少了");
        }
        if publics != extent.publics {
            return wrong("公开记录多了或少了");
        }
        Ok(())
    }

    fn check(&self) -> Result<(), BundleError> {
        if self.records.is_empty() {
            return Err(BundleError::Empty);
        }
        if self.records.len() > MAX_RECORDS {
            return Err(BundleError::TooMany);
        }
        let said = self.checkpoint.checkpoint();
        let erased: BTreeSet<&Digest> = self.erasures().collect();
        for (position, record) in self.records.iter().enumerate() {
            if position > 0 && self.records[position - 1].index >= record.index {
                return Err(BundleError::Order { position });
            }
            let leaf = record.entry.leaf_hash(said.suite);
            let place = (record.index, said.size);
            verify::inclusion(said.suite, &leaf, place, &record.proof, &said.root)?;
            let is_erased = erased.contains(&leaf);
            record.check_content(position, said.suite, is_erased)?;
        }
        Ok(())
    }

    fn erasures(&self) -> impl Iterator<Item = &Digest> {
        self.records
            .iter()
            .filter_map(|record| match &record.entry {
                Entry::Erasure(erasure) => Some(&erasure.of),
                Entry::Event(_) | Entry::Public(_) | Entry::Audit(_) => None,
            })
    }
}

impl Record {
    fn check_content(
        &self,
        position: usize,
        suite: Suite,
        is_erased: bool,
    ) -> Result<(), BundleError> {
        let is_salted = matches!(self.disclosure, Disclosure::Salted { .. });
        let is_public = matches!(self.disclosure, Disclosure::Public { .. });
        let is_absent = match self.disclosure {
            Disclosure::Withheld => true,
            Disclosure::Erased => is_erased,
            Disclosure::Salted { .. } | Disclosure::Public { .. } | Disclosure::Nothing => false,
        };
        let fits = match self.entry {
            Entry::Event(_) | Entry::Audit(_) => is_salted || is_absent,
            Entry::Public(_) => is_public || is_absent,
            Entry::Erasure(_) => self.disclosure == Disclosure::Nothing,
        };
        if !fits {
            return Err(BundleError::WrongDisclosure { position });
        }
        let found = match &self.disclosure {
            Disclosure::Salted { content, salt } => Some(suite.commit(salt, content)?),
            Disclosure::Public { content } => Some(suite.public_digest(content)?),
            Disclosure::Withheld | Disclosure::Erased | Disclosure::Nothing => None,
        };
        match found {
            Some(found) if self.entry.content() != Some(&found) => {
                Err(BundleError::WrongContent { position })
            }
            Some(_) | None => Ok(()),
        }
    }
}
