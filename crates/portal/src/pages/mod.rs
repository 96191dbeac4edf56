//! 各页：一页一个文件夹。

pub(crate) mod about;
pub(crate) mod accessibility;
pub(crate) mod bodies;
pub(crate) mod body;
pub(crate) mod complain;
pub(crate) mod decision;
pub(crate) mod decisions;
pub(crate) mod front;
pub(crate) mod items;
pub(crate) mod log;
pub(crate) mod notice;
pub(crate) mod officers;
pub(crate) mod progress;
pub(crate) mod receipt;
pub(crate) mod robots;
pub(crate) mod rule;
pub(crate) mod rules;
pub(crate) mod sitemap;
