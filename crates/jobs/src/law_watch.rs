//! 看着法典的文件：改了就加载，能用的换上并重评，不能用的照旧并说出来；不必重启。

use std::sync::Arc;
use std::time::Duration;

use mingjing_services::assessment::reassess::enqueue_for_law;
use mingjing_services::context::Services;
use mingjing_services::law_source::LawSource;
use mingjing_services::metric;
use tokio::time::MissedTickBehavior;

use crate::stop::Stopping;

/// Whoever saves a file sees it in force within a few seconds.
const LOOK: Duration = Duration::from_secs(2);

/// 看一次的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// 没有变。
    Same,
    /// 变了，还在变：再看一次才加载。
    Settling,
    /// 换上了。
    Taken,
    /// 不能用，照旧。
    Refused,
}

/// 看着的人：上次试过的、上次看到的。
pub struct LawWatch {
    source: Arc<dyn LawSource>,
    tried: String,
    seen: String,
    /// A law was taken and its reassessment could not be queued yet.
    owes: bool,
}

impl LawWatch {
    /// `tried` 是加载施行中的一部之前看的一眼：加载当中变了的，不会漏掉。
    pub fn new(source: Arc<dyn LawSource>, tried: String) -> Self {
        LawWatch {
            source,
            seen: tried.clone(),
            tried,
            owes: false,
        }
    }

    /// 一直看，到停止为止。
    pub async fn run(mut self, services: Arc<Services>, mut stopping: Stopping) {
        let mut ticks = tokio::time::interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopping.pressed() => return,
                _ = ticks.tick() => {}
            }
            self.look(&services).await;
        }
    }

    /// 看一次。一份文件正写到一半的，等到两次看到的一样。
    pub async fn look(&mut self, services: &Services) -> Looked {
        self.settle(services).await;
        let source = Arc::clone(&self.source);
        let Ok(mark) = tokio::task::spawn_blocking(move || source.glance()).await else {
            return Looked::Same;
        };
        if mark == self.tried {
            self.seen = mark;
            return Looked::Same;
        }
        if mark != self.seen {
            self.seen = mark;
            return Looked::Settling;
        }
        self.tried = mark;
        let source = Arc::clone(&self.source);
        let loaded = tokio::task::spawn_blocking(move || source.load()).await;
        let loaded =
            loaded.unwrap_or_else(|_| Err(vec!["加载法典时程序出错，见运行日志".to_owned()]));
        match loaded {
            Ok(law) => {
                let version = law.lawbook.version.clone();
                let is_new = *services.lawbook().version != *version;
                tracing::info!(lawbook.version = %version, lawbook.is_new = is_new, "the lawbook was read anew and is in force");
                services.take_law(law);
                told(true);
                self.owes |= is_new;
                self.settle(services).await;
                Looked::Taken
            }
            Err(faults) => {
                for fault in &faults {
                    tracing::warn!(lawbook.fault = %fault, "the changed lawbook cannot be used; the one before stays in force");
                }
                services.refuse_law(faults);
                told(false);
                Looked::Refused
            }
        }
    }

    /// Queues the reassessment that is owed; a database that is away for a while does not lose it.
    async fn settle(&mut self, services: &Services) {
        if !self.owes {
            return;
        }
        match enqueue_for_law(services, &services.system("lawbook")).await {
            Ok(()) => self.owes = false,
            Err(error) => {
                tracing::warn!(error.cause = %error, "the reassessment for the lawbook could not be queued yet");
            }
        }
    }
}

fn told(is_taken: bool) {
    let outcome = if is_taken { "taken" } else { "refused" };
    metrics::counter!(metric::LAWBOOK_RELOADS_TOTAL, "outcome" => outcome).increment(1);
    metrics::gauge!(metric::LAWBOOK_REFUSED).set(if is_taken { 0.0 } else { 1.0 });
}
