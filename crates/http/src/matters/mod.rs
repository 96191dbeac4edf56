//! 监督事项：列出、立、查看、各状态的件数。各步在 `/cases/{id}` 之下记录：一件事项也是一条时间线。

pub mod get_matter;
pub mod get_matter_summary;
pub mod list_matters;
pub mod matter;
pub mod open_matter;
