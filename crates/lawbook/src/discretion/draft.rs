//! 由公布的裁量基准表起草：读得懂的写成数据，读不懂的逐行说出来，由法制人员补全。
//!
//! A draft is no law: what a jurist must fill in is written so that loading it names the place.

mod numeral;
mod penalty;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use penalty::{Penalty, penalty};

/// 待法制人员填写之处；加载时必然报错，不会悄悄生效。
const TO_FILL: &str = "待填";

/// 表里的一行：一个事项的一档；没有阶次的表，一行一个事项。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRow {
    /// 在表里的位置，如“第 3 行”。
    pub place: String,
    /// 事项的编号；没有的由程序编。
    pub code: String,
    /// 违法行为。
    pub act: String,
    /// 法规的名称。
    pub law: String,
    /// 条款。
    pub article: String,
    /// 法定幅度。
    pub range: String,
    /// 阶次。
    pub level: String,
    /// 适用情形。
    pub condition: String,
    /// 裁量幅度。
    pub penalty: String,
}

/// 起草时给定的：表里没有的。
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// 施行之日，`2023-12-15`。
    pub from: Option<String>,
    /// 领域。
    pub department: Option<String>,
    /// 地区。
    pub region: Option<String>,
    /// 依据的简称。
    pub cite: Option<String>,
}

/// 一处读不懂或要补的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// 在表里的位置。
    pub place: String,
    /// 哪个事项。
    pub act: String,
    /// 说明与办法。
    pub message: String,
}

/// 一个事项的草稿。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftItem {
    /// 标识，也是文件名。
    pub code: String,
    /// 名称。
    pub name: String,
    /// 文件的内容。
    pub text: String,
}

/// 起草的结果。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// 各事项。
    pub items: Vec<DraftItem>,
    /// 逐行的问题。
    pub troubles: Vec<Trouble>,
    /// 读了几行。
    pub rows: usize,
    /// 数额读懂了的行。
    pub amounts: usize,
    /// 数额与情形都读懂了的行，不必再填。
    pub complete: usize,
}

