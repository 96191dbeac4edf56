//! 下次看：没有新的事，判断也可能在哪一日变。
//!
//! The days follow from the duties (the day after they are due, the days they turn near), from limits that other rules
//! have reckoned, and from events dated ahead. A duty that is overdue and whose severity grows is looked at daily.

use std::collections::HashMap;

use mingjing_domain::finding::{Assessment, Duty, DutyState, EventIndex, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_lawbook::forms::Form;
use mingjing_lawbook::lawbook::Lawbook;

/// The first day after `as_of` on which an assessment may say something else; `None` when only an event can change it.
pub(super) fn next_look(
    lawbook: &Lawbook,
    timeline: &Timeline,
    assessment: &Assessment,
    all: &[RuleResult],
) -> Option<Date> {
    let as_of = assessment.as_of;
    let mut days = Vec::new();
    let watches = watches(lawbook);
    for duty in assessment
        .duties
        .iter()
        .filter(|duty| is_pending(duty.state))
    {
        of_duty(lawbook, &watches, duty, as_of, &mut days);
    }
    for result in all {
        let due = result.detail.due.as_ref().and_then(|due| due.at.date());
        days.extend(due.and_then(|due| due.checked_add_days(1)));
    }
    days.extend(timeline.events.iter().map(|event| event.occurred_on));
    days.into_iter().filter(|day| *day > as_of).min()
}

/// The days before it is due on which other rules look at a duty, by the rule and the part that it belongs to.
type Watches<'a> = HashMap<(usize, usize), Vec<&'a [i64]>>;

/// Gathered once for all duties of a case: a lawbook has hundreds of rules, a case scores of duties.
fn watches(lawbook: &Lawbook) -> Watches<'_> {
    let mut watches = Watches::new();
    for part in lawbook.rules.iter().flat_map(|rule| &rule.parts) {
        if let Form::NearDue(watch) = &part.form {
            let duty = &lawbook.book.duties[watch.duty];
            let of_duty = watches.entry((duty.rule, duty.part)).or_default();
            of_duty.push(&watch.days);
        }
    }
    watches
}

fn of_duty(
    lawbook: &Lawbook,
    watches: &Watches<'_>,
    duty: &Duty,
    as_of: Date,
    days: &mut Vec<Date>,
) {
    let rule = &lawbook.rules[duty.rule as usize];
    if duty.state == DutyState::Breached && !rule.escalations.is_empty() {
        days.extend(as_of.checked_add_days(1));
    }
    let Some(due) = duty.due.as_ref().and_then(|due| due.at.date()) else {
        return;
    };
    days.extend(due.checked_add_days(1));
    for before in near_days(lawbook, watches, duty) {
        let back = i32::try_from(before).unwrap_or(i32::MAX).saturating_neg();
        days.extend(due.checked_add_days(back));
    }
    // Before a holiday a duty turns near on the last working day, whatever its tiers say.
    if !lawbook.calendar.is_working(due) {
        days.extend(lawbook.calendar.previous_working_day(due));
    }
}

/// How many days before it is due a duty turns near: its own tiers, and those of the rules that watch it.
fn near_days(lawbook: &Lawbook, watches: &Watches<'_>, duty: &Duty) -> Vec<i64> {
    let mut days = Vec::new();
    let (rule, part) = (duty.rule as usize, usize::from(duty.part));
    if let Form::Deadline(deadline) = &lawbook.rules[rule].parts[part].form {
        days.extend(&deadline.near);
    }
    let watching = watches.get(&(rule, part)).into_iter().flatten();
    days.extend(watching.copied().flatten());
    days
}

/// Neither done nor over.
pub(super) fn is_pending(state: DutyState) -> bool {
    match state {
        DutyState::Open
        | DutyState::Near
        | DutyState::Breached
        | DutyState::Suspended
        | DutyState::Provisional
        | DutyState::Undetermined => true,
        DutyState::Met | DutyState::MetLate | DutyState::Waived | DutyState::Ended => false,
    }
}

/// The id of an event that a re-assessment keeps: that of the event which a correction corrects.
pub(super) fn event_id(timeline: &Timeline, index: EventIndex) -> Option<String> {
    let event = timeline.events.get(index.0 as usize)?;
    Some(event.corrects.clone().unwrap_or_else(|| event.id.clone()))
}
