//! 裁量：法典里的事项，与按说出来的事实（不属于哪一案）算出的区间；只读，不问是谁。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::discretion::Item;
use mingjing_lawbook::discretion::choose::{NoItem, Setting};
use mingjing_lawbook::discretion::words::{self, ReckoningText};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;

use crate::casework::stated_facts::stated_faults;
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::page::{Page, PageRequest, of_cursor};
use crate::rulebook::{Rulebook, check_text, contains, no_such};

/// 要哪些事项；没有写的不限。
#[derive(Debug, Clone, Default)]
pub struct ItemFilter {
    /// 这个领域的机关用得上的。
    pub department: Option<String>,
    /// 标识、名称、依据中含有这些字的。
    pub text: Option<String>,
}

/// 说出来的事实：没有说的是不知道。
#[derive(Debug, Clone, Default)]
pub struct Stated {
    /// 违法行为之日；没有写的看事实里的，再没有是今天。
    pub on: Option<Date>,
    /// 机关所在地。
    pub region: Option<String>,
    /// 机关的领域。
    pub department: Option<String>,
    /// 按范围分写的事实。
    pub facts: Facts,
}

impl Rulebook {
    /// 列出裁量事项，按标识、施行日排列。
    pub fn list_discretion_items(
        &self,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<Page<&Item>, ServiceError> {
        check_text(filter.text.as_deref())?;
        check_department(self.lawbook(), filter.department.as_deref(), |name| {
            Pointer::query(name)
        })?;
        let is_wanted = |item: &&Item| {
            let says = |text: &String| {
                let mut citations = item.cite.iter();
                contains(&item.code, text)
                    || contains(&item.name, text)
                    || citations.any(|c| contains(c, text))
            };
            item.suits(filter.department.as_deref()) && filter.text.as_ref().is_none_or(says)
        };
        let all = self.lawbook().discretion.iter();
        let mut items: Vec<&Item> = all.filter(is_wanted).collect();
        items.sort_by_key(|item| key(item));
        Page::seek(items, page, "discretion_items.item", |item| key(item)).map_err(of_cursor)
    }

    /// 按说出来的事实算一个事项；写错的事实逐处说出。
    pub fn reckon_stated(
        &self,
        code: &str,
        stated: &Stated,
        today: Date,
    ) -> Result<ReckoningText, ServiceError> {
        let lawbook = self.lawbook();
        check_department(lawbook, stated.department.as_deref(), |name| {
            Pointer::body().member(name)
        })?;
        let at = Pointer::body().member("facts");
        let errors = stated_faults(lawbook, &stated.facts, &at);
        if !errors.is_empty() {
            return Err(ServiceError::Invalid(errors));
        }
        let timeline = timeline(stated);
        let mut setting = Setting::of(&timeline, today);
        setting.day = stated.on.unwrap_or(setting.day);
        let day = setting.day;
        let item = lawbook.discretion_item(code, setting);
        let item = item.map_err(|reason| refusal(lawbook, code, day, reason))?;
        let explainer = Explainer::new(lawbook);
        Ok(words::text(&explainer, item, &timeline, day, day))
    }
}

/// One item of a day and a place; several files may bear one code.
fn key(item: &Item) -> String {
    format!("{} {} {}", item.code, item.from, item.regions.join(","))
}

fn timeline(stated: &Stated) -> Timeline {
    let mut facts = stated.facts.clone();
    let setting = [
        ("body.region", &stated.region),
        ("body.department", &stated.department),
    ];
    for (path, value) in setting {
        if let Some(value) = value {
            facts.set(path, Value::Text(value.clone()));
        }
    }
    Timeline {
        id: "试算".to_owned(),
        procedure: None,
        events: Vec::new(),
        coverage: Coverage::Open,
        facts,
    }
}

/// An unknown code is a missing thing; what the day, the place or the department forbid is said where it was written.
fn refusal(lawbook: &Lawbook, code: &str, day: Date, reason: NoItem) -> ServiceError {
    let member = match reason {
        NoItem::Unknown => return ServiceError::NotFound,
        NoItem::NotInForce => "on",
        NoItem::Elsewhere | NoItem::Ambiguous => "region",
        NoItem::OtherDepartment => "department",
    };
    let pointer = Pointer::body().member(member);
    let message = reason.in_words(lawbook, code, day);
    ServiceError::invalid(pointer, FieldCode::NotAllowed, message)
}

fn check_department(
    lawbook: &Lawbook,
    department: Option<&str>,
    at: impl Fn(&'static str) -> Pointer,
) -> Result<(), ServiceError> {
    let departments = &lawbook.book.vocabulary.departments;
    match department {
        Some(own) if !departments.contains_key(own) => {
            let known = departments.keys().map(String::as_str);
            Err(no_such(at("department"), "部门", own, known))
        }
        Some(_) | None => Ok(()),
    }
}
