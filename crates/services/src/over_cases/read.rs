//! 看跨案发现：列表、个数、一个连同案件；案件只列来者看得到的，个数照实。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::explain::{Explainer, FindingText};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::case_row::CaseHead;
use mingjing_store::over_cases::run::OverCasesRun;
use mingjing_store::over_cases::{OverCasesFilter, OverCasesRow, OverCasesSum};
use mingjing_store::tx::Read;

use crate::casework::free_text::Names;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::over_cases::kept::{Lack, named_case, result_of, timeline};
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const LIST: &str = "over_cases.weight";
/// What a case that cannot be seen is called.
const UNSEEN: &str = "看不到的案件";

/// 一个跨案发现，连同文字。
#[derive(Debug, Clone, PartialEq)]
pub struct OverCasesView {
    /// 库里的一行；键里说案件的换成了案号。
    pub row: OverCasesRow,
    /// 规则的名称；法典里已没有的为空。
    pub rule_name: String,
    /// 文字；终结了的、现在的法典没有这个部分的没有。
    pub text: Option<FindingText>,
}

/// 列出的一案。
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCase {
    /// 哪一案。
    pub timeline: TimelineId,
    /// 称呼。
    pub head: CaseHead,
    /// 缺什么，一句一项；数了的没有。
    pub missing: Vec<String>,
}

/// 一个跨案发现与来者看得到的案件。
#[derive(Debug, Clone, PartialEq)]
pub struct OverCasesDetail {
    /// 发现。
    pub view: OverCasesView,
    /// 数了的案件里列出的。
    pub counted: Vec<ListedCase>,
    /// 没有数成的案件里列出的。
    pub not_counted: Vec<ListedCase>,
}

/// 列出跨案发现，重的在前。
#[crate::boxed]
pub async fn list_over_cases(
    services: &Services,
    request: &RequestContext,
    filter: &OverCasesFilter,
    page: &PageRequest,
) -> Result<Page<OverCasesView>, ServiceError> {
    let malformed = || of_cursor(CursorError::Malformed);
    let after = match page.after(LIST, 3).map_err(of_cursor)? {
        Some([Key::Int(weight), Key::Int(at), Key::Text(id)]) => {
            let weight = u32::try_from(*weight).map_err(|_| malformed())?;
            let at = Moment::from_unix_micros(*at).ok_or_else(malformed)?;
            Some((weight, at, id.clone()))
        }
        Some(_) => return Err(malformed()),
        None => None,
    };
    let limit = page.size.one_more();
    let read = &services.store.reader().await?;
    let rows = read
        .list_over_cases(&seen(request), filter, after, limit)
        .await?;
    let page = cut(rows, page, |row| {
        let weight = Key::Int(row.finding.weight().into());
        let at = Key::Int(row.found_at.unix_micros());
        Cursor::new(LIST, vec![weight, at, Key::Text(row.finding.id.clone())])
    });
    let named = page.items.iter().flat_map(named_cases).collect();
    let heads = read.list_case_heads(&seen_cases(request), &named).await?;
    let lawbook = services.lawbook();
    let explainer = Explainer::new(&lawbook);
    Ok(page.map(|row| view(&explainer, row, &heads)))
}

/// 这些行，连同文字与列出的案件里 `cases` 之内的，次序照旧。
pub(crate) async fn tell_all(
    read: &Read,
    lawbook: &Lawbook,
    cases: &Scope,
    rows: Vec<OverCasesRow>,
) -> Result<Vec<OverCasesDetail>, ServiceError> {
    let explainer = Explainer::new(lawbook);
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        told.push(detail(read, &explainer, cases, row).await?);
    }
    Ok(told)
}

/// 个数：与列表同样的条件、同样的范围。
#[crate::boxed]
pub async fn sum_over_cases(
    services: &Services,
    request: &RequestContext,
    filter: &OverCasesFilter,
) -> Result<Vec<OverCasesSum>, ServiceError> {
    let read = &services.store.reader().await?;
    Ok(read.sum_over_cases(&seen(request), filter).await?)
}

/// 一个跨案发现，连同文字与案件。
#[crate::boxed]
pub async fn get_over_cases(
    services: &Services,
    request: &RequestContext,
    id: &str,
) -> Result<OverCasesDetail, ServiceError> {
    let read = &services.store.reader().await?;
    let row = read.find_over_cases(&seen(request), id).await?;
    let row = row.ok_or(ServiceError::NotFound)?;
    let lawbook = services.lawbook();
    detail(read, &Explainer::new(&lawbook), &seen_cases(request), row).await
}

