//! 检索的条件：地址里写的、表单里显示的、交给服务的，与哪里填得不对。

use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::disclosure::public::{PublicFilter, Turn};
use mingjing_services::error::FieldError;
use mingjing_services::registry::public::body_names;
use serde::Deserialize;

use crate::ask::Ask;
use crate::link;
use crate::portal::Portal;

/// 地址里写的条件。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// 文字。
    pub(super) q: Option<String>,
    /// 区划代码。
    pub(super) region: Option<String>,
    /// 领域。
    pub(super) department: Option<String>,
    /// 机关的标识。
    pub(super) body: Option<String>,
    /// 事项编码。
    pub(super) item: Option<String>,
    /// 公布之日起。
    pub(super) from: Option<String>,
    /// 公布之日止，当日在内。
    pub(super) to: Option<String>,
    /// 比这一条更早公布的。
    pub(super) older: Option<i64>,
    /// 比这一条更晚公布的。
    pub(super) newer: Option<i64>,
}

/// 一处填得不对。
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    /// 哪一个输入框。
    pub(super) field: &'static str,
    /// 哪里不对，应当怎样。
    pub(super) text: String,
}

/// 表单里显示的。
#[derive(Debug)]
pub(super) struct Form {
    pub(super) q: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) regions: Vec<Choice>,
    pub(super) departments: Vec<Choice>,
    /// 由别的页带来的条件：机关、事项；可以去掉。
    pub(super) held: Vec<Held>,
}

/// 一个可选的值。
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// 带来的条件。
#[derive(Debug)]
pub(super) struct Held {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) text: String,
    /// 去掉它之后的地址。
    pub(super) without: String,
}

const FIELDS: [(&str, &str); 5] = [
    ("q", "文字"),
    ("region", "区划"),
    ("department", "领域"),
    ("from", "公布之日（起）"),
    ("to", "公布之日（止）"),
];

impl Asked {
    /// 有没有写条件。
    pub(super) fn is_filtered(&self) -> bool {
        self.pairs().iter().any(|(_, value)| value.is_some())
    }

    /// 往哪边翻。
    pub(super) fn turn(&self) -> Turn {
        match (self.older, self.newer) {
            (Some(older), _) => Turn::Older(older),
            (None, Some(newer)) => Turn::Newer(newer),
            (None, None) => Turn::First,
        }
    }

    /// 条件，翻页不在内。
    pub(super) fn pairs(&self) -> Vec<(&'static str, Option<&str>)> {
        vec![
            ("q", self.q.as_deref()),
            ("region", self.region.as_deref()),
            ("department", self.department.as_deref()),
            ("body", self.body.as_deref()),
            ("item", self.item.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
        ]
    }

    /// 交给服务的条件，与写不成日子的几处。
    pub(super) fn filter(&self) -> (PublicFilter, Vec<Wrong>) {
        let mut wrong = Vec::new();
        let mut day = |field: &'static str, text: Option<&str>| {
            let day = Date::parse_iso(text?.trim());
            if day.is_err() {
                let text = "应是日历上有的日子，写成 2026-03-01 的样子".to_owned();
                wrong.push(Wrong { field, text });
            }
            day.ok()
        };
        let from = day("from", self.from.as_deref());
        // The last day counts; the service wants the first day that does not.
        let until = day("to", self.to.as_deref()).and_then(|day| day.checked_add_days(1));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let text = "不应早于开始的那一天".to_owned();
            wrong.push(Wrong { field: "to", text });
        }
        let filter = PublicFilter {
            body: self.body.clone(),
            region: self.region.clone(),
            department: self.department.clone(),
            item: self.item.clone(),
            style: None,
            from,
            until,
            text: self.q.clone(),
        };
        (filter, wrong)
    }

    fn without(&self, name: &str) -> String {
        let pairs = self.pairs().into_iter();
        let kept: Vec<_> = pairs.filter(|(key, _)| *key != name).collect();
        link::to(super::PATH, &kept)
    }
}

impl Wrong {
    /// 服务说的一处。
    pub(super) fn of(error: &FieldError) -> Self {
        let pointer = error.pointer.as_str().trim_start_matches("query:");
        let field = FIELDS.iter().find(|(name, _)| *name == pointer);
        Wrong {
            field: field.map_or("q", |(name, _)| name),
            text: error.message.clone(),
        }
    }

