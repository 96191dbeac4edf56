//! 接下来可以做的在接口里的写法。

use mingjing_domain::finding::Missing;
use mingjing_domain::procedure::{
    DutyToMeet, FieldToFill, Guard, GuardState, Named, NextAction, Unmet,
};
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::explain::Explainer;
use mingjing_services::casework::next_actions::Possible;
use mingjing_services::model::code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::severity::Severity;

/// 可以走的一步。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextAction)]
pub struct ActionOut {
    /// 事件种类：以它记录。
    kind: Label,
    /// 性质：act、fact、system。
    nature: String,
    /// 程序。
    procedure: Label,
    /// 实例；主程序、要新开的没有。
    instance: Option<String>,
    /// 这一步新开一个实例。
    opens: bool,
    /// 从哪个状态。
    from: Label,
    /// 到哪个状态。
    to: Label,
    /// 这一步的条件。
    condition: Option<String>,
    /// 谁可以做：角色。
    who: Vec<Label>,
    /// 登录的这个人可不可以做。
    is_permitted: bool,
    /// 为什么可以或不可以。
    because: String,
    /// 守卫：各规则对这一步的回答。
    guards: Vec<ActionGuard>,
    /// 未满足的要求。
    unmet: Vec<ActionUnmet>,
    /// 应有的文书。
    documents: Vec<Label>,
    /// 应有的音像记录。
    records: Vec<Label>,
    /// 依据的简称。
    basis: Vec<String>,
    /// 要填的各项。
    fields: Vec<ActionField>,
    /// 能完成的义务。
    duties: Vec<ActionDuty>,
}

/// 一条规则对这一步的回答。
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionGuard {
    /// 规则。
    rule: Label,
    /// 严重程度。
    severity: Severity,
    /// 回答：pass 合规、not_applicable 无关、standing 已有的问题、would_violate 这一步会带来、undetermined 说不清。
    #[schema(example = "pass")]
    state: String,
    /// 说不清时缺的事实。
    missing: Vec<String>,
}

/// 未满足的要求。
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionUnmet {
    /// 缺什么。
    text: String,
    /// 还说不清时，缺的事实；确实没有时为空。
    missing: Vec<String>,
}

/// 要填的一项。
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionField {
    /// 标识。
    field: String,
    /// 名称。
    name: String,
    /// 类型，法典里的写法。
    r#type: String,
    /// 单位。
    unit: Option<String>,
    /// 必填。
    is_required: bool,
    /// 敏感。
    is_sensitive: bool,
    /// 可选的值；不限的为空。
    choices: Vec<Label>,
}

/// 能完成的义务。
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionDuty {
    /// 规则。
    rule: Label,
    /// 义务现在的状态。
    #[schema(example = "open")]
    state: String,
    /// 到期日。
    #[schema(format = Date)]
    due_on: Option<String>,
    /// 到期的时刻，按时刻计的才有。
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// 剩余工作日，逾期为负。
    remaining_working_days: Option<i32>,
}

impl ActionOut {
    /// 可以走的一步；条件与缺的事实读成中文。
    pub(super) fn of(explainer: &Explainer<'_>, possible: Possible) -> Self {
        let NextAction {
            kind,
            nature,
            place,
            condition,
            who,
            guards,
            unmet,
            wants,
            fields,
            duties,
        } = possible.action;
        let vocabulary = &explainer.lawbook().book.vocabulary;
        let of_kind = vocabulary.kind(&kind.code);
        let condition = condition.map(|text| match of_kind {
            Some(of_kind) => explainer.condition(of_kind, &text),
            None => text.to_string(),
        });
        ActionOut {
            kind: label(&kind),
            nature: nature.name().to_owned(),
            procedure: label(&place.procedure),
            instance: place.instance,
            opens: place.opens,
            from: label(&place.from),
            to: label(&place.to),
            condition,
            who: labels(&who),
            is_permitted: possible.is_permitted,
            because: possible.because,
            guards: guards.iter().map(|it| guard(explainer, it)).collect(),
            unmet: unmet.iter().map(|it| lacking(explainer, it)).collect(),
            documents: labels(&wants.documents),
            records: labels(&wants.records),
            basis: wants.basis.iter().map(ToString::to_string).collect(),
            fields: fields.iter().map(field).collect(),
            duties: duties.iter().map(duty).collect(),
        }
    }
}

pub(super) fn label(named: &Named) -> Label {
    Label::new(&named.code, Some(&named.name))
}

fn labels(named: &[Named]) -> Vec<Label> {
    named.iter().map(label).collect()
}

fn guard(explainer: &Explainer<'_>, guard: &Guard) -> ActionGuard {
    let (state, missing) = match &guard.state {
        GuardState::Pass => ("pass", &[][..]),
        GuardState::NotApplicable => ("not_applicable", &[][..]),
        GuardState::Standing => ("standing", &[][..]),
        GuardState::WouldViolate => ("would_violate", &[][..]),
        GuardState::Undetermined(missing) => ("undetermined", missing.as_slice()),
    };
    ActionGuard {
        rule: label(&guard.rule),
        severity: guard.severity.into(),
        state: state.to_owned(),
        missing: whats(explainer, missing),
    }
}

fn lacking(explainer: &Explainer<'_>, unmet: &Unmet) -> ActionUnmet {
    ActionUnmet {
        text: unmet.text.to_string(),
        missing: whats(explainer, &unmet.missing),
    }
}

fn whats(explainer: &Explainer<'_>, missing: &[Missing]) -> Vec<String> {
    missing
        .iter()
        .map(|it| explainer.lacking(it).what)
        .collect()
}

pub(super) fn field(field: &FieldToFill) -> ActionField {
    ActionField {
        field: field.field.code.to_string(),
        name: field.field.name.to_string(),
        r#type: field.type_text.to_string(),
        unit: field.unit.as_ref().map(ToString::to_string),
        is_required: field.is_required,
        is_sensitive: field.is_sensitive,
        choices: labels(&field.codes),
    }
}

fn duty(duty: &DutyToMeet) -> ActionDuty {
    let (on, at) = match duty.due {
        Some(DueAt::Day(on)) => (Some(on), None),
        Some(DueAt::Minute(at)) => (Some(at.date()), Some(at)),
        Some(DueAt::Suspended { .. }) | None => (None, None),
    };
    ActionDuty {
        rule: label(&duty.rule),
        state: code::duty_state(duty.state).to_owned(),
        due_on: on.map(|on| on.to_string()),
        due_at: at.map(instant::of_timestamp),
        remaining_working_days: duty.remaining_working_days,
    }
}
