//! 结果怎样打印：表或一个 JSON 对象。

use serde_json::Value;

use crate::args::Format;
use crate::output;

/// 打印一个结果：给人看的几行，或一行 JSON。
pub(crate) fn print(format: Format, text: &str, json: &Value) -> anyhow::Result<()> {
    match format {
        Format::Table => output::line(text)?,
        Format::Json => output::line(json)?,
    }
    Ok(())
}
