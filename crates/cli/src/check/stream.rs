//! 流水线：一个线程读，几个线程评估，结果按读入的次序交出；在途的只有几十批，清单多大都不多占内存。

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::Assessment;
use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::{self, Case, Item, Progress, Source, Summary};
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::{Options, assess_case};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::{Mismatch, prepare};
use mingjing_lawbook::sets::{Gathering, SetAssessment, SetOptions};

use crate::files::ListFile;

/// 一批的条数：够大，使线程之间的交接不显；够小，使第一行很快出来。
const BATCH: usize = 32;
/// 每个线程门口最多等着的批数。
const WAITING: usize = 2;

/// 要做的事。
pub(crate) struct Job<'a> {
    pub(crate) lawbook: &'a Lawbook,
    pub(crate) files: &'a [ListFile],
    pub(crate) adapter: Option<Adapter>,
    pub(crate) today: Date,
    pub(crate) as_of: Option<Date>,
    pub(crate) fill: Fill,
    /// 不要义务清单：只打印发现时不必算没有问题的
    pub(crate) skip_duties: bool,
    pub(crate) threads: usize,
}

/// 补上清单没有写的事实，或换掉它声明的覆盖范围。
#[derive(Debug, Clone, Default)]
pub(crate) struct Fill {
    pub(crate) department: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) coverage: Option<Coverage>,
}

impl Fill {
    pub(crate) fn apply(&self, case: &mut Case) {
        let facts = &mut case.timeline.facts;
        for (path, value) in [
            ("body.department", &self.department),
            ("body.region", &self.region),
        ] {
            if let Some(value) = value.as_deref().filter(|_| facts.at(path).is_none()) {
                facts.set(path, value.into());
            }
        }
        if let Some(coverage) = &self.coverage {
            case.timeline.coverage = coverage.clone();
        }
    }
}

/// 评估过的一案。
pub(crate) struct Judged<R> {
    pub(crate) case: Box<Case>,
    pub(crate) assessment: Assessment,
    /// 数据与事件词表不符之处
    pub(crate) mismatches: Vec<Mismatch>,
    /// 在评估的线程里写好的文字
    pub(crate) rendered: R,
}

/// 交出的一项。
pub(crate) enum Told<D> {
    Case(D),
    Refused(Vec<RowError>),
    Note(RowError),
    Repeated(RowError),
}

/// 一个线程的活：一案一案地做，做完了把攒下的交回。
pub(crate) trait Worker {
    /// 一案做出来的。
    type Done: Send;

    /// 做一案。
    fn case(&mut self, case: Box<Case>) -> Self::Done;

    /// 没有了：交回攒下的。
    fn end(self);
}

/// 读、评估、按次序交给 `sink`；`render` 在评估的线程里写出文字。
pub(crate) fn run<R: Send>(
    job: &Job<'_>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    render: &(dyn Fn(&Case, &Assessment) -> R + Sync),
    sink: &mut dyn FnMut(Told<Box<Judged<R>>>) -> anyhow::Result<()>,
) -> anyhow::Result<(Summary, SetAssessment)> {
    let options = SetOptions {
        as_of: job.as_of,
        ..SetOptions::default()
    };
    let gathered = Mutex::new(Gathering::new(job.lawbook, options));
    let hire = || Judging {
        job,
        render,
        gathering: Gathering::new(job.lawbook, options),
        gathered: &gathered,
    };
    let summary = walk(job, progress, &hire, sink)?;
    // Every worker has put in what it gathered; the answer does not depend on who was first.
    let gathering = gathered
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Ok((summary, gathering.conclude()))
}

