//! 核对整个日志：逐条重算，与瓦片和检查点比；占用的内存与日志的大小无关。

use std::io;

use crate::entry::check_bytes;
use crate::handover::{MAX_HANDOVERS, Said, follow};
use crate::hash::Hash;
use crate::key::TrustedKey;
use crate::merkle::{Edge, WIDTH};
use crate::note::{Note, open};
use crate::report::{Failure, Findings, Report};

/// 核对日志导出。`read` 按路径给出文件的字节，没有的给 `None`；`older` 是以前收到的检查点的文本，
/// 有它才能证明那时之后没有改写过去。
pub fn verify_log(
    mut read: impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    trusted: &[TrustedKey],
    older: Option<&str>,
) -> Report {
    let mut findings = Findings::default();
    let result = check(&mut read, trusted, older, &mut findings);
    Report::new(findings, result.err())
}

fn check(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    trusted: &[TrustedKey],
    older: Option<&str>,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let text = file(read, "checkpoint")?;
    let text = std::str::from_utf8(&text).map_err(|_| "检查点不是 UTF-8 文本")?;
    let (trusted, handovers) = follow(&handovers(read)?, trusted, findings)?;
    let trusted = &trusted[..];
    let note = open(text, trusted, findings)?;
    let older = match older {
        Some(text) => Some(open_older(text, &note, trusted, findings)?),
        None => None,
    };
    let from = range(read, note.size)?;
    if older.as_ref().is_some_and(|older| older.size < from) {
        let why = "旧检查点在这一段之前：请给出较新的旧检查点，或连同更早的一段导出";
        return Err(Failure::from(why));
    }
    let known = known(&note, older.as_ref(), handovers)?;
    if known.iter().any(|it| it.size < from) {
        findings.not_proven("换钥的声明早于这一段，声明所写的根须用更早的一段核对");
    }
    let mut edge = Edge::after(note.suite, from, |level, index, width| {
        first_hashes(read, level, index, width, note.size)
    })?;
    compare(&edge, &known)?;
    while edge.size < note.size {
        let path = path(
            "entries",
            edge.size / WIDTH as u64,
            width(note.size - edge.size),
        );
        let bytes = file(read, &path)?;
        let mut rest = &bytes[..];
        for _ in 0..width(note.size - edge.size) {
            let entry = next_entry(&mut rest)
                .ok_or_else(|| Failure::at(edge.size, format!("{path} 到此就断了")))?;
            check_bytes(entry).map_err(|why| Failure::at(edge.size, why))?;
            edge.push(note.suite.leaf(entry), |level, index, row| {
                tile(read, level, index, row)
            })?;
            compare(&edge, &known)?;
        }
        if !rest.is_empty() {
            return Err(Failure::from(format!(
                "{path} 末尾多出 {} 字节",
                rest.len()
            )));
        }
    }
    for (level, row) in edge
        .levels
        .iter()
        .enumerate()
        .filter(|(_, row)| !row.is_empty())
    {
        let index = (edge.size >> (8 * level)) / WIDTH as u64;
        tile(read, level, index, row)?;
    }
    if edge.root() != note.root {
        return Err(Failure::from(
            "由全部条目算出的根与检查点的根不同：有条目被改、被删或被换过次序",
        ));
    }
    conclude(&note, from, older.as_ref(), findings);
    Ok(())
}

/// What the log shows, and what it leaves open.
fn conclude(note: &Note, from: u64, older: Option<&Note>, findings: &mut Findings) {
    findings.proven(format!(
        "{} 条条目连续、都是规范写法，瓦片无误，根与检查点相同",
        note.size - from
    ));
    if from > 0 {
        findings.not_proven(format!(
            "第 {from} 条（叶号）之前的条目不在这份导出里，只由根承诺；须与以前导出的放在一起"
        ));
    }
    match older {
        Some(older) => findings.proven(format!(
            "旧检查点的 {} 条一字未改，其后只有追加",
            older.size
        )),
        None => findings.not_proven("没有给出旧检查点，不能证明以前公布的没有改写"),
    }
    findings.not_proven("条目只有摘要：各条内容是否相符，须用案卷包或内容另行核对");
}

/// A root that is known from elsewhere, and what it means if the entries give another.
struct Known {
    size: u64,
    root: Hash,
    otherwise: &'static str,
}

fn known(note: &Note, older: Option<&Note>, handovers: Vec<Said>) -> Result<Vec<Known>, Failure> {
    if handovers.iter().any(|said| said.size > note.size) {
        return Err("换钥的声明所说的条数比检查点还多".into());
    }
    let older = older.map(|older| Known {
        size: older.size,
        root: older.root,
        otherwise: "前若干条与旧检查点的根不同：旧检查点之前的内容被改过",
    });
    let handovers = handovers.into_iter().map(|said| Known {
        size: said.size,
        root: said.root,
        otherwise: "前若干条与换钥的声明写的根不同",
    });
    Ok(older.into_iter().chain(handovers).collect())
}

