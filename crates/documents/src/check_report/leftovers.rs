//! 没有成为发现的部分：无法判定、未判、没有读入的行、读入说明，以及用语。

use mingjing_domain::finding::Mark;
use mingjing_lawbook::explain::mark_in_words;

use super::entry::UndeterminedEntry;
use super::{RefusedRow, Report, page};
use crate::html::{Html, number, words};

/// 汇总里列出的缺失数。
const LACKS_SHOWN_MAX: usize = 40;

/// 写“无法判定”一节：每案汇成一条。
pub(super) fn undetermined(html: &mut Html, report: &Report) {
    html.section("undetermined", page::title("undetermined"));
    if report.counts.lacks.is_empty() {
        html.element("p", "没有无法判定的案件。")
            .raw("</section>\n");
        return;
    }
    html.element(
        "p",
        "无法判定既不是违法，也不是合规：只是这份材料回答不了。先补哪一项最有用，看下表；排在前面的，补上一项能判的规则最多。",
    );
    let lacks = report.counts.lacks_by_weight();
    let left_out = lacks.len().saturating_sub(LACKS_SHOWN_MAX);
    let rows: Vec<Vec<String>> = lacks
        .into_iter()
        .take(LACKS_SHOWN_MAX)
        .map(|(what, count)| {
            vec![
                what.clone(),
                count.cases.to_string(),
                count.rules.to_string(),
                count.named(),
                count.supply.clone(),
            ]
        })
        .collect();
    let columns = [
        words("缺什么，为什么缺"),
        number("缺它的案件"),
        number("涉及的判断"),
        words("涉及的规则"),
        words("补什么"),
    ];
    html.table("全部案件所缺的事实", &columns, &rows);
    if left_out > 0 {
        html.element("p", &format!("另有 {left_out} 项影响较小，没有列出。"));
    }
    let shown = report.undetermined.len().min(Report::HTML_ROWS_MAX);
    by_case(html, &report.undetermined[..shown]);
    let all = report.totals().undetermined_cases;
    if all > shown as u64 {
        html.element(
            "p",
            &format!(
                "以上 {shown} 案，其余 {} 案见 xlsx 报告。",
                all - shown as u64
            ),
        );
    }
    html.raw("</section>\n");
}

/// 逐案逐条：哪些规则判不了，各缺什么；完全一样的几案写在一起。
fn by_case(html: &mut Html, entries: &[UndeterminedEntry]) {
    let mut alike: Vec<(Vec<&str>, &UndeterminedEntry)> = Vec::new();
    for entry in entries {
        match alike.iter_mut().find(|(_, e)| e.by_rule == entry.by_rule) {
            Some((cases, _)) => cases.push(&entry.case),
            None => alike.push((vec![&entry.case], entry)),
        }
    }
    html.element("h3", "逐案逐条")
        .element("p", "点开看这一案（这几案）有哪些规则判不了，各缺什么。");
    for (cases, entry) in alike {
        html.raw("<details class=\"lacks\"><summary>");
        html.text(&match cases.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("{} 等 {} 案", several[0], several.len()),
        });
        html.text(&format!("：{} 条规则判不了", entry.rules))
            .raw("</summary>\n");
        if cases.len() > 1 {
            html.styled("p", "quiet", &cases.join("、"));
        }
        html.element("p", &format!("最要紧的：{}。", lacks_of(entry, NAMED_MAX)));
        let rows: Vec<Vec<String>> = entry
            .by_rule
            .iter()
            .map(|r| vec![r.name.clone(), r.lacks.join("；"), r.code.clone()])
            .collect();
        let columns = [words("规则"), words("缺什么"), words("编码")];
        html.table("判不了的规则与所缺", &columns, &rows);
        html.raw("</details>\n");
    }
}

/// 一案里写出名称的缺失数。
const NAMED_MAX: usize = 5;

/// 一案所缺的事实，写成一行。
pub(super) fn lacks_of(entry: &UndeterminedEntry, shown: usize) -> String {
    let named: Vec<String> = entry
        .missing
        .iter()
        .take(shown)
        .map(|m| format!("{}（{} 条）", m.text.what, m.rules.len()))
        .collect();
    let more = entry.missing.len().saturating_sub(shown) + entry.left_out;
    let more = if more > 0 {
        format!("；另有 {more} 项")
    } else {
        String::new()
    };
    format!("{}{more}", named.join("；"))
}