    /// 输入框的名称。
    pub(super) fn label(&self) -> &'static str {
        let found = FIELDS.iter().find(|(name, _)| *name == self.field);
        found.map_or("条件", |(_, label)| label)
    }
}

impl Form {
    /// 收齐可选的区划与领域，写好已选的。
    pub(super) async fn gather(portal: &Portal, ask: &Ask, asked: &Asked) -> Result<Self, Problem> {
        let regions = portal.regions(ask).await?;
        let rulebook = portal.rulebook();
        let departments = rulebook.lawbook().book.vocabulary.departments.iter();
        let regions = regions
            .iter()
            .map(|(code, name)| (code.as_str(), name.as_str()));
        let departments = departments.map(|(code, name)| (code.as_str(), name.as_str()));
        let mut form = Form::of(asked, regions, departments);
        if let Some(text) = &asked.body {
            let id = Id::<kind::Body>::parse(text).ok();
            let today = portal.anybody(&ask.trace).today();
            let names = body_names(portal.services(), today, &[id]).await?;
            let name = names.into_iter().flatten().next();
            let name = name.unwrap_or_else(|| "（没有登记）".to_owned());
            form.hold(asked, "body", text, format!("机关：{name}"));
        }
        if let Some(code) = &asked.item {
            form.hold(asked, "item", code, format!("事项：{code}"));
        }
        Ok(form)
    }

    fn of<'a>(
        asked: &Asked,
        regions: impl Iterator<Item = (&'a str, &'a str)>,
        departments: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Form {
            q: text(&asked.q),
            from: text(&asked.from),
            to: text(&asked.to),
            regions: choices(regions, asked.region.as_deref()),
            departments: choices(departments, asked.department.as_deref()),
            held: Vec::new(),
        }
    }

    fn hold(&mut self, asked: &Asked, name: &'static str, value: &str, text: String) {
        self.held.push(Held {
            name,
            value: value.to_owned(),
            text,
            without: asked.without(name),
        });
    }

    /// 样例。
    #[cfg(test)]
    pub(super) fn sample(asked: &Asked) -> Self {
        let regions = [
            ("410000", "某省"),
            ("410100", "　甲市"),
            ("410200", "　乙市"),
        ];
        let departments = [("market_regulation", "市场监管"), ("ecology", "生态环境")];
        let mut form = Form::of(asked, regions.into_iter(), departments.into_iter());
        if asked.q.is_some() {
            form.hold(
                asked,
                "body",
                "body_1",
                "机关：甲市市场监督管理局".to_owned(),
            );
        }
        form
    }
}

/// A value that is not among the choices stays chosen: the address says so.
fn choices<'a>(all: impl Iterator<Item = (&'a str, &'a str)>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |(value, text): (&str, &str)| Choice {
        is_chosen: chosen == Some(value),
        value: value.to_owned(),
        text: text.to_owned(),
    };
    let mut choices: Vec<Choice> = all.map(choice).collect();
    if let Some(chosen) = chosen
        && !choices.iter().any(|choice| choice.is_chosen)
    {
        choices.push(Choice {
            value: chosen.to_owned(),
            text: format!("代码 {chosen}"),
            is_chosen: true,
        });
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, to: &str) -> Asked {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Asked {
            from: text(from),
            to: text(to),
            ..Asked::default()
        }
    }

    #[test]
    fn the_last_day_counts_and_wrong_days_are_told_by_field() {
        let (filter, wrong) = asked("2026-03-01", "2026-03-01").filter();
        assert!(wrong.is_empty());
        assert_eq!(filter.from, Date::new(2026, 3, 1));
        assert_eq!(filter.until, Date::new(2026, 3, 2));
        for (from, to, fields) in [
            ("去年", "", vec!["from"]),
            ("2026-02-30", "2026-13-01", vec!["from", "to"]),
            ("2026-03-02", "2026-03-01", vec!["to"]),
        ] {
            let (_, wrong) = asked(from, to).filter();
            let found: Vec<_> = wrong.iter().map(|wrong| wrong.field).collect();
            assert_eq!(found, fields, "{from} {to}");
        }
    }

    #[test]
    fn a_chosen_value_is_never_lost() {
        let choices = choices([("41", "某省")].into_iter(), Some("4409"));
        let chosen = choices.iter().find(|choice| choice.is_chosen).unwrap();
        assert_eq!(
            (chosen.value.as_str(), chosen.text.as_str()),
            ("4409", "代码 4409")
        );
    }
}
