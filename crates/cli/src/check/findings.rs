//! 一案的文字：在评估的线程里写好，打印与报告只管排列。

use mingjing_documents::check_report::CaseEntry;
use mingjing_domain::finding::{Assessment, RuleResult, Severity, Status};
use mingjing_interchange::read::Case;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::explain::missing::FoldedText;

use crate::check::json;
use crate::check::trial::Heard;

/// 要写哪些文字。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// JSON 的行
    pub(crate) json: bool,
    /// 报告的条目
    pub(crate) entry: bool,
}

/// 表里的一行。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) severity: Severity,
    pub(crate) status: Status,
    pub(crate) case: String,
    pub(crate) code: String,
    pub(crate) headline: String,
    /// 依据的简称；全称与版本在报告、JSON 和 --why 里
    pub(crate) citations: Vec<String>,
    pub(crate) marks: Vec<&'static str>,
}

/// 一案写好的文字。
pub(crate) struct Rendered {
    /// 表里的行；输出 JSON 时为空
    pub(crate) lines: Vec<Line>,
    /// 无法判定的折叠
    pub(crate) folded: Option<FoldedText>,
    /// JSON 的行，每行一个对象
    pub(crate) json: String,
    /// 报告的条目
    pub(crate) entry: Option<CaseEntry>,
    /// 试行的规则会说的
    pub(crate) on_trial: Vec<Heard>,
}

impl Rendered {
    pub(crate) fn new(
        explainer: &Explainer<'_>,
        wanted: Wanted,
        case: &Case,
        assessment: &Assessment,
    ) -> Self {
        Rendered {
            lines: if wanted.json {
                Vec::new()
            } else {
                lines(explainer, case, assessment)
            },
            folded: if wanted.json {
                None
            } else {
                explainer.fold_undetermined(&assessment.results)
            },
            json: if wanted.json {
                json::case(explainer, case, assessment)
            } else {
                String::new()
            },
            entry: wanted
                .entry
                .then(|| CaseEntry::new(explainer, &case.timeline, assessment)),
            on_trial: Vec::new(),
        }
    }
}

fn lines(explainer: &Explainer<'_>, case: &Case, assessment: &Assessment) -> Vec<Line> {
    let words = explainer.case(&case.timeline, assessment.as_of);
    let is_told = |result: &&RuleResult| result.status.is_some_and(|s| s != Status::Undetermined);
    assessment
        .results
        .iter()
        .filter(is_told)
        .filter_map(|result| {
            Some(Line {
                severity: result.severity,
                status: result.status?,
                case: case.timeline.id.clone(),
                code: result.code.to_string(),
                headline: words.headline(result),
                citations: words.binding(result),
                marks: result.marks.iter().map(|mark| mark.name()).collect(),
            })
        })
        .collect()
}
