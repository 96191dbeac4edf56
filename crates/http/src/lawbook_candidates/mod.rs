//! 候选的法典：有哪些，各改了施行中的什么。

pub mod candidate;
pub mod get_lawbook_candidate;
pub mod get_lawbook_candidates;
