//! 演示世界：一个省、两个市的机关、人员与十八个月的案件，由平台的服务照真的程序办出来。
//!
//! What happens is data in `demo/world`: jurisdictions, causes, stories with their flaws. [`plan`] draws from a seed and
//! a day what is going to happen; [`build`] makes it happen through the services, with a clock that is turned forward.
//! No row is written behind their back, and the node's name says that the clock was set.
#![deny(missing_docs)]

pub mod accounts;
pub mod build;
mod cast;
mod chance;
mod choosing;
mod clock;
pub mod error;
mod files;
mod founding;
pub mod land;
mod living;
pub mod plan;
mod publishing;
pub mod story;
