//! 来者限速：一个来者一个令牌桶，来者多得记不下时合用一个。

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// 至多记住的来者数：每个几十字节，合计不过几兆。
const PEERS_MAX: usize = 65_536;
/// 记满之后至多隔多久清一次已补满的桶。
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// 令牌桶。
pub struct RateLimiter {
    per_minute: u32,
    burst: u32,
    buckets: Mutex<Buckets>,
}

#[derive(Default)]
struct Buckets {
    by_peer: HashMap<IpAddr, Bucket>,
    /// When the full buckets were last thrown out: a flood of new peers must not sweep each time.
    swept_at: Option<Instant>,
}

/// The parts of a token: the milliseconds of a minute.
const TOKEN: u64 = 60_000;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Parts of a token, so small that a millisecond refills a whole number of them.
    parts: u64,
    filled_at: Instant,
}

/// 太快了：再等多久。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFast {
    /// 再等几秒。
    pub wait_seconds: u32,
}

impl RateLimiter {
    /// 每秒补几次、一口气至多几次；都至少是 1。
    pub fn new(per_second: u32, burst: u32) -> Self {
        RateLimiter::per_minute(per_second.max(1).saturating_mul(60), burst)
    }

    /// 每分钟补几次、一口气至多几次；都至少是 1。给难得做一次的事用。
    pub fn per_minute(per_minute: u32, burst: u32) -> Self {
        RateLimiter {
            per_minute: per_minute.max(1),
            burst: burst.max(1),
            buckets: Mutex::new(Buckets::default()),
        }
    }

    /// 用去一次；没有了的说出要等多久。
    pub fn take(&self, peer: IpAddr, now: Instant) -> Result<(), TooFast> {
        let full = u64::from(self.burst) * TOKEN;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = network(peer);
        if buckets.by_peer.len() >= PEERS_MAX && !buckets.by_peer.contains_key(&key) {
            let is_due = |at: Instant| now.saturating_duration_since(at) >= SWEEP_EVERY;
            if buckets.swept_at.is_none_or(is_due) {
                buckets.swept_at = Some(now);
                let is_used = |bucket: &Bucket| self.filled(bucket, now) < full;
                buckets.by_peer.retain(|_, bucket| is_used(bucket));
            }
            if buckets.by_peer.len() >= PEERS_MAX {
                // More peers at once than we can tell apart: the new ones share one bucket.
                key = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
            }
        }
        let bucket = buckets.by_peer.entry(key).or_insert(Bucket {
            parts: full,
            filled_at: now,
        });
        bucket.parts = self.filled(bucket, now);
        // Less than a millisecond is not lost by asking often.
        bucket.filled_at += Duration::from_millis(passed(bucket, now));
        if let Some(rest) = bucket.parts.checked_sub(TOKEN) {
            bucket.parts = rest;
            return Ok(());
        }
        let lacking = TOKEN - bucket.parts;
        let seconds = lacking.div_ceil(u64::from(self.per_minute) * 1000);
        Err(TooFast {
            wait_seconds: u32::try_from(seconds).unwrap_or(u32::MAX).max(1),
        })
    }

    fn filled(&self, bucket: &Bucket, now: Instant) -> u64 {
        let gained = passed(bucket, now).saturating_mul(u64::from(self.per_minute));
        let full = u64::from(self.burst) * TOKEN;
        bucket.parts.saturating_add(gained).min(full)
    }
}

/// Whole milliseconds since the bucket was filled.
fn passed(bucket: &Bucket, now: Instant) -> u64 {
    let passed = now.saturating_duration_since(bucket.filled_at);
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

/// A subscriber owns a /64 of IPv6 addresses: they count as one.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_burst_passes_then_one_each_tenth_of_a_second() {
        let limiter = RateLimiter::new(10, 3);
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        for _ in 0..3 {
            assert_eq!(limiter.take(peer("192.0.2.1"), at(0)), Ok(()));
        }
        let refused = limiter.take(peer("192.0.2.1"), at(50));
        assert_eq!(refused, Err(TooFast { wait_seconds: 1 }));
        assert_eq!(limiter.take(peer("192.0.2.1"), at(100)), Ok(()));
        assert!(limiter.take(peer("192.0.2.1"), at(100)).is_err());
        assert_eq!(limiter.take(peer("192.0.2.2"), at(100)), Ok(()));
    }

    #[test]
    fn what_comes_back_slowly_comes_back_however_often_one_asks() {
        let limiter = RateLimiter::per_minute(6, 1);
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        assert_eq!(limiter.take(peer("192.0.2.1"), at(0)), Ok(()));
        let refused = limiter.take(peer("192.0.2.1"), at(1));
        assert_eq!(refused, Err(TooFast { wait_seconds: 10 }));
        for millis in (2..10_000).step_by(3) {
            assert!(
                limiter.take(peer("192.0.2.1"), at(millis)).is_err(),
                "{millis}"
            );
        }
        assert_eq!(limiter.take(peer("192.0.2.1"), at(10_100)), Ok(()));
    }

    #[test]
    fn a_long_rest_refills_no_more_than_the_burst() {
        let limiter = RateLimiter::new(10, 2);
        let start = Instant::now();
        let later = start + Duration::from_secs(86_400);
        assert_eq!(limiter.take(peer("192.0.2.1"), start), Ok(()));
        let passed = (0..10).filter(|_| limiter.take(peer("192.0.2.1"), later).is_ok());
        assert_eq!(passed.count(), 2);
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_share_a_bucket() {
        let limiter = RateLimiter::new(1, 1);
        let now = Instant::now();
        assert_eq!(limiter.take(peer("2001:db8:1:2::1"), now), Ok(()));
        assert!(limiter.take(peer("2001:db8:1:2:ffff::9"), now).is_err());
        assert_eq!(limiter.take(peer("2001:db8:1:3::1"), now), Ok(()));
    }

    #[test]
    fn memory_stays_bounded_whoever_comes() {
        let limiter = RateLimiter::new(1, 1);
        let now = Instant::now();
        for n in 0..70_000_u32 {
            let _ = limiter.take(IpAddr::V4(std::net::Ipv4Addr::from_bits(n)), now);
        }
        assert!(limiter.buckets.lock().unwrap().by_peer.len() <= PEERS_MAX + 1);
        assert!(limiter.take(peer("203.0.113.1"), now).is_err());
        let later = now + Duration::from_secs(5);
        assert_eq!(limiter.take(peer("203.0.113.1"), later), Ok(()));
        assert!(limiter.buckets.lock().unwrap().by_peer.len() < 10);
    }
}
