//! 一次试算在接口里的样子。

use mingjing_lawbook::simulate::Turn;
use mingjing_lawbook::simulate::tally::{Turns, Words};
use mingjing_services::foresight::Run;
use mingjing_services::foresight::read::{Example, RunDetail};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::shown::Shown;

/// 试算，概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRunSummary {
    /// 标识。
    id: String,
    /// 候选的法典。
    candidate: String,
    /// 施行中的版本。
    in_force_version: String,
    /// 候选的版本。
    version: String,
    /// 法典改了什么，一句话。
    changes: String,
    /// 判断日。
    #[schema(format = Date)]
    as_of_on: String,
    /// 到了哪一步：running 正在算、done 算完了、cancelled 停了、failed 没有做成。
    #[schema(example = "running")]
    state: String,
    /// 要试几案；密级件不在内。
    case_count: u64,
    /// 试过几案。
    done_count: u64,
    /// 会变的案数。
    changed_case_count: u64,
    /// 会变的处数。
    change_count: u64,
    /// 没有做成的原因；别的为 null。
    failure: Option<String>,
    /// 何时开始。
    #[schema(format = DateTime)]
    started_at: String,
    /// 何时结束；正在算的为 null。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// 一种变化的处数。
#[derive(Debug, Serialize, ToSchema)]
pub struct TurnCount {
    /// 怎样变：appears 新出现、vanishes 不再有、becomes_undetermined 变得无法判定、becomes_determined 变得判得出、
    /// severity 程度不同、status 状态不同、due 到期日不同。
    turn: Label,
    /// 处数。
    count: u64,
}

/// 一条规则的变化。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRule {
    /// 规则。
    rule: Label,
    /// 各种变化，没有的不列。
    turns: Vec<TurnCount>,
}

/// 一个机关的变化。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightBody {
    /// 机关的名称；没有登记的为标识。
    name: String,
    /// 试过的案数。
    case_count: u64,
    /// 会变的案数。
    changed_case_count: u64,
    /// 各种变化，没有的不列。
    turns: Vec<TurnCount>,
}

/// 新的一份里一条试行的规则会说的；不算变化。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightTrial {
    /// 规则。
    rule: Label,
    /// 违反。
    violated_count: u64,
    /// 疑点。
    doubt_count: u64,
    /// 临期。
    near_count: u64,
    /// 无法判定。
    undetermined_count: u64,
}

/// 例子：一案的一处。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightExample {
    /// 案件。
    case: String,
    /// 案号。
    case_number: Option<String>,
    /// 机关的名称。
    body_name: Option<String>,
    /// 规则。
    rule: Label,
    /// 怎样变。
    turn: Label,
    /// 哪一件事。
    place: String,
    /// 原来。
    before: String,
    /// 换了之后。
    after: String,
}

/// 试算，连同合计与例子。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRunDetail {
    /// 概要。
    #[serde(flatten)]
    summary: ForesightRunSummary,
    /// 变化里有跨案的规则，它们没有试算。
    has_over_cases: bool,
    /// 按规则；没有变化的不列。
    by_rule: Vec<ForesightRule>,
    /// 按机关；没有变化的不列，变得多的在前。
    by_body: Vec<ForesightBody>,
    /// 试行的规则会说的。
    trials: Vec<ForesightTrial>,
    /// 例子里来者看得到的，每条规则、每种变化至多二十处。
    examples: Vec<ForesightExample>,
    /// 来者有查看发现的许可；没有的看不到是哪些案件。
    may_see_cases: bool,
}

impl From<&Run> for ForesightRunSummary {
    fn from(run: &Run) -> Self {
        let (row, record) = (&run.row, &run.record);
        ForesightRunSummary {
            id: row.id.to_string(),
            candidate: row.candidate.clone(),
            in_force_version: row.version_before.clone(),
            version: row.version_after.clone(),
            changes: record.changes.clone(),
            as_of_on: row.as_of.to_string(),
            state: row.state.code().to_owned(),
            case_count: row.total,
            done_count: row.done,
            changed_case_count: record.totals.changed,
            change_count: record.totals.turns(),
            failure: row.failure.clone(),
            started_at: instant::of(row.started_at),
            ended_at: row.ended_at.map(instant::of),
        }
    }
}

impl ForesightRunDetail {
    pub(super) fn of(detail: &RunDetail, shown: &Shown) -> Self {
        let record = &detail.run.record;
        let rules = record
            .totals
            .by_rule
            .iter()
            .map(|(code, rule)| ForesightRule {
                rule: rule_label(code, &rule.name),
                turns: turns(&rule.turns),
            });
        let bodies = record
            .totals
            .by_body
            .iter()
            .filter(|(_, body)| body.changed > 0);
        let mut bodies: Vec<_> = bodies
            .map(|(name, body)| ForesightBody {
                name: name.clone(),
                case_count: body.cases,
                changed_case_count: body.changed,
                turns: turns(&body.turns),
            })
            .collect();
        bodies.sort_by_key(|body| std::cmp::Reverse(body.changed_case_count));
        let trials = record
            .totals
            .on_trial
            .iter()
            .map(|(code, trial)| ForesightTrial {
                rule: rule_label(code, &trial.name),
                violated_count: trial.violated,
                doubt_count: trial.doubt,
                near_count: trial.near,
                undetermined_count: trial.undetermined,
            });
        let examples = detail.examples.iter();
        ForesightRunDetail {
            summary: (&detail.run).into(),
            has_over_cases: record.has_over_cases,
            by_rule: rules.collect(),
            by_body: bodies,
            trials: trials.collect(),
            examples: examples
                .map(|one| ForesightExample::of(one, shown))
                .collect(),
            may_see_cases: detail.may_see_cases,
        }
    }
}

impl ForesightExample {
    fn of(example: &Example, shown: &Shown) -> Self {
        let (case, told) = (&example.case, &example.told);
        ForesightExample {
            case: case.timeline.to_string(),
            case_number: case.number.clone(),
            body_name: shown.body(case.body.as_deref()),
            rule: rule_label(&told.code, &told.name),
            turn: turn_label(told.turn),
            place: told.place(),
            before: Words::in_chinese(told.before.as_ref()),
            after: Words::in_chinese(told.after.as_ref()),
        }
    }
}

/// A rule that the candidate no longer has is called by its code.
fn rule_label(code: &str, name: &str) -> Label {
    Label::new(code, Some(name).filter(|name| !name.is_empty()))
}

fn turn_label(turn: Turn) -> Label {
    Label::new(turn.code(), Some(turn.name()))
}

fn turns(counts: &Turns) -> Vec<TurnCount> {
    let told = Turn::ALL.into_iter().zip(counts).filter(|(_, n)| **n > 0);
    let counted = told.map(|(turn, n)| TurnCount {
        turn: turn_label(turn),
        count: *n,
    });
    counted.collect()
}
