//! 给人看的：先是走到了哪里，再是现在可以做的各件事。

use std::fmt::Write as _;

use mingjing_domain::finding::EventIndex;
use mingjing_domain::procedure::{
    DutyToMeet, Guard, GuardState, InstanceProgress, Named, NextAction,
};
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::proceed::actions::recordable;

use super::Told;
use crate::table::{output_width, plain, wrap};

/// 表里最多列几项要填的：决定书有五十多项，全列就看不见别的。
const FIELDS_MAX: usize = 12;
/// 说明一行的缩进。
const INDENT: &str = "      ";

/// 一案的全部文字。
pub(super) fn case(explainer: &Explainer<'_>, told: &Told<'_>) -> String {
    let lawbook = explainer.lawbook();
    let timeline = told.case.timeline;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "案件 {}（截至{}）",
        plain(&timeline.id),
        told.case.as_of.in_chinese()
    );
    if told.progress.main().is_none() {
        let _ = writeln!(
            out,
            "  {}",
            unknown_main(lawbook, timeline.procedure.as_deref())
        );
    }
    for instance in &told.progress.instances {
        out.push_str(&progress(lawbook, told, instance));
    }
    let (opening, going): (Vec<&NextAction>, Vec<&NextAction>) =
        told.actions.iter().partition(|a| a.place.opens);
    for (title, actions) in [("现在可以：", going), ("可以新开：", opening)] {
        if actions.is_empty() {
            continue;
        }
        let _ = writeln!(out, "{title}");
        for next in actions {
            out.push_str(&action(explainer, next));
        }
    }
    if told.actions.is_empty() {
        out.push_str("现在没有状态表列出的事可做。\n");
    }
    let facts = recordable(lawbook).len();
    let _ = writeln!(
        out,
        "已经发生的事、系统报来的事（{facts} 种）任何时候都能记下；清单见 --format json。\n"
    );
    out
}

fn unknown_main(lawbook: &Lawbook, procedure: Option<&str>) -> String {
    match procedure {
        None => "主程序不明：案件没有写 procedure，只看写明实例的程序".to_owned(),
        Some(name) => {
            let known: Vec<&str> = lawbook.procedures.iter().map(|p| p.name.as_ref()).collect();
            format!(
                "主程序不明：法典没有程序 {}；有 {}",
                plain(name),
                known.join("、")
            )
        }
    }
}

/// 一个实例：名称、状态、不规则的与说不清的步。
fn progress(lawbook: &Lawbook, told: &Told<'_>, instance: &InstanceProgress) -> String {
    let at = &instance.at;
    let Some(procedure) = lawbook.procedure(&at.procedure) else {
        return String::new();
    };
    let mut out = format!(
        "  {}{}：{}{}\n",
        procedure.label,
        key(at.instance.as_deref()),
        procedure.state_name(&at.state),
        if at.is_final { "（终了）" } else { "" }
    );
    for step in &instance.steps {
        let note = match (step.is_irregular, step.is_ambiguous) {
            (_, true) => "说不清属于哪里，附上而不推进",
            (true, false) => "状态表没有这一步",
            (false, false) => continue,
        };
        let _ = writeln!(
            out,
            "    ！{}：{note}（当时是“{}”）",
            event(lawbook, told, step.event),
            procedure.state_name(&step.from)
        );
    }
    out
}

fn event(lawbook: &Lawbook, told: &Told<'_>, index: EventIndex) -> String {
    let event = &told.case.timeline.events[index.0 as usize];
    let vocabulary = &lawbook.book.vocabulary;
    let label = vocabulary
        .kind(&event.kind)
        .map_or(event.kind.as_str(), |id| &vocabulary.kind_of(id).label);
    format!("{} {label}", event.occurred_on)
}

fn key(instance: Option<&str>) -> String {
    instance.map_or_else(String::new, |k| format!("（{}）", plain(k)))
}

