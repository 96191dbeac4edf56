//! 内容清除：一人申请、另一人批准；内容与盐从库里消失，事件头、条目与证明都在，清除本身也入日志。

pub mod approve;
pub mod list;
pub mod request;
