//! 部件：几页共用的，一个部件一个文件夹。

pub(crate) mod pager;
pub(crate) mod refusal;
pub(crate) mod summary;
