//! 评分表的示例：一份小案卷与应得的分，`mingjing lawbook test` 逐个运行。

use std::sync::Arc;

use super::points::Points;
use super::score::{ItemState, Scored, VetoState, score};
use super::{Sheet, words};
use crate::assess::Options;
use crate::book::Book;
use crate::diagnostic::{At, Code, Diagnostic, Sink};
use crate::example::Story;
use crate::explain::Explainer;
use crate::lawbook::Lawbook;
use crate::tree::Reader;

/// 一项应得的结论。
enum Expected {
    /// 确定扣这么多，没有留给人的
    Taken(Points),
    /// 建议扣到这么多
    Proposed(Points),
    /// 与本案无关
    Unrelated,
    /// 留给人
    Person,
    /// 缺事实
    Undetermined,
    /// 否决项的结论
    Veto(VetoState),
}

/// 评分表的示例。
pub struct SheetExample {
    /// 示例里的事。
    pub story: Story,
    /// 编号、应得的结论、位置。
    expect: Vec<(Arc<str>, Expected, At)>,
    /// 得分：一个，或至少、照建议、至多三个。
    scores: Option<Vec<String>>,
    /// 等次（至低的到至高的）。
    grade: Option<String>,
    at: At,
}

impl SheetExample {
    /// 读 `[[example]]`。
    pub(crate) fn read(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<SheetExample> {
        let story = Story::read(Some(book), &reader, sink)?;
        let mut expect = Vec::new();
        reader.require("expect", sink);
        if let Some(table) = reader.table("expect", sink) {
            for (code, _, node) in table.all() {
                let at = table.at(node);
                match node.text().and_then(expected) {
                    Some(wanted) => expect.push((code.as_str().into(), wanted, at)),
                    None => {
                        let hint = Some(
                            "\"扣 1\"、\"建议 1\"、不适用、由人、无法判定、否决、疑似、没有".into(),
                        );
                        let message = format!("expect.{code} 看不懂");
                        sink.error(&at, Code::Type, message, hint);
                    }
                }
            }
        }
        let scores = reader.get("scores").map(|_| {
            let texts = reader.texts("scores", sink);
            texts.into_iter().map(|(t, _)| t.to_owned()).collect()
        });
        let example = SheetExample {
            story,
            expect,
            scores,
            grade: reader.text("grade", sink).map(str::to_owned),
            at: reader.here(),
        };
        reader.text("say", sink);
        reader.finish(sink);
        Some(example)
    }

    /// 写到的编号与位置。
    pub(crate) fn codes(&self) -> impl Iterator<Item = (&str, &At)> {
        self.expect.iter().map(|(code, _, at)| (code.as_ref(), at))
    }
}

fn expected(text: &str) -> Option<Expected> {
    Some(match text {
        "不适用" => Expected::Unrelated,
        "由人" => Expected::Person,
        "无法判定" => Expected::Undetermined,
        "否决" => Expected::Veto(VetoState::Hit),
        "疑似" => Expected::Veto(VetoState::Suspected),
        "没有" => Expected::Veto(VetoState::Clear),
        _ => match text.split_once(' ')? {
            ("扣", points) => Expected::Taken(Points::parse(points)?),
            ("建议", points) => Expected::Proposed(Points::parse(points)?),
            _ => return None,
        },
    })
}

/// 运行全部评分表的示例；不成立为 LB12，一个也没有为 LB13。
pub fn test(lawbook: &Lawbook) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let explainer = Explainer::new(lawbook);
    for sheet in &lawbook.sheets {
        if sheet.examples.is_empty() {
            let message = format!("评分表 {} 没有示例", sheet.code);
            sink.error(&sheet.at, Code::ExampleMissing, message, None);
        }
        for example in &sheet.examples {
            for (at, reason) in run(&explainer, sheet, example) {
                let name = &example.story.name;
                let message = format!("{} 示例“{name}”{reason}", sheet.code);
                sink.error(&at, Code::Example, message, None);
            }
        }
    }
    sink.diagnostics
}

fn run(explainer: &Explainer<'_>, sheet: &Sheet, example: &SheetExample) -> Vec<(At, String)> {
    let vocabulary = &explainer.lawbook().book.vocabulary;
    let story = &example.story;
    let procedure = sheet.procedures.first().map(AsRef::as_ref);
    let timeline = match story.timeline(vocabulary, procedure) {
        Ok(timeline) => timeline,
        Err(failure) => return vec![failure],
    };
    if let Err(reason) = story.check(vocabulary, &timeline) {
        return vec![(story.at.clone(), reason)];
    }
    let options = Options {
        as_of: story.as_of,
        ..Options::default()
    };
    let Some(own) = explainer.lawbook().sheet(&sheet.code) else {
        return Vec::new();
    };
    let scored = score(explainer, own, &timeline, &options);
    let mut failures: Vec<(At, String)> = example
        .expect
        .iter()
        .filter_map(|(code, wanted, at)| Some((at.clone(), differs(&scored, code, wanted)?)))
        .collect();
    failures.extend(totals(&scored, example).map(|reason| (example.at.clone(), reason)));
    failures
}

/// 得分与等次合不合期望。
fn totals(scored: &Scored<'_>, example: &SheetExample) -> Option<String> {
    let got: Vec<String> = scored.range.map_or_else(Vec::new, |range| {
        [range.low, range.proposed, range.high]
            .map(|score| score.to_string())
            .into()
    });
    if let Some(wanted) = &example.scores {
        let is_one = wanted.len() == 1 && got.iter().all(|score| *score == wanted[0]);
        if !is_one && *wanted != got {
            return Some(format!(
                "期望得分 {}，得到 {}",
                wanted.join("、"),
                got.join("、")
            ));
        }
    }
    let grade = words::grade(scored);
    match &example.grade {
        Some(wanted) if *wanted != grade => Some(format!("期望等次 {wanted}，得到 {grade}")),
        _ => None,
    }
}

/// 一个编号的结论合不合期望；不合的说出得到什么。
fn differs(scored: &Scored<'_>, code: &str, wanted: &Expected) -> Option<String> {
    if let Some(veto) = scored.vetoes.iter().find(|v| v.veto.code.as_ref() == code) {
        let is_met = match wanted {
            Expected::Veto(state) => *state == veto.state,
            Expected::Unrelated => veto.state == VetoState::NotApplicable,
            Expected::Person => veto.state == VetoState::Person,
            Expected::Undetermined => veto.state == VetoState::Undetermined,
            Expected::Taken(_) | Expected::Proposed(_) => false,
        };
        let got = words::veto_state(veto.state);
        return (!is_met).then(|| format!("的 {code} 得到 {got}"));
    }
    let item = scored.items.iter().find(|i| i.item.code.as_ref() == code)?;
    let is_met = match wanted {
        Expected::Taken(points) => item.state == ItemState::Decided && item.taken == *points,
        Expected::Proposed(points) => item.proposed == *points && item.taken <= *points,
        Expected::Unrelated => item.state == ItemState::NotApplicable,
        Expected::Person => item.state == ItemState::Person,
        Expected::Undetermined => item.state == ItemState::Undetermined,
        Expected::Veto(_) => false,
    };
    (!is_met).then(|| {
        format!(
            "的 {code} 得到{}，确定扣 {}，建议扣到 {}，至多扣 {}",
            words::item_state(item.state),
            item.taken,
            item.proposed,
            item.worst
        )
    })
}
