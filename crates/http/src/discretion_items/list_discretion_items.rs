//! `GET /api/v1/discretion_items`：列出裁量事项，连同幅度、阶次与要问的事实。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_lawbook::discretion::words::written;
use mingjing_lawbook::discretion::{Ask, Item};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::discretion::ItemFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::event_kinds::list_event_kinds::EventField;
use crate::state::State;
use crate::system::version;
use crate::wire::label::Label;
use crate::wire::meta::ListMeta;
use crate::wire::names;

/// 要哪些裁量事项。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiscretionItemQuery {
    /// 这个部门的机关用得上的：部门代码。
    #[param(example = "market_regulation")]
    department: Option<String>,
    /// 标识、名称、依据中含有这些字的；拉丁字母不分大小写。
    #[param(max_length = 100, example = "食品")]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 裁量事项的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscretionItemList {
    /// 本页的事项，按标识、施行日排列。
    discretion_items: Vec<DiscretionItem>,
    /// 各事项通用的情节与程序要问的事实。
    shared_asks: Vec<DiscretionAsk>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 裁量事项：一个违法行为，条款的幅度与基准；换了法律版本、各地另有基准的，几份同一标识。
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscretionItem {
    /// 标识。
    #[schema(example = "food_without_licence")]
    item: String,
    /// 名称。
    name: String,
    /// 违法行为在这一日以后的用它。
    #[schema(value_type = String, format = Date)]
    effective_on: Date,
    /// 失效的第一天；没有失效的为 null。
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Date>,
    /// 限于部门；空的不限。
    departments: Vec<Label>,
    /// 限于地区；空的不限。
    regions: Vec<Label>,
    /// 依据，简称与条号。
    citations: Vec<String>,
    /// 条款规定的各种处罚。
    ranges: Vec<StatutoryRange>,
    /// 阶次的名称，由轻到重。
    tiers: Vec<String>,
    /// 要问的事实。
    asks: Vec<DiscretionAsk>,
    /// 说明。
    note: Option<String>,
}

/// 条款规定的一种处罚。
#[derive(Debug, Serialize, ToSchema)]
pub struct StatutoryRange {
    /// 标识，事项之内不重。
    range: String,
    /// 处罚种类。
    kind: Label,
    /// 在什么情形下适用；总是适用的没有。
    name: Option<String>,
    /// 可以处罚，而不是应当。
    is_optional: bool,
    /// 条款的写法；没有数额的没有。
    written: Option<String>,
}

/// 要问的一个事实。
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscretionAsk {
    /// 范围。
    scope: Label,
    /// 字段的声明。
    field: EventField,
}

/// 列出裁量事项
///
/// 施行中的法典里的裁量事项。要问的事实照这里的声明填；ETag 随法典与程序的版本变。
#[utoipa::path(get, path = "/api/v1/discretion_items", operation_id = "list_discretion_items", tag = "法典",
    params(DiscretionItemQuery),
    responses(
        (status = 200, description = "一页裁量事项", body = DiscretionItemList),
        (status = 304, description = "与来者已有的相同"),
    ))]
pub async fn list_discretion_items(
    Of(state): Of<State>,
    Query(query): Query<DiscretionItemQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let filter = ItemFilter {
        department: query.department,
        text: query.q,
    };
    let page = rulebook.list_discretion_items(&filter, &request)?;
    let answer = || {
        let items = page.items.iter().map(|it| DiscretionItem::of(lawbook, it));
        let shared = lawbook.discretion_general.asks(&lawbook.book);
        Ok(Json(DiscretionItemList {
            discretion_items: items.collect(),
            shared_asks: asks(lawbook, shared),
            meta: ListMeta::of(&page),
        }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}

fn asks(lawbook: &Lawbook, asks: Vec<Ask<'_>>) -> Vec<DiscretionAsk> {
    let vocabulary = &lawbook.book.vocabulary;
    let asks = asks.into_iter().map(|ask| DiscretionAsk {
        scope: Label::new(&ask.scope.name, Some(&ask.scope.label)),
        field: EventField::of(vocabulary, ask.field),
    });
    asks.collect()
}

impl DiscretionItem {
    fn of(lawbook: &Lawbook, item: &Item) -> Self {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let departments = item.departments.iter();
        let regions = item.regions.iter();
        let ranges = item.ranges.iter().map(|range| StatutoryRange {
            range: range.id.to_string(),
            kind: Label::new(&range.kind, Some(&range.kind_label)),
            name: said(&range.name),
            is_optional: range.may,
            written: said(&written(range)),
        });
        DiscretionItem {
            item: item.code.to_string(),
            name: item.name.to_string(),
            effective_on: item.from,
            expires_on: item.to,
            departments: departments.map(|d| names::department(lawbook, d)).collect(),
            regions: regions.map(|r| names::region(lawbook, r)).collect(),
            citations: item.cite.iter().map(ToString::to_string).collect(),
            ranges: ranges.collect(),
            tiers: item.tiers.iter().map(|t| t.name.to_string()).collect(),
            asks: asks(lawbook, item.asks(&lawbook.book)),
            note: said(&item.note),
        }
    }
}
