//! 库：成批写入每秒多少事件、逐条提交每秒多少、入日志每秒多少。

use std::time::Instant;

use anyhow::Context as _;
use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_store::config::{Location, StoreConfig};
use mingjing_store::context::Context;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::log::LogIdentity;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::pace::Pace;
use mingjing_store::store::Store;
use mingjing_store::timeline::{Confidentiality, NewTimeline, Premade, Sealed};
use mingjing_store::tx::Tx;

/// Events of one timeline: what a list says of a case.
const PER_TIMELINE: usize = 8;
/// The name of a log that nobody else looks at.
const NODE: &str = "bench.node";
/// Commands in flight where each is committed for itself.
const WRITERS: usize = 64;

pub(crate) fn run(database: &str, events: usize) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure(database, events))
}

/// 只成批写入，不入日志：与数据库自己的成批插入（`batch_insert.py`）比。
pub(crate) fn fill(database: &str, events: usize) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (store, context) = open(database, NODE).await?;
        if events > 0 {
            bulk(&store, &context, events).await?;
        }
        store.close().await;
        Ok(())
    })
}

/// The database under the name that it was made under, or will be.
pub(crate) async fn open(database: &str, node: &str) -> anyhow::Result<(Store, Context)> {
    let log = LogIdentity {
        node: Token::new(node)?,
        suite: Suite::Sm,
    };
    let config = StoreConfig::new(Location::parse(database), log);
    let context = Context::system("bench");
    Store::migrate(&config, &context).await?;
    Ok((Store::open(&config).await?, context))
}

async fn measure(database: &str, events: usize) -> anyhow::Result<()> {
    let (store, context) = open(database, NODE).await?;
    bulk(&store, &context, events).await?;
    single(&store, &context, events / 20).await?;
    let key = SigningKey::generate(Suite::Sm, &context.random())?;
    let integrator = Integrator::new(store.clone(), context, key, "bench".to_owned());
    let started = Instant::now();
    let count = integrator?.drain().await?;
    tell("入日志（编号、瓦片、签检查点）", count, started);
    store.close().await;
    Ok(())
}

/// What an import does: while a part is written, the next is made ready beside the writer.
async fn bulk(store: &Store, context: &Context, events: usize) -> anyhow::Result<()> {
    let started = Instant::now();
    let (mut pace, mut done) = (Pace::new(), 0);
    let ahead = |length: usize| {
        let (context, suite) = (context.clone(), store.identity().suite);
        tokio::task::spawn_blocking(move || sealed(&context, suite, length))
    };
    let mut next = ahead(pace.length());
    while done < events {
        let made = next.await??;
        next = ahead(pace.length());
        let count = made.len() * PER_TIMELINE;
        let write = async move |tx: &Tx| {
            let all: Vec<&Sealed> = made.iter().collect();
            tx.create_sealed(&all).await.map(drop)
        };
        let ((), took) = store.write_bulk(context, write).await?;
        pace.took(count, took);
        done += count;
    }
    tell("成批写入事件", done as u64, started);
    Ok(())
}

fn sealed(context: &Context, suite: Suite, events: usize) -> anyhow::Result<Vec<Sealed>> {
    let timelines = events.div_ceil(PER_TIMELINE).max(1);
    let seal = |_| {
        let (timeline, events) = timeline(PER_TIMELINE)?;
        let events = events.into_iter();
        let premade = Premade {
            id: TimelineId::new(timeline.kind, context.clock.now(), context.random()),
            timeline,
            events: events.map(|event| (context.new_id(), event)).collect(),
        };
        Ok(premade.seal(context, suite)?)
    };
    (0..timelines).map(seal).collect()
}

async fn single(store: &Store, context: &Context, events: usize) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let (store, context) = (store.clone(), context.clone());
        writers.spawn(async move {
            for _ in 0..events / WRITERS {
                let made = timeline(1).map_err(|error| error.to_string());
                let made = made.map_err(StoreError::LimitExceeded)?;
                let write =
                    async move |tx: &Tx| tx.create_with_events(vec![made.clone()]).await.map(drop);
                store.write(&context, write).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    let count = events / WRITERS * WRITERS;
    tell(
        &format!("各自提交，{WRITERS} 个一起"),
        count as u64,
        started,
    );
    Ok(())
}

fn timeline(events: usize) -> anyhow::Result<(NewTimeline, Vec<NewEvent>)> {
    let on = Date::new(2026, 3, 2).context("a day")?;
    let event = |number: usize| {
        let mut event = Event::new("", "custody_logged", on);
        event.source = Source::FirstHand;
        let note = format!("第{number}次检查，现场拍照三张，制作笔录一份，当事人签字确认。");
        event.fields.insert("note".to_owned(), Value::Text(note));
        NewEvent::new(event, Nature::Fact)
    };
    let timeline = NewTimeline {
        kind: TimelineKind::Case,
        procedure: Some("ordinary_penalty".to_owned()),
        coverage: Coverage::Closed,
        confidentiality: Confidentiality::Ordinary,
    };
    Ok((timeline, (0..events).map(event).collect()))
}

pub(crate) fn tell(what: &str, count: u64, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{what}：{count} 条，{seconds:.2} 秒，每秒 {:.0}",
        count as f64 / seconds
    );
}