/// 由表起草；行按事项归到一起，次序照表。
pub fn draft(rows: &[TableRow], frame: &Frame) -> Draft {
    let mut groups: Vec<Vec<&TableRow>> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in rows {
        let place = *places.entry((&row.code, &row.act)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(row);
    }
    let mut draft = Draft {
        rows: rows.len(),
        ..Draft::default()
    };
    for (number, rows) in (1..).zip(&groups) {
        if rows[0].act.trim().is_empty() {
            draft.trouble(rows[0], "没有违法行为的名称，这一行没有起草");
            continue;
        }
        let item = draft.item(number, rows, frame);
        draft.items.push(item);
    }
    draft
}

/// 条款的幅度写成 `[[range]]` 的标识。
const RANGE: &str = "fine";

impl Draft {
    fn trouble(&mut self, row: &TableRow, message: &str) {
        self.troubles.push(Trouble {
            place: row.place.clone(),
            act: row.act.clone(),
            message: message.to_owned(),
        });
    }

    fn item(&mut self, number: usize, rows: &[&TableRow], frame: &Frame) -> DraftItem {
        let first = rows[0];
        let code = code(first, number);
        let mut out = String::new();
        let fill = |given: &Option<String>| given.clone().unwrap_or_else(|| TO_FILL.to_owned());
        let cite = match (&frame.cite, first.article.as_str()) {
            (Some(short), article) => format!("{short}{}", article.trim()),
            (None, _) => TO_FILL.to_owned(),
        };
        line(
            &mut out,
            "# 由公布的裁量基准表起草，法制人员补全、核对之后才能施行。",
        );
        if !first.law.is_empty() {
            line(
                &mut out,
                &format!("# 表中的依据：{}{}", first.law, first.article),
            );
        }
        line(&mut out, &format!("code = {}", quoted(&code)));
        line(&mut out, &format!("name = {}", quoted(&first.act)));
        line(&mut out, &format!("from = {}", quoted(&fill(&frame.from))));
        let departments = quoted(&fill(&frame.department));
        line(&mut out, &format!("departments = [{departments}]"));
        if let Some(region) = &frame.region {
            line(&mut out, &format!("regions = [{}]", quoted(region)));
        }
        line(&mut out, &format!("cite = [{}]", quoted(&cite)));
        line(&mut out, "marks = [\"待核\"]");
        let statutory = self.range(&mut out, first);
        for row in rows {
            self.row(&mut out, row, statutory.as_ref());
        }
        DraftItem {
            code,
            name: first.act.clone(),
            text: out,
        }
    }

    /// 条款的幅度。
    fn range(&mut self, out: &mut String, row: &TableRow) -> Option<Penalty> {
        let found = penalty(&row.range);
        line(out, "\n[[range]]");
        if !row.range.is_empty() {
            line(out, &format!("# 表中写：{}", one_line(&row.range)));
        }
        line(out, &format!("id = \"{RANGE}\"\nkind = \"fine\""));
        let Some(found) = found.filter(|found| !found.is_none) else {
            let message = if row.range.trim().is_empty() {
                "没有法定幅度，补 most（有下限的补 least）"
            } else {
                "法定幅度看不懂，补 most（有下限的补 least）"
            };
            self.trouble(row, message);
            line(out, &format!("most = \"{TO_FILL}\""));
            return None;
        };
        if let Some(least) = found.least {
            line(out, &format!("least = \"{}\"", least.in_words()));
        }
        line(out, &format!("most = \"{}\"", found.most.in_words()));
        if let Some(per) = &found.per {
            line(out, &format!("per = \"{TO_FILL}\" # 按每一“{per}”计"));
            self.trouble(row, &format!("按每一“{per}”计罚，补 per 所读的事实"));
        }
        if let Some(base) = &found.base {
            line(out, &format!("base = \"{TO_FILL}\" # 以{base}为基数"));
            self.trouble(row, &format!("以{base}为基数，补 base 所读的事实"));
        }
        for kind in &found.others {
            line(
                out,
                &format!("\n[[range]]\nid = \"{kind}\"\nkind = \"{kind}\""),
            );
        }
        Some(found)
    }

    /// 一档，或者一个不予处罚的情节。
    fn row(&mut self, out: &mut String, row: &TableRow, statutory: Option<&Penalty>) {
        if row.penalty.trim().is_empty() && row.level.trim().is_empty() {
            self.trouble(row, "没有阶次与裁量幅度，只起草了条款一级");
            return;
        }
        let Some(found) = penalty(&row.penalty) else {
            self.trouble(row, "裁量幅度看不懂，这一档没有起草");
            return;
        };
        let outside = statutory.is_some_and(|statutory| !statutory.holds(&found));
        if outside {
            self.trouble(row, "裁量幅度不在法定幅度以内，请核对原表");
        }
        self.amounts += 1;
        let that = condition(&row.condition);
        self.complete += usize::from(that.is_some() && !outside);
        if that.is_none() {
            self.trouble(row, "适用情形要写成条件，补 that");
        }
        let that = that.unwrap_or(TO_FILL);
        let test = format!(
            "{{ say = {}, that = {} }}",
            quoted(&one_line(&row.condition)),
            quoted(that)
        );
        if found.is_none {
            line(out, "\n[[factor]]");
            line(out, &format!("code = \"{TO_FILL}\""));
            line(out, &format!("name = {}", quoted(&row.level)));
            line(out, "effect = [\"no_penalty\"]\nmust = true");
            line(out, &format!("all = [{test}]"));
            line(out, &format!("cite = [\"{TO_FILL}\"]"));
            return;
        }
        line(out, "\n[[tier]]");
        line(out, &format!("name = {}", quoted(&row.level)));
        line(out, &format!("all = [{test}]"));
        let least = found.least.unwrap_or(found.most).in_words();
        let most = found.most.in_words();
        line(
            out,
            &format!(
                "amounts = [{{ range = \"{RANGE}\", least = \"{least}\", most = \"{most}\" }}]"
            ),
        );
    }
}

/// 常见的情形有现成的条件：第几次被处罚。
fn condition(text: &str) -> Option<&'static str> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '。' | '；' | '的'))
        .collect();
    Some(match text.as_str() {
        "第一次被处罚" => "act.prior_penalties == 0",
        "第二次被处罚" => "act.prior_penalties == 1",
        "第三次被处罚" => "act.prior_penalties == 2",
        "第三次及以上被处罚" => "act.prior_penalties >= 2",
        _ => return None,
    })
}

/// 标识：表里的编号，没有合用的由程序编。
fn code(row: &TableRow, number: usize) -> String {
    let own: String = row
        .code
        .trim()
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if row.code.trim().is_ascii() && own.starts_with(|c: char| c.is_ascii_lowercase()) {
        return own;
    }
    format!("draft_{number:03}")
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join("")
}

/// TOML 的基本字符串。
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.trim().chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
