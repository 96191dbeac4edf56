//! 故事：一种案件怎样一步一步办下来，连同几条岔路；全部是 `demo/world/stories` 里的数据。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::calendar::WorkCalendar;
use mingjing_kernel::date::Date;
use serde::Deserialize;

use crate::chance::Chance;
use crate::error::{DemoError, Result};
use crate::files::{self, File};

/// 一个故事。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// 名称。
    pub title: String,
    /// 主程序。
    pub procedure: String,
    /// 每千案约占多少。
    pub weight: u32,
    /// 用哪一类案由。
    pub cause: String,
    /// 当事人可以是哪几类。
    pub parties: Vec<String>,
    /// 罚款的上下限（元），按当事人的类别；没有写的用案由的。
    pub fine_natural: Option<[i64; 2]>,
    /// 同上，法人。
    pub fine_legal: Option<[i64; 2]>,
    /// 违法行为发生在开头之前多少天，上下限。
    #[serde(default)]
    pub act_before: [i64; 2],
    /// 与通例不同的事实。
    #[serde(default)]
    pub facts: toml::Table,
    /// 各步。
    #[serde(rename = "step")]
    steps: Vec<WrittenStep>,
    /// 岔路。
    #[serde(default, rename = "flaw")]
    pub flaws: Vec<Flaw>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    id: Option<String>,
    #[serde(default)]
    gap: Gap,
    at: Clock,
    say: String,
}

impl WrittenStep {
    fn id(&self) -> &str {
        let kind = self.say.split_whitespace().next().unwrap_or_default();
        self.id.as_deref().unwrap_or(kind)
    }
}

/// 一条岔路：与故事不同的地方，与由此应当发现的规则编码。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flaw {
    /// 名称。
    pub title: String,
    /// 这个故事的每千案里约有多少。
    pub weight: u32,
    /// 应当发现的规则编码，一个不多，一个不少。
    pub expects: Vec<String>,
    /// 只在这些执法领域；没有写的不限。
    pub departments: Option<Vec<String>>,
    /// 平台上办不成（办到这一步会被拦下）：只出现在汇入的案件里。
    pub imported_only: bool,
    /// 当事人只能是这几类。
    pub parties: Option<Vec<String>>,
    /// 罚款的上下限。
    pub fine_natural: Option<[i64; 2]>,
    /// 罚款的上下限。
    pub fine_legal: Option<[i64; 2]>,
    /// 少了的步骤。
    drop: Vec<String>,
    /// 步骤之间隔得不同。
    gap: BTreeMap<String, Gap>,
    /// 整句换掉。
    say: BTreeMap<String, String>,
    /// 换掉其中几项。
    set: BTreeMap<String, String>,
    /// 去掉其中几项。
    without: BTreeMap<String, String>,
    /// 换人：`B = "X"` 是原来由 B 做的由 X 做。
    pub cast: BTreeMap<String, String>,
    /// 与通例不同的事实。
    pub facts: toml::Table,
}

/// 与上一步隔多久：`3w` 三个工作日，`10d` 十日（逢休息日顺延到工作日），`2..6w` 其间任取，可以是负数。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Gap {
    from: i32,
    to: i32,
    is_calendar: bool,
}

impl TryFrom<String> for Gap {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Gap, String> {
        let wrong = || format!("间隔“{text}”应如 3w、10d、2..6w");
        let (range, is_calendar) = match (text.strip_suffix('w'), text.strip_suffix('d')) {
            (Some(range), _) => (range, false),
            (None, Some(range)) => (range, true),
            (None, None) => (text.as_str(), false),
        };
        let (from, to) = range.split_once("..").unwrap_or((range, range));
        let number = |text: &str| text.parse().map_err(|_| wrong());
        let gap = Gap {
            from: number(from)?,
            to: number(to)?,
            is_calendar,
        };
        (gap.from <= gap.to).then_some(gap).ok_or_else(wrong)
    }
}

impl Gap {
    /// 从 `day` 起隔这么久的那一天。
    fn after(self, day: Date, calendar: &WorkCalendar, chance: &mut Chance) -> Date {
        let days = chance.between(self.from.into(), self.to.into());
        let days = i32::try_from(days).unwrap_or_default();
        if self.is_calendar {
            let day = day.add_days(days);
            return calendar.roll_forward(day).unwrap_or(day);
        }
        match u32::try_from(days) {
            Ok(0) => day,
            Ok(days) => calendar.nth_working_day(day, days).unwrap_or(day),
            Err(_) => (0..days.unsigned_abs()).fold(day, |day, _| {
                let before = day.add_days(-1);
                calendar.previous_working_day(day).unwrap_or(before)
            }),
        }
    }
}

