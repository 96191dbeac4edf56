//! 命令行上的事实：“名称=值”，或者案件文件。金额须写单位，不猜是元是分。

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context as _;
use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::cel::types::Type;
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::discretion::amount::Amount;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::vocabulary::{CodeList, Field, Vocabulary};

use crate::case_file;
use crate::discretion_args::ReckonArgs;
use crate::table::plain;

/// 只写字段名时在哪些范围里找，先找到的算。
const SCOPES: [&str; 4] = ["act", "discretion", "case", "party"];

/// 事实与案件合成一条时间线；只写“名称=值”的，材料不完整，没有写的是不知道。
pub(super) fn timeline(args: &ReckonArgs, lawbook: &Lawbook) -> anyhow::Result<Timeline> {
    let vocabulary = &lawbook.book.vocabulary;
    let mut timeline = Timeline {
        id: "命令行".to_owned(),
        procedure: None,
        events: Vec::new(),
        coverage: Coverage::Open,
        facts: Facts::default(),
    };
    let is_file = |text: &str| !text.contains('=') || Path::new(text).is_file();
    let (files, pairs): (Vec<_>, Vec<_>) = args.facts.iter().partition(|text| is_file(text));
    match files[..] {
        [] => {}
        [file] => timeline = from_file(Path::new(file), args.case.as_deref(), lawbook)?,
        _ => anyhow::bail!("案件文件只能写一个"),
    }
    for pair in pairs {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (path, value) = given(vocabulary, name.trim(), value.trim())
            .with_context(|| format!("事实“{}”看不懂", plain(pair)))?;
        timeline.facts.set(&path, value);
    }
    for (path, given) in [
        ("body.department", &args.department),
        ("body.region", &args.region),
    ] {
        if let Some(given) = given {
            timeline.facts.set(path, Value::Text(given.clone()));
        }
    }
    Ok(timeline)
}

fn from_file(path: &Path, wanted: Option<&str>, lawbook: &Lawbook) -> anyhow::Result<Timeline> {
    let mut found: Vec<Timeline> = Vec::new();
    case_file::each_case(path, lawbook, &mut |case| {
        if wanted.is_none_or(|wanted| wanted == case.timeline.id) {
            found.push(case.timeline);
        }
        // A second one is enough to know that the file does not say which.
        Ok(if found.len() > 1 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    let shown = path.display();
    match (found.len(), wanted) {
        (0, Some(wanted)) => anyhow::bail!("{shown} 里没有案件“{}”", plain(wanted)),
        (0, None) => anyhow::bail!("{shown} 里一案也没有读成"),
        (1, _) => Ok(found.remove(0)),
        (_, Some(wanted)) => anyhow::bail!("{shown} 里案件“{}”不止一行", plain(wanted)),
        (_, None) => anyhow::bail!("{shown} 里不止一案，以 --case 指明哪一案"),
    }
}

/// 一个“名称=值”：哪个事实，什么值。
fn given(vocabulary: &Vocabulary, name: &str, value: &str) -> anyhow::Result<(String, Value)> {
    let (scope, field) = find(vocabulary, name)?;
    let value = typed(vocabulary, field, value)
        .map_err(|reason| anyhow::anyhow!("{}{reason}", field.label))?;
    Ok((format!("{scope}.{}", field.name), value))
}

/// 字段：写全的 `act.places`，或者只写 `places`、只写中文名。
fn find<'v>(vocabulary: &'v Vocabulary, name: &str) -> anyhow::Result<(&'v str, &'v Field)> {
    let (wanted, bare) = match name.split_once('.') {
        Some((scope, field)) => (Some(scope), field),
        None => (None, name),
    };
    let scopes = || {
        let listed = wanted.map_or(SCOPES.to_vec(), |scope| vec![scope]);
        let known = listed.into_iter().filter_map(move |s| vocabulary.scope(s));
        known
            .map(move |id| vocabulary.scope_of(id))
            .filter(|s| !s.is_keyed)
    };
    let is_named = |f: &&Field| f.name.as_ref() == bare || f.label.as_ref() == bare;
    let mut found =
        scopes().filter_map(|s| Some((s.name.as_ref(), s.fields.iter().find(is_named)?)));
    found.next().with_context(|| {
        let names = scopes().flat_map(|s| &s.fields).map(|f| f.name.as_ref());
        let near = nearest(bare, names).unwrap_or_default();
        format!("没有这个事实。{near}事项看哪些事实见 mingjing discretion list")
    })
}

fn typed(vocabulary: &Vocabulary, field: &Field, text: &str) -> Result<Value, String> {
    match &field.ty {
        Type::Bool => match text {
            "是" | "true" => Ok(Value::Bool(true)),
            "否" | "false" => Ok(Value::Bool(false)),
            _ => Err("应为 是 或 否".to_owned()),
        },
        Type::Int if field.type_text.as_ref() == "fen" => match Amount::parse(text) {
            Ok(Amount::Fixed(fen)) => Ok(Value::Int(fen.0)),
            _ => Err("应为金额，写明单位：5000元、1.2万元".to_owned()),
        },
        Type::Int => text
            .parse()
            .map(Value::Int)
            .map_err(|_| "应为整数".to_owned()),
        Type::Date => Date::parse_iso(text)
            .map(Value::Date)
            .map_err(|error| format!("应为日期：{error}")),
        Type::Code(list) => code(vocabulary.list_of(*list), text),
        Type::List(inner) => {
            let parts = text.split([',', '，', '、']).map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            let items: Result<Vec<Value>, String> = parts
                .map(|part| match inner.as_ref() {
                    Type::Code(list) => code(vocabulary.list_of(*list), part),
                    _ => Ok(Value::Text(part.to_owned())),
                })
                .collect();
            items.map(Value::List)
        }
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// 代码或它的中文名。
fn code(list: &CodeList, text: &str) -> Result<Value, String> {
    let found = list
        .codes
        .iter()
        .find(|(code, label)| code.as_ref() == text || label.as_ref() == text);
    match found {
        Some((code, _)) => Ok(Value::Text(code.to_string())),
        None => {
            let choices: Vec<String> = list
                .codes
                .iter()
                .map(|(code, label)| format!("{code}（{label}）"))
                .collect();
            Err(format!("可以是：{}", choices.join("、")))
        }
    }
}
