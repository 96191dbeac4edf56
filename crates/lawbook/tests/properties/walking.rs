//! 程序：随机走状态表，从不崩溃；怎样分批都到同一状态；表里列出的路没有不规则的一步；下一步总通向表里的转移。

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::procedure::{InstanceProgress, NextAction, Progress};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::cel::types::Type;
use mingjing_lawbook::cel::value::Tri;
use mingjing_lawbook::context::{Ctx, Keys, Run, Slot};
use mingjing_lawbook::prepare::{Case, prepare};
use mingjing_lawbook::procedure::{Procedure, Transition};
use mingjing_lawbook::proceed::actions::next_actions;
use mingjing_lawbook::proceed::decide::{DecideOptions, decide};
use mingjing_lawbook::proceed::fold::{advance, fold, start};
use proptest::prelude::*;

use super::generate::{LAWBOOK, cases, choices, day, event as random_event, timeline};

/// 每条转移的条件成立时的字段：程序、第几条转移。
static SATISFYING: LazyLock<BTreeMap<(usize, usize), BTreeMap<String, Value>>> =
    LazyLock::new(|| {
        let procedures = LAWBOOK.procedures.iter().enumerate();
        let transitions = procedures.flat_map(|(p, procedure)| {
            let numbered = procedure.transitions.iter().enumerate();
            numbered.map(move |(t, transition)| ((p, t), satisfying(procedure, transition)))
        });
        transitions.collect()
    });

/// 一个或两个字段的值就能使条件成立；都不能的，测试要跟着改。
fn satisfying(procedure: &Procedure, transition: &Transition) -> BTreeMap<String, Value> {
    let vocabulary = &LAWBOOK.book.vocabulary;
    let kind = vocabulary.kind_of(transition.on);
    let mut singles = Vec::new();
    for field in &kind.fields {
        let values = match &field.ty {
            Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
            Type::Code(list) => {
                let codes = vocabulary.list_of(*list).codes.iter();
                codes.map(|(c, _)| Value::Text(c.to_string())).collect()
            }
            Type::Int => vec![Value::Int(1), Value::Int(2)],
            _ => continue,
        };
        singles.extend(values.into_iter().map(|v| (field.name.to_string(), v)));
    }
    let mut tries = vec![BTreeMap::new()];
    tries.extend(singles.iter().cloned().map(|one| BTreeMap::from([one])));
    for (number, first) in singles.iter().enumerate() {
        let others = singles[number + 1..].iter();
        let others = others.filter(|second| second.0 != first.0);
        tries.extend(others.map(|second| BTreeMap::from([first.clone(), second.clone()])));
    }
    let holds = |fields: &BTreeMap<String, Value>| {
        let Some(when) = &transition.when else {
            return true;
        };
        let mut event = Event::new("w", kind.name.as_ref(), day(2_400));
        event.fields = fields.clone();
        let timeline = walk_timeline(procedure, vec![event]);
        let case = prepare(vocabulary, &timeline, None, None);
        let run = Run::new(&LAWBOOK, &case);
        let keys = Keys::none();
        matches!(
            when(&Ctx::new(&run, &keys, case.as_of).with(Slot::E, 0)),
            Tri::True
        )
    };
    let found = tries.into_iter().find(holds);
    found.unwrap_or_else(|| panic!("{} 的 {} 找不到字段", procedure.name, kind.name))
}

fn walk_timeline(procedure: &Procedure, events: Vec<Event>) -> Timeline {
    Timeline {
        id: "走一遍".to_owned(),
        procedure: (!LAWBOOK.is_side(procedure)).then(|| procedure.name.to_string()),
        events,
        coverage: Coverage::Closed,
        facts: Facts::default(),
    }
}

/// 一次随机的走法：走过的事件与逐步的状态。
struct Walk {
    procedure: usize,
    events: Vec<Event>,
    states: Vec<String>,
}

/// 实例程序用的标识。
const INSTANCE: &str = "k1";

