//! 配置的两种样子：说明页（`docs/configuration.md`）与 `config check` 打印的现值。

use std::fmt::Write as _;

use crate::config::load::Loaded;
use crate::config::values::{Origin, variable};
use crate::config::{FILE_NAME, FILE_VARIABLE, SECTIONS};

const INTRODUCTION: &str = "\
# 配置

由 `mingjing config page` 生成，不手改。

一个 TOML 文件，一节一个表；每一项都有缺省，一个字不写也能用：数据在当前目录的 `mingjing-data` 里，监听 `127.0.0.1:8080`，库是 SQLite。

- **文件**：`--config 文件`；没有写的看环境变量 `MINGJING_CONFIG`；再没有的，当前目录里有 `mingjing.toml` 就用它。
- **环境变量**压过文件：`[server]` 的 `listen` 是 `MINGJING_SERVER_LISTEN`。列表用逗号隔开。
- **写错的名称**（文件与环境变量都算）一律拒绝，并说出最像的一个；全部毛病一次说完。
- **秘密**（数据库的口令、签名私钥、数据密钥）不写在配置里，只写它在哪里：`file:路径` 或 `env:变量名`。文件须只有运行本程序的账户能读（600）。
- `mingjing config check` 打印现在起作用的各项与来处，并核对秘密读不读得出；不打印秘密。

机关、区划、裁量基准、日历、规则因地而异，是有施行日期的数据，不在这里。
";

/// 说明页。
pub(crate) fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for section in SECTIONS {
        let says = section.says.trim();
        // Writing to a string does not fail.
        let _ = writeln!(page, "\n## [{}]\n\n{says}\n", section.key);
        page.push_str("| 项 | 写法 | 缺省 | 说明 | 环境变量 |\n|---|---|---|---|---|\n");
        for field in section.fields {
            let _ = writeln!(
                page,
                "| `{}` | {} | `{}` | {} | `{}` |",
                field.name,
                (field.kind)(),
                field.default,
                field.says.trim(),
                variable(field)
            );
        }
    }
    page
}

/// 现在起作用的各项，TOML 的写法，可以存成文件再用。
pub(crate) fn effective(loaded: &Loaded) -> String {
    let mut text = match &loaded.file {
        Some(path) => format!("# 配置文件：{}\n", path.display()),
        None => format!("# 没有配置文件（--config、{FILE_VARIABLE} 或当前目录的 {FILE_NAME}）\n"),
    };
    for section in SECTIONS {
        let _ = writeln!(text, "\n[{}]", section.key);
        for field in section.fields {
            let (value, origin) = loaded.values.shown(field);
            let from = match origin {
                Origin::Default | Origin::File => origin.label().to_owned(),
                Origin::Environment => format!("{} {}", origin.label(), variable(field)),
            };
            let _ = writeln!(text, "{} = {value}  # {from}", field.name);
        }
    }
    text
}
