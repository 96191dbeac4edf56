//! 一件监督事项：现状、反映的问题、所监督的发现现在的样子。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::ResourceKind;
use mingjing_store::case_row::CaseRow;
use mingjing_store::finding::FindingRow;

use crate::access::{View, load_case, view_of};
use crate::assessment::facts::{effective, stated, text};
use crate::assessment::supervised::LEAD;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::supervision::linked::{linked_findings, own_findings};

const PROBLEM: &str = "problem";

/// 一件监督事项。
#[derive(Debug, Clone, PartialEq)]
pub struct MatterView {
    /// 案件行。
    pub row: CaseRow,
    /// 看全部的；否则只看得到送达的与自己要办的。
    pub is_whole: bool,
    /// 最早到期日：监督机构看全部的，被监督机关看自己的。
    pub due_on: Option<Date>,
    /// 反映的问题；只在监督机构内部。
    pub problem: Option<String>,
    /// 所监督的发现，连同所在的案件的案号。
    pub findings: Vec<SupervisedFinding>,
    /// 此外还有几个，在后来标为密级的案件上，来者看不到。
    pub hidden: usize,
}

/// 所监督的一个发现。
#[derive(Debug, Clone, PartialEq)]
pub struct SupervisedFinding {
    /// 发现现在的样子。
    pub row: FindingRow,
    /// 规则的名称；法典里已没有的为空。
    pub rule_name: String,
    /// 所在案件的案号。
    pub case_number: Option<String>,
}

/// 取一件监督事项。
#[crate::boxed]
pub async fn get_matter(
    services: &Services,
    request: &RequestContext,
    matter: Id<kind::Case>,
) -> Result<MatterView, ServiceError> {
    let id = TimelineId::from(matter);
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (row, resource) = load_case(read, id).await?;
    if resource.kind != ResourceKind::Supervision {
        return Err(ServiceError::NotFound);
    }
    let view = view_of(&request.actor, &resource, request.today())?;
    let loaded = read.load_timeline(id).await?;
    let mut findings = Vec::new();
    let stated = stated(&loaded.timeline);
    let linked = match view {
        View::Whole => linked_findings(read, &stated, (&request.actor, request.today())).await?,
        View::Served => own_findings(read, &stated).await?,
    };
    for finding in linked.rows {
        let case = read.find_case(finding.timeline).await?;
        let rule = lawbook.rule(&finding.finding.code);
        findings.push(SupervisedFinding {
            rule_name: rule.map_or(String::new(), |rule| rule.name.to_string()),
            case_number: case.and_then(|case| case.number),
            row: finding,
        });
    }
    let events = effective(&loaded.timeline).into_iter();
    let mut leads = events.filter(|(_, event)| event.kind == LEAD);
    let problem = leads.find_map(|(_, event)| text(event, PROBLEM));
    let dues = read.list_supervised_dues(&[id].into()).await?;
    Ok(MatterView {
        is_whole: view == View::Whole,
        due_on: match view {
            View::Whole => row.next_due_on,
            View::Served => dues.get(&id).copied(),
        },
        problem: problem.filter(|_| view == View::Whole),
        findings,
        hidden: linked.hidden,
        row,
    })
}
