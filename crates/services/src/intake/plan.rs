//! 一段的计划：每一行是新的、没有变、新版，还是不能收；只读，不写。

use std::collections::{BTreeSet, HashMap};

use mingjing_domain::event::{Event, Source};
use mingjing_interchange::error::RowError;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_lawbook::explain::value::mask_numbers;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::vocabulary::Vocabulary;
use mingjing_store::context::Context;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::import_row::{ImportRow, RowOutcome};
use mingjing_store::source_key::{KnownPart, SourceKey};
use mingjing_store::timeline::{Confidentiality, LoadedTimeline, NewTimeline};
use mingjing_store::tx::Read;
use serde_json::{Value as Json, json};

use crate::assessment::asked::Asked;
use crate::assessment::facts::STATED;
use crate::casework::free_text::Names;
use crate::casework::opening::{Opening, opening_events};
use crate::error::ServiceError;
use crate::intake::ahead::{Ahead, Gathered};
use crate::intake::change::Change;
use crate::intake::part::{CASE_PART, FACTS_PART, Part, Secret};
use crate::intake::reading::{Incoming, IncomingCase};
use crate::intake::resolve::{Place, Resolver};
use crate::intake::shown::{self, Shown};

const OUT_OF_REACH: &str = "请由有权的账号交这份名单，或请安全保密管理员授权。";

/// What every row of a batch shares.
pub(super) struct Frame<'a> {
    pub(super) secret: Secret,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) source_name: &'a str,
    pub(super) source: Source,
    pub(super) today: Date,
}

/// What a chunk is going to do.
pub(super) struct ChunkPlan {
    /// One for each row that came, in order.
    pub(super) rows: Vec<ImportRow>,
    pub(super) writings: Vec<Writing>,
    /// New cases, judged already, in the order of the writings that make them; none in a dry run.
    pub(super) ahead: Vec<Ahead>,
}

/// A case to be made, or to be added to.
#[derive(Debug, Clone)]
pub(super) struct Writing {
    /// Which of the rows.
    pub(super) row: usize,
    pub(super) source_id: String,
    pub(super) row_digest: [u8; 32],
    pub(super) target: Target,
    pub(super) known: Vec<KnownPart>,
    pub(super) parts: Vec<Part>,
    pub(super) timeline: NewTimeline,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    New,
    Existing { id: TimelineId, version: u64 },
}

/// Looks at the rows of a chunk; `first` is the number of the first.
pub(super) async fn plan(
    read: &Read,
    frame: &Frame<'_>,
    resolver: &mut Resolver,
    items: &[Incoming],
    first: u64,
) -> Result<ChunkPlan, ServiceError> {
    let cases = || {
        items.iter().filter_map(|item| match item {
            Incoming::Case(case) => Some(case.as_ref()),
            Incoming::Refused(_) | Incoming::Repeated(_) | Incoming::Note(_) | Incoming::End => {
                None
            }
        })
    };
    let names: BTreeSet<Option<String>> = cases().map(|case| case.body_name.clone()).collect();
    resolver.learn(read, names).await?;
    let ids: Vec<&str> = cases().map(|case| case.source_id.as_str()).collect();
    let keys = read.list_source_keys(frame.source_name, &ids).await?;
    let keys: HashMap<String, SourceKey> = keys
        .into_iter()
        .map(|key| (key.source_id.clone(), key))
        .collect();
    let mut plan = ChunkPlan {
        rows: Vec::with_capacity(items.len()),
        writings: Vec::new(),
        ahead: Vec::new(),
    };
    for (number, item) in (first..).zip(items) {
        match item {
            Incoming::Case(case) => {
                let key = keys.get(&case.source_id);
                plan_case(read, frame, resolver, (case, key, number), &mut plan).await?;
            }
            Incoming::Refused(errors) => plan.rows.push(told(number, RowOutcome::Refused, errors)),
            Incoming::Repeated(note) => {
                let mut row = told(number, RowOutcome::Repeated, &[]);
                row.detail = json!({ "errors": shown::left_out(&Names::default(), note) });
                plan.rows.push(row);
            }
            Incoming::Note(note) => {
                plan.rows
                    .push(told(number, RowOutcome::Note, std::slice::from_ref(note)));
            }
            Incoming::End => {}
        }
    }
    Ok(plan)
}

