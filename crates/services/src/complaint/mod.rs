//! 投诉举报：登记、列出、给投诉举报人看、查看身份的申请与批准。各步与案件走同一个机制（`casework`）。

pub(crate) mod code;
pub mod get_complaint;
pub mod informant;
pub mod list_complaints;
pub(crate) mod place;
pub mod public;
pub mod register;
pub mod steps;
