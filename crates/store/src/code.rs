//! 短码：领域的枚举在库里的写法，只在这里对应。

use mingjing_domain::finding::{DutyState, Mark, Marks, Severity, Status};

use crate::error::{Result, StoreError};

const DUTY_STATES: [(DutyState, &str); 10] = [
    (DutyState::Open, "open"),
    (DutyState::Near, "near"),
    (DutyState::Met, "met"),
    (DutyState::MetLate, "met_late"),
    (DutyState::Breached, "breached"),
    (DutyState::Suspended, "suspended"),
    (DutyState::Waived, "waived"),
    (DutyState::Ended, "ended"),
    (DutyState::Provisional, "provisional"),
    (DutyState::Undetermined, "undetermined"),
];

const STATUSES: [(Status, &str); 4] = [
    (Status::Violated, "violated"),
    (Status::Doubt, "doubt"),
    (Status::Near, "near"),
    (Status::Undetermined, "undetermined"),
];

const MARKS: [(Mark, &str); 4] = [
    (Mark::Unverified, "unverified"),
    (Mark::SecondHand, "second_hand"),
    (Mark::Convention, "convention"),
    (Mark::Local, "local"),
];

fn code_of<T: PartialEq>(table: &[(T, &'static str)], value: &T) -> &'static str {
    // INVARIANT: each table lists every variant; the tests below say so.
    let row = table.iter().find(|(known, _)| known == value);
    row.map_or("", |(_, code)| code)
}

fn of_code<T: Copy>(table: &[(T, &'static str)], code: &str) -> Option<T> {
    let row = table.iter().find(|(_, known)| *known == code);
    row.map(|(value, _)| *value)
}

/// 义务状态的短码。
pub fn duty_state(state: DutyState) -> &'static str {
    code_of(&DUTY_STATES, &state)
}

/// 由短码取义务状态。
pub fn duty_state_of(code: &str) -> Option<DutyState> {
    of_code(&DUTY_STATES, code)
}

/// 发现状态的短码。
pub fn status(status: Status) -> &'static str {
    code_of(&STATUSES, &status)
}

/// 由短码取发现状态。
pub fn status_of(code: &str) -> Option<Status> {
    of_code(&STATUSES, code)
}

/// 标记的短码。
pub fn mark(mark: Mark) -> &'static str {
    code_of(&MARKS, &mark)
}

/// 程度的轻重：没有为 0，由轻到重 1 至 4。
pub const fn severity_rank(severity: Option<Severity>) -> u32 {
    match severity {
        None => 0,
        Some(Severity::Notice) => 1,
        Some(Severity::Warning) => 2,
        Some(Severity::Breach) => 3,
        Some(Severity::Grave) => 4,
    }
}

pub(crate) fn read_severity(code: &str) -> Result<Severity> {
    Severity::of_code(code).ok_or_else(|| unknown("严重程度", code))
}

pub(crate) fn read_status(code: &str) -> Result<Status> {
    status_of(code).ok_or_else(|| unknown("发现状态", code))
}

pub(crate) fn read_duty_state(code: &str) -> Result<DutyState> {
    duty_state_of(code).ok_or_else(|| unknown("义务状态", code))
}

pub(crate) fn write_marks(marks: Marks) -> String {
    let codes: Vec<&str> = marks.iter().map(mark).collect();
    serde_json::Value::from(codes).to_string()
}

pub(crate) fn read_marks(text: &str) -> Result<Marks> {
    let codes: Vec<String> = read_json(text, "标记")?;
    codes.iter().try_fold(Marks::NONE, |mut marks, code| {
        marks.insert(of_code(&MARKS, code).ok_or_else(|| unknown("标记", code))?);
        Ok(marks)
    })
}

pub(crate) fn read_json<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::corrupt(format!("{what}读不出：{error}")))
}

pub(crate) fn write_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(StoreError::internal)
}

fn unknown(what: &str, code: &str) -> StoreError {
    StoreError::corrupt(format!("{what}“{code}”不认识"))
}
