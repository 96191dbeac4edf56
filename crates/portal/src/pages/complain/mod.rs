//! 我要投诉举报：一张表单，不用登录；填得不对的说明哪里不对，填的都留着；交了的给编号与只见一次的查询码。
//!
//! What somebody writes here is kept nowhere on the way: no page of it is stored, no address holds it.

use askama::Template;
use axum::http::StatusCode;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_services::complaint::public::{issue_form, kinds, take_form};
use mingjing_services::complaint::register::{RegisterComplaint, register_publicly};
use mingjing_services::error::{FieldError, ServiceError};
use mingjing_services::registry::public::body_names;
use serde::Deserialize;

use crate::answer::{Caching, Drawn};
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::pages::receipt;
use crate::portal::{Portal, Regions};
use crate::site::Site;

pub(crate) const PATH: &str = "/complaints";
/// The channel of what comes in here, as the lawbook's list of codes has it.
const CHANNEL: &str = "platform";
/// What is brought to a body about others; anything else that names a body is taken as said of that body.
const TO_THE_BODY: [&str; 2] = ["violation_tip", "consumer"];

/// 地址里写的，或者表单里填的。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filled {
    token: String,
    kind: String,
    body: String,
    against_name: String,
    region: String,
    content: String,
    happened: String,
    place: String,
    name: String,
    contact: String,
    /// 人看不见、不填的一栏。
    website: String,
}

/// 地址里写的：关于哪个机关。
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    body: String,
}

/// 一处填得不对。
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    field: &'static str,
    label: &'static str,
    text: String,
}

/// 一个可选的值。
#[derive(Debug)]
pub(super) struct Choice {
    value: String,
    text: String,
    is_chosen: bool,
}

const FIELDS: [(&str, &str, &str); 9] = [
    ("kind", "kind", "类别"),
    ("against_name", "against_name", "机关、单位"),
    ("against_body", "against_name", "机关、单位"),
    ("receiver", "against_name", "机关、单位"),
    ("region", "region", "地区"),
    ("content", "content", "反映的内容"),
    ("happened", "happened", "发生的时间"),
    ("place", "place", "发生的地点"),
    ("name", "name", "姓名"),
];

impl Wrong {
    fn of(error: &FieldError) -> Self {
        let member = error
            .pointer
            .as_str()
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let known = FIELDS.iter().find(|(name, ..)| *name == member);
        let (field, label) = known.map_or(("contact", "联系方式"), |(_, field, label)| {
            (*field, *label)
        });
        Wrong {
            field,
            label,
            text: error.message.clone(),
        }
    }
}

/// 我要投诉举报。
#[derive(Debug, Template)]
#[template(path = "pages/complain/complain.html")]
pub(crate) struct Complain {
    frame: Frame,
    filled: Filled,
    /// 关于的机关的名称；没有选的没有。
    body_name: Option<String>,
    kinds: Vec<Choice>,
    regions: Vec<Choice>,
    wrong: Vec<Wrong>,
    /// 整份没有收，连同为什么。
    refused: Option<String>,
}

impl Complain {
    /// 这个输入框填得不对。
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == field)
    }
}

/// 空的表单。
pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let filled = Filled {
        body: asked.body,
        ..Filled::default()
    };
    form(&portal, &ask, filled, (Vec::new(), None)).await
}

/// 交来的表单。
pub(crate) async fn submit(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let filled: Filled = ask.form()?;
    if !filled.website.is_empty() {
        let told = "没有登记：有一栏是请不要填写的，请把它留空".to_owned();
        return form(&portal, &ask, filled, (Vec::new(), Some(told))).await;
    }
    let request = portal.anybody(&ask.trace);
    let Some(issued) = take_form(portal.services(), &request, &filled.token)? else {
        let told = "还没有登记：这一页放得太久，或者提交得太快。您填的都在，请核对之后再提交一次";
        return form(&portal, &ask, filled, (Vec::new(), Some(told.to_owned()))).await;
    };
    let command = filled.command();
    match register_publicly(portal.services(), &request, command, &issued).await {
        Ok(receipt) => receipt::drawn(&portal, &receipt),
        Err(ServiceError::Invalid(errors)) => {
            let wrong = errors.iter().map(Wrong::of).collect();
            form(&portal, &ask, filled, (wrong, None)).await
        }
        Err(ServiceError::Refused(refusal)) => {
            let told = refusal.reasons.iter().map(|reason| reason.text.as_str());
            let told = told.collect::<Vec<_>>().join("；");
            form(&portal, &ask, filled, (Vec::new(), Some(told))).await
        }
        Err(error) => Err(error.into()),
    }
}

