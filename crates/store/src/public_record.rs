//! 公开记录：对外公布的那一版（已遮盖），自己是日志里的一片叶子，不加盐，人人可以核对。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::{Entry, ErasureEntry, PublicEntry};

use crate::code::{read_json, write_json};
use crate::error::{Result, StoreError};
use crate::log::{digest, token};
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 撤下的事由：由更正后的一版取代。与法典的代码表 `withdrawal_ground` 相同。
pub const SUPERSEDED: &str = "superseded";
/// 撤下的事由：内容依法清除。
pub const ERASED: &str = "erased";

/// 要公布的一版。
#[derive(Debug, Clone)]
pub struct NewPublicRecord {
    /// 标识，先定好：公布的事件里写着它。
    pub id: Id<kind::PublicRecord>,
    /// 时间线。
    pub timeline: TimelineId,
    /// 公布的是哪一份决定：决定事件的标识，更正沿用。
    pub decision: Id<kind::Event>,
    /// 所公布的决定那一条事件的序号：记录指向它的叶子。
    pub decision_seq: u64,
    /// 公布的事件。
    pub event: Id<kind::Event>,
    /// 公布的事件的序号。
    pub event_seq: u64,
    /// 属于哪个机构。
    pub org_path: String,
    /// 公示样式。
    pub style: String,
    /// 公开的内容，MUST 已经遮盖。
    pub body: serde_json::Value,
    /// 供核对检索所用的文字，由内容推出。
    pub search_text: String,
    /// 检索词，由内容推出。
    pub terms: Vec<String>,
    /// 公开到哪一日（含）。
    pub shown_until: Option<Date>,
}

/// 撤下：因何、何时、公开的理由、由哪一版取代。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// 时刻。
    pub at: Moment,
    /// 事由的代码。
    pub ground: String,
    /// 公开说明的理由；抹去了的没有。
    pub notice: Option<String>,
    /// 公众还看得到一份说明。
    pub has_notice: bool,
    /// 由哪一版取代。
    pub superseded_by: Option<Id<kind::PublicRecord>>,
}

/// 要撤下的。
#[derive(Debug, Clone)]
pub struct NewWithdrawal {
    /// 事由的代码。
    pub ground: String,
    /// 公开说明的理由，MUST 已经遮盖。
    pub notice: Option<String>,
    /// 公众还看得到一份说明。
    pub has_notice: bool,
}

/// 公开记录。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRecord {
    /// 公布的次序，本库之内。
    pub position: i64,
    /// 标识。
    pub id: Id<kind::PublicRecord>,
    /// 时间线。
    pub timeline: TimelineId,
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 所公布的决定那一条事件的序号。
    pub decision_seq: u64,
    /// 第几版，从 1 起。
    pub version: u64,
    /// 公布的事件。
    pub event: Id<kind::Event>,
    /// 公布的事件的序号。
    pub event_seq: u64,
    /// 属于哪个机构。
    pub org_path: String,
    /// 公示样式。
    pub style: String,
    /// 公开的内容；抹去了的没有。
    pub body: Option<serde_json::Value>,
    /// 供核对检索所用的文字；抹去了的没有。
    pub search_text: Option<String>,
    /// 内容的摘要。
    pub content: Digest,
    /// 它在日志里的叶散列。
    pub leaf: Digest,
    /// 公布的时刻。
    pub published_at: Moment,
    /// 公开到哪一日（含）。
    pub shown_until: Option<Date>,
    /// 撤下。
    pub withdrawn: Option<Withdrawn>,
    /// 内容何时依法抹去。
    pub erased_at: Option<Moment>,
}

row! {
    pub(crate) struct RecordRow {
        position: i64,
        id: String,
        timeline_id: String,
        decision: String,
        decision_seq: i64,
        version: i64,
        event_id: String,
        event_seq: i64,
        org_path: String,
        style: String,
        body: Option<String>,
        search_text: Option<String>,
        content_digest: Vec<u8>,
        leaf_hash: Vec<u8>,
        published_at: i64,
        shown_until: Option<i32>,
        withdrawn_at: Option<i64>,
        ground: Option<String>,
        notice: Option<String>,
        has_notice: bool,
        superseded_by: Option<String>,
        erased_at: Option<i64>,
    }
}

pub(crate) const COLUMNS: &str = "r.position, r.id, r.timeline_id, r.decision, r.decision_seq, r.version, r.event_id, \
     r.event_seq, r.org_path, r.style, r.body, r.search_text, r.content_digest, r.leaf_hash, r.published_at, \
     r.shown_until, r.withdrawn_at, r.ground, r.notice, r.has_notice, r.superseded_by, r.erased_at";

