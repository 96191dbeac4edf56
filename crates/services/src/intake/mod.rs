//! 汇入：名单进库，一行一个结果；断了接着做，再交一次什么也不变，新版只追加。
//!
//! The order of things: a file is kept by its hash ([`crate::spool`]), [`accept`] makes a batch of it, [`run`] reads it
//! (first as a dry run, if wanted), [`map_bodies`] says which registered body a name in the list means, and [`receipt`]
//! tells every row's outcome. Nothing that a list says is first-hand; what absence proves is what its adapter declares.

pub mod accept;
pub mod adapters;
pub mod list_batches;
pub mod map_bodies;
pub mod receipt;
pub mod remove_files;
pub mod run;

mod ahead;
mod change;
mod chunk;
pub(crate) mod expire_details;
mod part;
mod plan;
mod reading;
mod resolve;
mod shown;
