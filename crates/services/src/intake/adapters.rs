//! 名单有哪些读法：内置的适配器，供界面列出。

use mingjing_interchange::adapters::choice::Adapter;

/// 内置适配器的标识与中文名称。
pub fn adapters() -> Vec<(&'static str, String)> {
    Adapter::list()
}
