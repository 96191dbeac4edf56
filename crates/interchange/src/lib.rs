//! 数据交换：机关实有的名单（JSON Lines、CSV、Excel）与时间线之间的转换，每个适配器声明自己的覆盖范围。
//!
//! Pure codecs: the caller opens the sources and gives readers; this crate never touches a file, a clock or the network.
//! Only this crate knows external field names. Nothing absent from a list is taken as not done: what a list can prove is
//! its declared coverage and no more.
#![deny(missing_docs)]

pub mod adapters;
pub mod agencies;
pub mod amounts;
pub mod archive;
pub mod case;
pub mod case_writer;
mod corrections;
pub mod csv_table;
pub mod dates;
mod duplicates;
pub mod error;
pub mod header;
pub mod json_lines;
pub mod limits;
pub mod mapping;
pub mod mapping_file;
pub mod mapping_rules;
pub mod names;
mod place;
pub mod read;
pub mod record;
pub mod text;
pub mod workbook;