fn step_event(number: usize, procedure: usize, transition: usize) -> Event {
    let declared = &LAWBOOK.procedures[procedure];
    let on = declared.transitions[transition].on;
    let kind = &LAWBOOK.book.vocabulary.kind_of(on).name;
    let mut event = Event::new(
        format!("w{number}"),
        kind.as_ref(),
        day(2_400 + number as u16),
    );
    event.fields = SATISFYING[&(procedure, transition)].clone();
    if LAWBOOK.is_side(declared) {
        event.instance = Some(INSTANCE.to_owned());
    }
    event
}

fn walk(procedure: usize, seeds: &[u16]) -> Walk {
    let declared = &LAWBOOK.procedures[procedure];
    let mut state = declared.start.clone();
    let mut walk = Walk {
        procedure,
        events: Vec::new(),
        states: Vec::new(),
    };
    for (number, seed) in seeds.iter().enumerate() {
        let numbered = declared.transitions.iter().enumerate();
        let exits: Vec<usize> = numbered
            .filter(|(_, t)| t.from.contains(&state))
            .map(|(i, _)| i)
            .collect();
        let Some(count) = (!exits.is_empty()).then_some(exits.len()) else {
            break;
        };
        let transition = exits[usize::from(*seed) % count];
        walk.events.push(step_event(number, procedure, transition));
        if let Some(to) = &declared.transitions[transition].to {
            state = to.clone();
        }
        walk.states.push(state.to_string());
    }
    walk
}

fn walks(longest: usize) -> impl Strategy<Value = Walk> {
    let seeds = proptest::collection::vec(any::<u16>(), 0..longest);
    (0..LAWBOOK.procedures.len(), seeds).prop_map(|(procedure, seeds)| walk(procedure, &seeds))
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<&str> = self.events.iter().map(|e| e.kind.as_str()).collect();
        write!(f, "{} {kinds:?}", LAWBOOK.procedures[self.procedure].name)
    }
}

fn prepared(timeline: &Timeline) -> Case<'_> {
    prepare(&LAWBOOK.book.vocabulary, timeline, None, None)
}

/// 所走的那个实例。
fn own<'p>(progress: &'p Progress, procedure: &Procedure) -> Option<&'p InstanceProgress> {
    if LAWBOOK.is_side(procedure) {
        let mut instances = progress.instances.iter();
        return instances.find(|i| i.at.instance.as_deref() == Some(INSTANCE));
    }
    progress.main()
}

