//! 推进：程序走到了哪里，现在可以做什么，这一步可不可以。
//!
//! A rule judges what stands on the timeline; a guard asks the same rules about timeline + the proposed event and looks
//! only at what the event would newly bring. Screen, API and commands ask the same table through `fold`, `actions` and `decide`.

pub mod actions;
pub mod bearer;
pub mod decide;
mod declared;
pub mod fold;
mod newly;
mod walk;
