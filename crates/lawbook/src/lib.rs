//! 法典：法律作为数据的加载、检查与评估。
//!
//! The engine knows no law: calendars, periods, procedures, rules and parameters are files; this crate validates
//! them and evaluates a timeline against them, purely.

#![deny(missing_docs)]

pub mod assess;
pub mod basis;
pub mod book;
pub mod catalogue;
pub mod cel;
mod chronology;
pub mod condition;
pub mod context;
mod corrections;
pub mod derived;
pub mod diagnostic;
pub mod diff;
pub mod discretion;
pub mod example;
pub mod explain;
pub mod forms;
pub mod imprecise;
pub mod lawbook;
pub mod load;
pub mod marks;
pub mod parameters;
pub mod picture;
mod plan;
pub mod prepare;
pub mod procedure;
pub mod proceed;
pub mod publication;
mod quick;
pub mod rule;
pub mod selector;
pub mod sets;
pub mod sheet;
pub mod simulate;
pub mod stated;
pub mod statutes;
mod syntax;
pub mod tree;
pub mod vocabulary;
