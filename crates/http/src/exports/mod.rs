//! 导出：案件写成案件格式，一行一案，可以再导入。

pub mod export_cases;
