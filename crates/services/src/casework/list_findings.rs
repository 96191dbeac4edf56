//! 发现：列表、一个发现的文字、汇总。文字到要的时候才写。

use mingjing_domain::finding::Outcome;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::{Explainer, FindingText};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::counter::{FindingSum, SumBy};
use mingjing_store::finding::{FindingFilter, FindingRow};
use mingjing_store::tx::Read;

use crate::access::{case_resource, load_case, require};
use crate::assessment::project::finding_ids;
use crate::assessment::write::Ready;
use crate::casework::free_text::Names;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, Watermark, cut, of_cursor};

const LIST: &str = "findings.found_at";

/// 一个发现，连同文字。
#[derive(Debug, Clone, PartialEq)]
pub struct FindingView {
    /// 库里的一行。
    pub row: FindingRow,
    /// 规则的名称；法典里已没有的为空。
    pub rule_name: String,
    /// 文字；已经终结的、或现在的法典不再如此判断的没有。
    pub text: Option<FindingText>,
}

/// 列出发现，新发现的在前。
#[crate::boxed]
pub async fn list_findings(
    services: &Services,
    request: &RequestContext,
    filter: &FindingFilter,
    page: &PageRequest,
) -> Result<Page<FindingView>, ServiceError> {
    let after = match page.after(LIST, 2).map_err(of_cursor)? {
        Some([Key::Int(at), Key::Text(id)]) => {
            let at = Moment::from_unix_micros(*at);
            Some((
                at.ok_or_else(|| of_cursor(CursorError::Malformed))?,
                id.clone(),
            ))
        }
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    // Whoever may list and not read a restricted case would learn from its findings what is in it.
    let scope = scope(
        &request.actor,
        Action::Read,
        ResourceKind::Finding,
        request.today(),
    );
    let limit = page.size.one_more();
    let read = services.store.reader().await?;
    let rows = read.list_findings(&scope, filter, after, limit).await?;
    let lawbook = services.lawbook();
    let page = cut(rows, page, |row| {
        let at = Key::Int(row.found_at.unix_micros());
        Cursor::new(LIST, vec![at, Key::Text(row.finding.id.clone())])
    });
    Ok(page.map(|row| view(&lawbook, row, None)))
}

/// 一案的全部发现，终结了的也在内；没有终结的附文字。
#[crate::boxed]
pub async fn list_case_findings(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<Vec<FindingView>, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let rows = read.list_case_findings(id).await?;
    let ready = as_judged(read, &lawbook, id).await?;
    let texts = texts(&lawbook, &ready);
    let views = rows.into_iter().map(|row| {
        let text = texts.iter().find(|(id, _)| *id == row.finding.id);
        let text = text.filter(|_| row.ended.is_none());
        let text = text.map(|(_, text)| text.clone());
        view(&lawbook, row, text)
    });
    Ok(views.collect())
}

/// 一个发现，连同文字。
#[crate::boxed]
pub async fn get_finding(
    services: &Services,
    request: &RequestContext,
    id: &str,
) -> Result<FindingView, ServiceError> {
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let row = read.find_finding(id).await?.ok_or(ServiceError::NotFound)?;
    let case = read.find_case(row.timeline).await?;
    let case = case.ok_or(ServiceError::NotFound)?;
    let accounts = read.list_case_accounts(row.timeline).await?;
    let is_published = read.is_published(row.timeline).await?;
    let kind = ResourceKind::Finding;
    let resource = case_resource(kind, &case, &accounts, is_published)?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let ready = as_judged(read, &lawbook, row.timeline).await?;
    let mut texts = texts(&lawbook, &ready).into_iter();
    let text = texts.find(|(id, _)| *id == row.finding.id && row.ended.is_none());
    Ok(view(&lawbook, row, text.map(|(_, text)| text)))
}

/// 汇总：按机关、编码或程度，连同计数折到了日志的哪里。
#[crate::boxed]
pub async fn summarise_findings(
    services: &Services,
    request: &RequestContext,
    filter: &FindingFilter,
    by: SumBy,
) -> Result<(Vec<FindingSum>, Option<Watermark>), ServiceError> {
    // The rows that a count opens are those that its reader may read: the list asks the same.
    let scope = scope(
        &request.actor,
        Action::Read,
        ResourceKind::Finding,
        request.today(),
    );
    let read = &services.store.reader().await?;
    let sums = read.sum_findings(&scope, filter, by).await?;
    Ok((sums, watermark(read, request).await?))
}

/// Counters are folded in the transaction of the event: they stand at least where the log stands.
pub(crate) async fn watermark(
    read: &Read,
    request: &RequestContext,
) -> Result<Option<Watermark>, ServiceError> {
    let size = read.log_state().await?.size;
    Ok(size.checked_sub(1).map(|log_index| Watermark {
        log_index,
        at: request.now.timestamp(),
    }))
}

fn view(lawbook: &Lawbook, row: FindingRow, text: Option<FindingText>) -> FindingView {
    let rule = lawbook.rule(&row.finding.code);
    FindingView {
        rule_name: rule.map_or(String::new(), |rule| rule.name.to_string()),
        text,
        row,
    }
}

/// The timeline with the facts and on the day of its stored assessment.
pub(crate) async fn as_judged(
    read: &Read,
    lawbook: &Lawbook,
    id: TimelineId,
) -> Result<(Ready, mingjing_kernel::date::Date), ServiceError> {
    let stored = read.find_assessment(id).await?;
    let stored = stored.ok_or(ServiceError::NotFound)?;
    let loaded = read.load_timeline(id).await?;
    let ready = Ready::gather(read, lawbook, loaded, stored.as_of).await?;
    let body = read.get_facts(&stored.facts_digest).await?;
    let (facts, org_path) = crate::assessment::registry::RegistryFacts::of_snapshot(&body)?;
    Ok((ready.with_facts(&facts, org_path), stored.as_of))
}

fn texts(
    lawbook: &Lawbook,
    (ready, as_of): &(Ready, mingjing_kernel::date::Date),
) -> Vec<(String, FindingText)> {
    let options = Options {
        as_of: Some(*as_of),
        skip_duties: true,
        ..Options::default()
    };
    let mut results = assess(lawbook, &ready.timeline, &options).results;
    results.retain(|result| result.outcome == Outcome::Violation);
    let explainer = Explainer::new(lawbook);
    let words = explainer.case(&ready.timeline, *as_of);
    let ids = finding_ids(&ready.timeline, &results);
    let names = Names::of(&lawbook.book.vocabulary, &ready.timeline);
    let texts = results.iter().map(|result| {
        let mut text = words.finding(result);
        names.mask_in_finding(&mut text);
        text
    });
    ids.into_iter().zip(texts).collect()
}
