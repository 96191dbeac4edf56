//! 文书与报告：把发现写成人读的文件，纯函数，输入相同则输出相同。

mod cells;
pub mod check_report;
pub mod foresight;
mod html;
pub mod score_sheet;
pub mod tables;
