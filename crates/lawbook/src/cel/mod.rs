//! 条件语言 `mj-cel/1`：CEL 语法的子集，加载时检查类型并编译为闭包，运行时三值。

pub mod ast;
pub mod compile;
pub mod fields;
pub mod functions;
pub mod operators;
pub mod parser;
mod place;
pub mod types;
pub mod value;