/// 读全部文件，几个线程各做一份，结果按读入的次序交给 `sink`。
pub(crate) fn walk<W: Worker>(
    job: &Job<'_>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    hire: &(dyn Fn() -> W + Sync),
    sink: &mut dyn FnMut(Told<W::Done>) -> anyhow::Result<()>,
) -> anyhow::Result<Summary> {
    let threads = job.threads.max(1);
    thread::scope(|scope| {
        let mut to_workers = Vec::with_capacity(threads);
        let mut from_workers = Vec::with_capacity(threads);
        for _ in 0..threads {
            let (to_worker, items) = sync_channel::<Vec<Item>>(WAITING);
            let (told, from_worker) = sync_channel::<Vec<Told<W::Done>>>(WAITING);
            scope.spawn(move || work(hire(), &items, &told));
            to_workers.push(to_worker);
            from_workers.push(from_worker);
        }
        let reader = scope.spawn(move || feed(job, progress, to_workers));
        // The reader deals batches out in turn, so taking them in turn keeps their order.
        let mut outcome = Ok(());
        'collecting: for from_worker in from_workers.iter().cycle() {
            let Ok(batch) = from_worker.recv() else { break };
            for told in batch {
                outcome = sink(told);
                if outcome.is_err() {
                    break 'collecting;
                }
            }
        }
        drop(from_workers);
        let summary = reader
            .join()
            .map_err(|_| anyhow::anyhow!("读入的线程意外中止"))?;
        outcome.map(|()| summary)
    })
}

/// 读全部文件，成批轮流发出；没有人收了就停。
fn feed(job: &Job<'_>, progress: &dyn Fn(Progress<'_>), to: Vec<SyncSender<Vec<Item>>>) -> Summary {
    let opens: Vec<_> = job.files.iter().map(|file| move || file.open()).collect();
    let sources: Vec<Source<'_>> = job
        .files
        .iter()
        .zip(&opens)
        .map(|(file, open)| Source {
            name: file.name(),
            open,
        })
        .collect();
    let vocabulary = &job.lawbook.book.vocabulary;
    let options = read::Options {
        today: job.today,
        is_unsigned: &|owner, field| vocabulary.is_unsigned(owner, field),
        adapter: job.adapter.clone(),
        progress: Some(progress),
    };
    let mut batch = Vec::with_capacity(BATCH);
    let mut turn = 0;
    let summary = read::read(&sources, &options, &mut |item| {
        batch.push(item);
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        let sent = to[turn % to.len()].send(full);
        turn += 1;
        if sent.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    if !batch.is_empty() {
        // Nobody receives only when the collector has given up; then nothing is lost.
        let _ = to[turn % to.len()].send(batch);
    }
    summary
}

fn work<W: Worker>(
    mut worker: W,
    items: &Receiver<Vec<Item>>,
    told: &SyncSender<Vec<Told<W::Done>>>,
) {
    while let Ok(batch) = items.recv() {
        let done = batch
            .into_iter()
            .map(|item| match item {
                Item::Case(case) => Told::Case(worker.case(case)),
                Item::Refused(errors) => Told::Refused(errors),
                Item::Note(note) => Told::Note(note),
                Item::Repeated(note) => Told::Repeated(note),
            })
            .collect();
        if told.send(done).is_err() {
            return;
        }
    }
    worker.end();
}

/// 评估的一个线程。
struct Judging<'j, 'a, R> {
    job: &'j Job<'a>,
    render: &'j (dyn Fn(&Case, &Assessment) -> R + Sync),
    gathering: Gathering<'a>,
    gathered: &'j Mutex<Gathering<'a>>,
}

impl<R: Send> Worker for Judging<'_, '_, R> {
    type Done = Box<Judged<R>>;

    fn case(&mut self, mut case: Box<Case>) -> Box<Judged<R>> {
        let job = self.job;
        job.fill.apply(&mut case);
        let lawbook = job.lawbook;
        // A list of facts without any event is judged by the newest day that the calendar knows.
        let newest = || lawbook.calendar.coverage().1;
        let as_of = job
            .as_of
            .or_else(|| case.timeline.events.is_empty().then(newest));
        let options = Options {
            as_of,
            known_at: None,
            keep_all: false,
            skip_duties: job.skip_duties,
        };
        let (assessment, mismatches) = {
            let prepared = prepare(&lawbook.book.vocabulary, &case.timeline, as_of, None);
            let mismatches = prepared.mismatches();
            self.gathering.add(&prepared);
            (assess_case(lawbook, &prepared, &options), mismatches)
        };
        let rendered = (self.render)(&case, &assessment);
        Box::new(Judged {
            case,
            assessment,
            mismatches,
            rendered,
        })
    }

    fn end(self) {
        let mut all = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        all.merge(self.gathering);
    }
}