impl RecordRow {
    pub(crate) const fn position(&self) -> i64 {
        self.position
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn into_record(self) -> Result<PublicRecord> {
        let body = self.body.as_deref();
        let withdrawn = match self.withdrawn_at {
            None => None,
            Some(at) => Some(Withdrawn {
                at: column::moment(at)?,
                ground: self.ground.unwrap_or_default(),
                notice: self.notice,
                has_notice: self.has_notice,
                superseded_by: self.superseded_by.as_deref().map(column::id).transpose()?,
            }),
        };
        Ok(PublicRecord {
            position: self.position,
            id: column::id(&self.id)?,
            timeline: column::timeline_id(&self.timeline_id)?,
            decision: column::id(&self.decision)?,
            decision_seq: column::count(self.decision_seq)?,
            version: column::count(self.version)?,
            event: column::id(&self.event_id)?,
            event_seq: column::count(self.event_seq)?,
            org_path: self.org_path,
            style: self.style,
            body: body.map(|body| read_json(body, "公开的内容")).transpose()?,
            search_text: self.search_text,
            content: digest(&self.content_digest)?,
            leaf: digest(&self.leaf_hash)?,
            published_at: column::moment(self.published_at)?,
            shown_until: self.shown_until.map(column::date).transpose()?,
            withdrawn,
            erased_at: self.erased_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一条公开记录，撤下的也在内；没有为 `None`。
    pub async fn find_public_record(
        &self,
        id: Id<kind::PublicRecord>,
    ) -> Result<Option<PublicRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM public_record r WHERE r.id = $1");
        let row = self.row::<RecordRow>(&sql, values![id]).await?;
        row.map(RecordRow::into_record).transpose()
    }

    /// 公开记录入了日志的叶号；还没有入的为 `None`。
    pub async fn find_public_index(&self, record: &PublicRecord) -> Result<Option<u64>> {
        let sql = "SELECT log_index FROM log_entry WHERE leaf_hash = $1 AND type = 'public'";
        let index = self.scalar::<i64>(sql, values![record.leaf.as_bytes()]);
        index.await?.map(column::count).transpose()
    }

    /// 一案公布过的各版，先后为序。
    pub async fn list_public_records_of(&self, timeline: TimelineId) -> Result<Vec<PublicRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM public_record r WHERE r.timeline_id = $1 ORDER BY r.position"
        );
        let rows = self.rows::<RecordRow>(&sql, values![timeline]).await?;
        rows.into_iter().map(RecordRow::into_record).collect()
    }

    /// 一案现在有没有公开着的内容。
    pub async fn is_published(&self, timeline: TimelineId) -> Result<bool> {
        let found = self.scalar::<i64>(
            "SELECT COUNT(*) FROM public_record WHERE timeline_id = $1 AND withdrawn_at IS NULL",
            values![timeline],
        );
        Ok(found.await?.unwrap_or_default() > 0)
    }

    /// 公示期在 `on` 之前已满、还公开着的，先满的在前。
    pub async fn list_ended_public_records(
        &self,
        on: Date,
        limit: u32,
    ) -> Result<Vec<PublicRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM public_record r WHERE r.withdrawn_at IS NULL AND r.shown_until IS NOT NULL \
             AND r.shown_until < $1 ORDER BY r.shown_until, r.position LIMIT $2"
        );
        let rows = self.rows::<RecordRow>(&sql, values![on, limit]).await?;
        rows.into_iter().map(RecordRow::into_record).collect()
    }
}

impl Tx {
    /// 公布一版；同一决定公开着的前一版由它取代。
    pub async fn publish(&self, new: &NewPublicRecord) -> Result<PublicRecord> {
        let mut version = 1;
        for earlier in self.list_public_records_of(new.timeline).await? {
            if earlier.decision == new.decision {
                version = version.max(earlier.version + 1);
                self.supersede(&earlier, new).await?;
            }
        }
        let content = Canonical::from_json(&new.body).map_err(StoreError::internal)?;
        let suite = self.identity().suite;
        let content = suite.public_digest(&content);
        let content = content.map_err(StoreError::internal)?;
        let entry = Entry::Public(PublicEntry {
            node: self.identity().node.clone(),
            id: token(new.id.to_string())?,
            recorded_at: self.now(),
            of: self.leaf_of_event(new.timeline, new.decision_seq).await?,
            content,
        });
        let sql = "INSERT INTO public_record (id, timeline_id, decision, decision_seq, version, event_id, event_seq, \
             org_path, style, body, search_text, content_digest, leaf_hash, published_at, published_on, shown_until, \
             has_notice) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
             RETURNING position";
        let leaf = suite.leaf_hash(&entry.to_bytes());
        let position = self.scalar::<i64>(
            sql,
            values![
                new.id,
                new.timeline,
                new.decision,
                new.decision_seq,
                version,
                new.event,
                new.event_seq,
                new.org_path.as_str(),
                new.style.as_str(),
                write_json(&new.body)?,
                new.search_text.as_str(),
                content.as_bytes(),
                leaf.as_bytes(),
                self.now(),
                self.now().timestamp().date(),
                new.shown_until,
                false,
            ],
        );
        let position = position.await?;
        let position = position.ok_or_else(|| StoreError::internal("no position came back"))?;
        self.put_public_terms(position, &new.terms).await?;
        let mut entries = self.entries();
        entries.push(&entry, None, None);
        self.push_entries(entries).await?;
        self.turn_generation(1).await?;
        let made = self.find_public_record(new.id).await?;
        made.ok_or_else(|| StoreError::internal("the record is not there"))
    }

