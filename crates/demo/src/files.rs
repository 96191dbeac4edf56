//! 编进程序的数据：`demo/world` 的各个文件。

use serde::de::DeserializeOwned;

use crate::error::{DemoError, Result};

macro_rules! world {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../demo/world/", $name)))
    };
}

/// 文件名与内容。
pub(crate) type File = (&'static str, &'static str);

pub(crate) const ACCOUNTS: File = world!("accounts.toml");
pub(crate) const DEPARTMENTS: File = world!("departments.toml");
pub(crate) const DIVISIONS: File = world!("divisions.csv");
pub(crate) const FACTS: File = world!("facts.toml");
pub(crate) const NAMES: File = world!("names.toml");
pub(crate) const WORLD: File = world!("world.toml");
/// 故事；`demo/world/stories` 里有一个文件，这里就有一行（测试核对）。
pub(crate) const STORIES: [File; 6] = [
    world!("stories/coercive.toml"),
    world!("stories/hearing.toml"),
    world!("stories/not_filed.toml"),
    world!("stories/ordinary.toml"),
    world!("stories/summary_fine.toml"),
    world!("stories/summary_warning.toml"),
];

/// 读一个 TOML 文件；写错的说出是哪个文件。
pub(crate) fn read<T: DeserializeOwned>((name, text): File) -> Result<T> {
    toml::from_str(text).map_err(|error| DemoError::data(name, error.to_string()))
}
