//! 时期：公示、日志、法典、日子各走到了哪里；页面写明靠的是哪几样，那几样没有变就还是它。

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use mingjing_kernel::date::Date;
use mingjing_services::context::Services;
use mingjing_services::disclosure::public::publication_state;
use mingjing_services::error::ServiceError;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// 多久去库里问一次：撤下的至多再看得到这么久，而最热的页一秒也只问十次。
pub(crate) const RECHECK: Duration = Duration::from_millis(100);

/// 时期。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Epoch {
    /// 公示的代次。
    publications: u64,
    /// 公开着几条。
    pub(crate) live_count: u64,
    /// 日志的条数；登记簿的每一次变更都在日志里。
    pub(crate) log_size: u64,
    /// 法典换过几次。
    law: u64,
    /// 今天。
    today: Option<Date>,
}

/// 一页靠什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rests {
    /// 只靠程序本身：换了程序才变。
    Nothing,
    /// 靠法典。
    Law,
    /// 靠公布了什么；也靠法典，因为条件里有领域的名称。
    Publications,
    /// 什么都靠：登记簿、日志与日子。
    Everything,
}

impl Epoch {
    /// 什么也不靠。
    pub(crate) const fn nothing() -> Epoch {
        Epoch {
            publications: 0,
            live_count: 0,
            log_size: 0,
            law: 0,
            today: None,
        }
    }

    /// 一页所靠的几样此时的样子，别的不看。
    pub(crate) fn of(self, rests: Rests) -> Epoch {
        let nothing = Epoch::nothing();
        match rests {
            Rests::Nothing => nothing,
            Rests::Law => Epoch {
                law: self.law,
                ..nothing
            },
            Rests::Publications => Epoch {
                publications: self.publications,
                live_count: self.live_count,
                law: self.law,
                ..nothing
            },
            Rests::Everything => self,
        }
    }
}

/// 记着的时期，过一会儿就去问。
pub(crate) struct Epochs {
    recheck: Duration,
    held: RwLock<Option<(Epoch, Instant)>>,
    asking: Mutex<()>,
}

impl Epochs {
    pub(crate) fn new(recheck: Duration) -> Self {
        Epochs {
            recheck,
            held: RwLock::new(None),
            asking: Mutex::new(()),
        }
    }

    /// 此时的时期。有人正在问的，别人用记着的，不都挤到库里去。
    pub(crate) async fn now(
        &self,
        services: &Services,
        law: impl FnOnce() -> u64,
    ) -> Result<Epoch, ServiceError> {
        let held = self.held();
        if let Some((epoch, at)) = held
            && at.elapsed() < self.recheck
        {
            return Ok(epoch);
        }
        let _asking = match (self.asking.try_lock(), held) {
            (Ok(asking), _) => asking,
            (Err(_), Some((epoch, at))) if at.elapsed() < self.recheck * 2 => return Ok(epoch),
            (Err(_), _) => self.asking.lock().await,
        };
        // Whoever has waited finds what the other has brought.
        if let Some((epoch, at)) = self.held()
            && at.elapsed() < self.recheck
        {
            return Ok(epoch);
        }
        let at = Instant::now();
        let state = publication_state(services).await?;
        let epoch = Epoch {
            publications: state.generation,
            live_count: state.live_count,
            log_size: state.log_size,
            law: law(),
            today: Some(services.system("portal").today()),
        };
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Some((epoch, at));
        Ok(epoch)
    }

    fn held(&self) -> Option<(Epoch, Instant)> {
        *self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn epoch() -> Epoch {
        Epoch {
            publications: 3,
            live_count: 2,
            log_size: 9,
            law: 1,
            today: Date::new(2026, 3, 2),
        }
    }

    /// The log has grown, nothing was published.
    pub(crate) fn later() -> Epoch {
        Epoch {
            log_size: 10,
            ..epoch()
        }
    }

    #[test]
    fn a_page_sees_of_an_epoch_only_what_it_rests_on() {
        let day = Epoch {
            today: Date::new(2026, 3, 3),
            ..epoch()
        };
        let shown = Epoch {
            publications: 4,
            ..epoch()
        };
        for (rests, sees_log, sees_shown, sees_day) in [
            (Rests::Nothing, false, false, false),
            (Rests::Law, false, false, false),
            (Rests::Publications, false, true, false),
            (Rests::Everything, true, true, true),
        ] {
            let sees = |other: Epoch| epoch().of(rests) != other.of(rests);
            assert_eq!(sees(later()), sees_log, "{rests:?}");
            assert_eq!(sees(shown), sees_shown, "{rests:?}");
            assert_eq!(sees(day), sees_day, "{rests:?}");
        }
    }
}