impl Filled {
    /// What is said of a body goes to those who supervise it; anything else to the body that was named.
    fn command(&self) -> RegisterComplaint {
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        let is_against = !TO_THE_BODY.contains(&self.kind.as_str());
        let body = text(&self.body);
        RegisterComplaint {
            kind: self.kind.clone(),
            channel: CHANNEL.to_owned(),
            against_body: body.clone().filter(|_| is_against),
            receiver: body.filter(|_| !is_against),
            against_name: text(&self.against_name),
            region: text(&self.region),
            content: self.content.clone(),
            happened: text(&self.happened),
            place: text(&self.place),
            name: text(&self.name).map(Sensitive::new),
            contact: text(&self.contact).map(Sensitive::new),
            ..RegisterComplaint::default()
        }
    }
}

/// The form with what was filled in, under a new mark.
async fn form(
    portal: &Portal,
    ask: &Ask,
    mut filled: Filled,
    (wrong, refused): (Vec<Wrong>, Option<String>),
) -> Result<Drawn, Problem> {
    let request = portal.anybody(&ask.trace);
    filled.token = issue_form(portal.services(), &request)?;
    let body_name = match filled.body.as_str() {
        "" => None,
        id => {
            let id = Id::<kind::Body>::parse(id);
            let id = id.map_err(|_| Problem::new(ProblemCode::NotFound))?;
            let names = body_names(portal.services(), request.today(), &[Some(id)]).await?;
            let name = names.into_iter().flatten().next();
            Some(name.ok_or_else(|| Problem::new(ProblemCode::NotFound))?)
        }
    };
    let regions = portal.regions(ask).await?;
    let is_good = wrong.is_empty() && refused.is_none();
    let page = Complain::of(
        portal.site(),
        (filled, body_name),
        (kinds(portal.services()), &regions),
        (wrong, refused),
    );
    let drawn = Drawn::page(&page, Rests::Nothing)?;
    let drawn = drawn.with_caching(Caching::Nowhere);
    Ok(match is_good {
        true => drawn,
        false => drawn.with_status(StatusCode::UNPROCESSABLE_ENTITY),
    })
}

impl Complain {
    fn of(
        site: &Site,
        (filled, body_name): (Filled, Option<String>),
        (kinds, regions): (Vec<(String, String)>, &Regions),
        (wrong, refused): (Vec<Wrong>, Option<String>),
    ) -> Self {
        let frame = Frame::new(site, Section::Complaints, "我要投诉举报", PATH);
        let choice = |chosen: &str, (value, text): (String, String)| Choice {
            is_chosen: value == chosen,
            value,
            text,
        };
        let kinds = kinds.into_iter().map(|pair| choice(&filled.kind, pair));
        let named = regions.iter().cloned();
        let regions = named.map(|pair| choice(&filled.region, pair));
        Complain {
            frame: match filled.body.is_empty() {
                true => frame,
                false => frame.unlisted(),
            },
            kinds: kinds.collect(),
            regions: regions.collect(),
            body_name,
            wrong,
            refused,
            filled,
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Complain {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let kinds = || {
            let pair = |code: &str, text: &str| (code.to_owned(), text.to_owned());
            vec![
                pair("enforcement", "对执法行为的投诉"),
                pair("violation_tip", "举报违法行为"),
            ]
        };
        let regions: Regions = vec![("410100".to_owned(), "甲市".to_owned())].into();
        let of = |filled: Filled, body: Option<&str>, told: (Vec<Wrong>, Option<String>)| {
            let body = body.map(str::to_owned);
            Complain::of(&site, (filled, body), (kinds(), &regions), told)
        };
        let filled = Filled {
            token: "0123456789ABCDEF".to_owned(),
            kind: "enforcement".to_owned(),
            content: "<b>上门检查</b>不出示证件".to_owned(),
            ..Filled::default()
        };
        let about = Filled {
            body: "body_0190".to_owned(),
            ..filled.clone()
        };
        let wrong = vec![Wrong {
            field: "region",
            label: "地区",
            text: "没有写所反映的机关，也没有写地区".to_owned(),
        }];
        vec![
            ("complain", of(Filled::default(), None, (Vec::new(), None))),
            (
                "complain-about",
                of(about, Some("甲市市场监督管理局"), (Vec::new(), None)),
            ),
            ("complain-wrong", of(filled.clone(), None, (wrong, None))),
            (
                "complain-refused",
                of(filled, None, (Vec::new(), Some("还没有登记".to_owned()))),
            ),
        ]
    }
}
