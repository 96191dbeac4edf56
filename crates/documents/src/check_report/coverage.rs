//! 覆盖范围的文字：一份材料能说明什么、不能说明什么。

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::vocabulary::Kind;

/// 覆盖范围写成句子。
pub(super) fn in_words(lawbook: &Lawbook, coverage: &Coverage) -> Vec<String> {
    match coverage {
        Coverage::Closed => {
            vec!["材料声明为完整的案卷：没有记录的事，按没有发生判断。".to_owned()]
        }
        Coverage::Open => {
            vec!["材料没有声明完整：没有记录的事，一概按不知道处理，不会因此认定违法。".to_owned()]
        }
        Coverage::Kinds(kinds) => {
            let vocabulary = &lawbook.book.vocabulary;
            let mut lines: Vec<String> = kinds
                .iter()
                .filter_map(|(name, kind)| {
                    Some(one_kind(vocabulary.kind_of(vocabulary.kind(name)?), kind))
                })
                .collect();
            lines.push(
                "其余的事（如立案、告知、审核、送达、公示等未列出的）材料不含，一概按不知道处理，不会因为没有记录而认定违法。"
                    .to_owned(),
            );
            lines
        }
    }
}

fn one_kind(declared: &Kind, coverage: &KindCoverage) -> String {
    let until = coverage
        .until
        .map(|d| format!("，到{}为止", d.in_chinese()))
        .unwrap_or_default();
    let complete = if coverage.is_complete {
        format!("写全了：没有列出的，就是没有{until}")
    } else {
        "只知道列出的：没有列出的，不能说没有".to_owned()
    };
    let label = |name: &str| {
        let field = declared.fields.iter().find(|f| f.name.as_ref() == name);
        field.map(|f| f.label.to_string())
    };
    let fields = match &coverage.fields {
        None => "各项内容空白的，就是没有".to_owned(),
        Some(fields) => {
            let labels: Vec<String> = fields.iter().filter_map(|f| label(f)).collect();
            if labels.is_empty() {
                "只带日期，其他各项不知道".to_owned()
            } else {
                format!("带有{}，其他各项不知道", labels.join("、"))
            }
        }
    };
    format!("“{}”{complete}；{fields}。", declared.label)
}