/// 由下一步做成一件事：条件成立，写明实例。
fn carried_out(action: &NextAction, number: usize) -> Event {
    let procedures = &LAWBOOK.procedures;
    let procedure = procedures
        .iter()
        .position(|p| p.name == action.place.procedure.code)
        .expect("the procedure of an action is loaded");
    let vocabulary = &LAWBOOK.book.vocabulary;
    let transition = procedures[procedure].transitions.iter().position(|t| {
        vocabulary.kind_of(t.on).name == action.kind.code
            && t.when_text == action.condition
            && t.from.contains(&action.place.from.code)
    });
    let transition = transition.expect("an action is a transition of the table");
    let mut event = step_event(number, procedure, transition);
    event.instance = action.place.instance.clone();
    if action.place.opens {
        event.instance = Some("新开".to_owned());
    }
    event
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn an_allowed_walk_has_no_irregular_step(walk in walks(20)) {
        let procedure = &LAWBOOK.procedures[walk.procedure];
        let timeline = walk_timeline(procedure, walk.events.clone());
        let case = prepared(&timeline);
        let progress = fold(&LAWBOOK, &case);
        let Some(instance) = own(&progress, procedure) else {
            prop_assert!(walk.events.is_empty());
            return Ok(());
        };
        let states: Vec<String> = instance.steps.iter().map(|s| s.to.to_string()).collect();
        prop_assert_eq!(&states, &walk.states);
        prop_assert!(instance.steps.iter().all(|s| !s.is_irregular && !s.is_ambiguous));
        let last = walk.states.last();
        prop_assert!(last.is_none_or(|state| instance.at.state.as_ref() == state));
        prop_assert_eq!(instance.at.is_final, procedure.finals.contains(&instance.at.state));
    }

    #[test]
    fn any_timeline_folds_to_one_state_whatever_the_batches(
        timeline in timeline(),
        procedure in proptest::option::of(0..LAWBOOK.procedures.len()),
        cut in any::<u16>(),
    ) {
        let mut timeline = timeline;
        timeline.procedure = procedure.map(|p| LAWBOOK.procedures[p].name.to_string());
        let case = prepared(&timeline);
        let whole = fold(&LAWBOOK, &case);
        let count = case.events.len() as u32;
        let cut = u32::from(cut) % (count + 1);
        let mut progress = start(&LAWBOOK, &timeline);
        for batch in [0..cut, cut..count] {
            let run = Run::new(&LAWBOOK, &case);
            for position in batch {
                advance(&run, &mut progress, position);
            }
        }
        prop_assert_eq!(&whole, &progress);
        // Each instance walks without a gap: every step starts where the one before it ended.
        for instance in &whole.instances {
            for pair in instance.steps.windows(2) {
                prop_assert_eq!(&pair[0].to, &pair[1].from);
            }
        }
    }

    #[test]
    fn the_order_in_which_events_are_listed_does_not_matter(
        walk in walks(12),
        swaps in proptest::collection::vec((any::<u8>(), any::<u8>()), 0..8),
    ) {
        let procedure = &LAWBOOK.procedures[walk.procedure];
        let sorted = walk_timeline(procedure, walk.events.clone());
        let mut listed = walk.events.clone();
        for (a, b) in swaps.iter().filter(|_| !walk.events.is_empty()) {
            let count = listed.len();
            listed.swap(usize::from(*a) % count, usize::from(*b) % count);
        }
        let listed = walk_timeline(procedure, listed);
        let states = |timeline: &Timeline| {
            let progress = fold(&LAWBOOK, &prepared(timeline));
            let at = progress.instances.into_iter().map(|i| (i.at.procedure, i.at.instance, i.at.state));
            at.collect::<Vec<_>>()
        };
        prop_assert_eq!(states(&sorted), states(&listed));
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn every_next_action_is_a_listed_step(walk in walks(14)) {
        let procedure = &LAWBOOK.procedures[walk.procedure];
        let timeline = walk_timeline(procedure, walk.events.clone());
        let actions = next_actions(&LAWBOOK, &prepared(&timeline), &Options::default());
        for action in &actions {
            let mut more = timeline.clone();
            more.events.push(carried_out(action, walk.events.len()));
            let index = walk.events.len() as u32;
            let progress = fold(&LAWBOOK, &prepared(&more));
            let step = progress.instances.iter().find_map(|i| {
                let is_here = i.at.procedure == action.place.procedure.code;
                let mut steps = i.steps.iter().filter(|_| is_here);
                steps.find(|s| s.event.0 == index && s.from == action.place.from.code)
            });
            let step = step.ok_or_else(|| {
                TestCaseError::fail(format!("{:?} 没有走成", action.kind))
            })?;
            prop_assert!(!step.is_irregular && !step.is_ambiguous, "{:?}", action.kind);
            prop_assert_eq!(&step.to, &action.place.to.code);
        }
    }

    #[test]
    fn an_act_is_refused_or_cleared_and_a_fact_is_never_refused(
        timeline in timeline(),
        choices in choices(),
        is_ours in any::<bool>(),
    ) {
        let mut proposed = random_event(&LAWBOOK.book.vocabulary, 999, &choices);
        proposed.source = if is_ours { Source::FirstHand } else { Source::File };
        let kind = LAWBOOK.book.vocabulary.kind(&proposed.kind).expect("a declared kind");
        let is_act = LAWBOOK.book.vocabulary.kind_of(kind).nature
            == mingjing_domain::procedure::Nature::Act;
        match decide(&LAWBOOK, &timeline, &proposed, &DecideOptions::default()) {
            Ok(ruling) => {
                prop_assert_eq!(ruling.clearance.event(), proposed.id.as_str());
                prop_assert_eq!(ruling.clearance.seen(), timeline.events.len());
            }
            Err(refusal) => {
                prop_assert!(is_act && is_ours, "{}", refusal);
                prop_assert!(!refusal.reasons.is_empty());
            }
        }
    }
}