async fn detail(
    read: &Read,
    explainer: &Explainer<'_>,
    seen: &Scope,
    row: OverCasesRow,
) -> Result<OverCasesDetail, ServiceError> {
    let cases = read.list_over_cases_cases(&row.finding.id).await?;
    let mut named: BTreeSet<TimelineId> = named_cases(&row).collect();
    named.extend(cases.iter().map(|case| case.timeline));
    let heads = read.list_case_heads(seen, &named).await?;
    let (mut counted, mut not_counted) = (Vec::new(), Vec::new());
    for case in cases {
        let Some(head) = heads.get(&case.timeline) else {
            continue;
        };
        let lacks: Vec<Lack> = match &case.missing {
            None => Vec::new(),
            Some(text) => serde_json::from_str(text).map_err(ServiceError::internal)?,
        };
        let missing = lacks.iter().filter_map(Lack::missing);
        let list = match case.missing {
            None => &mut counted,
            Some(_) => &mut not_counted,
        };
        list.push(ListedCase {
            timeline: case.timeline,
            head: head.clone(),
            missing: missing.map(|it| explainer.missing(&it)).collect(),
        });
    }
    Ok(OverCasesDetail {
        view: view(explainer, row, &heads),
        counted,
        not_counted,
    })
}

/// 最近的一次评估；还没有做过的没有。
#[crate::boxed]
pub async fn find_last_run(
    services: &Services,
    request: &RequestContext,
) -> Result<LastRuns, ServiceError> {
    if seen(request).is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let read = &services.store.reader().await?;
    let newest = read.list_over_cases_runs(None, 1).await?;
    let done = mingjing_store::over_cases::run::OverCasesState::Done;
    let done = read.list_over_cases_runs(Some(done), 1).await?;
    Ok(LastRuns {
        newest: newest.into_iter().next(),
        done: done.into_iter().next(),
    })
}

/// 最近的一次，与最近做完的一次：看到的是后一次的结果。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRuns {
    /// 最近的一次。
    pub newest: Option<OverCasesRun>,
    /// 最近做完的一次。
    pub done: Option<OverCasesRun>,
}

/// Where whoever asks may read findings.
fn seen(request: &RequestContext) -> Scope {
    scope(
        &request.actor,
        Action::Read,
        ResourceKind::Finding,
        request.today(),
    )
}

/// The cases that the keys name.
fn named_cases(row: &OverCasesRow) -> impl Iterator<Item = TimelineId> {
    row.finding
        .keys
        .values()
        .filter_map(|value| named_case(value))
}

/// The cases whose names whoever asks may read.
fn seen_cases(request: &RequestContext) -> Scope {
    scope(
        &request.actor,
        Action::Read,
        ResourceKind::Case,
        request.today(),
    )
}

fn view(
    explainer: &Explainer<'_>,
    mut row: OverCasesRow,
    heads: &BTreeMap<TimelineId, CaseHead>,
) -> OverCasesView {
    let lawbook: &Lawbook = explainer.lawbook();
    for value in row.finding.keys.values_mut() {
        if let Some(case) = named_case(value) {
            let number = heads.get(&case).map(|head| head.number.clone());
            *value = match number {
                None => UNSEEN.to_owned(),
                Some(number) => number.unwrap_or_else(|| case.to_string()),
            };
        }
    }
    let rule = lawbook.rule(&row.finding.code);
    OverCasesView {
        rule_name: rule.map_or(String::new(), |rule| rule.name.to_string()),
        text: text(explainer, &row),
        row,
    }
}

fn text(explainer: &Explainer<'_>, row: &OverCasesRow) -> Option<FindingText> {
    if row.ended.is_some() {
        return None;
    }
    let finding = &row.finding;
    let result = result_of(explainer.lawbook(), row, finding.keys.clone())?;
    let path = OrgPath::parse(&finding.org_path).ok();
    let place = timeline(path.as_ref(), finding.department.as_deref());
    let mut text = explainer.case(&place, finding.as_of).finding(&result);
    Names::default().mask_in_finding(&mut text);
    Some(text)
}
