//! 适配器：名单有哪些读法。

pub mod get_adapters;
