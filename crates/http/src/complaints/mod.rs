//! 投诉举报：登记、列出、统计、查看，查看身份的申请、批准与查看。各步在 `/cases/{id}` 之下记录：一件也是一条时间线。

pub mod approve_informant_request;
pub mod complaint;
pub mod create_informant_request;
pub mod get_complaint;
pub mod get_complaint_summary;
pub mod list_complaints;
pub mod open_informant;
pub mod register_complaint;
