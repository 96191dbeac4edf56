//! 接口经真的路由器的行为：法典是仓库里的那一部。
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod app;
mod cases;
mod complaining;
mod coverage;
mod delegating;
mod disclosing;
mod discretion;
mod document;
mod effort;
mod event_kinds;
mod findings;
mod foresight;
mod looking_up;
mod pages;
mod procedures;
mod refusing;
mod rules;
mod scene;
mod sessions;
mod stream;
mod supervising;
mod system;
mod table;
mod world;
