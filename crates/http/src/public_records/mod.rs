//! 公开记录：对外公布的那一版，连同证明；列出、检索、看一条、取核对文件不必登录，撤下要权限。

pub mod get_case_public_records;
pub mod get_public_record;
pub mod get_public_record_file;
pub mod list_public_records;
pub mod record;
pub mod withdraw_public_record;
