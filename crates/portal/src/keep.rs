//! 存着的页：画好的字节按地址记着，所靠的几样没有变就直接给；装满了丢掉久不用的。

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::body::Bytes;
use axum::http::HeaderValue;

use crate::answer::Drawn;
use crate::encode::gzip;
use crate::epoch::Epoch;

/// 至多存多少字节：几千页，占一台小机器内存的零头。
const BYTES_MAX: usize = 48 << 20;
/// 地址更长的不存：正常的检索不会这么长。
pub(crate) const KEY_BYTES_MAX: usize = 1_024;
/// Below this a compressed page saves no packet.
const GZIP_FROM: usize = 1_000;

/// 存着的一页。
#[derive(Debug)]
pub(crate) struct Kept {
    /// 画好的。
    pub(crate) drawn: Drawn,
    /// 内容的标签，没有引号。
    pub(crate) tag: String,
    /// 标签的写法，现成的。
    pub(crate) tag_line: HeaderValue,
    /// 画的时候，所靠的几样是什么样子。
    stamp: Epoch,
    gzip: OnceLock<Option<Bytes>>,
}

impl Kept {
    pub(crate) fn new(drawn: Drawn, epoch: Epoch) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(&drawn.body);
        let tag = format!("{:016x}-{:x}", hasher.finish(), drawn.body.len());
        let line = HeaderValue::from_str(&format!("W/\"{tag}\""));
        Kept {
            tag_line: line.unwrap_or_else(|_| HeaderValue::from_static("W/\"0\"")),
            tag,
            stamp: epoch.of(drawn.rests),
            drawn,
            gzip: OnceLock::new(),
        }
    }

    /// 压缩好的，第一次要的时候压；不值得压的没有。
    pub(crate) fn gzip(&self) -> Option<Bytes> {
        let is_long = self.drawn.body.len() >= GZIP_FROM;
        let made = || is_long.then(|| gzip(&self.drawn.body)).flatten();
        self.gzip.get_or_init(made).clone()
    }

    fn is_of(&self, epoch: Epoch) -> bool {
        self.stamp == epoch.of(self.drawn.rests)
    }

    fn bytes(&self, key: &str) -> usize {
        // The compressed form is about a quarter; the rest is the bookkeeping of the map.
        self.drawn.body.len() + self.drawn.body.len() / 4 + key.len() + 256
    }
}

/// 存着的页。
///
/// Two maps: what is asked for moves into the young one; when that has grown to half of what may be kept, it becomes
/// the old one and the former old one goes. Whatever was not asked for in between is gone, and nothing is ever counted or sorted.
pub(crate) struct Keep {
    halves: RwLock<Halves>,
}

#[derive(Default)]
struct Halves {
    young: HashMap<String, Arc<Kept>>,
    young_bytes: usize,
    old: HashMap<String, Arc<Kept>>,
}

impl Keep {
    pub(crate) fn new() -> Self {
        Keep {
            halves: RwLock::default(),
        }
    }

    /// 这个地址存着的、还作数的一页。
    pub(crate) fn find(&self, key: &str, epoch: Epoch) -> Option<Arc<Kept>> {
        let halves = self.halves.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = halves.young.get(key) {
            return kept.is_of(epoch).then(|| Arc::clone(kept));
        }
        let kept = halves.old.get(key).filter(|kept| kept.is_of(epoch))?;
        let kept = Arc::clone(kept);
        drop(halves);
        self.put(key, Arc::clone(&kept));
        Some(kept)
    }

    /// 存下一页。
    pub(crate) fn put(&self, key: &str, kept: Arc<Kept>) {
        let bytes = kept.bytes(key);
        if key.len() > KEY_BYTES_MAX || bytes > BYTES_MAX / 8 {
            return;
        }
        let mut halves = self.halves.write().unwrap_or_else(PoisonError::into_inner);
        if halves.young_bytes + bytes > BYTES_MAX / 2 {
            halves.old = std::mem::take(&mut halves.young);
            halves.young_bytes = 0;
        }
        halves.young_bytes += bytes;
        if let Some(former) = halves.young.insert(key.to_owned(), kept) {
            halves.young_bytes = halves.young_bytes.saturating_sub(former.bytes(key));
        }
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        let halves = self.halves.read().unwrap();
        let both = halves.young.iter().chain(&halves.old);
        both.map(|(key, kept)| kept.bytes(key)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::HTML;
    use crate::epoch::Rests;
    use crate::epoch::tests::{epoch, later};

    fn page(text: &str, rests: Rests) -> Arc<Kept> {
        Arc::new(Kept::new(
            Drawn::text(HTML, text.to_owned(), rests),
            epoch(),
        ))
    }

    #[test]
    fn a_page_is_given_until_what_it_rests_on_has_changed() {
        let keep = Keep::new();
        keep.put("/", page("a", Rests::Everything));
        keep.put("/about", page("b", Rests::Nothing));
        keep.put("/decisions", page("c", Rests::Publications));
        assert!(keep.find("/", epoch()).is_some());
        let grown = later();
        assert!(keep.find("/", grown).is_none());
        assert!(keep.find("/about", grown).is_some());
        assert!(keep.find("/decisions", grown).is_some());
        assert!(keep.find("/other", epoch()).is_none());
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_asked_for_stays() {
        let keep = Keep::new();
        let text = "x".repeat(1 << 20);
        keep.put("/hot", page(&text, Rests::Nothing));
        for number in 0..200 {
            let kept = page(&text, Rests::Nothing);
            keep.put(&format!("/cold/{number}"), kept);
            assert!(keep.find("/hot", epoch()).is_some(), "{number}");
            assert!(keep.bytes() <= BYTES_MAX);
        }
        assert!(keep.find("/cold/0", epoch()).is_none());
        keep.put(&"/".repeat(KEY_BYTES_MAX + 1), page("a", Rests::Nothing));
        assert!(keep.find(&"/".repeat(KEY_BYTES_MAX + 1), epoch()).is_none());
    }

    #[test]
    fn the_tag_follows_the_content_and_the_packed_form_is_the_same_text() {
        use std::io::Read as _;
        let text = "明镜高悬。".repeat(500);
        let (one, other) = (page(&text, Rests::Nothing), page("别的", Rests::Nothing));
        assert_ne!(one.tag, other.tag);
        assert_eq!(other.gzip(), None);
        let packed = one.gzip().unwrap();
        assert!(packed.len() < text.len() / 10);
        let mut unpacked = String::new();
        let mut reader = flate2::read::GzDecoder::new(&packed[..]);
        reader.read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
}
