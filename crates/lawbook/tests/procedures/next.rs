//! 现在可以做什么：每例说出下一步、守卫的回答、未满足的要求与赶的期限。

use mingjing_domain::procedure::{GuardState, NextAction};
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::actions::{next_actions, recordable};
use serde::Deserialize;

use super::data::{self, LAWBOOK};

#[derive(Deserialize)]
struct Case {
    #[serde(flatten)]
    case: data::Case,
    /// 判断日。
    as_of: Option<String>,
    /// 只看这个程序的；没有写的看主程序。
    of: String,
    /// 全部下一步：`事件[#实例|+] 到的状态 角色,角色`，`+` 为新开。
    actions: Vec<String>,
    /// 守卫：`事件 编码 回答[ 缺什么]`，须有。
    #[serde(default)]
    guards: Vec<String>,
    /// 未满足的要求：`事件 说明`，全部。
    #[serde(default)]
    unmet: Vec<String>,
    /// 能完成的义务：`事件 编码 到期 剩余工作日`，须有。
    #[serde(default)]
    duties: Vec<String>,
}

fn words(action: &NextAction) -> String {
    let instance = match &action.place.instance {
        _ if action.place.opens => "+".to_owned(),
        Some(key) => format!("#{key}"),
        None => String::new(),
    };
    let who: Vec<&str> = action.who.iter().map(|w| w.code.as_ref()).collect();
    let to = &action.place.to.code;
    format!("{}{instance} {to} {}", action.kind.code, who.join(","))
}

fn guards(action: &NextAction) -> Vec<String> {
    let lines = action.guards.iter().map(|guard| {
        let (state, missing) = match &guard.state {
            GuardState::Pass => ("pass", Vec::new()),
            GuardState::NotApplicable => ("not_applicable", Vec::new()),
            GuardState::Standing => ("standing", Vec::new()),
            GuardState::WouldViolate => ("would_violate", Vec::new()),
            GuardState::Undetermined(missing) => {
                let what = missing.iter().map(|m| m.what.to_string());
                ("undetermined", what.collect())
            }
        };
        let line = format!(
            "{} {} {state} {}",
            action.kind.code,
            guard.rule.code,
            missing.join(",")
        );
        line.trim_end().to_owned()
    });
    lines.collect()
}

fn duties(action: &NextAction) -> Vec<String> {
    let lines = action.duties.iter().map(|duty| {
        let day = duty.due.and_then(|at| at.date());
        let day = day.map_or_else(|| "未定".to_owned(), |d| d.to_string());
        let left = duty.remaining_working_days;
        let left = left.map_or_else(|| "未知".to_owned(), |n| n.to_string());
        format!("{} {} {day} {left}", action.kind.code, duty.rule.code)
    });
    lines.collect()
}

#[test]
fn the_next_actions_are_the_exits_with_what_they_lack() {
    for case in data::read::<Case>("next.toml") {
        let name = &case.case.name;
        let timeline = case.case.timeline();
        let as_of = case
            .as_of
            .as_ref()
            .map(|day| Date::parse_iso(day).expect("as_of is a date"));
        let prepared = prepare(&LAWBOOK.book.vocabulary, &timeline, as_of, None);
        let all = next_actions(&LAWBOOK, &prepared, &Options::default());
        let own: Vec<&NextAction> = all
            .iter()
            .filter(|a| a.place.procedure.code.as_ref() == case.of)
            .collect();
        let listed: Vec<String> = own.iter().map(|a| words(a)).collect();
        assert_eq!(listed, case.actions, "{name}");
        let answers: Vec<String> = own.iter().flat_map(|a| guards(a)).collect();
        for wanted in &case.guards {
            assert!(
                answers.contains(wanted),
                "{name}：{answers:#?} 没有 {wanted}"
            );
        }
        let lacking: Vec<String> = own
            .iter()
            .flat_map(|a| {
                a.unmet
                    .iter()
                    .map(|u| format!("{} {}", a.kind.code, u.text))
            })
            .collect();
        assert_eq!(lacking, case.unmet, "{name}");
        let due: Vec<String> = own.iter().flat_map(|a| duties(a)).collect();
        for wanted in &case.duties {
            assert!(due.contains(wanted), "{name}：{due:#?} 没有 {wanted}");
        }
    }
}

#[test]
fn an_action_says_what_to_fill_in_and_what_to_attach() {
    let timeline = data::read::<Case>("next.toml").remove(0).case.timeline();
    let prepared = prepare(&LAWBOOK.book.vocabulary, &timeline, None, None);
    let all = next_actions(&LAWBOOK, &prepared, &Options::default());
    let filing = all.iter().find(|a| a.kind.code.as_ref() == "case_filed");
    let filing = filing.expect("a clue can be filed");
    assert_eq!(filing.kind.name.as_ref(), "立案批准");
    let documents: Vec<&str> = filing
        .wants
        .documents
        .iter()
        .map(|d| d.name.as_ref())
        .collect();
    assert_eq!(documents, ["立案审批表"]);
    assert!(filing.wants.basis.iter().any(|b| b.as_ref() == "处罚法54"));
    let rank = filing
        .fields
        .iter()
        .find(|f| f.field.code.as_ref() == "approver_rank");
    let rank = rank.expect("the rank of who approves is declared");
    assert_eq!(rank.field.name.as_ref(), "批准人层级");
    assert!(rank.codes.iter().any(|c| c.name.as_ref() == "机关负责人"));
    let party = filing
        .fields
        .iter()
        .find(|f| f.field.code.as_ref() == "party_name");
    assert!(party.is_some_and(|f| f.is_sensitive));
}

#[test]
fn facts_and_reports_can_always_be_recorded_and_acts_are_not_among_them() {
    let list = recordable(&LAWBOOK);
    let has = |kind: &str| list.iter().any(|r| r.kind.code.as_ref() == kind);
    assert!(has("paid") && has("clue_registered") && has("override"));
    assert!(!has("decided") && !has("case_filed"));
}
