//! 后台任务：判为失败的，列出来由人看，由人叫它再试。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::job::FailedJob;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

const LIST: &str = "jobs.failed_at";

/// 列出判为失败的任务，新失败的在前。
#[crate::boxed]
pub async fn list_failed_jobs(
    services: &Services,
    request: &RequestContext,
    page: &PageRequest,
) -> Result<Page<FailedJob>, ServiceError> {
    let platform = Resource::of_platform(ResourceKind::Job);
    if !decide(&request.actor, Action::List, &platform, request.today()).allowed {
        return Err(ServiceError::Forbidden);
    }
    let malformed = || of_cursor(CursorError::Malformed);
    let before = match page.after(LIST, 2).map_err(of_cursor)? {
        Some([Key::Int(at), Key::Text(id)]) => {
            let at = Moment::from_unix_micros(*at).ok_or_else(malformed)?;
            Some((at, Id::parse(id).map_err(|_| malformed())?))
        }
        Some(_) => return Err(malformed()),
        None => None,
    };
    let limit = page.size.one_more();
    let rows = services
        .store
        .read(async |read: &Read| read.list_failed_jobs(before, limit).await)
        .await?;
    Ok(cut(rows, page, |job| {
        let at = Key::Int(job.failed_at.unix_micros());
        Cursor::new(LIST, vec![at, Key::Text(job.id.to_string())])
    }))
}

/// 叫一个判为失败的任务再试；没有这个任务、或它没有失败的，答“没有”。
#[crate::boxed]
pub async fn retry_job(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Job>,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let platform = Resource::of_platform(ResourceKind::Job);
        authorise(&request_of_closure, Action::Retry, &platform, id)?;
        if !tx.retry_failed_job(id).await? {
            return Err(ServiceError::NotFound.into());
        }
        Ok::<_, Stop>(Done::new((), Subject::new(&platform, id), json!({})))
    };
    perform(services, request, Act::RetryJob, work).await
}