/// 一件可以做的事。
fn action(explainer: &Explainer<'_>, next: &NextAction) -> String {
    let place = &next.place;
    let moves = if place.from == place.to {
        "（状态不变）".to_owned()
    } else {
        format!(" → {}", place.to.name)
    };
    let mut out = format!(
        "  {}{moves}　[{}{}]\n",
        next.kind.name,
        place.procedure.name,
        key(place.instance.as_deref())
    );
    let vocabulary = &explainer.lawbook().book.vocabulary;
    if let (Some(condition), Some(kind)) = (&next.condition, vocabulary.kind(&next.kind.code)) {
        line(&mut out, "条件", &explainer.condition(kind, condition));
    }
    line(&mut out, "由谁", &names(&next.who));
    for guard in &next.guards {
        if let Some((title, words)) = trouble(explainer, next, guard) {
            line(&mut out, title, &words);
        }
    }
    let open: Vec<&str> = next
        .guards
        .iter()
        .filter(|g| own_blanks(next, g))
        .map(|g| g.rule.name.as_ref())
        .collect();
    line(&mut out, "填写后判断", &open.join("、"));
    let unmet: Vec<&str> = next.unmet.iter().map(|u| u.text.as_ref()).collect();
    line(&mut out, "还缺", &unmet.join("；"));
    line(&mut out, "文书", &names(&next.wants.documents));
    line(&mut out, "音像", &names(&next.wants.records));
    line(&mut out, "依据", &next.wants.basis.join("、"));
    line(&mut out, "要填", &to_fill(next));
    for duty in &next.duties {
        line(&mut out, "期限", &deadline(duty));
    }
    out
}

/// 守卫说得出的麻烦；合规、无关与只等填写的没有。
fn trouble(
    explainer: &Explainer<'_>,
    next: &NextAction,
    guard: &Guard,
) -> Option<(&'static str, String)> {
    let rule = format!("{} {}", guard.rule.code, guard.rule.name);
    match &guard.state {
        GuardState::Pass | GuardState::NotApplicable => None,
        GuardState::WouldViolate => Some(("会违反", format!("{rule}（{}）", guard.severity))),
        GuardState::Standing => Some(("已有", format!("{rule}（{}）", guard.severity))),
        GuardState::Undetermined(_) if own_blanks(next, guard) => None,
        GuardState::Undetermined(missing) => {
            let other = missing.iter().filter(|m| !is_own(next, &m.what));
            let words: Vec<String> = other.map(|m| explainer.missing(m)).collect();
            Some(("说不清", format!("{rule}：{}", words.join(""))))
        }
    }
}

/// 要填的各项，太多的只列前面的；必填的注明。
fn to_fill(next: &NextAction) -> String {
    let shown = next.fields.iter().take(FIELDS_MAX).map(|f| {
        let required = if f.is_required { "（必填）" } else { "" };
        format!("{}{required}", f.field.name)
    });
    let shown: Vec<String> = shown.collect();
    let more = if next.fields.len() > FIELDS_MAX {
        format!(" 等 {} 项（全部见 --format json）", next.fields.len())
    } else {
        String::new()
    };
    format!("{}{more}", shown.join("、"))
}

/// 说不清只因为这件事自己还没有填。
fn own_blanks(next: &NextAction, guard: &Guard) -> bool {
    match &guard.state {
        GuardState::Undetermined(missing) => missing.iter().all(|m| is_own(next, &m.what)),
        GuardState::Pass
        | GuardState::NotApplicable
        | GuardState::Standing
        | GuardState::WouldViolate => false,
    }
}

fn is_own(next: &NextAction, what: &str) -> bool {
    what.strip_prefix(next.kind.code.as_ref())
        .is_some_and(|rest| rest.starts_with('.'))
}

fn deadline(duty: &DutyToMeet) -> String {
    let due = match duty.due {
        Some(at @ (DueAt::Day(_) | DueAt::Minute(_))) => format!("至{}", at.in_chinese()),
        Some(DueAt::Suspended { .. }) => "正在中止计算".to_owned(),
        None => "到期日算不出".to_owned(),
    };
    let left = match duty.remaining_working_days {
        Some(days) if days < 0 => format!("，已过 {} 个工作日", -days),
        Some(days) => format!("，还有 {days} 个工作日"),
        None => String::new(),
    };
    format!("{} {due}{left}（{}）", duty.rule.name, duty.state.name())
}

fn names(list: &[Named]) -> String {
    let names: Vec<&str> = list.iter().map(|n| n.name.as_ref()).collect();
    names.join("、")
}

/// 一行说明，按宽度折行；没有内容的不写。
fn line(out: &mut String, title: &str, words: &str) {
    if words.is_empty() {
        return;
    }
    let width = output_width().saturating_sub(INDENT.len() + 2).max(40);
    let text = format!("{title}：{}", plain(words));
    for (i, piece) in wrap(&text, width).into_iter().enumerate() {
        let more = if i == 0 { "" } else { "  " };
        let _ = writeln!(out, "{INDENT}{more}{piece}");
    }
}
