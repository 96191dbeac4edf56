//! 登记簿各端点共用的写法：登记与变更都是事件。

pub mod recording;
pub mod term;
