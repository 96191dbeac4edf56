//! 核对案卷包：一个文件，逐条核对内容、条目、证明与检查点。

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{check, digest};
use crate::extent::{self, Missing};
use crate::handover::follow;
use crate::hash::{Hash, unhex};
use crate::json::{Item, Value, parse};
use crate::key::TrustedKey;
use crate::merkle::root_of;
use crate::note::{Note, open};
use crate::report::{Extent, Failure, Findings, Report};

const FORMAT: &str = "mingjing-case-bundle/1";
const FORMAT_WITH_HANDOVERS: &str = "mingjing-case-bundle/2";
const FORMAT_WITH_EXTENT: &str = "mingjing-case-bundle/3";
const MAX_BYTES: usize = 64 << 20;
const MAX_RECORDS: usize = 100_000;
/// Content may nest 32 levels, and stands three levels down.
const MAX_DEPTH: usize = 35;
const MAX_CONTENT_BYTES: usize = 1 << 20;
const MAX_CONTENT_DEPTH: usize = 32;

/// 核对案卷包。
pub fn verify_bundle(bytes: &[u8], trusted: &[TrustedKey]) -> Report {
    let mut findings = Findings::default();
    let result = check_bundle(bytes, trusted, &mut findings);
    Report::new(findings, result.err())
}

fn check_bundle(
    bytes: &[u8],
    trusted: &[TrustedKey],
    findings: &mut Findings,
) -> Result<(), Failure> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("案卷包超过 {MAX_BYTES} 字节").into());
    }
    let file = parse(bytes, MAX_DEPTH)?;
    let text = |member| file.member(member).and_then(Item::text).unwrap_or_default();
    let handovers = read_format(&file, text("format"))?;
    let (trusted, _) = follow(&handovers, trusted, findings)?;
    let trusted = &trusted[..];
    let note = open(text("checkpoint"), trusted, findings)?;
    let mut issuers = trusted
        .iter()
        .filter(|key| key.name() == note.origin)
        .peekable();
    if issuers.peek().is_none() {
        findings.not_proven("没有给出签发节点自己的公钥，包里写的指纹没有核对");
    } else if !issuers.any(|key| key.fingerprint() == text("fingerprint")) {
        return Err("包里写的公钥指纹与受信的公钥不同".into());
    }
    let records = file
        .member("records")
        .and_then(Item::list)
        .unwrap_or_default();
    if records.is_empty() || records.len() > MAX_RECORDS {
        return Err(format!("条目应有 1 至 {MAX_RECORDS} 条").into());
    }
    let mut case = Case::default();
    for record in records {
        case.add(record, &note)?;
    }
    let declared = match file.member("extent").and_then(Item::text) {
        Some(text) => Some(extent::open(text, &note, trusted)?),
        None if text("format") == FORMAT_WITH_EXTENT => {
            return Err("整案的声明（extent）应是文本".into());
        }
        None => None,
    };
    let missing = match file.member("missing") {
        Some(list) => extent::missing(list.list().ok_or("missing 应是列表")?)?,
        None => Vec::new(),
    };
    case.compare(declared.as_ref(), &missing, findings)?;
    case.conclude(findings)
}

/// The handovers, once the members are those of the format.
fn read_format(file: &Item, format: &str) -> Result<Vec<String>, Failure> {
    match format {
        FORMAT => {
            expect_members(file, &["checkpoint", "fingerprint", "format", "records"])?;
            Ok(Vec::new())
        }
        FORMAT_WITH_HANDOVERS => {
            let members = [
                "checkpoint",
                "fingerprint",
                "format",
                "handovers",
                "records",
            ];
            expect_members(file, &members)?;
            let texts = Some(handovers(file)?).filter(|texts| !texts.is_empty());
            Ok(texts.ok_or(WRONG_HANDOVERS)?)
        }
        FORMAT_WITH_EXTENT => {
            let members = [
                "checkpoint",
                "extent",
                "fingerprint",
                "format",
                "handovers",
                "missing",
                "records",
            ];
            expect_members(file, &members)?;
            handovers(file)
        }
        _ => {
            let known = format!("{FORMAT}、{FORMAT_WITH_HANDOVERS}、{FORMAT_WITH_EXTENT}");
            Err(format!("不是案卷包，或格式不认识；只认识 {known}").into())
        }
    }
}

const WRONG_HANDOVERS: &str = "换钥的声明（handovers）应是至少一段文本";