fn compare(edge: &Edge, known: &[Known]) -> Result<(), Failure> {
    let mut here = known.iter().filter(|it| it.size == edge.size);
    match here.find(|it| it.root != edge.root()) {
        Some(it) => Err(Failure::from(it.otherwise)),
        None => Ok(()),
    }
}

/// The handovers there are, from the first on; the first that is not there ends them.
fn handovers(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
) -> Result<Vec<String>, Failure> {
    let mut texts = Vec::new();
    for number in 1..=MAX_HANDOVERS {
        let path = format!("handover/{number}");
        match read(&path) {
            Ok(None) => break,
            Ok(Some(bytes)) => {
                let text = String::from_utf8(bytes);
                texts.push(text.map_err(|_| format!("{path} 不是 UTF-8 文本"))?);
            }
            Err(e) => return Err(Failure::from(format!("文件 {path} 读不出：{e}"))),
        }
    }
    Ok(texts)
}

fn open_older<'a>(
    text: &'a str,
    note: &Note,
    trusted: &[TrustedKey],
    findings: &mut Findings,
) -> Result<Note<'a>, Failure> {
    let older = open(text, trusted, findings).map_err(|why| format!("旧检查点：{why}"))?;
    if (older.origin, older.suite) != (note.origin, note.suite) {
        return Err("旧检查点属于另一个日志，或用另一套算法".into());
    }
    if older.size > note.size {
        return Err(format!(
            "旧检查点有 {} 条，现在只有 {} 条：条目被删过",
            older.size, note.size
        )
        .into());
    }
    Ok(older)
}

/// From which leaf the export begins: a range says so in a file of its own, and begins with a bundle.
fn range(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    size: u64,
) -> Result<u64, Failure> {
    let bytes = match read("range") {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(0),
        Err(e) => return Err(Failure::from(format!("文件 range 读不出：{e}"))),
    };
    let text = std::str::from_utf8(&bytes).ok();
    let from = text.and_then(|text| text.strip_suffix('\n')?.parse().ok());
    from.filter(|from: &u64| from.is_multiple_of(WIDTH as u64) && *from <= size)
        .ok_or_else(|| Failure::from("文件 range 写的不是 256 的倍数，或超过检查点的条数"))
}

/// The first hashes of a tile above the range, as wide as it is in a log of that size.
fn first_hashes(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    level: usize,
    index: u64,
    count: usize,
    size: u64,
) -> Result<Vec<Hash>, Failure> {
    let there = (size >> (8 * level)) - index * WIDTH as u64;
    let path = path(&level.to_string(), index, width(there));
    let bytes = file(read, &path)?;
    let (hashes, _) = bytes.as_chunks::<32>();
    match hashes.get(..count) {
        Some(hashes) => Ok(hashes.to_vec()),
        None => Err(Failure::from(format!("{path} 到此就断了"))),
    }
}

fn next_entry<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<2>()?;
    let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = after;
    Some(entry)
}

fn tile(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    level: usize,
    index: u64,
    row: &[Hash],
) -> Result<(), Failure> {
    let path = path(&level.to_string(), index, row.len());
    let bytes = file(read, &path)?;
    if bytes == row.as_flattened() {
        return Ok(());
    }
    let differs = row
        .iter()
        .zip(bytes.chunks(32))
        .take_while(|(a, b)| a[..] == **b)
        .count();
    let why = format!("{path} 的第 {differs} 个散列与条目算出的不同，或长短不对");
    let first = (index * WIDTH as u64 + differs as u64) << (8 * level);
    Err(Failure::at(first, why))
}

fn file(
    read: &mut impl FnMut(&str) -> io::Result<Option<Vec<u8>>>,
    path: &str,
) -> Result<Vec<u8>, Failure> {
    match read(path) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Failure::from(format!("缺文件 {path}"))),
        Err(e) => Err(Failure::from(format!("文件 {path} 读不出：{e}"))),
    }
}

fn width(left: u64) -> usize {
    usize::try_from(left).map_or(WIDTH, |left| left.min(WIDTH))
}

/// `tile/<kind>/x001/x234/067.p/8`: three digits a step, `x` before all but the last, the width if not full.
fn path(kind: &str, index: u64, width: usize) -> String {
    let digits = index.to_string();
    let padded = format!("{}{digits}", "0".repeat((3 - digits.len() % 3) % 3));
    let steps = padded.len() / 3;
    let mut path = format!("tile/{kind}");
    for at in 0..steps {
        let mark = if at + 1 < steps { "x" } else { "" };
        path = format!("{path}/{mark}{}", &padded[at * 3..at * 3 + 3]);
    }
    if width < WIDTH {
        path = format!("{path}.p/{width}");
    }
    path
}
