//! 读：一个线程读原文件、逐行解释、算好摘要，排着队交出；没有人收了就停。

use std::ops::ControlFlow;
use std::sync::Arc;
use std::thread;

use mingjing_domain::event::{Origin, Source};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::{self, Case, Item};
use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::casework::opening::is_classified;
use crate::intake::part::{Part, Secret, parts_of};
use crate::spool::Spool;

/// Rows read ahead of the writer.
const WAITING: usize = 1_024;
/// What does not fit the vocabulary, told of one row.
const MISMATCHES_MAX: usize = 20;

/// What to read.
pub(super) struct Reading {
    pub(super) spool: Spool,
    pub(super) digest: [u8; 32],
    pub(super) file_name: String,
    pub(super) source_name: String,
    pub(super) source: Source,
    pub(super) adapter: Option<Adapter>,
    pub(super) today: Date,
    pub(super) lawbook: Arc<Lawbook>,
    pub(super) secret: Secret,
    /// Rows that an earlier run has committed.
    pub(super) skip: u64,
}

/// One row on its way in.
pub(super) enum Incoming {
    Case(Box<IncomingCase>),
    Refused(Vec<RowError>),
    Repeated(RowError),
    Note(RowError),
    /// All has been read. Without it, the reader has died on the way.
    End,
}

/// A case that can be kept.
#[derive(Debug, Clone)]
pub(super) struct IncomingCase {
    pub(super) source_id: String,
    /// What the list calls it; personal as like as not.
    pub(super) label: String,
    /// The number of the case, where the format has one.
    pub(super) number: Option<String>,
    /// What the list calls the body that handles it.
    pub(super) body_name: Option<String>,
    pub(super) timeline: Timeline,
    pub(super) origin: Origin,
    pub(super) adapter: String,
    pub(super) parts: Vec<Part>,
    pub(super) mismatches: Vec<String>,
}

/// Starts the reader.
pub(super) fn start(reading: Reading) -> Receiver<Incoming> {
    let (sender, receiver) = mpsc::channel(WAITING);
    thread::spawn(move || read_all(&reading, &sender));
    receiver
}

fn read_all(reading: &Reading, sender: &Sender<Incoming>) {
    let open = || reading.spool.read(&reading.digest);
    let sources = [read::Source {
        name: reading.file_name.clone(),
        open: &open,
    }];
    let vocabulary = &reading.lawbook.book.vocabulary;
    let options = read::Options {
        today: reading.today,
        is_unsigned: &|owner, field| vocabulary.is_unsigned(owner, field),
        adapter: reading.adapter.clone(),
        progress: None,
    };
    let mut number = 0;
    read::read(&sources, &options, &mut |item| {
        number += 1;
        if number <= reading.skip {
            return ControlFlow::Continue(());
        }
        match sender.blocking_send(incoming(reading, item)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    let _ = sender.blocking_send(Incoming::End);
}

fn incoming(reading: &Reading, item: Item) -> Incoming {
    match item {
        Item::Case(case) => of_case(reading, *case),
        Item::Refused(errors) => Incoming::Refused(errors),
        Item::Repeated(note) => Incoming::Repeated(note),
        Item::Note(note) => Incoming::Note(note),
    }
}

fn of_case(reading: &Reading, case: Case) -> Incoming {
    let refuse = |reason: String, remedy: &str| {
        let origin = &case.origin;
        let error = RowError::new(reason, remedy);
        Incoming::Refused(vec![error.at(
            &origin.file,
            origin.sheet.as_deref(),
            Some(origin.row),
        )])
    };
    if is_classified(&case.timeline.facts) {
        return refuse(
            "标明涉密".to_owned(),
            "涉密事项不进本系统，请按保密规定在线下办理，并从名单里去掉这一行。",
        );
    }
    let parts = match parts_of(&reading.secret, &case.timeline, &reading.source) {
        Ok(parts) => parts,
        Err(reason) => return refuse(reason, "请改正这一行再交。"),
    };
    let vocabulary = &reading.lawbook.book.vocabulary;
    let mismatches = prepare(vocabulary, &case.timeline, Some(reading.today), None).mismatches();
    let mismatches = mismatches
        .into_iter()
        .take(MISMATCHES_MAX)
        .map(|mismatch| format!("{}：{}", mismatch.subject, mismatch.message));
    let body_name = match case.timeline.facts.at("body.name") {
        Some(Value::Text(name)) if !name.trim().is_empty() => Some(name.trim().to_owned()),
        Some(_) | None => None,
    };
    let is_case_format = case.adapter == Adapter::Case.name();
    Incoming::Case(Box::new(IncomingCase {
        source_id: reading
            .secret
            .source_id(&reading.source_name, &case.timeline.id),
        number: is_case_format.then(|| case.timeline.id.clone()),
        label: case.timeline.id.clone(),
        body_name,
        mismatches: mismatches.collect(),
        origin: case.origin,
        adapter: case.adapter,
        parts,
        timeline: case.timeline,
    }))
}
