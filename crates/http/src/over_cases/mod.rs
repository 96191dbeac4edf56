//! 跨案发现：列出、汇总、查看；叫评估再做一次，与最近的评估做到哪里。

pub mod create_over_cases_run;
pub mod get_over_cases_finding;
pub mod get_over_cases_state;
pub mod get_over_cases_summary;
pub mod list_over_cases_findings;
pub mod told;
