//! 查询码与表单的记号：由数据密钥算出，库里只有摘要；同一份表单再交，算出的是同一个查询码。

use subtle::ConstantTimeEq as _;

use crate::admin::seal::{DataKey, code_digest};

/// What they are derived for; never to be changed, or codes given out before would be none.
const CODE: &str = "complaint code";
const FORM: &str = "complaint form";
/// What the digest belongs to.
const OWNER: &str = "complaint";
/// 80 bits: whoever asks a thousand times a second does not find one in the age of the world.
const CODE_BYTES: usize = 10;
const NONCE_BYTES: usize = 16;
const STAMP_BYTES: usize = 8;
const SEAL_BYTES: usize = 12;
/// Crockford: no letter that is taken for a digit, or for another letter.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters stand together.
const GROUP: usize = 4;

/// A code for whoever complains: four groups of four.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct QueryCode(String);

impl std::fmt::Debug for QueryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QueryCode(***)")
    }
}

impl QueryCode {
    /// The code that follows from the seed.
    pub(crate) fn of(key: &DataKey, seed: &[u8]) -> Self {
        let bytes = key.derive(CODE, seed);
        QueryCode(encode(&bytes[..CODE_BYTES]))
    }

    /// As somebody has typed it: blanks and hyphens anywhere, small letters, what looks alike.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let code = plain(text)?;
        (code.len() == CODE_BYTES * 8 / 5).then_some(QueryCode(code))
    }

    /// In groups, to be read out and compared.
    pub(crate) fn in_groups(&self) -> String {
        let groups = self.0.as_bytes().chunks(GROUP);
        let groups: Vec<String> = groups
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join("-")
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        code_digest(OWNER, self.0.as_bytes())
    }

    /// Whether it is the code of that digest; how long this takes says nothing.
    pub(crate) fn is_of(&self, digest: &[u8]) -> bool {
        self.digest().ct_eq(digest).into()
    }
}

/// 一份发出去的表单：何时发的，凭什么认出它。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedForm {
    nonce: [u8; NONCE_BYTES],
    /// 发出的时刻：自 1970 年起的秒数。
    pub(crate) issued_at: i64,
}

impl IssuedForm {
    pub(crate) const fn new(nonce: [u8; NONCE_BYTES], issued_at: i64) -> Self {
        IssuedForm { nonce, issued_at }
    }

    /// The text that stands in the form.
    pub(crate) fn token(&self, key: &DataKey) -> String {
        let stated = self.stated();
        let seal = key.derive(FORM, &stated);
        encode(&[&stated, &seal[..SEAL_BYTES]].concat())
    }

    /// Only what was made here.
    pub(crate) fn parse(key: &DataKey, text: &str) -> Option<Self> {
        let bytes = decode(&plain(text)?)?;
        let (stated, seal) = bytes.split_at_checked(NONCE_BYTES + STAMP_BYTES)?;
        let wanted = key.derive(FORM, stated);
        if !bool::from(wanted[..SEAL_BYTES].ct_eq(seal)) {
            return None;
        }
        let (nonce, stamp) = stated.split_first_chunk::<NONCE_BYTES>()?;
        let stamp = stamp.first_chunk::<STAMP_BYTES>()?;
        Some(IssuedForm::new(*nonce, i64::from_be_bytes(*stamp)))
    }

    /// By which a form that comes again is known.
    pub(crate) fn digest(&self) -> [u8; 32] {
        code_digest(FORM, &self.nonce)
    }

    pub(crate) const fn seed(&self) -> &[u8] {
        &self.nonce
    }

    fn stated(&self) -> Vec<u8> {
        [&self.nonce[..], &self.issued_at.to_be_bytes()].concat()
    }
}

/// A short mark of a body in its numbers.
pub(crate) fn mark(text: &str) -> String {
    /// 25 bits, among the bodies of one division.
    const CHARS: usize = 5;
    encode(&code_digest("complaint place", text.as_bytes()))[..CHARS].to_owned()
}

fn encode(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits & 31));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits) & 31));
    }
    text
}

fn letter(value: u32) -> char {
    ALPHABET.get(value as usize).map_or('0', |c| char::from(*c))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for c in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == c)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 255).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(bytes)
}

/// Longer than any of ours: it is none.
const TYPED_MAX: usize = 120;

fn plain(text: &str) -> Option<String> {
    if text.len() > TYPED_MAX {
        return None;
    }
    let kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.map(|c| match c.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        c if c.is_ascii() && ALPHABET.contains(&(c as u8)) => Some(c),
        _ => None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::seal::KEY_BYTES;

    fn key(byte: u8) -> DataKey {
        DataKey::from_bytes([byte; KEY_BYTES])
    }

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = QueryCode::of(&key(1), b"seed");
        let shown = code.in_groups();
        assert_eq!(
            (shown.len(), shown.matches('-').count()),
            (19, 3),
            "{shown}"
        );
        let typed = shown
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        let read = QueryCode::parse(&typed).unwrap();
        assert!(read.is_of(&code.digest()));
        assert_eq!(format!("{code:?}"), "QueryCode(***)");
    }

    #[test]
    fn another_seed_or_key_has_another_code() {
        let code = QueryCode::of(&key(1), b"seed");
        assert!(!QueryCode::of(&key(1), b"seee").is_of(&code.digest()));
        assert!(!QueryCode::of(&key(2), b"seed").is_of(&code.digest()));
        for wrong in [
            "",
            "ABCD",
            "U000-0000-0000-0000",
            "甲乙丙丁",
            &"0".repeat(200),
        ] {
            assert_eq!(QueryCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_is_known_again_and_one_that_was_changed_is_none() {
        let form = IssuedForm::new([9; NONCE_BYTES], 1_770_000_000);
        let token = form.token(&key(1));
        assert_eq!(IssuedForm::parse(&key(1), &token), Some(form.clone()));
        assert_eq!(IssuedForm::parse(&key(2), &token), None);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            let read = IssuedForm::parse(&key(1), &changed);
            // The last letter holds bits that stand for nothing.
            assert!(read.is_none() || at + 1 == token.len(), "{at}");
        }
    }
}
