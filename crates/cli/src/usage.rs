//! 参数错误，用中文说。

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

/// 说出哪个参数、什么值、为什么不行、怎么办。
pub(crate) fn in_chinese(error: &Error) -> String {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(list)) => Some(list.join("、")),
        Some(ContextValue::StyledStrs(list)) => Some(
            list.iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("、"),
        ),
        Some(ContextValue::Number(n)) => Some(n.to_string()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = crate::table::plain(&text(ContextKind::InvalidValue).unwrap_or_default());
    let suggestion = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(text)
    .map(|name| format!("是否为 {name}？"))
    .unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("没有选项 {}。{suggestion}", crate::table::plain(&argument))
        }
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("没有命令 {}。{suggestion}", crate::table::plain(&name))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}。"),
        ErrorKind::MissingSubcommand => "缺少命令。".to_owned(),
        ErrorKind::InvalidValue => {
            let valid = text(ContextKind::ValidValue).unwrap_or_default();
            if value.is_empty() {
                format!("{argument} 没有给出值。")
            } else if valid.is_empty() {
                format!("{argument} 的值“{value}”不可用。")
            } else {
                format!("{argument} 的值“{value}”不可用，可以是：{valid}。{suggestion}")
            }
        }
        ErrorKind::ValueValidation => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            let cause = cause
                .filter(|c| !c.is_ascii())
                .unwrap_or_else(|| "不在可用的范围".to_owned());
            format!("{argument} 的值“{value}”不可用：{cause}。")
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooManyValues => {
            let wanted =
                text(ContextKind::ExpectedNumValues).or_else(|| text(ContextKind::MinValues));
            format!(
                "{argument} 要给 {} 个值。",
                wanted.unwrap_or_else(|| "规定".to_owned())
            )
        }
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(prior) if prior != argument => format!("{argument} 不能与 {prior} 一起用。"),
            _ => format!("{argument} 只能写一次。"),
        },
        ErrorKind::InvalidUtf8 => "参数里有不是 UTF-8 的字节。".to_owned(),
        _ => "参数看不懂。".to_owned(),
    };
    format!("{what}加 --help 看用法。")
}