/// 几点几分，`09:20`。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Clock {
    pub(crate) hour: u8,
    pub(crate) minute: u8,
}

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Clock, String> {
        let parts = text.split_once(':');
        let parsed = parts.and_then(|(hour, minute)| {
            let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(Clock { hour, minute })
        });
        parsed.ok_or_else(|| format!("时刻“{text}”应如 09:20"))
    }
}

/// 要讲的一步：哪一天、几点、怎样写（花括号还没有填）。
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) day: Date,
    pub(crate) at: Clock,
    pub(crate) words: String,
}

impl Step {
    /// 这一步要到现场去，写明了从几时到几时。
    pub(crate) fn is_visit(&self) -> bool {
        self.words.starts_with("scene_record") && self.words.contains("started_at=")
    }
}

impl Story {
    fn load(file: File) -> Result<Story> {
        let story: Story = files::read(file)?;
        story
            .check()
            .map_err(|message| DemoError::data(file.0, message))?;
        Ok(story)
    }

    /// Every deviation names a step that is there, and no two steps have one name.
    fn check(&self) -> std::result::Result<(), String> {
        let ids: BTreeSet<&str> = self.steps.iter().map(WrittenStep::id).collect();
        if ids.len() < self.steps.len() {
            return Err("两步同名，请给其中一步写 id".to_owned());
        }
        for flaw in &self.flaws {
            let maps = [&flaw.say, &flaw.set, &flaw.without];
            let named = maps.into_iter().flat_map(BTreeMap::keys);
            let named = named.chain(flaw.gap.keys()).chain(&flaw.drop);
            if let Some(unknown) = named.into_iter().find(|id| !ids.contains(id.as_str())) {
                return Err(format!("岔路“{}”说到没有的一步 {unknown}", flaw.title));
            }
        }
        Ok(())
    }

    /// 各步及其日子；从 `start`（逢休息日顺延）起。
    pub(crate) fn steps(
        &self,
        flaw: Option<&Flaw>,
        start: Date,
        calendar: &WorkCalendar,
        chance: &mut Chance,
    ) -> Vec<Step> {
        let mut day = calendar.roll_forward(start).unwrap_or(start);
        let told = self.steps.iter().filter(|step| {
            let is_dropped = |flaw: &Flaw| flaw.drop.iter().any(|id| id == step.id());
            !flaw.is_some_and(is_dropped)
        });
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in told {
            let id = step.id();
            if !steps.is_empty() {
                let gap = flaw.and_then(|flaw| flaw.gap.get(id)).unwrap_or(&step.gap);
                day = gap.after(day, calendar, chance);
            }
            steps.push(Step {
                id: id.to_owned(),
                day,
                at: step.at,
                words: words(step, flaw),
            });
        }
        steps
    }
}

/// The line of a step as the flaw has it.
fn words(step: &WrittenStep, flaw: Option<&Flaw>) -> String {
    let Some(flaw) = flaw else {
        return step.say.clone();
    };
    let id = step.id();
    let said = flaw.say.get(id).unwrap_or(&step.say);
    let list = |map: &BTreeMap<String, String>| -> Vec<String> {
        let text = map.get(id).map(String::as_str).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    };
    let (set, without) = (list(&flaw.set), list(&flaw.without));
    let key = |word: &str| word.split_once('=').map(|(key, _)| key.to_owned());
    let kept = said
        .split_whitespace()
        .filter(|word| !without.iter().any(|it| it == word));
    let changed = kept.map(|word| {
        let same = set
            .iter()
            .find(|it| key(it).is_some() && key(it) == key(word));
        same.map_or(word, String::as_str)
    });
    changed.collect::<Vec<_>>().join(" ")
}

/// 全部故事。
pub(crate) fn load_all() -> Result<Vec<Story>> {
    files::STORIES.into_iter().map(Story::load).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_file_of_the_repository_is_in_the_program() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/world/stories");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("stories/{}", entry.unwrap().file_name().to_str().unwrap()))
            .collect();
        found.sort();
        let listed: Vec<&str> = files::STORIES.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn a_gap_is_read_or_refused_with_an_example() {
        let read = |text: &str| Gap::try_from(text.to_owned());
        let gap = |from, to, is_calendar| Gap {
            from,
            to,
            is_calendar,
        };
        assert_eq!(read("2..6w"), Ok(gap(2, 6, false)));
        assert_eq!(read("10d"), Ok(gap(10, 10, true)));
        assert_eq!(read("-1w"), Ok(gap(-1, -1, false)));
        assert!(read("soon").unwrap_err().contains("2..6w"));
        assert!(read("6..2w").is_err());
    }
}
