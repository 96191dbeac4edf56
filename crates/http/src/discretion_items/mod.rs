//! 裁量事项：列出，按事实算区间。

pub mod list_discretion_items;
pub mod reckon_stated_facts;
pub mod reckoning;
