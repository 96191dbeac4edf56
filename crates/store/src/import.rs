//! 导入的批与段：段是提交与续传的单位，做到哪一行由已提交的段说。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::area::{Columns, and_in_scope};
use crate::error::{Result, StoreError};
use crate::import_row::{ImportRow, RowOutcome};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 批的状态。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// 收下了，还没有开始。
    Accepted,
    /// 做到一半；停了可以接着做。
    Running,
    /// 做完了。
    Finished,
    /// 做不下去，原因在 `error` 里。
    Failed,
}

impl BatchState {
    const ALL: [BatchState; 4] = [
        BatchState::Accepted,
        BatchState::Running,
        BatchState::Finished,
        BatchState::Failed,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            BatchState::Accepted => "accepted",
            BatchState::Running => "running",
            BatchState::Finished => "finished",
            BatchState::Failed => "failed",
        }
    }
}

/// 要收下的一批。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// 来源的名称：同一来源的同一条是同一件事。
    pub source: String,
    /// 是别的系统推来的，不是人交来的文件。
    pub is_pushed: bool,
    /// 指明的适配器；`None` 由内容认出。
    pub adapter: Option<String>,
    /// 映射文件的原文。
    pub mapping: Option<String>,
    /// 文件名；原文件删去之后是一句说明。
    pub file_name: String,
    /// 文件内容的摘要，也是暂存处的名字。
    pub file_digest: [u8; 32],
    /// 文件的字节数。
    pub file_bytes: u64,
    /// 整个请求的摘要：再交一次得到同一批。
    pub request_digest: [u8; 32],
    /// 没有写机关的行归哪个主体。
    pub body: Option<String>,
    /// 交来的人代表哪个机构。
    pub org_path: String,
}

/// 各种结果的行数。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCounts {
    /// 读到的行，不含说明。
    pub rows: u64,
    /// 新建。
    pub created: u64,
    /// 有新版。
    pub changed: u64,
    /// 没有变。
    pub same: u64,
    /// 不能收。
    pub refused: u64,
    /// 机关还没有认定，认定后再来一次。
    pub waiting: u64,
    /// 文件之内重复。
    pub repeated: u64,
}

impl RowCounts {
    /// 再加一行。
    pub const fn add(&mut self, outcome: RowOutcome) {
        let place = match outcome {
            RowOutcome::Created => &mut self.created,
            RowOutcome::Changed => &mut self.changed,
            RowOutcome::Same => &mut self.same,
            RowOutcome::Refused => &mut self.refused,
            RowOutcome::Waiting => &mut self.waiting,
            RowOutcome::Repeated => &mut self.repeated,
            RowOutcome::Note => return,
        };
        *place += 1;
        self.rows += 1;
    }
}

/// 一批。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// 标识。
    pub id: Id<kind::Batch>,
    /// 收下的内容。
    pub of: NewBatch,
    /// 状态。
    pub state: BatchState,
    /// 现有的行是试导入的结果，什么也没有写。
    pub is_dry_run: bool,
    /// 谁交来的。
    pub account: Option<Id<kind::Account>>,
    /// 已提交的各段的行数。
    pub counts: RowCounts,
    /// 何时收下。
    pub started_at: Moment,
    /// 何时做完。
    pub finished_at: Option<Moment>,
    /// 原文件何时从暂存处删去。
    pub file_removed_at: Option<Moment>,
    /// 为何做不下去。
    pub error: Option<String>,
}

/// 做到哪里。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchProgress {
    /// 已提交几段。
    pub chunks: u64,
    /// 下一行的行序。
    pub next_row: u64,
}

/// 暂存的一个原文件的用处。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileUse {
    /// 还没有哪一批用它：也许正要用。
    Never,
    /// 还有批留着它。
    Held,
    /// 用它的各批都记为已删去。
    Over,
}

/// 要提交的一段。
#[derive(Debug, Clone)]
pub struct NewChunk {
    /// 哪一批。
    pub batch: Id<kind::Batch>,
    /// 第几段，从零起；别人先做了这一段的，本事务不成立。
    pub number: u64,
    /// 首行的行序。
    pub first_row: u64,
    /// 是试导入的一段；批已转为真的导入的，不成立。
    pub is_dry_run: bool,
    /// 各行的结果，行序连续。
    pub rows: Vec<ImportRow>,
}

