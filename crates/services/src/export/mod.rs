//! 导出：范围之内的案件写成案件格式（可以再导入），案件、发现、义务与监督事项的台账写成表格；日志写成谁都能核对的一组文件。

pub mod case_lines;
mod complaints;
pub mod csv;
pub mod log;
mod matters;
mod over_cases;
pub mod tables;
mod xlsx;
