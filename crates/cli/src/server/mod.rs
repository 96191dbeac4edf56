//! 平台的命令：用库的都在这里，一个命令一个文件。

mod acting;
pub(crate) mod backup;
pub(crate) mod bundle;
mod candidates;
pub(crate) mod config;
mod data_key;
pub(crate) mod demo;
pub(crate) mod export;
pub(crate) mod export_log;
pub(crate) mod fsck;
pub(crate) mod import;
mod import_bodies;
mod key;
mod law_source;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod rebuild;
mod report;
pub(crate) mod restore;
pub(crate) mod rotate_key;
pub(crate) mod serve;
pub(crate) mod user;
pub(crate) mod verify;
mod wiring;
