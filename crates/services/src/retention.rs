//! 保存期限：什么留多久，期满由后台删去；事件、审计、日志从不在此（`docs/retention.md`）。

use mingjing_kernel::moment::Moment;
use mingjing_policy::permission::ResourceKind;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::clock_guard::require_settled;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::expire_details::expire_details;
use crate::intake::remove_files::remove_expired_files;
use crate::limit::EXPIRED_AT_ONCE;
use crate::perform::{Act, Done, Stop, Subject, perform};

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// 各样东西留多少天。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// 导完之后的原文件：够核对与再导，不多留个人信息。
    pub import_file_days: u32,
    /// 导完之后各行的细节（不能收的原因、与旧版的差别）：够改了再交。
    pub import_detail_days: u32,
    /// 绝对期限之后的会话：追查用。
    pub session_days: u32,
    /// 幂等键的答复：没有人隔一天才重发。
    pub reply_days: u32,
    /// 做完的后台任务：看上周发生了什么的人要。
    pub job_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention {
            import_file_days: 30,
            import_detail_days: 90,
            session_days: 90,
            reply_days: 1,
            job_days: 14,
        }
    }
}

/// 删去了多少。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// 做完的任务。
    pub jobs: u64,
    /// 幂等键的答复。
    pub replies: u64,
    /// 会话。
    pub sessions: u64,
    /// 抹去细节的行。
    pub import_details: u64,
    /// 原文件。
    pub import_files: u64,
    /// 还有，没有做完。
    pub has_more: bool,
}

/// So many days before that moment.
pub(crate) fn ago(now: Moment, days: u32) -> Moment {
    now.add_micros(-(i64::from(days) * DAY_MICROS))
}

/// 删去一段期满的；时钟刚跳到了以后的拒绝。定时任务调用，不问权限；删会话、抹细节、删原文件的各留审计。
#[crate::boxed]
pub async fn expire(
    services: &Services,
    request: &RequestContext,
) -> Result<Expired, ServiceError> {
    require_settled(services, request).await?;
    let retention = *services.retention();
    let jobs_before = ago(request.now, retention.job_days);
    let replies_before = ago(request.now, retention.reply_days);
    let work = async move |tx: &Tx| {
        let jobs = tx.purge_done_jobs(jobs_before).await?;
        let replies = tx.purge_replies(replies_before).await?;
        Ok::<_, ServiceError>((jobs, replies))
    };
    let context = services.context(request);
    let ((jobs, replies), _) = services.store.write_bulk(&context, work).await?;
    let sessions = expire_sessions(services, request).await?;
    let (import_details, has_more_details) = expire_details(services, request).await?;
    let import_files = match services.spool() {
        Some(spool) => remove_expired_files(services, spool, request).await?,
        None => 0,
    };
    Ok(Expired {
        jobs,
        replies,
        sessions,
        import_details,
        import_files,
        has_more: sessions >= u64::from(EXPIRED_AT_ONCE) || has_more_details,
    })
}

async fn expire_sessions(
    services: &Services,
    request: &RequestContext,
) -> Result<u64, ServiceError> {
    let before = ago(request.now, services.retention().session_days);
    let any = async |read: &Read| read.has_sessions_before(before).await;
    // Looked for first: a run that finds nothing leaves no audit record.
    if !services.store.read(any).await? {
        return Ok(0);
    }
    let work = async move |tx: &Tx| {
        let gone = tx.purge_sessions(before, EXPIRED_AT_ONCE).await?;
        let subject = Subject::of_platform(ResourceKind::Session);
        Ok::<_, Stop>(Done::new(gone, subject, json!({ "sessions": gone })))
    };
    perform(services, request, Act::ExpireSessions, work).await
}
