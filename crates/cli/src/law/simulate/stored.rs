//! 试算库里的案件：几个线程各取一段，取与判断在一起；收的时候按段的先后，什么也不写。

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::simulate::tally::Seen;
use mingjing_services::assessment::stored::{list_stored, load_stored};
use mingjing_services::context::Services;
use tokio::runtime::Handle;

use crate::config::Config;
use crate::law::simulate::{Desk, Trying, day};
use crate::lawbook_args::SimulateArgs;
use crate::server::open::{Common, of_service, runtime, services};

/// 交出的一段：第几段，与其中各案。
type Batch = (u64, anyhow::Result<Vec<Seen>>);

pub(super) fn run(
    args: &SimulateArgs,
    common: &Common<'_>,
    config: &Config,
    trial: &Trying<'_>,
    desk: &mut Desk<'_>,
) -> anyhow::Result<()> {
    let on = day(args)?;
    let runtime = runtime(2)?;
    // The facts are read as they are for judging now, by the lawbook in use.
    let in_use = Common {
        lawbook: None,
        ..*common
    };
    let services = runtime.block_on(services(&in_use, config))?;
    let walk = Walk {
        handle: runtime.handle(),
        services: &services,
        trial,
        on,
        place: Mutex::new(Place::default()),
    };
    let threads = crate::check::threads(&args.how);
    let done = walk.run(threads, desk);
    runtime.block_on(services.store.close());
    done
}

/// How far the list of cases has been handed out.
#[derive(Default)]
struct Place {
    next: u64,
    after: Option<TimelineId>,
    is_over: bool,
}

struct Walk<'a> {
    handle: &'a Handle,
    services: &'a Services,
    trial: &'a Trying<'a>,
    on: Date,
    place: Mutex<Place>,
}

impl Walk<'_> {
    fn run(&self, threads: usize, desk: &mut Desk<'_>) -> anyhow::Result<()> {
        thread::scope(|scope| {
            let (to, from) = sync_channel::<Batch>(threads * 2);
            for _ in 0..threads.max(1) {
                let to = to.clone();
                scope.spawn(move || self.work(&to));
            }
            drop(to);
            collect(&from, desk)
        })
    }

    fn work(&self, to: &SyncSender<Batch>) {
        while let Some((number, ids)) = self.take() {
            let seen = ids.and_then(|ids| self.judge(ids));
            let is_last = seen.is_err();
            // Nobody receives only when the collector has given up.
            if to.send((number, seen)).is_err() || is_last {
                return;
            }
        }
    }

    /// The next stretch of cases; they are listed one after the other, whoever asks.
    fn take(&self) -> Option<(u64, anyhow::Result<Vec<TimelineId>>)> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_over {
            return None;
        }
        let listed = self
            .handle
            .block_on(list_stored(self.services, place.after));
        match &listed {
            Ok(ids) => match ids.last() {
                Some(last) => place.after = Some(*last),
                None => {
                    place.is_over = true;
                    return None;
                }
            },
            Err(_) => place.is_over = true,
        }
        let number = place.next;
        place.next += 1;
        Some((number, listed.map_err(of_service)))
    }

    fn judge(&self, ids: Vec<TimelineId>) -> anyhow::Result<Vec<Seen>> {
        let loaded = self
            .handle
            .block_on(load_stored(self.services, ids, self.on));
        let cases = loaded.map_err(of_service)?.into_iter();
        let judged = cases.map(|case| {
            let turned = self.trial.simulation.case(&case.timeline, Some(self.on));
            Seen::new(
                self.trial.after,
                &case.timeline,
                case.body.as_deref(),
                turned,
            )
        });
        Ok(judged.collect())
    }
}

/// Takes the stretches in their order, so that the same store gives the same report.
fn collect(from: &Receiver<Batch>, desk: &mut Desk<'_>) -> anyhow::Result<()> {
    let mut early: BTreeMap<u64, anyhow::Result<Vec<Seen>>> = BTreeMap::new();
    let mut next = 0;
    for (number, seen) in from {
        early.insert(number, seen);
        while let Some(seen) = early.remove(&next) {
            for one in seen? {
                desk.take(one)?;
            }
            next += 1;
        }
    }
    Ok(())
}
