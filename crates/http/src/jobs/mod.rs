//! 后台任务：判为失败的，列出与再试。

pub mod list_jobs;
pub mod retry_job;
