//! 更正：谁顶替谁。指不清的更正不顶替任何事，两件都留着并存疑。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::event::Event;
use mingjing_kernel::date::Timestamp;

use crate::prepare::Mismatch;

/// 参与判断的一件事。
pub(crate) struct Shown {
    /// 在时间线中的序号。
    pub(crate) index: usize,
    /// 第一次记录的时刻：更正沿用它所指的那一件的。
    pub(crate) recorded: Option<Timestamp>,
    /// 存疑：它的更正指不清，或被指不清的更正所指。
    pub(crate) is_doubtful: bool,
}

/// 一件更正的归属。
enum Target {
    /// 顶替列在它之前的那一件
    Replaces(usize),
    /// 按一件单独的事，原因
    Alone(String),
    /// 与这几件都存疑，原因
    Doubt(Vec<usize>, String),
}

/// 由看得见的事件（序号与记录时刻，照列出的次序）得出参与判断的事件与不符之处。
pub(crate) fn settle(
    events: &[Event],
    visible: &[(usize, Option<Timestamp>)],
) -> (Vec<Shown>, Vec<Mismatch>) {
    let targets = Targets::new(events, visible);
    let mut mismatches = Vec::new();
    let mut doubtful: BTreeSet<usize> = BTreeSet::new();
    // Which place an event takes: its own, or the one of what it corrects. A target is listed before its correction.
    let mut place_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut shown: Vec<Shown> = Vec::with_capacity(visible.len());
    for (index, recorded) in visible {
        let mut tell = |message: String| {
            mismatches.push(Mismatch {
                subject: events[*index].id.clone(),
                message,
            });
        };
        match targets.of(*index) {
            Some(Target::Replaces(target)) => {
                let place = place_of[&target];
                shown[place].index = *index;
                place_of.insert(*index, place);
                continue;
            }
            Some(Target::Alone(why)) => tell(format!("{why}，按一件单独的事判断")),
            Some(Target::Doubt(others, why)) => {
                tell(format!(
                    "{why}，没有顶替：这几件都留着，要靠其中任一件的结论无法判定"
                ));
                doubtful.insert(*index);
                doubtful.extend(others);
            }
            None => {}
        }
        place_of.insert(*index, shown.len());
        shown.push(Shown {
            index: *index,
            recorded: *recorded,
            is_doubtful: false,
        });
    }
    for place in doubtful.iter().filter_map(|index| place_of.get(index)) {
        shown[*place].is_doubtful = true;
    }
    (shown, mismatches)
}

/// 标识到事件。
struct Targets<'e> {
    events: &'e [Event],
    by_id: BTreeMap<&'e str, Vec<usize>>,
}

impl<'e> Targets<'e> {
    fn new(events: &'e [Event], visible: &[(usize, Option<Timestamp>)]) -> Self {
        let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, _) in visible {
            by_id.entry(&events[*index].id).or_default().push(*index);
        }
        Targets { events, by_id }
    }

    /// 所指的各件，不含自己。
    fn named(&self, index: usize) -> Vec<usize> {
        let name = self.events[index].corrects.as_deref();
        let all = name.and_then(|id| self.by_id.get(id));
        all.into_iter()
            .flatten()
            .copied()
            .filter(|t| *t != index)
            .collect()
    }

    fn of(&self, index: usize) -> Option<Target> {
        let event = &self.events[index];
        let id = event.corrects.as_deref()?;
        let named = self.named(index);
        Some(match named[..] {
            [] if id == event.id => Target::Alone("更正所指的是它自己".to_owned()),
            [] => Target::Alone(format!("材料里没有更正所指的 {id}")),
            [target] if self.leads_back(target, index) => {
                Target::Doubt(named, format!("与 {id} 互相更正"))
            }
            [target] if self.events[target].kind != event.kind => {
                let kind = &self.events[target].kind;
                Target::Doubt(named, format!("更正所指的 {id} 是另一种事件（{kind}）"))
            }
            [target] if target > index => {
                Target::Doubt(named, format!("更正所指的 {id} 列在它之后"))
            }
            [target] => Target::Replaces(target),
            _ => Target::Doubt(named, format!("标识为 {id} 的不止一件")),
        })
    }

    /// 顺着更正走，会不会回到 `index`。
    fn leads_back(&self, from: usize, index: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut at = from;
        while seen.insert(at) {
            match self.named(at)[..] {
                [next] if next == index => return true,
                [next] => at = next,
                _ => return false,
            }
        }
        false
    }
}