    /// 撤下一条；日志里的叶子不动，内容留着备查。已经撤下的，什么也不做，返回假。
    pub async fn withdraw(&self, record: &PublicRecord, how: &NewWithdrawal) -> Result<bool> {
        let changed = self.execute(
            "UPDATE public_record SET withdrawn_at = $1, ground = $2, notice = $3, has_notice = $4 \
             WHERE position = $5 AND withdrawn_at IS NULL",
            values![
                self.now(),
                how.ground.as_str(),
                how.notice.as_deref(),
                how.has_notice,
                record.position
            ],
        );
        if changed.await? == 0 {
            return Ok(false);
        }
        self.drop_public_terms(record.position).await?;
        self.turn_generation(-1).await?;
        Ok(true)
    }

    async fn supersede(&self, earlier: &PublicRecord, new: &NewPublicRecord) -> Result<()> {
        let how = NewWithdrawal {
            ground: SUPERSEDED.to_owned(),
            notice: None,
            has_notice: true,
        };
        self.withdraw(earlier, &how).await?;
        self.execute(
            "UPDATE public_record SET superseded_by = $1 WHERE position = $2 AND superseded_by IS NULL",
            values![new.id, earlier.position],
        )
        .await?;
        Ok(())
    }

    /// 抹去一案公开记录的内容：`decisions` 里的决定的，或公布事件在 `events` 里的。返回抹去了几条。
    ///
    /// The digest of what was shown stays in the log without a salt: it had been shown to everybody.
    pub async fn erase_public_records(
        &self,
        timeline: TimelineId,
        events: &[Id<kind::Event>],
        basis: &str,
    ) -> Result<u64> {
        let how = NewWithdrawal {
            ground: ERASED.to_owned(),
            notice: None,
            has_notice: false,
        };
        let mut count = 0;
        for record in self.list_public_records_of(timeline).await? {
            let is_meant = events.contains(&record.decision) || events.contains(&record.event);
            if !is_meant || record.erased_at.is_some() {
                continue;
            }
            self.withdraw(&record, &how).await?;
            self.execute(
                "UPDATE public_record SET body = NULL, search_text = NULL, notice = NULL, has_notice = $1, \
                 erased_at = $2 WHERE position = $3",
                values![false, self.now(), record.position],
            )
            .await?;
            let id = self.new_id::<kind::Erasure>();
            let entry = Entry::Erasure(ErasureEntry {
                node: self.identity().node.clone(),
                id: token(id.to_string())?,
                recorded_at: self.now(),
                of: record.leaf,
                basis: token(basis)?,
            });
            let mut entries = self.entries();
            entries.push(&entry, None, None);
            self.push_entries(entries).await?;
            self.turn_generation(0).await?;
            count += 1;
        }
        Ok(count)
    }

    /// 换上核对用的文字与检索词：由内容重新推出之后所用。
    pub async fn reset_public_terms(
        &self,
        record: &PublicRecord,
        search_text: Option<&str>,
        terms: &[String],
    ) -> Result<()> {
        self.execute(
            "UPDATE public_record SET search_text = $1 WHERE position = $2",
            values![search_text, record.position],
        )
        .await?;
        self.drop_public_terms(record.position).await?;
        self.put_public_terms(record.position, terms).await
    }

    /// 公开着的条数重数。
    pub async fn recount_public_records(&self) -> Result<()> {
        self.execute(
            "UPDATE public_state SET generation = generation + 1, live_count = \
             (SELECT COUNT(*) FROM public_record WHERE withdrawn_at IS NULL) WHERE id = 1",
            vec![],
        )
        .await?;
        Ok(())
    }

    async fn put_public_terms(&self, position: i64, terms: &[String]) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO public_term (term, position) VALUES",
            2,
            "ON CONFLICT DO NOTHING",
        );
        for term in terms {
            rows.push(values![term.as_str(), position]);
        }
        self.insert(rows).await?;
        Ok(())
    }

    async fn drop_public_terms(&self, position: i64) -> Result<()> {
        let sql = "DELETE FROM public_term WHERE position = $1";
        self.execute(sql, values![position]).await?;
        Ok(())
    }

    async fn turn_generation(&self, live: i64) -> Result<()> {
        self.execute(
            "UPDATE public_state SET generation = generation + 1, live_count = live_count + $1 WHERE id = 1",
            values![live],
        )
        .await?;
        Ok(())
    }
}

impl Read {
    /// The leaf of the event that stands at this place of the timeline.
    pub(crate) async fn leaf_of_event(&self, timeline: TimelineId, seq: u64) -> Result<Digest> {
        let position = self.scalar::<i64>(
            "SELECT position FROM event WHERE timeline_id = $1 AND seq = $2",
            values![timeline, seq],
        );
        let position = position.await?;
        let position =
            position.ok_or_else(|| StoreError::NotFound(format!("时间线 {timeline} 的事件")))?;
        Ok(self.log_place_of_event(position).await?.leaf())
    }
}
