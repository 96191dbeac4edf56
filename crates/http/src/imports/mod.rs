//! 名单的导入：收下、试、导、认定机关、逐行的结果。

pub mod batch;
pub mod create_import;
pub mod dry_run_import;
pub mod form;
pub mod get_import;
pub mod get_import_receipt;
pub mod get_unknown_bodies;
pub mod list_import_rows;
pub mod list_imports;
pub mod map_bodies;
pub mod run_import;
pub mod start;
