//! 给人看的文字：法定幅度、阶次、情节、程序、结论、还缺什么。

use std::fmt::Write as _;

use mingjing_lawbook::discretion::words::{
    RangeText, ReckoningText, SeenText, Standing, TestText, interval,
};
use mingjing_lawbook::explain::reads::ReadText;

/// 整张。
pub(super) fn whole(told: &ReckoningText) -> String {
    let mut out = String::new();
    about(&mut out, told);
    head(&mut out, "法定幅度");
    told.ranges
        .iter()
        .for_each(|range| self::range(&mut out, range));
    if !told.tiers.is_empty() {
        head(&mut out, "阶次（由轻到重）");
        told.tiers
            .iter()
            .for_each(|tier| self::tier(&mut out, told, tier));
    }
    factors(&mut out, told);
    if !told.needs.is_empty() {
        head(&mut out, "采用这些情节之前须有的");
        for need in &told.needs {
            line(
                &mut out,
                1,
                &format!(
                    "{}：{}（{}）",
                    need.name,
                    need.state.in_words(),
                    need.cite.join("、")
                ),
            );
            tests(&mut out, need);
        }
    }
    head(&mut out, "建议");
    let is_empty = told.conclusion.is_empty();
    told.conclusion
        .iter()
        .for_each(|said| line(&mut out, 1, said));
    if is_empty {
        line(&mut out, 1, "没有适用的处罚");
    }
    line(
        &mut out,
        1,
        "这是区间，不是数额：数额由办案机关在区间之内决定并说明理由",
    );
    if !told.missing.is_empty() {
        head(&mut out, "还缺什么");
        told.missing
            .iter()
            .for_each(|missing| line(&mut out, 1, missing));
    }
    out
}

/// 哪一事项、哪一日的法律、在哪里施行。
fn about(out: &mut String, told: &ReckoningText) {
    line(out, 0, &format!("{}（{}）", told.name, told.code));
    let department = if told.department.is_empty() {
        "不明"
    } else {
        &told.department
    };
    line(
        out,
        0,
        &format!(
            "适用{}的法律　领域：{department}　法典 {}",
            told.day.in_chinese(),
            told.lawbook
        ),
    );
    line(
        out,
        0,
        &format!("依据：{}（{}）", told.cite.join("、"), told.force),
    );
    if !told.regions.is_empty() {
        line(out, 0, &format!("只在{}施行", told.regions.join("、")));
    }
    for mark in &told.marks {
        line(out, 0, mark);
    }
    if !told.note.is_empty() {
        line(out, 0, &format!("说明：{}", told.note));
    }
}

fn head(out: &mut String, title: &str) {
    line(out, 0, &format!("\n【{title}】"));
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}{text}", "  ".repeat(depth));
}

fn range(out: &mut String, range: &RangeText) {
    let may = if range.may { "可以" } else { "" };
    let mut text = format!("{may}{}", range.kind);
    if !range.written.is_empty() {
        let _ = write!(text, " {}", range.written);
    }
    if !range.name.is_empty() {
        let _ = write!(text, "（{}）", range.name);
    }
    line(
        out,
        1,
        &format!("{text}：{}", range.state.of_range_in_words()),
    );
    range
        .reads
        .iter()
        .chain(&range.measures)
        .for_each(|read| line(out, 3, &self::read(read)));
    if let Some(bounds) = range.statutory.filter(|_| range.state == Standing::Met) {
        line(out, 3, &format!("本案为 {}", interval(bounds)));
    }
}

fn tier(out: &mut String, told: &ReckoningText, tier: &SeenText) {
    let sign = if tier.is_candidate { "→ " } else { "  " };
    let amounts: Vec<String> = told
        .ranges
        .iter()
        .filter(|range| range.state == Standing::Met)
        .flat_map(|range| &range.tiers)
        .filter(|(name, _)| *name == tier.name)
        .filter_map(|(_, bounds)| bounds.map(interval))
        .collect();
    let amounts = if amounts.is_empty() {
        String::new()
    } else {
        format!("，{}", amounts.join("；"))
    };
    line(
        out,
        1,
        &format!(
            "{sign}{}（{}）：{}{amounts}",
            tier.name,
            tier.how,
            tier.state.in_words()
        ),
    );
    tests(out, tier);
}

/// 符合的、不知道的逐项写；不符合的只列名称，免得淹没。
fn factors(out: &mut String, told: &ReckoningText) {
    head(out, "情节");
    for factor in told.factors.iter().filter(|f| f.state == Standing::Met) {
        line(
            out,
            1,
            &format!(
                "{}：符合，{}（{}）{}",
                factor.name,
                factor.effect,
                factor.cite.join("、"),
                factor
                    .marks
                    .iter()
                    .map(|m| format!("〔{m}〕"))
                    .collect::<String>()
            ),
        );
        tests(out, factor);
        if !factor.note.is_empty() {
            line(out, 3, &format!("说明：{}", factor.note));
        }
    }
    for (state, title) in [
        (Standing::NotMet, "不符合"),
        (Standing::Unknown, "不知道，会改变结论"),
    ] {
        let names: Vec<String> = told
            .factors
            .iter()
            .filter(|f| f.state == state)
            .map(|f| match state {
                Standing::Unknown => format!("{}（{}，缺{}）", f.name, f.effect, unknown(f)),
                Standing::Met | Standing::NotMet => f.name.clone(),
            })
            .collect();
        if !names.is_empty() {
            line(out, 1, &format!("{title}：{}", names.join("、")));
        }
    }
}

/// 一个情节还不知道的各样事实。
fn unknown(factor: &SeenText) -> String {
    let mut names: Vec<&str> = Vec::new();
    let open = factor
        .tests
        .iter()
        .filter(|test| test.state == Standing::Unknown);
    for read in open.flat_map(|test| &test.reads) {
        if read.value.is_none() && !names.contains(&read.label.as_str()) {
            names.push(&read.label);
        }
    }
    names.join("与")
}

fn tests(out: &mut String, seen: &SeenText) {
    for TestText { say, state, reads } in &seen.tests {
        let reads: Vec<String> = reads.iter().map(read).collect();
        let reads = if reads.is_empty() {
            String::new()
        } else {
            format!("（{}）", reads.join("；"))
        };
        line(out, 3, &format!("{say}：{}{reads}", state.in_words()));
    }
}

fn read(read: &ReadText) -> String {
    let value = read.value.as_deref().unwrap_or("不知道");
    format!("{} {value}", read.label)
}
