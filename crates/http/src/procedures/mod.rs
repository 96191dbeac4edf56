//! 程序：状态与转移。

pub mod list_procedures;
