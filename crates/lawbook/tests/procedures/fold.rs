//! 折叠：每例说出各实例的状态、不规则的步与说不清的步。

use mingjing_domain::procedure::{InstanceState, StepTaken};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::fold::fold;
use serde::Deserialize;

use super::data::{self, LAWBOOK};

#[derive(Deserialize)]
struct Case {
    #[serde(flatten)]
    case: data::Case,
    /// `程序[#实例] 状态`，主程序在前，其余按开启先后；终了的加“。”。
    expect: Vec<String>,
    /// 不规则的步：`程序[#实例] 事件`。
    #[serde(default)]
    irregular: Vec<String>,
    /// 说不清的步。
    #[serde(default)]
    ambiguous: Vec<String>,
}

fn place(at: &InstanceState) -> String {
    let instance = at.instance.as_ref().map(|i| format!("#{i}"));
    format!("{}{}", at.procedure, instance.unwrap_or_default())
}

#[test]
fn timelines_fold_to_the_states_of_the_table() {
    for case in data::read::<Case>("fold.toml") {
        let timeline = case.case.timeline();
        let prepared = prepare(&LAWBOOK.book.vocabulary, &timeline, None, None);
        let progress = fold(&LAWBOOK, &prepared);
        let states: Vec<String> = progress
            .instances
            .iter()
            .map(|i| {
                let end = if i.at.is_final { "。" } else { "" };
                format!("{} {}{end}", place(&i.at), i.at.state)
            })
            .collect();
        assert_eq!(states, case.expect, "{}", case.case.name);
        let marked = |wanted: fn(&StepTaken) -> bool| -> Vec<String> {
            let steps = progress.instances.iter().flat_map(|i| {
                let own = i.steps.iter().filter(|s| wanted(s));
                own.map(|s| format!("{} {}", place(&i.at), kind(&timeline, s)))
            });
            steps.collect()
        };
        let name = &case.case.name;
        assert_eq!(marked(|s| s.is_irregular), case.irregular, "{name}");
        assert_eq!(marked(|s| s.is_ambiguous), case.ambiguous, "{name}");
    }
}

fn kind<'t>(timeline: &'t Timeline, step: &StepTaken) -> &'t str {
    &timeline.events[step.event.0 as usize].kind
}

#[test]
fn every_state_of_the_shipped_procedures_has_a_chinese_name() {
    for procedure in &LAWBOOK.procedures {
        for state in procedure.states() {
            let is_named = procedure.state_names.contains_key(&state);
            assert!(is_named, "{} 的 {state} 没有中文名", procedure.name);
        }
    }
}
