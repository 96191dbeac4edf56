//! 程序：折叠到哪里、现在可以做什么、这一步可不可以；例子都在数据文件里。

mod support;

#[path = "procedures/data.rs"]
mod data;
#[path = "procedures/decide.rs"]
mod decide;
#[path = "procedures/fold.rs"]
mod fold;
#[path = "procedures/next.rs"]
mod next;
#[path = "procedures/picture.rs"]
mod picture;