/// 写“未判”一节。
pub(super) fn not_judged(html: &mut Html, report: &Report) {
    let totals = report.totals();
    html.section("not-judged", page::title("not-judged"));
    html.element(
        "p",
        &match totals.not_judged {
            0 => "没有因为规则尚未施行而不判的。".to_owned(),
            n => format!(
                "{} 案中有 {n} 处判断，因为事情发生在规则施行之前而没有作。法不溯及既往：这些既不算合规，也不算违法，没有计入以上任何数字。",
                totals.not_judged_cases
            ),
        },
    );
    html.raw("</section>\n");
}

/// 写“没有读入的行与读入说明”一节。
pub(super) fn reading(html: &mut Html, report: &Report) {
    html.section("reading", page::title("reading"));
    let columns = [
        words("位置"),
        words("列与原值"),
        words("原因"),
        words("怎样改"),
    ];
    for (caption, list, all, none) in [
        (
            "没有读入的行",
            &report.refused,
            report.counts.refused,
            "每一行都读入了。",
        ),
        ("读入时的说明", &report.notes, report.counts.notes, ""),
    ] {
        if list.is_empty() {
            if !none.is_empty() {
                html.element("p", none);
            }
            continue;
        }
        let shown = list.len().min(Report::HTML_ROWS_MAX);
        let rows: Vec<Vec<String>> = list[..shown].iter().map(row).collect();
        html.table(&format!("{caption}（{all}）"), &columns, &rows);
        if all > shown as u64 {
            html.element(
                "p",
                &format!(
                    "以上 {shown} 条，其余 {} 条见 xlsx 报告。",
                    all - shown as u64
                ),
            );
        }
    }
    html.raw("</section>\n");
}

fn row(row: &RefusedRow) -> Vec<String> {
    let value = match (&row.column, &row.value) {
        (Some(column), Some(value)) => format!("{column}：“{value}”"),
        (Some(column), None) => column.clone(),
        (None, Some(value)) => format!("“{value}”"),
        (None, None) => String::new(),
    };
    vec![place(row), value, row.reason.clone(), row.remedy.clone()]
}

/// 在材料的何处。
pub(super) fn place(row: &RefusedRow) -> String {
    let sheet = row
        .sheet
        .as_ref()
        .map(|s| format!(" 工作表“{s}”"))
        .unwrap_or_default();
    let line = row.row.map(|n| format!(" 第 {n} 行")).unwrap_or_default();
    format!("{}{sheet}{line}", row.file)
}

/// 用语：程度、状态与标记。
pub(super) fn glossary() -> Vec<(&'static str, &'static str)> {
    let mut terms = vec![
        ("重大违法", "可能使行为被撤销、确认无效，或者严重损害权益"),
        (
            "违规",
            "违反法律、法规、规章的强制要求，通常可以补正或者确认违法",
        ),
        ("预警", "将要到期、疑似，或者没有达到原则性要求"),
        ("提示", "规范性、数据质量，或者较早的提醒"),
        ("违反", "按材料所载的事实，不符合要求"),
        ("疑点", "数据显示可能不符合要求，须由人看案卷确认"),
        ("临期", "还没有违反，期限将到"),
        ("无法判定", "材料不足以回答，列出所缺的事实"),
        ("未判", "事情发生在规则施行之前，不作判断"),
    ];
    terms.extend(
        Mark::ALL
            .into_iter()
            .map(|m| (m.name(), after_bracket(mark_in_words(m)))),
    );
    terms
}

fn after_bracket(text: &'static str) -> &'static str {
    text.split_once('〕').map_or(text, |(_, rest)| rest)
}

/// 写“用语”一节。
pub(super) fn terms(html: &mut Html) {
    html.section("terms", page::title("terms"));
    html.raw("<dl class=\"meta\">");
    for (term, meaning) in glossary() {
        html.element("dt", term).element("dd", meaning);
    }
    html.raw("</dl></section>\n");
}