fn handovers(file: &Item) -> Result<Vec<String>, Failure> {
    let list = file.member("handovers").and_then(Item::list);
    let list = list.ok_or(WRONG_HANDOVERS)?;
    let texts = list.iter().map(|text| text.text().map(str::to_owned));
    let texts: Option<Vec<String>> = texts.collect();
    Ok(texts.ok_or(WRONG_HANDOVERS)?)
}

/// What the records together say.
#[derive(Default)]
struct Case {
    last: Option<u64>,
    leaves: BTreeSet<Hash>,
    /// Timeline and sequence number of the events.
    events: BTreeSet<(String, i64)>,
    erased: Vec<(u64, Hash)>,
    erasures: BTreeSet<Hash>,
    /// Index, instant and what it points to.
    public_of: Vec<(u64, String, Hash)>,
    withheld: Vec<u64>,
    shown: usize,
}

impl Case {
    fn add(&mut self, record: &Item, note: &Note) -> Result<(), Failure> {
        let index = record.member("index").and_then(Item::integer);
        let index = index
            .and_then(|i| u64::try_from(i).ok())
            .ok_or("有一条没有叶号（index）")?;
        let fail = |why: &str| Failure::at(index, why);
        if self.last.is_some_and(|last| last >= index) {
            return Err(fail("叶号没有从小到大"));
        }
        self.last = Some(index);
        let entry = record.member("entry").ok_or_else(|| fail("没有条目"))?;
        let kind = check(entry).map_err(|why| Failure::at(index, why))?;
        let leaf = note.suite.leaf(entry.raw);
        let steps = record.member("proof").and_then(Item::list);
        let path: Option<Vec<Hash>> =
            steps.and_then(|s| s.iter().map(|h| unhex(h.text()?)).collect());
        let root = path.and_then(|path| root_of(note.suite, leaf, index, note.size, &path));
        if root != Some(note.root) {
            return Err(fail("包含证明不成立：这一条不在检查点所承诺的日志里"));
        }
        self.leaves.insert(leaf);
        self.note_entry(kind, index, entry)?;
        self.content(record, kind, index, leaf, note)
    }

    fn note_entry(&mut self, kind: &str, index: u64, entry: &Item) -> Result<(), Failure> {
        let of = digest(entry, "of");
        match (kind, of) {
            ("erasure", Some(of)) => {
                self.erasures.insert(of);
            }
            ("public", Some(of)) => {
                let at = entry.member("recorded_at").and_then(Item::text);
                let at = at.unwrap_or_default().to_owned();
                self.public_of.push((index, at, of));
            }
            _ => {}
        }
        let timeline = entry.member("timeline").and_then(Item::text);
        let seq = entry.member("seq").and_then(Item::integer);
        if let (Some(timeline), Some(seq)) = (timeline, seq)
            && !self.events.insert((timeline.to_owned(), seq))
        {
            return Err(Failure::at(
                index,
                format!("时间线 {timeline} 的序号 {seq} 出现两次"),
            ));
        }
        Ok(())
    }

    fn content(
        &mut self,
        record: &Item,
        kind: &str,
        index: u64,
        leaf: Hash,
        note: &Note,
    ) -> Result<(), Failure> {
        let state = record
            .member("state")
            .and_then(Item::text)
            .unwrap_or_default();
        let members: &[&str] = match (state, kind) {
            ("shown", "event" | "audit") => {
                &["content", "entry", "index", "proof", "salt", "state"]
            }
            ("shown", "public") => &["content", "entry", "index", "proof", "state"],
            ("withheld" | "erased", "event" | "audit" | "public") | ("nothing", "erasure") => {
                &["entry", "index", "proof", "state"]
            }
            _ => return Err(Failure::at(index, format!("{kind} 条目不能是“{state}”"))),
        };
        expect_members(record, members).map_err(|why| Failure::at(index, why))?;
        match state {
            "withheld" => self.withheld.push(index),
            "erased" => self.erased.push((index, leaf)),
            _ => {}
        }
        let Some(content) = record.member("content") else {
            return Ok(());
        };
        if content.raw.len() > MAX_CONTENT_BYTES || parse(content.raw, MAX_CONTENT_DEPTH).is_err() {
            return Err(Failure::at(index, "内容超过 1 MiB 或 32 层"));
        }
        let salt = digest(record, "salt");
        let (found, said) = match (kind, salt) {
            ("public", _) => (note.suite.tagged(0x03, content.raw, &[]), "content"),
            ("event", Some(salt)) => (note.suite.tagged(0x02, &salt, content.raw), "payload"),
            (_, Some(salt)) => (note.suite.tagged(0x02, &salt, content.raw), "content"),
            (_, None) => return Err(Failure::at(index, "盐应是 64 位小写十六进制")),
        };
        if record.member("entry").and_then(|entry| digest(entry, said)) != Some(found) {
            return Err(Failure::at(index, "内容与条目里的摘要不符：内容被改过"));
        }
        self.shown += 1;
        Ok(())
    }

