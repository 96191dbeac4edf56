//! 发现：列出、查看、汇总、在哪里、走势。

pub mod finding;
pub mod get_finding;
pub mod get_finding_places;
pub mod get_finding_summary;
pub mod get_finding_trend;
pub mod list_findings;
