//! 适配器：每一种名单怎样读成时间线，各自声明知道什么、不知道什么。

pub mod case_timelines;
pub mod choice;
pub mod csrc_events;
