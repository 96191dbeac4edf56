//! 裁判文书中的办案时间线：一案一条，事件为中文名称、日期和附注。
//!
//! Coverage is open: what a judgment does not mention may still have happened. Each event name is mapped to one of our
//! kinds, to a fact, or is left out for a declared reason; a name nobody declared is refused.

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Event, Origin};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde_json::{Map, Value as Json};

use crate::error::RowError;
use crate::mapping_rules::Mapped;
use crate::{agencies, dates};

/// 标识所在的字段。
pub const KEY: &str = "court_no";

/// 是不是这种名单。
pub fn fits(object: &Map<String, Json>) -> bool {
    [KEY, "court_doc_kind", "events"]
        .iter()
        .all(|key| object.contains_key(*key))
}

/// 一个事件名称怎样用。
enum Use {
    /// 作为某种事件，附固定字段
    Event(&'static str, &'static [(&'static str, Fixed)]),
    /// 作为日期事实：取最早或最晚
    Fact(&'static str),
    /// 不用，写明理由
    Skip(&'static str),
}

#[derive(Clone, Copy)]
enum Fixed {
    Yes,
    Code(&'static str),
}

const NOT_SERVED: &str = "只是作出，没有送达，法律后果从送达起";
const OUT_OF_SCOPE: &str = "属于复议、诉讼机关的程序，不是执法机关的办案环节";
const NOT_DELIVERED_JUDGMENT: &str = "只写宣判之日，裁判送达之日不明";

/// 事件名称的用法；没有列出的为 `None`。
fn use_of(name: &str, is_enforcement: bool) -> Option<Use> {
    const DECISION: &[(&str, Fixed)] = &[("document", Fixed::Code("decision"))];
    const LEGAL: &[(&str, Fixed)] = &[
        ("kind", Fixed::Code("legal")),
        ("opinion", Fixed::Code("agree")),
    ];
    const PENALTY: &[(&str, Fixed)] = &[("outcome", Fixed::Code("penalty"))];
    Some(match name {
        "违法行为" => Use::Fact("case.act_on"),
        "违法行为终了" => Use::Fact("case.act_ended_on"),
        "查获" => Use::Fact("case.found_on"),
        "线索接收" => Use::Event("clue_registered", &[]),
        "立案" => Use::Event("case_filed", &[]),
        "现场检查" => Use::Event("inspected", &[]),
        "告知回避权利" => Use::Event("rights_told", &[("recusal_right", Fixed::Yes)]),
        "调查终结" => Use::Event("invest_concluded", &[]),
        "法制审核通过" => Use::Event("review_done", LEGAL),
        "集体讨论" => Use::Event("collective_discussed", &[]),
        "处罚告知送达" => Use::Event("notice_served", &[]),
        "听证告知送达" => Use::Event("notice_served", &[("hearing_right", Fixed::Yes)]),
        "陈述申辩" => Use::Event("statement_made", &[]),
        "听证" => Use::Event("hearing_held", &[]),
        "决定作出" => Use::Event("decided", PENALTY),
        "决定送达" => Use::Event("served", DECISION),
        "催告送达" => Use::Event("demand_served", &[]),
        "申请延期缴纳" => Use::Event("installment_requested", &[]),
        "申请强制执行" => Use::Event("court_applied", &[]),
        "法院受理" | "法院立案" if is_enforcement => Use::Event("court_accepted", &[]),
        "法院裁定" => Use::Event("court_ruled", &[]),
        "申请行政复议" => Use::Event("reconsideration_filed", &[]),
        "复议决定送达" => Use::Event("reconsideration_decided", &[]),
        "提起行政诉讼" => Use::Event("lawsuit_filed", &[]),
        "处罚告知作出" | "催告作出" => Use::Skip(NOT_SERVED),
        "处罚告知拒收" => Use::Skip("拒收的直接送达没有完成，以后一次送达为准"),
        "部分缴款" => Use::Skip("只缴了一部分，“缴清罚款”不成立"),
        "当事人提供材料" => Use::Skip("提供材料不等于陈述申辩"),
        "送达地址确认" | "询问通知送达" => Use::Skip("没有规则用到这一环节"),
        "一审判决" | "二审判决" => Use::Skip(NOT_DELIVERED_JUDGMENT),
        "复议决定" => Use::Skip("只写作出之日，复议决定送达之日另记或不明"),
        "法院受理" | "法院立案" | "复议受理" | "复议答复通知" | "复议答复" | "应诉通知送达"
        | "开庭" => Use::Skip(OUT_OF_SCOPE),
        _ => return None,
    })
}

/// 读一案。
pub fn read(
    object: &Map<String, Json>,
    origin: &Origin,
    today: Date,
) -> Result<Mapped, Vec<RowError>> {
    let mut reader = Reader {
        origin,
        today,
        errors: Vec::new(),
        notes: Vec::new(),
        facts: Facts::default(),
        events: Vec::new(),
    };
    let id = reader.text(object, KEY).unwrap_or_default();
    if id.is_empty() {
        reader.errors.push(
            RowError::new("必须填写而空白", "请补填后再读。").in_column(format!("字段 {KEY}")),
        );
    }
    let is_enforcement = reader
        .text(object, "court_doc_kind")
        .is_some_and(|kind| kind.contains("非诉执行"));
    match object.get("events") {
        Some(Json::Array(list)) => {
            for (at, json) in list.iter().enumerate() {
                reader.event(json, at, is_enforcement);
            }
        }
        _ => reader.errors.push(
            RowError::new("要有 events，且为列表", "请核对这一行。").in_column("字段 events"),
        ),
    }
    reader.body(object, &id);
    reader.decision(object);
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    // A case that was filed for investigation is not one of the summary procedure.
    let is_ordinary = reader.events.iter().any(|e| e.kind == "case_filed");
    let timeline = Timeline {
        id,
        procedure: is_ordinary.then(|| "ordinary_penalty".to_owned()),
        coverage: coverage_of(&reader.events),
        facts: reader.facts,
        events: reader.events,
    };
    Ok(Mapped {
        timeline,
        notes: reader.notes,
    })
}

/// Open, save for one thing: mail that came back was not received, so the blank receipt day of such a delivery is known.
fn coverage_of(events: &[Event]) -> Coverage {
    let is_mail = |e: &&Event| {
        e.fields
            .get("method")
            .is_some_and(|m| *m == Value::from("mail"))
    };
    let mut mailed = events
        .iter()
        .filter(|e| e.kind == "served")
        .filter(is_mail)
        .peekable();
    if mailed.peek().is_none() || mailed.any(|e| !e.fields.contains_key("returned_on")) {
        return Coverage::Open;
    }
    let fields = Some(["receipt_on".to_owned()].into());
    let served = KindCoverage {
        until: None,
        fields,
        is_complete: false,
    };
    Coverage::Kinds([("served".to_owned(), served)].into())
}

struct Reader<'a> {
    origin: &'a Origin,
    today: Date,
    errors: Vec<RowError>,
    notes: Vec<RowError>,
    facts: Facts,
    events: Vec<Event>,
}

impl Reader<'_> {
    fn text(&self, object: &Map<String, Json>, key: &str) -> Option<String> {
        object
            .get(key)
            .and_then(Json::as_str)
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    }

    fn event(&mut self, json: &Json, at: usize, is_enforcement: bool) {
        let column = crate::place::in_words(&format!("events[{at}]"));
        let Json::Object(object) = json else {
            self.errors.push(
                RowError::new("须为对象", "请写 {\"event\": …, \"date\": …}。").in_column(column),
            );
            return;
        };
        let name = self.text(object, "event").unwrap_or_default();
        let remark = self.text(object, "remark").unwrap_or_default();
        let Some(usage) = use_of(&name, is_enforcement) else {
            let remedy = "请改用已有的名称，或改用案件格式写明事件种类（见 docs/case-format.md）。";
            self.errors.push(
                RowError::new("没有说明这种事件怎样用", remedy)
                    .in_column(column)
                    .with_value(&name),
            );
            return;
        };
        if remark.contains('疑') {
            let reason = format!("“{name}”没有采用：附注说原文的日期存疑");
            self.notes.push(
                RowError::new(reason, "请核对裁判文书。")
                    .in_column(column)
                    .with_value(&remark),
            );
            return;
        }
        let moment =
            match dates::parse_event(&self.text(object, "date").unwrap_or_default(), self.today) {
                Ok(moment) => moment,
                Err(error) => {
                    self.errors
                        .push(error.in_column(format!("{column}.date（{name}）")));
                    return;
                }
            };
        match usage {
            Use::Skip(reason) => self.notes.push(
                RowError::new(format!("“{name}”没有采用：{reason}"), "不影响其他事件。")
                    .in_column(column),
            ),
            Use::Fact(path) => self.date_fact(path, moment.first()),
            Use::Event(kind, fixed) => {
                let nth = self.events.iter().filter(|e| e.kind == kind).count() + 1;
                let id = if nth == 1 {
                    kind.to_owned()
                } else {
                    format!("{kind}-{nth}")
                };
                let mut event = Event::new(id, kind, moment.first());
                event.occurred_until = (moment.last() != moment.first()).then(|| moment.last());
                event.origin = Some(self.origin.clone());
                for (field, value) in fixed {
                    let value = match value {
                        Fixed::Yes => Value::Bool(true),
                        Fixed::Code(code) => (*code).into(),
                    };
                    event.fields.insert((*field).to_owned(), value);
                }
                by_remark(&mut event, &remark);
                self.events.push(event);
            }
        }
    }

    /// The act is dated by its first known day, its end and its discovery by the last and the first.
    fn date_fact(&mut self, path: &str, date: Date) {
        let known = match self.facts.at(path) {
            Some(Value::Date(known)) => Some(*known),
            _ => None,
        };
        let is_end = path == "case.act_ended_on";
        let chosen = known.map_or(date, |known| {
            if is_end {
                known.max(date)
            } else {
                known.min(date)
            }
        });
        self.facts.set(path, Value::Date(chosen));
    }

    fn body(&mut self, object: &Map<String, Json>, id: &str) {
        let agency = self.text(object, "agency").unwrap_or_default();
        if !agency.is_empty() {
            self.facts.set("body.name", agency.as_str().into());
        }
        if let Some(department) = agencies::department_of(&agency) {
            self.facts.set("body.department", department.into());
        }
        if let Some(region) =
            agencies::region_of_court_no(id).or_else(|| agencies::region_of(&agency))
        {
            self.facts.set("body.region", region.into());
        }
    }

    /// 决定书文号、案由、罚款写在案上，归到决定和与它有关的事件。
    fn decision(&mut self, object: &Map<String, Json>) {
        let number = self.text(object, "decision_no");
        let cause = self.text(object, "cause");
        let fine = object
            .get("fine_yuan")
            .and_then(Json::as_i64)
            .and_then(|yuan| yuan.checked_mul(100));
        let is_of_decision = |kind: &str| {
            matches!(
                kind,
                "decided"
                    | "served"
                    | "demand_served"
                    | "court_applied"
                    | "court_accepted"
                    | "court_ruled"
                    | "installment_requested"
                    | "reconsideration_filed"
                    | "reconsideration_decided"
                    | "lawsuit_filed"
            )
        };
        for event in &mut self.events {
            let is_notice = event
                .fields
                .get("document")
                .is_some_and(|d| *d == Value::from("notice"));
            if let (Some(number), true) = (&number, is_of_decision(&event.kind) && !is_notice) {
                event.keys.insert("decision".into(), number.clone());
            }
            if event.kind == "decided" {
                event.fields.extend(
                    number
                        .clone()
                        .map(|n| ("doc_no".to_owned(), Value::Text(n))),
                );
                event
                    .fields
                    .extend(cause.clone().map(|c| ("cause".to_owned(), Value::Text(c))));
                event
                    .fields
                    .extend(fine.map(|fen| ("fine".to_owned(), Value::Int(fen))));
            }
        }
    }
}

/// 附注里说到的送达方式、线索来源。
fn by_remark(event: &mut Event, remark: &str) {
    let mut set = |field: &str, value: Value| {
        event.fields.insert(field.to_owned(), value);
    };
    match event.kind.as_str() {
        "clue_registered" if remark.contains("投诉举报") => {}
        "clue_registered" if remark.contains("举报") => set("source", "tip_off".into()),
        "clue_registered" if remark.contains("投诉") => set("source", "complaint".into()),
        // A notice by announcement takes effect days after its publication: as a plain service it would start clocks too early.
        "notice_served" if remark.contains("公告") => {
            let published = Value::Date(event.occurred_on);
            event.kind = "served".to_owned();
            event.id = format!("served-notice-{}", event.occurred_on);
            event.fields.remove("hearing_right");
            event.fields.insert("document".into(), "notice".into());
            event.fields.insert("method".into(), "announcement".into());
            event.fields.insert("published_on".into(), published);
        }
        "served" if remark.contains("退回") => {
            let returned = Value::Date(event.occurred_on);
            set("method", "mail".into());
            set("returned_on", returned);
        }
        "served" if remark.contains("邮寄") => set("method", "mail".into()),
        "served" if remark.contains("直接送达") => set("method", "direct".into()),
        "served" if remark.contains("留置") => set("method", "leaving".into()),
        _ => {}
    }
}
