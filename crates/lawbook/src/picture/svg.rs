//! 状态图写成一份 SVG：自成一体，没有脚本与外来的字体，印在纸上看得清。

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Picture, StateBox, StateLine, picture};
use crate::lawbook::Lawbook;
use crate::procedure::Procedure;

const HEAD: i32 = 74;
const LIST_LINE: i32 = 20;
/// 一栏步骤的宽。
const COLUMN: i32 = 216;
const MARGIN: i32 = 16;
/// 标题与图例不比这更窄。
const WIDTH_MIN: i32 = 700;

const STYLE: &str = "text{font-family:\"Noto Sans CJK SC\",\"Source Han Sans SC\",\"Microsoft YaHei\",\"PingFang SC\",sans-serif;fill:#1b2430}\
.title{font-size:20px;font-weight:600}.small{font-size:13px;fill:#3a4656}.name{font-size:14px;text-anchor:middle}\
.step{font-size:12px;text-anchor:middle;fill:#26313f}.under{fill:#fff}.line{fill:none;stroke:#66748a;stroke-width:1.3}\
.head{fill:#66748a}.state{fill:#f6f8fb;stroke:#55647a}.start{fill:#e8f0fc;stroke:#0f55b8;stroke-width:2}\
.final{fill:#e7f5e7;stroke:#1f7a1f}";

/// 一个程序的图。
pub fn to_svg(lawbook: &Lawbook, procedure: &Procedure) -> String {
    let drawn = picture(procedure);
    let width = drawn.width.max(WIDTH_MIN);
    let steps = listed(lawbook, procedure, &drawn);
    let columns = usize::try_from((width - 2 * MARGIN) / COLUMN)
        .unwrap_or(1)
        .max(1);
    let rows = steps.len().div_ceil(columns);
    let foot = HEAD + drawn.height + 24;
    let height = foot + LIST_LINE * i32::try_from(rows + 1).unwrap_or(0) + MARGIN;
    // Writing to a string does not fail.
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{0}：状态图</title>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path class=\"head\" d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
         <rect class=\"under\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"title\" x=\"{MARGIN}\" y=\"32\">{0}</text>\n",
        escaped(&procedure.label)
    );
    legend(&mut out, &procedure.name);
    let left = (width - drawn.width) / 2;
    let _ = writeln!(out, "<g transform=\"translate({left} {HEAD})\">");
    draw(&mut out, &drawn);
    out.push_str("</g>\n");
    let _ = writeln!(
        out,
        "<text class=\"small\" x=\"{MARGIN}\" y=\"{foot}\">各步（线旁的数）：</text>"
    );
    for (at, step) in steps.iter().enumerate() {
        let place = |n: usize| i32::try_from(n).unwrap_or(0);
        let (x, y) = (
            MARGIN + COLUMN * place(at / rows.max(1)),
            foot + LIST_LINE * (place(at % rows.max(1)) + 1),
        );
        let _ = writeln!(
            out,
            "<text class=\"small\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(step)
        );
    }
    out.push_str("</svg>\n");
    out
}

fn legend(out: &mut String, name: &str) {
    let mut x = MARGIN;
    for (class, radius, text) in [
        ("start", 4, "起始"),
        ("state", 4, "经过"),
        ("final", 8, "终了"),
    ] {
        let _ = writeln!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"46\" width=\"28\" height=\"16\" rx=\"{radius}\"/>\
             <text class=\"small\" x=\"{}\" y=\"59\">{text}</text>",
            x + 34
        );
        x += 78;
    }
    let _ = writeln!(
        out,
        "<text class=\"small\" x=\"{x}\" y=\"59\">线旁的数是表里的步；不换状态的步不画。标识 {}</text>",
        escaped(name)
    );
}

fn draw(out: &mut String, drawn: &Picture) {
    for line in &drawn.lines {
        let _ = writeln!(
            out,
            "<path class=\"line\" marker-end=\"url(#arrow)\" d=\"{}\"/>",
            line.path
        );
    }
    for one in &drawn.boxes {
        draw_box(out, one);
    }
    for line in &drawn.lines {
        draw_number(out, line);
    }
}

fn draw_box(out: &mut String, one: &StateBox) {
    let class = match (one.is_start, one.is_final) {
        (true, _) => "start",
        (false, true) => "final",
        (false, false) => "state",
    };
    let radius = if one.is_final { one.height / 2 } else { 5 };
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>\
         <text class=\"name\" x=\"{}\" y=\"{}\">{}</text>",
        one.x,
        one.y,
        one.width,
        one.height,
        one.x + one.width / 2,
        one.y + one.height / 2 + 5,
        escaped(&one.name)
    );
}

/// The ground under a number: not every reader of SVG paints an outline below its text.
fn draw_number(out: &mut String, line: &StateLine) {
    let chars = i32::try_from(line.text.chars().count()).unwrap_or(0);
    let width = chars * 7 + 2;
    let _ = writeln!(
        out,
        "<rect class=\"under\" x=\"{}\" y=\"{}\" width=\"{width}\" height=\"13\"/>\
         <text class=\"step\" x=\"{}\" y=\"{}\">{}</text>",
        line.label_x - width / 2,
        line.label_y - 7,
        line.label_x,
        line.label_y + 4,
        line.text
    );
}

/// The steps that are drawn, with the names of their events.
fn listed(lawbook: &Lawbook, procedure: &Procedure, drawn: &Picture) -> Vec<String> {
    let numbers: BTreeSet<usize> = drawn
        .lines
        .iter()
        .flat_map(|line| &line.steps)
        .copied()
        .collect();
    let vocabulary = &lawbook.book.vocabulary;
    let named = numbers.into_iter().map(|number| {
        let event = vocabulary.kind_of(procedure.transitions[number - 1].on);
        format!("{number} {}", event.label)
    });
    named.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
