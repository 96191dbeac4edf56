//! 导出：案件写成案件格式，一行一案，可以再导入；案件、发现、跨案发现、监督台账写成表格。

pub mod answer;
pub mod export_cases;
pub mod export_complaints;
pub mod export_findings;
pub mod export_matters;
pub mod export_over_cases;
