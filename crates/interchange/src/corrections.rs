//! 更正：更正的事件指着本案另一件同类的事，不成圈；指错了的说明是哪一件、为什么、怎么改。

use std::collections::HashMap;

use mingjing_domain::event::Event;

use crate::error::{RowError, shown};

/// 查一案的全部更正；每处错误指出字段与事件。
pub(crate) fn check(events: &[Event]) -> Vec<RowError> {
    if events.iter().all(|event| event.corrects.is_none()) {
        return Vec::new();
    }
    let by_id: HashMap<&str, &Event> = events.iter().map(|e| (e.id.as_str(), e)).collect();
    let mut errors = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let Some(corrected) = &event.corrects else {
            continue;
        };
        if let Some((reason, remedy)) = wrong(event, corrected, &by_id) {
            let error = RowError::new(format!("事件“{}”{reason}", shown(&event.id)), remedy);
            errors.push(
                error
                    .in_column(crate::place::in_words(&format!("events[{at}].corrects")))
                    .with_value(corrected),
            );
        }
    }
    errors
}

fn wrong(
    event: &Event,
    corrected: &str,
    by_id: &HashMap<&str, &Event>,
) -> Option<(String, &'static str)> {
    if corrected == event.id {
        let reason = "更正的是它自己".to_owned();
        return Some((reason, "请写被更正的那一件的 id；这一件自己用另一个 id。"));
    }
    let Some(target) = by_id.get(corrected) else {
        let reason = "所更正的事件不在本案".to_owned();
        return Some((
            reason,
            "请写被更正事件的 id；被更正的那一件也要写在 events 里。",
        ));
    };
    if target.kind != event.kind {
        let reason = format!(
            "是 {}，所更正的是 {}，不是同一种事",
            shown(&event.kind),
            shown(&target.kind)
        );
        return Some((
            reason,
            "更正只能顶替同一种事件；种类写错的，请直接改正原来那一件。",
        ));
    }
    // Longer than the list, the chain has come round.
    let mut place = Some(target);
    for _ in 0..by_id.len() {
        match place.and_then(|e| e.corrects.as_deref()) {
            None => return None,
            Some(next) => place = by_id.get(next),
        }
    }
    let reason = "与它所更正的事件互相更正，成了一圈".to_owned();
    Some((
        reason,
        "请去掉其中一件的 corrects，使最早的那一件不更正别的事。",
    ))
}