/// Gathers the facts of the new cases of a plan.
pub(super) async fn gather_new(
    read: &Read,
    lawbook: &Lawbook,
    context: &Context,
    plan: &ChunkPlan,
    today: Date,
) -> Result<Vec<Gathered>, ServiceError> {
    let (mut gathered, mut asked) = (Vec::new(), Asked::default());
    for writing in &plan.writings {
        if writing.target == Target::New {
            let new = (&writing.timeline, writing.parts.as_slice());
            let of = (today, &mut asked);
            gathered.push(Gathered::new(read, lawbook, context, new, of).await?);
        }
    }
    Ok(gathered)
}

/// A row that is only told of.
pub(super) fn told(number: u64, outcome: RowOutcome, errors: &[RowError]) -> ImportRow {
    told_with(&Names::default(), number, outcome, errors)
}

fn told_with(names: &Names, number: u64, outcome: RowOutcome, errors: &[RowError]) -> ImportRow {
    ImportRow {
        number,
        source_id: None,
        outcome,
        timeline: None,
        body_name: None,
        detail: json!({ "errors": shown::errors(names, errors) }),
    }
}

/// A case that cannot be taken, though it could be read.
fn refused(
    names: &Names,
    (number, case): (u64, &IncomingCase),
    reason: &str,
    remedy: &str,
) -> ImportRow {
    let origin = &case.origin;
    let error = RowError::new(reason, remedy);
    let error = error.at(&origin.file, origin.sheet.as_deref(), Some(origin.row));
    ImportRow {
        source_id: Some(case.source_id.clone()),
        ..told_with(names, number, RowOutcome::Refused, &[error])
    }
}

async fn plan_case(
    read: &Read,
    frame: &Frame<'_>,
    resolver: &Resolver,
    (case, key, number): (&IncomingCase, Option<&SourceKey>, u64),
    plan: &mut ChunkPlan,
) -> Result<(), ServiceError> {
    let names = Names::of(frame.vocabulary, &case.timeline);
    let (body, path) = match resolver.place(case.body_name.as_deref()) {
        Place::At { body, path } => (body, path),
        Place::Unknown => {
            plan.rows.push(waiting(&names, number, case));
            return Ok(());
        }
        Place::OutOfReach => {
            let reason = format!(
                "机关“{}”不在汇入的范围",
                case.body_name.as_deref().unwrap_or("—")
            );
            let row = refused(&names, (number, case), &reason, OUT_OF_REACH);
            plan.rows.push(row);
            return Ok(());
        }
    };
    let parts = with_opening(frame, case, body, path, key);
    let row_digest = row_digest(frame, case, &parts);
    let mut row = ImportRow {
        number,
        source_id: Some(case.source_id.clone()),
        outcome: RowOutcome::Created,
        timeline: key.map(|key| key.timeline),
        body_name: None,
        detail: detail(&names, case),
    };
    let mut writing = writing_of(case, plan.rows.len(), row_digest);
    match key {
        None => writing.parts = parts,
        Some(key) if key.row_digest == Some(row_digest) => row.outcome = RowOutcome::Same,
        Some(key) => {
            let current = read.find_case(key.timeline).await?;
            if !current.is_some_and(|case| resolver.reaches(&case.org_path)) {
                // Anybody may use the name of a source; a case is changed by those only who may bring it in.
                let reason = "同一来源的这一案属于别的机关，不在汇入的范围";
                let row = refused(&names, (number, case), reason, OUT_OF_REACH);
                plan.rows.push(row);
                return Ok(());
            }
            let stored = read.load_timeline(key.timeline).await?;
            let shown = Shown {
                vocabulary: frame.vocabulary,
                names: names.and(Names::of(frame.vocabulary, &stored.timeline)),
            };
            // What the list calls the case may hold the name that was told before.
            row.detail = detail(&shown.names, case);
            row.outcome = newer(
                (frame, &shown),
                case,
                (&stored, key, parts),
                &mut writing,
                &mut row.detail,
            );
        }
    }
    if row.outcome != RowOutcome::Same {
        plan.writings.push(writing);
    }
    plan.rows.push(row);
    Ok(())
}

fn writing_of(case: &IncomingCase, row: usize, row_digest: [u8; 32]) -> Writing {
    Writing {
        row,
        source_id: case.source_id.clone(),
        row_digest,
        target: Target::New,
        known: Vec::new(),
        parts: Vec::new(),
        timeline: NewTimeline {
            kind: TimelineKind::Case,
            procedure: case.timeline.procedure.clone(),
            coverage: case.timeline.coverage.clone(),
            confidentiality: Confidentiality::Ordinary,
        },
    }
}