row! {
    struct BatchRow {
        id: String,
        source: String,
        is_pushed: bool,
        adapter: Option<String>,
        mapping: Option<String>,
        file_name: String,
        file_digest: Vec<u8>,
        file_bytes: i64,
        request_digest: Vec<u8>,
        body_id: Option<String>,
        state: String,
        is_dry_run: bool,
        account_id: Option<String>,
        org_path: String,
        row_count: i64,
        created_count: i64,
        changed_count: i64,
        same_count: i64,
        refused_count: i64,
        waiting_count: i64,
        repeated_count: i64,
        started_at: i64,
        finished_at: Option<i64>,
        file_removed_at: Option<i64>,
        error: Option<String>,
    }
}

row! {
    struct UseRow {
        batches: i64,
        holding: Option<i64>,
    }
}

row! {
    struct ProgressRow {
        chunks: i64,
        next_row: i64,
    }
}

/// Stands where the name of the file stood: some name a file after the person that it is about.
const NAME_GONE: &str = "（文件名已随原文件删去）";

const SELECT: &str = "SELECT id, source, is_pushed, adapter, mapping, file_name, file_digest, file_bytes, \
     request_digest, body_id, state, is_dry_run, account_id, org_path, row_count, created_count, changed_count, \
     same_count, refused_count, waiting_count, repeated_count, started_at, finished_at, file_removed_at, error \
     FROM import_batch";

const COLUMNS: Columns = Columns {
    path: "org_path",
    line: None,
    owner: Some("account_id"),
};

impl BatchRow {
    fn into_batch(self) -> Result<Batch> {
        let corrupt = || StoreError::corrupt(format!("导入 {} 读不出", self.id));
        let state = BatchState::ALL
            .into_iter()
            .find(|state| state.code() == self.state);
        Ok(Batch {
            id: column::id(&self.id)?,
            state: state.ok_or_else(corrupt)?,
            account: self.account_id.as_deref().map(column::id).transpose()?,
            counts: RowCounts {
                rows: column::count(self.row_count)?,
                created: column::count(self.created_count)?,
                changed: column::count(self.changed_count)?,
                same: column::count(self.same_count)?,
                refused: column::count(self.refused_count)?,
                waiting: column::count(self.waiting_count)?,
                repeated: column::count(self.repeated_count)?,
            },
            of: NewBatch {
                file_digest: self
                    .file_digest
                    .as_slice()
                    .try_into()
                    .map_err(|_| corrupt())?,
                request_digest: self
                    .request_digest
                    .as_slice()
                    .try_into()
                    .map_err(|_| corrupt())?,
                file_bytes: column::count(self.file_bytes)?,
                source: self.source,
                is_pushed: self.is_pushed,
                adapter: self.adapter,
                mapping: self.mapping,
                file_name: self.file_name,
                body: self.body_id,
                org_path: self.org_path,
            },
            is_dry_run: self.is_dry_run,
            started_at: column::moment(self.started_at)?,
            finished_at: self.finished_at.map(column::moment).transpose()?,
            file_removed_at: self.file_removed_at.map(column::moment).transpose()?,
            error: self.error,
        })
    }
}

