//! 上下文：谁、何时、哪一次请求；时钟与随机数由此递进，别处都不问系统。

use std::sync::Arc;

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;

/// 时钟：此刻。测试里可以停住，用手拨。
pub trait Clock: Send + Sync {
    /// 此刻。
    fn now(&self) -> Moment;
}

/// 随机数：盐、标识、令牌所用，须是密码学安全的。
pub trait Rng: Send + Sync {
    /// 填满随机字节。
    fn fill(&self, bytes: &mut [u8]);
}

/// 系统时钟：全工作区里唯一问墙上时间的地方（另有命令行判断日的默认值）。
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that asks the system for the time"
        )]
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let micros = i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX);
        Moment::from_unix_micros(micros).unwrap_or_else(|| {
            // A machine whose clock stands beyond 2199 records the last instant there is.
            Moment::from_unix_micros(0)
                .expect("1970 lies within the range")
                .add_micros(i64::MAX)
        })
    }
}

/// 系统随机数：全工作区里唯一向操作系统要随机数的地方。
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has a source of randomness");
    }
}

/// 上下文：一次请求或一次任务，从入口一直带到提交。
#[derive(Clone)]
pub struct Context {
    /// 时钟。
    pub clock: Arc<dyn Clock>,
    /// 随机数。
    pub rng: Arc<dyn Rng>,
    /// 谁在做；系统自己做的为 `None`。
    pub account: Option<Id<kind::Account>>,
    /// 从入口到任务同一个追踪号。
    pub trace_id: String,
}

impl Context {
    /// 系统自己的上下文：真的时钟与随机数，没有账号。
    pub fn system(trace_id: impl Into<String>) -> Self {
        Context {
            clock: Arc::new(SystemClock),
            rng: Arc::new(SystemRng),
            account: None,
            trace_id: trace_id.into(),
        }
    }

    /// 同一个上下文，换成某个账号。
    #[must_use]
    pub fn with_account(&self, account: Id<kind::Account>) -> Self {
        Context {
            account: Some(account),
            ..self.clone()
        }
    }

    /// 若干随机字节。
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill(&mut bytes);
        bytes
    }

    /// 新标识，取此刻。
    pub fn new_id<K: kind::Kind>(&self) -> Id<K> {
        Id::new(self.clock.now(), self.random())
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("account", &self.account)
            .field("trace_id", &self.trace_id)
            .finish_non_exhaustive()
    }
}
