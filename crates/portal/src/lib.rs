//! 门户：公众不登录就看的网页，在服务器上写好，没有脚本，一份样式；除投诉举报的表单外只读，数据全部来自 `services`。
//!
//! Level 6, beside `http`. A page is a folder: its template, its typed context with samples, and how the context is made
//! from what `services` answers. What is drawn is kept and handed out again until the publications, the log, the
//! lawbook or the day have changed (`keep`, `epoch`).
#![deny(missing_docs)]

mod answer;
mod ask;
mod encode;
mod epoch;
mod frame;
mod keep;
mod link;
mod pages;
mod parts;
mod portal;
mod route;
#[cfg(test)]
mod samples;
mod site;
mod style;
mod words;

pub use parts::refusal::problem_page;
pub use portal::{Portal, Wiring};
pub use route::paths;
pub use site::Site;
