//! 内核：民用日期、工作日历、期限与到期日、金额、证照号码、敏感文本。
//!
//! Level 0 of the workspace. Pure: no files, no network, no clock, no environment, no randomness.
//! What the law counts lives here as arithmetic; the numbers of the law come in as data.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod calendar;
pub mod codes;
pub mod date;
pub mod due;
pub mod id;
pub mod moment;
pub mod money;
pub mod notice;
pub mod null_character;
pub mod numeral;
pub mod period;
pub mod personal_number;
pub mod sensitive;
