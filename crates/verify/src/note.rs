//! 检查点：读出正文，核对受信公钥的签名。

use base64ct::{Base64, Encoding as _};

use crate::entry::{is_moment, is_token};
use crate::hash::{Hash, Suite};
use crate::key::TrustedKey;
use crate::report::Findings;

const MAX_BYTES: usize = 16 * 1024;
const MAX_SIGNATURES: usize = 16;
const MAX_SIZE: u64 = 1 << 48;

#[derive(Debug)]
pub(crate) struct Note<'a> {
    pub(crate) origin: &'a str,
    pub(crate) size: u64,
    pub(crate) root: Hash,
    pub(crate) suite: Suite,
}

/// The checkpoint, once a trusted key has signed it. What was checked goes into the findings.
pub(crate) fn open<'a>(
    text: &'a str,
    trusted: &[TrustedKey],
    findings: &mut Findings,
) -> Result<Note<'a>, String> {
    let (body, signatures) = text
        .split_once("\n\n")
        .filter(|_| text.len() <= MAX_BYTES)
        .ok_or("检查点太长，或没有分开正文与签名的空行")?;
    let body = &text[..=body.len()];
    let (note, time) = read(body).ok_or("检查点的正文应是五行：名称、叶数、根、suite、time")?;
    let lines: Vec<&str> = signatures
        .strip_suffix('\n')
        .ok_or("检查点没有签名行，或末尾没有换行")?
        .split('\n')
        .collect();
    if lines.len() > MAX_SIGNATURES {
        return Err(format!("签名行超过 {MAX_SIGNATURES} 行"));
    }
    let mut signers = Vec::new();
    for line in lines {
        let (name, id, signature) =
            signature_of(line).ok_or_else(|| format!("签名行“{line}”写法不对"))?;
        let Some(key) = trusted.iter().find(|k| k.name() == name && k.id() == id) else {
            findings.not_proven(format!("{name} 的签名没有核对：没有给出这把公钥"));
            continue;
        };
        if !key.has_signed(body.as_bytes(), &signature) {
            return Err(format!("{name} 的签名与正文不符"));
        }
        if !key.may_sign(note.size) {
            return Err(format!(
                "{name} 的这把密钥（{}）在 {} 条时不是它签：已经交出，或还没有接手",
                key.fingerprint(),
                note.size
            ));
        }
        signers.push(format!("{name}（{}）", key.fingerprint()));
    }
    if signers.is_empty() {
        return Err("没有一把受信的公钥签过这份检查点".to_owned());
    }
    findings.proven(format!(
        "检查点 {}，共 {} 条，{time} 签发，签名成立：{}",
        note.origin,
        note.size,
        signers.join("、")
    ));
    Ok(note)
}

fn read(body: &str) -> Option<(Note<'_>, &str)> {
    let mut lines = body.strip_suffix('\n')?.split('\n');
    let origin = lines.next().filter(|origin| is_token(origin))?;
    let size_text = lines.next()?;
    let size: u64 = size_text.parse().ok()?;
    let root = lines.next().and_then(decode)?;
    let suite = Suite::from_name(lines.next()?.strip_prefix("suite: ")?)?;
    let time = lines
        .next()?
        .strip_prefix("time: ")
        .filter(|time| is_moment(time))?;
    let is_whole = lines.next().is_none() && size.to_string() == size_text && size <= MAX_SIZE;
    let root = root.try_into().ok().filter(|_| is_whole)?;
    let note = Note {
        origin,
        size,
        root,
        suite,
    };
    Some((note, time))
}

pub(crate) fn signature_of(line: &str) -> Option<(&str, [u8; 4], Vec<u8>)> {
    let mut words = line.split(' ');
    let (dash, name, blob) = (words.next()?, words.next()?, decode(words.next()?)?);
    let is_whole = dash == "—" && is_token(name) && words.next().is_none();
    let (id, signature) = blob.split_first_chunk().filter(|_| is_whole)?;
    Some((name, *id, signature.to_vec()))
}

/// Standard alphabet with padding; the decoder refuses set bits that carry nothing.
fn decode(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}
