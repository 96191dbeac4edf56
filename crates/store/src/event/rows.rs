//! 事件表的行：写进去的与读出来的。

use std::borrow::Cow;

use mingjing_domain::event::{Event, Source};
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::Entry;
use mingjing_ledger::suite::Suite;

use crate::context::Context;
use crate::error::{Result, StoreError};
use crate::event::{Body, EventHeader, Nature, NewEvent};
use crate::row::row;
use crate::sql::{column, values};
use crate::value::Value;

pub(crate) const INSERT: &str = "INSERT INTO event (timeline_id, seq, id, kind, occurred_on, occurred_until, \
     occurred_at, recorded_at, source, source_system, source_recorded_at, instance, corrects, account_id, \
     payload_digest, nature) VALUES";
pub(crate) const INSERT_COLUMNS: usize = 16;
pub(crate) const RETURNING: &str = "RETURNING position, timeline_id, seq";

/// The columns of [`EventRow`], from `event e LEFT JOIN event_payload p`.
pub(crate) const SELECT: &str = "SELECT e.position, e.timeline_id, e.seq, e.id, e.kind, e.occurred_on, \
     e.occurred_until, e.occurred_at, e.recorded_at, e.source, e.source_system, e.source_recorded_at, e.instance, \
     e.corrects, e.account_id, e.payload_digest, e.nature, p.salt, p.body, p.erased_at \
     FROM event e LEFT JOIN event_payload p ON p.position = e.position";

/// A content as it is kept, with the commitment to it: what takes time to work out, and needs no transaction.
#[derive(Debug, Clone)]
pub(crate) struct Seal {
    pub(crate) payload: Digest,
    pub(crate) salt: Salt,
    pub(crate) body: Vec<u8>,
}

impl Seal {
    pub(crate) fn new(context: &Context, suite: Suite, new: &NewEvent) -> Result<Self> {
        let body = Body::of(new, context.account).canonical()?;
        let salt = Salt::new(context.random());
        let payload = suite.commit(&salt, &body).map_err(StoreError::internal)?;
        Ok(Seal {
            payload,
            salt,
            body: body.to_bytes().map_err(StoreError::internal)?,
        })
    }
}

/// An event on its way in.
pub(crate) struct Prepared<'a> {
    pub(crate) timeline: TimelineId,
    pub(crate) seq: u64,
    pub(crate) id: Id<kind::Event>,
    pub(crate) seal: Cow<'a, Seal>,
    pub(crate) entry: Entry,
    pub(crate) new: &'a NewEvent,
}

impl Prepared<'_> {
    pub(crate) fn header(
        &self,
        recorded_at: Moment,
        account: Option<Id<kind::Account>>,
    ) -> Vec<Value> {
        let event = &self.new.event;
        let (source, system) = source_columns(&event.source);
        values![
            self.timeline,
            self.seq,
            self.id,
            &event.kind,
            event.occurred_on,
            event.occurred_until,
            event.occurred_at,
            recorded_at,
            source,
            system,
            self.new.source_recorded_at,
            event.instance.as_deref(),
            self.new.corrects,
            account,
            self.seal.payload.as_bytes(),
            self.new.nature.code(),
        ]
    }
}

pub(crate) fn source_columns(source: &Source) -> (&'static str, Option<&str>) {
    match source {
        Source::FirstHand => ("first_hand", None),
        Source::File => ("file", None),
        Source::System(name) => ("system", Some(name)),
    }
}

row! {
    /// What an insert gives back.
    pub(crate) struct Returned {
        pub(crate) position: i64,
        pub(crate) timeline_id: String,
        pub(crate) seq: i64,
    }
}

row! {
    /// A header with its payload.
    #[derive(Debug)]
    pub(crate) struct EventRow {
        pub(crate) position: i64,
        pub(crate) timeline_id: String,
        pub(crate) seq: i64,
        pub(crate) id: String,
        pub(crate) kind: String,
        pub(crate) occurred_on: i32,
        pub(crate) occurred_until: Option<i32>,
        pub(crate) occurred_at: Option<i64>,
        pub(crate) recorded_at: i64,
        pub(crate) source: String,
        pub(crate) source_system: Option<String>,
        pub(crate) source_recorded_at: Option<i64>,
        pub(crate) instance: Option<String>,
        pub(crate) corrects: Option<String>,
        pub(crate) account_id: Option<String>,
        pub(crate) payload_digest: Vec<u8>,
        pub(crate) nature: String,
        pub(crate) salt: Option<Vec<u8>>,
        pub(crate) body: Option<Vec<u8>>,
        pub(crate) erased_at: Option<i64>,
    }
}

impl EventRow {
    /// The event of `domain`, and what the store knows about it. An erased event keeps what its header says.
    pub(crate) fn into_event(self) -> Result<(EventHeader, Event)> {
        let wrong = |what: &str| {
            StoreError::corrupt(format!("事件 {}（位置 {}）{what}", self.id, self.position))
        };
        let mut event = Event::new(&self.id, &self.kind, column::date(self.occurred_on)?);
        event.occurred_until = self.occurred_until.map(column::date).transpose()?;
        event.occurred_at = self.occurred_at.map(column::timestamp).transpose()?;
        event.source = self.source()?;
        event.instance = self.instance.clone();
        event.corrects = self.corrects.clone();
        let recorded_at = column::moment(self.recorded_at)?;
        if event.source == Source::FirstHand {
            event.recorded_at = Some(recorded_at.timestamp());
        }
        let mut note = None;
        if let Some(bytes) = &self.body {
            note = Body::parse(bytes)
                .map_err(|error| wrong(&format!("的内容读不出：{error}")))?
                .fill(&mut event);
        } else if self.erased_at.is_none() {
            return Err(wrong("的内容不见了"));
        }
        let header = EventHeader {
            position: self.position,
            seq: column::count(self.seq)?,
            id: column::id(&self.id)?,
            recorded_at,
            source_recorded_at: self.source_recorded_at.map(column::moment).transpose()?,
            account: self.account_id.as_deref().map(column::id).transpose()?,
            payload: self.digest()?,
            nature: Nature::from_code(&self.nature).ok_or_else(|| wrong("的性质不认识"))?,
            note,
            erased_at: self.erased_at.map(column::moment).transpose()?,
        };
        Ok((header, event))
    }

    pub(crate) fn digest(&self) -> Result<Digest> {
        let bytes = self.payload_digest.as_slice().try_into();
        let bytes = bytes
            .map_err(|_| StoreError::corrupt(format!("事件 {} 的摘要不是三十二字节", self.id)))?;
        Ok(Digest::new(bytes))
    }

    pub(crate) fn source(&self) -> Result<Source> {
        match (self.source.as_str(), &self.source_system) {
            ("first_hand", None) => Ok(Source::FirstHand),
            ("file", None) => Ok(Source::File),
            ("system", Some(name)) => Ok(Source::System(name.clone())),
            _ => Err(StoreError::corrupt(format!(
                "事件 {} 的来源不认识",
                self.id
            ))),
        }
    }
}