    /// Whether it is the whole case, an excerpt, or nobody says.
    fn compare(
        &self,
        declared: Option<&extent::Extent<'_>>,
        missing: &[Missing],
        findings: &mut Findings,
    ) -> Result<(), Failure> {
        if let Some(declared) = declared {
            declared.compare(&self.events, missing, self.public_of.len())?;
            let is_ours = |of: &Hash| self.leaves.contains(of) || !missing.is_empty();
            if let Some((index, ..)) = self.public_of.iter().find(|(.., of)| !is_ours(of)) {
                let why = "公开记录所指的全文条目不在包内，它不是这一案的";
                return Err(Failure::at(*index, why));
            }
        } else {
            self.require_no_gap(findings)?;
        }
        match declared.filter(|declared| declared.is_signed) {
            Some(declared) => {
                let (timeline, events) = (declared.timeline, declared.events);
                findings.proven(format!(
                    "时间线 {timeline}：到检查点为止共 {events} 条事件、{} 条公开记录，节点签名声明",
                    declared.publics
                ));
                match (missing.len(), self.withheld.len()) {
                    (0, 0) => findings.extent(Extent::Whole),
                    (missing, withheld) => findings.extent(Extent::Excerpt { missing, withheld }),
                }
            }
            None if self.events.is_empty() && declared.is_none() => {}
            None => {
                findings.not_proven("是不是整案：没有节点签名的声明，末尾的事件可能被删去");
                findings.extent(Extent::Undeclared);
            }
        }
        for Missing { seq, reason } in missing {
            findings.not_proven(format!(
                "序号 {seq} 的事件不在包内；做节选的人写的理由：{reason}"
            ));
        }
        Ok(())
    }

    /// A node never left out an event in the middle, in whatever format.
    fn require_no_gap(&self, findings: &mut Findings) -> Result<(), Failure> {
        let mut next: BTreeMap<&str, i64> = BTreeMap::new();
        for (timeline, seq) in &self.events {
            let expected = next.entry(timeline).or_insert(1);
            if *expected != *seq {
                return Err(format!(
                    "时间线 {timeline} 的事件有 {seq} 号，没有 {expected} 号：有人删去了它"
                )
                .into());
            }
            *expected += 1;
        }
        for (timeline, next) in next {
            let last = next - 1;
            findings.proven(format!("时间线 {timeline}：序号 1 至 {last} 没有缺"));
        }
        Ok(())
    }

    fn conclude(self, findings: &mut Findings) -> Result<(), Failure> {
        findings.proven(format!(
            "{} 条条目都在检查点所承诺的日志里",
            self.leaves.len()
        ));
        findings.proven(format!("其中 {} 条的内容与记录时一字不差", self.shown));
        for (index, leaf) in &self.erased {
            if !self.erasures.contains(leaf) {
                return Err(Failure::at(
                    *index,
                    "标为已清除，包内却没有指向它的清除条目",
                ));
            }
            findings.proven(format!("叶号 {index}：曾有此条，内容已清除，清除有记录"));
            findings.not_proven(format!("叶号 {index}：内容已清除，写的是什么不能再证明"));
        }
        for index in self.withheld {
            findings.not_proven(format!("叶号 {index}：没有附内容"));
        }
        for (index, at, of) in self.public_of {
            if self.leaves.contains(&of) {
                findings.proven(format!(
                    "叶号 {index}：公开记录，于 {at} 记下，所指的全文条目在包内"
                ));
            } else {
                findings.proven(format!("叶号 {index}：公开记录，于 {at} 记下"));
                findings.not_proven(format!("叶号 {index}：公开记录，所指的全文条目不在包内"));
            }
        }
        let timelines: BTreeSet<&str> = self.events.iter().map(|(it, _)| it.as_str()).collect();
        for timeline in timelines {
            findings.not_proven(format!("时间线 {timeline}：检查点之后有没有事件"));
        }
        Ok(())
    }
}

fn expect_members(item: &Item, expected: &[&str]) -> Result<(), String> {
    let is_exact = match &item.value {
        Value::Object(members) => members
            .iter()
            .map(|(key, _)| key.as_ref())
            .eq(expected.iter().copied()),
        Value::Literal | Value::Integer(_) | Value::Text(_) | Value::List(_) => false,
    };
    if is_exact {
        Ok(())
    } else {
        Err(format!("成员应恰为 {}", expected.join("、")))
    }
}
