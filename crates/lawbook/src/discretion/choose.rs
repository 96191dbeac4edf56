//! 用哪一份：事项、日子、地区、领域都对得上的一份；对不上的说出为什么。命令行、接口用的是同一份。

use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use super::Item;
use crate::diagnostic::nearest;
use crate::lawbook::Lawbook;

/// 找不到可用的事项的原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoItem {
    /// 没有这个标识
    Unknown,
    /// 那一日没有施行的
    NotInForce,
    /// 只在别的地区施行
    Elsewhere,
    /// 几个地区各有一份，不知道用哪一份
    Ambiguous,
    /// 属于别的领域
    OtherDepartment,
}

impl NoItem {
    /// 说明；`code` 是所问的标识，`day` 是选法律的日子。
    pub fn in_words(self, lawbook: &Lawbook, code: &str, day: Date) -> String {
        let vocabulary = &lawbook.book.vocabulary;
        let all = lawbook.discretion.iter();
        let named: Vec<&Item> = all.filter(|item| item.code.as_ref() == code).collect();
        match self {
            NoItem::Unknown => {
                let near = nearest(code, lawbook.discretion.iter().map(|i| i.code.as_ref()));
                let shown = code.chars().filter(|c| !c.is_control()).take(60);
                let shown: String = shown.collect();
                format!("没有裁量事项 {shown}。{}", near.unwrap_or_default())
            }
            NoItem::NotInForce => {
                let spans: Vec<String> = named.iter().map(|item| item.span()).collect();
                let day = day.in_chinese();
                let spans = spans.join("、");
                format!("事项 {code} 在{day}没有施行的条文（法典里有的：{spans}）")
            }
            NoItem::Elsewhere => {
                let regions = named.iter().flat_map(|item| &item.regions);
                let names: Vec<&str> = regions.map(|r| vocabulary.region_name(r)).collect();
                format!("事项 {code} 只在{}施行，机关在别处", names.join("、"))
            }
            NoItem::Ambiguous => format!("事项 {code} 几个地区各有一份，要写明机关所在地"),
            NoItem::OtherDepartment => {
                let mut names: Vec<&str> = Vec::new();
                for department in named.iter().flat_map(|item| &item.departments) {
                    let name = vocabulary.department_name(department);
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                format!("事项 {code} 属于{}，不是本机关的领域", names.join("、"))
            }
        }
    }
}

impl Item {
    /// 施行的期间，写成文字。
    pub fn span(&self) -> String {
        match self.to {
            Some(to) => format!("{}至{}前", self.from.in_chinese(), to.in_chinese()),
            None => format!("{}起", self.from.in_chinese()),
        }
    }

    /// 与机关的领域合得上；不知道领域的算合得上。
    pub fn suits(&self, department: Option<&str>) -> bool {
        let Some(own) = department else {
            return true;
        };
        self.departments.is_empty() || self.departments.iter().any(|d| d.as_ref() == own)
    }

    fn is_in_force(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// 对这个地区有多贴切：前缀越长越贴切；别处的没有，不知道在哪里的只看是不是全国的。
    fn fit(&self, region: Option<&str>) -> Option<usize> {
        match region {
            _ if self.regions.is_empty() => Some(0),
            None => Some(1),
            Some(own) => self
                .regions
                .iter()
                .filter(|prefix| own.starts_with(prefix.as_ref()))
                .map(|prefix| prefix.len() + 1)
                .max(),
        }
    }
}

/// 一案里选法律要看的：哪一日、机关在哪里、什么领域。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting<'t> {
    /// 选法律的日子：违法行为之日。
    pub day: Date,
    /// 机关所在地；不知道为空。
    pub region: Option<&'t str>,
    /// 机关的领域；不知道为空。
    pub department: Option<&'t str>,
}

impl<'t> Setting<'t> {
    /// 违法行为发生日，其次最后一件事之日，再其次 `today`。
    pub fn of(timeline: &'t Timeline, today: Date) -> Setting<'t> {
        let text = |path: &str| match timeline.facts.at(path) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let act_on = match timeline.facts.at("case.act_on") {
            Some(Value::Date(day)) => Some(*day),
            Some(Value::Text(text)) => Date::parse_iso(text).ok(),
            _ => None,
        };
        Setting {
            day: act_on.or_else(|| last_day(timeline)).unwrap_or(today),
            region: text("body.region"),
            department: text("body.department"),
        }
    }
}

/// 最后一件事之日；一件事也没有的为空。
pub fn last_day(timeline: &Timeline) -> Option<Date> {
    let days = timeline.events.iter();
    days.map(|e| e.occurred_until.unwrap_or(e.occurred_on))
        .max()
}

impl Lawbook {
    /// 某日某地某领域的裁量事项。
    pub fn discretion_item(&self, code: &str, of: Setting<'_>) -> Result<&Item, NoItem> {
        let all = self.discretion.iter();
        let named: Vec<&Item> = all.filter(|item| item.code.as_ref() == code).collect();
        if named.is_empty() {
            return Err(NoItem::Unknown);
        }
        let in_force: Vec<&Item> = named
            .into_iter()
            .filter(|i| i.is_in_force(of.day))
            .collect();
        if in_force.is_empty() {
            return Err(NoItem::NotInForce);
        }
        let fitting: Vec<(usize, &Item)> = in_force
            .into_iter()
            .filter_map(|item| Some((item.fit(of.region)?, item)))
            .collect();
        let best = fitting.iter().map(|(fit, _)| *fit).max();
        let mut chosen = fitting.iter().filter(|(fit, _)| Some(*fit) == best);
        match (chosen.next(), chosen.next()) {
            (None, _) => Err(NoItem::Elsewhere),
            (Some(_), Some(_)) => Err(NoItem::Ambiguous),
            (Some((_, item)), None) if item.suits(of.department) => Ok(item),
            (Some(_), None) => Err(NoItem::OtherDepartment),
        }
    }

    /// 可能用得上的全部事项，按标识排列；几个地区各有一份而不知道用哪一份的不在内。
    pub fn discretion_items(&self, of: Setting<'_>) -> Vec<&Item> {
        let mut codes: Vec<&str> = self.discretion.iter().map(|i| i.code.as_ref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let items = codes.into_iter();
        items
            .filter_map(|code| self.discretion_item(code, of).ok())
            .collect()
    }
}
