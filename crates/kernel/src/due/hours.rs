//! 以小时计的期限：从起算的那一分钟连续计算，节假日不扣除。

use crate::date::Timestamp;
use crate::period::Period;

use super::derivation::{Derivation, ExtensionOutcome, ExtensionStep, Segment, in_order};
use super::{Due, DueAt, DueError, PeriodPlan, Start};

/// Due instant of a plan in hours (民法典第二百零一条第二款).
pub(super) fn due_hours(start: Start, plan: &PeriodPlan<'_>) -> Result<Due, DueError> {
    let Start::Minute(from) = start else {
        return Err(DueError::HoursNeedMinute {
            start: start.date(),
            period: plan.base,
        });
    };
    let mut total = plan.base;
    let mut extensions = Vec::new();
    for extension in in_order(plan.extensions) {
        let now = end(from, total)?;
        let outcome = if extension.refused {
            ExtensionOutcome::Refused
        } else if extension.approved < from.date() {
            ExtensionOutcome::Early { start: from.date() }
        } else if extension.approved > now.date() {
            ExtensionOutcome::Late {
                due_then: now.date(),
            }
        } else {
            ExtensionOutcome::Valid
        };
        if outcome == ExtensionOutcome::Valid {
            total = total.add(extension.add).ok_or(DueError::TooFar {
                start: from.date(),
                period: extension.add,
            })?;
        }
        extensions.push(ExtensionStep {
            add: extension.add,
            approved: extension.approved,
            tag: extension.tag,
            due_then: Some(now.date()),
            is_chained: false,
            outcome,
        });
    }
    let last = end(from, total)?;
    let at = DueAt::Minute(last);
    let segment = Segment {
        period: total,
        from: from.date(),
        last: last.date(),
        is_clamped: false,
    };
    let derivation = Derivation {
        start,
        base: plan.base,
        spans: Vec::new(),
        extensions,
        segments: vec![segment],
        roll: None,
        provisional: false,
        due: at,
    };
    Ok(Due {
        at,
        provisional: false,
        derivation,
    })
}

fn end(from: Timestamp, total: Period) -> Result<Timestamp, DueError> {
    let hours = i64::from(total.length().unwrap_or(0));
    Timestamp::from_unix_seconds(from.unix_seconds() + hours * 3_600).ok_or(DueError::TooFar {
        start: from.date(),
        period: total,
    })
}
