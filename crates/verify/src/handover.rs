//! 换钥：由受信的一把，凭旧钥签新钥的声明，接到后来的各把。

use base64ct::{Base64, Encoding as _};

use crate::entry::{is_moment, is_token};
use crate::hash::{Hash, Suite};
use crate::key::TrustedKey;
use crate::note::signature_of;
use crate::report::Findings;

const MAX_BYTES: usize = 16 * 1024;
pub(crate) const MAX_HANDOVERS: u64 = 1_000;

/// What a handover says of the log.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) size: u64,
    pub(crate) root: Hash,
    suite: Suite,
}

/// 声明里写的旧钥与新钥，未经核对：供只知道指纹的人由指纹找到公钥。写法不对的为空。
pub fn keys_in(text: &str) -> Vec<TrustedKey> {
    read(text).map_or_else(Vec::new, |read| vec![read.from, read.to])
}

struct Read<'a> {
    body: &'a str,
    number: u64,
    said: Said,
    from: TrustedKey,
    to: TrustedKey,
    lines: [&'a str; 2],
}

/// Follows the handovers in their order and adds the keys that were handed over to, each for its stretch of the log.
pub(crate) fn follow(
    texts: &[String],
    trusted: &[TrustedKey],
    findings: &mut Findings,
) -> Result<(Vec<TrustedKey>, Vec<Said>), String> {
    let mut keys = trusted.to_vec();
    let mut all: Vec<Said> = Vec::new();
    for (number, text) in (1..).zip(texts) {
        let wrong = |why: &str| format!("第 {number} 次换钥：{why}");
        let read = read(text).ok_or_else(|| wrong("声明写法不对"))?;
        let is_next = all
            .last()
            .is_none_or(|last| last.size <= read.said.size && last.suite == read.said.suite);
        if read.number != number || !is_next {
            return Err(wrong("接不上前一次"));
        }
        for (key, line) in [(&read.from, read.lines[0]), (&read.to, read.lines[1])] {
            let is_signed = signature_of(line).is_some_and(|(name, id, signature)| {
                name == key.name()
                    && id == key.id()
                    && key.has_signed(read.body.as_bytes(), &signature)
            });
            if !is_signed {
                return Err(wrong("签名不成立"));
            }
        }
        let size = read.said.size;
        let is_same = |a: &TrustedKey, b: &TrustedKey| {
            a.name() == b.name() && a.fingerprint() == b.fingerprint()
        };
        let Some(old) = keys.iter_mut().find(|key| is_same(key, &read.from)) else {
            findings.not_proven(format!(
                "第 {number} 次换钥（{size} 条）：交出的 {} 不在受信之列，没有由此接上",
                read.from.fingerprint()
            ));
            all.push(read.said);
            continue;
        };
        old.end_at(size);
        findings.proven(format!(
            "第 {number} 次换钥：到 {size} 条为止是 {}，其后是 {}，两把都签了名",
            read.from.fingerprint(),
            read.to.fingerprint()
        ));
        match keys.iter_mut().find(|key| is_same(key, &read.to)) {
            Some(known) => known.begin_at(size),
            None => {
                let mut new = read.to;
                new.begin_at(size);
                keys.push(new);
            }
        }
        all.push(read.said);
    }
    Ok((keys, all))
}

fn read(text: &str) -> Option<Read<'_>> {
    let (body, lines) = text
        .split_once("\n\n")
        .filter(|_| text.len() <= MAX_BYTES)?;
    let body = &text[..=body.len()];
    let lines: Vec<&str> = lines.strip_suffix('\n')?.split('\n').collect();
    let lines = <[&str; 2]>::try_from(lines).ok()?;
    let members: Vec<&str> = body.strip_suffix('\n')?.split('\n').collect();
    let [origin, number, size, root, suite, from, to, time] =
        <[&str; 8]>::try_from(members).ok()?;
    let origin = Some(origin).filter(|origin| is_token(origin))?;
    let key = |line: &str, member: &str| {
        let der = Base64::decode_vec(line.strip_prefix(member)?).ok()?;
        TrustedKey::from_der(origin, &der).ok()
    };
    let root = Base64::decode_vec(root.strip_prefix("root: ")?).ok()?;
    time.strip_prefix("time: ").filter(|time| is_moment(time))?;
    Some(Read {
        body,
        number: decimal(number.strip_prefix("handover: ")?)?,
        said: Said {
            size: decimal(size.strip_prefix("size: ")?)?,
            root: root.try_into().ok()?,
            suite: Suite::from_name(suite.strip_prefix("suite: ")?)?,
        },
        from: key(from, "from: ")?,
        to: key(to, "to: ")?,
        lines,
    })
}

/// One way to write each number.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
