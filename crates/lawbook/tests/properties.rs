//! 性质：加载器与评估对任何输入都不崩溃；知道得少，只会少说不合规，不会多说。
//!
//! The timelines are made from the examples of the shipped rules, so that the rules really fire on them, and
//! from random events over the same vocabulary.

#[path = "properties/discretion.rs"]
mod discretion;
#[path = "properties/duties.rs"]
mod duties;
#[path = "properties/generate.rs"]
mod generate;
#[path = "properties/judging.rs"]
mod judging;
#[path = "properties/knowing.rs"]
mod knowing;
#[path = "properties/loading.rs"]
mod loading;
mod support;
#[path = "properties/walking.rs"]
mod walking;
