//! 发现：列出、查看、汇总。

pub mod finding;
pub mod get_finding;
pub mod get_finding_summary;
pub mod list_findings;
