//! 载荷：JSON 对象，只有标识；做到哪里也记在里面。

use mingjing_kernel::id::TimelineId;
use mingjing_store::job::{ClaimedJob, NewJob};
use serde_json::{Map, Value};

use crate::handlers::JobError;

/// Where the last part ended.
const AFTER: &str = "after";

/// 读好的载荷。
pub(crate) struct Payload(Map<String, Value>);

impl Payload {
    pub(crate) fn of(job: &ClaimedJob) -> Result<Self, JobError> {
        match serde_json::from_str(&job.payload) {
            Ok(Value::Object(map)) => Ok(Payload(map)),
            Ok(_) | Err(_) => Err(JobError::Payload("应是 JSON 对象")),
        }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&str, JobError> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.ok_or(JobError::Payload(name))
    }

    /// 上一段做到哪一案；第一段没有。
    pub(crate) fn after(&self) -> Result<Option<TimelineId>, JobError> {
        match self.0.get(AFTER) {
            None => Ok(None),
            Some(value) => {
                let id = value.as_str().and_then(|text| text.parse().ok());
                id.map(Some).ok_or(JobError::Payload(AFTER))
            }
        }
    }

    /// 同一件事的下一段。
    pub(crate) fn next(
        mut self,
        job: &ClaimedJob,
        queue: &'static str,
        after: TimelineId,
    ) -> NewJob {
        self.0.insert(AFTER.to_owned(), after.to_string().into());
        NewJob {
            queue,
            // INVARIANT: `perform` has found the kind by its name.
            kind: crate::kind::JobKind::from_name(&job.kind).map_or("", crate::kind::JobKind::name),
            payload: Value::Object(self.0).to_string(),
            // A part is no new request: one made meanwhile begins from the start, beside it.
            dedupe_key: None,
            run_at: None,
            max_attempts: job.max_attempts,
        }
    }
}