/// Compares a row with what is known of it; what it changes goes into the writing and the detail.
fn newer(
    (frame, shown): (&Frame<'_>, &Shown<'_>),
    case: &IncomingCase,
    (stored, key, parts): (&LoadedTimeline, &SourceKey, Vec<Part>),
    writing: &mut Writing,
    detail: &mut Json,
) -> RowOutcome {
    let told = (last_day(frame, case), &frame.source);
    let change = Change::between(stored, &key.parts, parts, &frame.secret, told, shown);
    let header = &stored.header;
    let is_read_otherwise = header.procedure != writing.timeline.procedure
        || header.coverage != writing.timeline.coverage;
    told_change(&shown.names, detail, &change, is_read_otherwise);
    writing.target = Target::Existing {
        id: header.id,
        version: header.version,
    };
    if change.parts.is_empty() && !is_read_otherwise {
        return RowOutcome::Same;
    }
    (writing.known, writing.parts) = (change.known, change.parts);
    RowOutcome::Changed
}

fn waiting(names: &Names, number: u64, case: &IncomingCase) -> ImportRow {
    let mut detail = detail(names, case);
    detail["errors"] = json!([{
        "reason": "登记簿里没有认定过这个机关",
        "remedy": "请先认定它是哪个登记的主体，再交一次；没有登记的先登记。",
    }]);
    ImportRow {
        number,
        source_id: Some(case.source_id.clone()),
        outcome: RowOutcome::Waiting,
        timeline: None,
        body_name: case.body_name.as_deref().map(mask_numbers),
        detail,
    }
}

/// Where the row stands, what it is called, what does not fit the vocabulary.
fn detail(names: &Names, case: &IncomingCase) -> Json {
    let mut detail = json!({
        "label": names.mask_in(&case.label),
        "file": case.origin.file,
        "sheet": case.origin.sheet,
        "row": case.origin.row,
        "adapter": case.adapter,
    });
    if !case.mismatches.is_empty() {
        let mismatches = case.mismatches.iter().map(|text| names.mask_in(text));
        detail["mismatches"] = mismatches.collect();
    }
    detail
}

fn told_change(names: &Names, detail: &mut Json, change: &Change, is_read_otherwise: bool) {
    detail["differences"] = json!(change.differences);
    detail["difference_count"] = change.difference_count.into();
    let gone = change.gone.iter().map(|event| names.mask_in(event));
    detail["gone"] = gone.collect();
    detail["kept_out"] = change.kept_out.into();
    detail["is_read_otherwise"] = is_read_otherwise.into();
}

/// The parts of the list with those that open a case. Facts that are no longer told are told to be none.
fn with_opening(
    frame: &Frame<'_>,
    case: &IncomingCase,
    body: Option<String>,
    path: String,
    key: Option<&SourceKey>,
) -> Vec<Part> {
    let on = last_day(frame, case);
    let opening = Opening {
        number: case.number.clone(),
        body,
        unit: None,
        org_path: path,
        handlers: Vec::new(),
        facts: case.timeline.facts.clone(),
    };
    let mut events = opening_events(&opening, on, &frame.source);
    let had_facts = key.is_some_and(|key| key.parts.iter().any(|part| part.local == FACTS_PART));
    if events.len() == 1 && had_facts {
        let mut none = Event::new("", STATED, on);
        none.source = frame.source.clone();
        none.fields.insert("facts".to_owned(), "{}".into());
        events.push(NewEvent::new(none, Nature::Fact));
    }
    let locals = [CASE_PART, FACTS_PART];
    let opening = locals.into_iter().zip(events).map(|(local, mut event)| {
        event.event.origin = Some(case.origin.clone());
        Part::new(&frame.secret, local, None, event)
    });
    opening.chain(case.parts.iter().cloned()).collect()
}

/// What a list states, it states on the day of the last thing it tells.
fn last_day(frame: &Frame<'_>, case: &IncomingCase) -> Date {
    let days = case.timeline.events.iter().map(|event| event.occurred_on);
    days.max().unwrap_or(frame.today).min(frame.today)
}

fn row_digest(frame: &Frame<'_>, case: &IncomingCase, parts: &[Part]) -> [u8; 32] {
    let mut pieces = vec![
        format!("{:?}", case.timeline.procedure),
        format!("{:?}", case.timeline.coverage),
    ];
    pieces.extend(
        parts
            .iter()
            .map(|part| format!("{} {}", part.digest, part.local)),
    );
    frame.secret.of_row(&pieces)
}