impl Read {
    /// 一批；没有为 `None`。
    pub async fn find_batch(&self, id: Id<kind::Batch>) -> Result<Option<Batch>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<BatchRow>(&sql, values![id]).await?;
        row.map(BatchRow::into_batch).transpose()
    }

    /// 同一请求最近的一批，做不下去的除外。
    pub async fn find_batch_of_request(&self, digest: &[u8; 32]) -> Result<Option<Batch>> {
        let sql = format!(
            "{SELECT} WHERE request_digest = $1 AND state <> 'failed' ORDER BY started_at DESC, id DESC LIMIT 1"
        );
        let row = self.row::<BatchRow>(&sql, values![digest]).await?;
        row.map(BatchRow::into_batch).transpose()
    }

    /// 范围之内的各批，新的在前，`before` 之前的至多 `limit` 批。
    pub async fn list_batches(
        &self,
        scope: &Scope,
        before: Option<Id<kind::Batch>>,
        limit: u32,
    ) -> Result<Vec<Batch>> {
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        and_in_scope(&mut query, scope, COLUMNS);
        query.and_some("id < ?", before);
        let limit = limit.min(PAGE_MAX);
        query.push(&format!(" ORDER BY id DESC LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<BatchRow>(&sql, values).await?;
        rows.into_iter().map(BatchRow::into_batch).collect()
    }

    /// 原文件还在暂存处、已经做完（或做不下去）且在 `until` 之前收下的各批，先收的在前。
    pub async fn list_batches_with_file(&self, until: Moment, limit: u32) -> Result<Vec<Batch>> {
        let sql = format!(
            "{SELECT} WHERE file_removed_at IS NULL AND state IN ('finished', 'failed') AND started_at < $1 \
             ORDER BY started_at, id LIMIT {}",
            limit.min(PAGE_MAX)
        );
        let rows = self.rows::<BatchRow>(&sql, values![until]).await?;
        rows.into_iter().map(BatchRow::into_batch).collect()
    }

    /// 各行的细节还在、做完（或做不下去）早于 `until` 的各批，先收的在前。
    pub async fn list_batches_with_details(&self, until: Moment, limit: u32) -> Result<Vec<Batch>> {
        let sql = format!(
            "{SELECT} WHERE details_removed_at IS NULL AND state IN ('finished', 'failed') AND finished_at < $1 \
             ORDER BY started_at, id LIMIT {}",
            limit.min(PAGE_MAX)
        );
        let rows = self.rows::<BatchRow>(&sql, values![until]).await?;
        rows.into_iter().map(BatchRow::into_batch).collect()
    }

    /// 还有几批没做完的要用这个原文件。
    pub async fn count_unfinished_of_file(&self, digest: &[u8; 32]) -> Result<u64> {
        let sql = "SELECT count(*) FROM import_batch WHERE file_digest = $1 AND state IN ('accepted', 'running')";
        let count = self.scalar::<i64>(sql, values![digest]).await?;
        column::count(count.unwrap_or_default())
    }

    /// 这个原文件有没有人用过，还有没有没记为删去的批。
    pub async fn file_use(&self, digest: &[u8; 32]) -> Result<FileUse> {
        let row = self.row::<UseRow>(
            "SELECT count(*) AS batches, sum(CASE WHEN file_removed_at IS NULL THEN 1 ELSE 0 END) AS holding \
             FROM import_batch WHERE file_digest = $1",
            values![digest],
        );
        let row = row
            .await?
            .ok_or_else(|| StoreError::internal("an aggregate without a row"))?;
        Ok(match (row.batches, row.holding.unwrap_or_default()) {
            (0, _) => FileUse::Never,
            (_, 0) => FileUse::Over,
            (_, _) => FileUse::Held,
        })
    }

    /// 做到哪里。
    pub async fn batch_progress(&self, id: Id<kind::Batch>) -> Result<BatchProgress> {
        let row = self.row::<ProgressRow>(
            "SELECT count(*) AS chunks, coalesce(max(first_row + row_count), 0) AS next_row \
             FROM import_chunk WHERE batch_id = $1",
            values![id],
        );
        let row = row
            .await?
            .ok_or_else(|| StoreError::internal("an aggregate without a row"))?;
        Ok(BatchProgress {
            chunks: column::count(row.chunks)?,
            next_row: column::count(row.next_row)?,
        })
    }
}

impl Tx {
    /// 收下一批。
    pub async fn create_batch(&self, new: &NewBatch) -> Result<Id<kind::Batch>> {
        let id = self.new_id::<kind::Batch>();
        let mut rows = Rows::new(
            "INSERT INTO import_batch (id, source, is_pushed, adapter, mapping, file_name, file_digest, file_bytes, \
             request_digest, body_id, state, is_dry_run, account_id, org_path, row_count, created_count, \
             changed_count, same_count, refused_count, waiting_count, repeated_count, started_at) VALUES",
            22,
            "",
        );
        rows.push(values![
            id,
            &new.source,
            new.is_pushed,
            new.adapter.as_deref(),
            new.mapping.as_deref(),
            &new.file_name,
            &new.file_digest,
            new.file_bytes,
            &new.request_digest,
            new.body.as_deref(),
            BatchState::Accepted.code(),
            false,
            self.context().account,
            &new.org_path,
            0_u64,
            0_u64,
            0_u64,
            0_u64,
            0_u64,
            0_u64,
            0_u64,
            self.now(),
        ]);
        self.insert(rows).await?;
        Ok(id)
    }

    /// 开始（或从头再来）：丢掉先前试导入的行；已经在导入的不动，从断处接着。
    pub async fn start_batch(&self, id: Id<kind::Batch>, is_dry_run: bool) -> Result<Batch> {
        let batch = self.lock_batch(id).await?;
        if batch.state == BatchState::Running && batch.is_dry_run == is_dry_run {
            return Ok(batch);
        }
        for table in ["import_row", "import_chunk"] {
            let sql = format!("DELETE FROM {table} WHERE batch_id = $1");
            self.execute(&sql, values![id]).await?;
        }
        self.execute(
            "UPDATE import_batch SET state = 'running', is_dry_run = $1, row_count = 0, created_count = 0, \
             changed_count = 0, same_count = 0, refused_count = 0, waiting_count = 0, repeated_count = 0, \
             finished_at = NULL, error = NULL, details_removed_at = NULL WHERE id = $2",
            values![is_dry_run, id],
        )
        .await?;
        self.lock_batch(id).await
    }

    /// 提交一段：段、各行、批的计数。批不在进行，或这一段别人做了的，不成立。
    pub async fn put_chunk(&self, chunk: &NewChunk) -> Result<()> {
        let mut counts = RowCounts::default();
        for row in &chunk.rows {
            counts.add(row.outcome);
        }
        // The row of the batch first: whoever comes second waits here and then fails on the key of the chunk.
        let changed = self.execute(
            "UPDATE import_batch SET row_count = row_count + $1, created_count = created_count + $2, \
             changed_count = changed_count + $3, same_count = same_count + $4, refused_count = refused_count + $5, \
             waiting_count = waiting_count + $6, repeated_count = repeated_count + $7 \
             WHERE id = $8 AND state = 'running' AND is_dry_run = $9",
            values![
                counts.rows,
                counts.created,
                counts.changed,
                counts.same,
                counts.refused,
                counts.waiting,
                counts.repeated,
                chunk.batch,
                chunk.is_dry_run,
            ],
        );
        if changed.await? == 0 {
            return Err(StoreError::NotFound(format!(
                "进行中的导入 {}",
                chunk.batch
            )));
        }
        self.execute(
            "INSERT INTO import_chunk (batch_id, number, first_row, row_count, done_at) VALUES ($1, $2, $3, $4, $5)",
            values![
                chunk.batch,
                chunk.number,
                chunk.first_row,
                chunk.rows.len() as u64,
                self.now(),
            ],
        )
        .await?;
        self.insert_import_rows(chunk.batch, &chunk.rows).await
    }

    /// 结束：做完了，或做不下去。
    pub async fn end_batch(&self, id: Id<kind::Batch>, error: Option<&str>) -> Result<Batch> {
        let state = match error {
            None => BatchState::Finished,
            Some(_) => BatchState::Failed,
        };
        self.execute(
            "UPDATE import_batch SET state = $1, finished_at = $2, error = $3 WHERE id = $4",
            values![state.code(), self.now(), error, id],
        )
        .await?;
        self.lock_batch(id).await
    }

    /// 记下这个原文件已从暂存处删去；没做完的批从此做不下去，文件名随文件抹去。返回涉及几批。
    pub async fn note_file_removed(&self, digest: &[u8; 32], why: &str) -> Result<u64> {
        self.execute(
            "UPDATE import_batch SET state = 'failed', error = $1, finished_at = $2 \
             WHERE file_digest = $3 AND state IN ('accepted', 'running')",
            values![why, self.now(), digest],
        )
        .await?;
        self.execute(
            "UPDATE import_batch SET file_removed_at = $1, file_name = $2 \
             WHERE file_digest = $3 AND file_removed_at IS NULL",
            values![self.now(), NAME_GONE, digest],
        )
        .await
    }

    /// 记下这一批各行的细节已经期满抹去；做完之后又重新开始了的为假。
    pub async fn note_details_removed(&self, id: Id<kind::Batch>) -> Result<bool> {
        let changed = self.execute(
            "UPDATE import_batch SET details_removed_at = $1 WHERE id = $2 AND state IN ('finished', 'failed')",
            values![self.now(), id],
        );
        Ok(changed.await? == 1)
    }

    async fn lock_batch(&self, id: Id<kind::Batch>) -> Result<Batch> {
        let sql = format!("{SELECT} WHERE id = $1{}", self.engine().for_update());
        let row = self.row::<BatchRow>(&sql, values![id]).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("导入 {id}")))?;
        row.into_batch()
    }
}
