//! 立监督事项：由一个机关的几个发现，或者由一条线索；一个发现同时只在一件事项里。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::Line;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::scope;
use mingjing_store::audit::NewAudit;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{case_resource, load_case, note_refusal, require};
use crate::assessment::facts::{LINK, SUPERVISES};
use crate::assessment::reassess::assess_within;
use crate::assessment::supervised::{LEAD, SOURCE};
use crate::casework::opening::{Opening, check_number, opening_events};
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};
use crate::limit::MATTER_FINDINGS_MAX;

/// 要立的监督事项。
#[derive(Debug, Clone)]
pub struct OpenMatter {
    /// 所据的发现；只有线索的为空，那么须写明机关。
    pub findings: Vec<String>,
    /// 被监督机关；有发现的由发现而定，写了须一致。
    pub body: Option<String>,
    /// 监督事项的编号；还没有的不写。
    pub number: Option<String>,
    /// 线索来源：法典 `supervision_source` 的代码。
    pub source: String,
    /// 反映的问题，为什么立。
    pub problem: String,
}

/// 立好的监督事项。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterOpened {
    /// 标识。
    pub matter: Id<kind::Case>,
    /// 版本。
    pub version: u64,
}

/// What is supervised, and where.
struct Supervised {
    body: String,
    /// Where the body, or the case, stands in the tree.
    place: OrgPath,
    department: Option<String>,
    /// Findings by their case.
    cases: BTreeMap<TimelineId, BTreeSet<String>>,
}

/// The case of a finding within sight.
struct Seen {
    timeline: TimelineId,
    place: OrgPath,
    department: Option<String>,
    body: Option<String>,
}

/// 立监督事项，写下线索与所监督的发现，作第一次评估。
#[crate::boxed]
pub async fn open_matter(
    services: &Services,
    request: &RequestContext,
    command: OpenMatter,
    once: Option<Once>,
) -> Result<Done<MatterOpened>, ServiceError> {
    let lawbook = services.lawbook();
    check(&lawbook, &command)?;
    let refused = audit("/", None, json!({ "findings": command.findings }));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        if let Some(done) = earlier(tx, &held, once.as_ref()).await? {
            return Ok(done);
        }
        let opening = MatterOpening {
            tx,
            lawbook: &lawbook,
            request: &held,
            command: &command,
        };
        let opened = opening.open().await?;
        keep(tx, &held, once.as_ref(), opened).await
    };
    let context = services.context(request);
    let result = services.store.write(&context, write).await;
    note_refusal(services, request, refused, result).await
}

fn audit(org: &str, id: Option<TimelineId>, detail: serde_json::Value) -> NewAudit {
    NewAudit {
        action: "supervision.open".to_owned(),
        resource_kind: "supervision".to_owned(),
        resource_id: id.map(|id| id.to_string()),
        org_path: org.to_owned(),
        is_allowed: true,
        detail,
    }
}

struct MatterOpening<'a> {
    tx: &'a Tx,
    lawbook: &'a Lawbook,
    request: &'a RequestContext,
    command: &'a OpenMatter,
}

impl MatterOpening<'_> {
    async fn open(&self) -> Result<MatterOpened, ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        let supervised = self.supervised().await?;
        let org = self.seat(&supervised)?;
        let seat = tx.find_org_by_path(&org, today).await?;
        let seat = seat.ok_or(ServiceError::Forbidden)?;
        self.look_again(&supervised).await?;
        self.require_free(&supervised).await?;
        let events = self.events(&supervised, &org, seat.id.to_string()).await?;
        let timeline = NewTimeline {
            kind: kind::TimelineKind::Case,
            procedure: Some(self.procedure()?),
            coverage: Coverage::Closed,
            confidentiality: Confidentiality::Ordinary,
        };
        let version = events.len() as u64;
        let id = tx.create_timeline(&timeline).await?;
        tx.append(id, 0, events).await?;
        assess_within(tx, self.lawbook, id, today, EndedBy::Met).await?;
        let detail = json!({ "body": supervised.body, "findings": self.command.findings });
        tx.audit(audit(org.as_str(), Some(id), detail)).await?;
        Ok(MatterOpened {
            matter: Id::try_from(id).map_err(ServiceError::internal)?,
            version,
        })
    }

    /// The procedure of matters: the lawbook has one.
    fn procedure(&self) -> Result<String, ServiceError> {
        let mut procedures = self.lawbook.procedures.iter();
        let found = procedures.find(|procedure| procedure.is_supervision);
        let found = found.map(|procedure| procedure.name.to_string());
        found.ok_or_else(|| ServiceError::refused("法典没有监督程序，不能立监督事项"))
    }

    async fn supervised(&self) -> Result<Supervised, ServiceError> {
        match self.command.findings.is_empty() {
            true => self.of_lead().await,
            false => self.of_findings().await,
        }
    }

    async fn of_lead(&self) -> Result<Supervised, ServiceError> {
        let Some(body) = &self.command.body else {
            let message = "没有写发现，也没有写机关；请至少写一样";
            return Err(invalid("body", FieldCode::Missing, message));
        };
        let today = self.request.today();
        let places = self.tx.list_places(body).await?;
        let held = places
            .into_iter()
            .find(|place| place.from <= today && place.until.is_none_or(|until| today < until));
        let Some(held) = held else {
            let message = "登记簿里没有，或今天已经撤销；请先登记，或核对标识";
            return Err(invalid("body", FieldCode::NoSuchTarget, message));
        };
        Ok(Supervised {
            body: body.clone(),
            place: OrgPath::parse(&held.path).map_err(ServiceError::internal)?,
            department: held.department,
            cases: BTreeMap::new(),
        })
    }

    /// All of one body, and all within sight: a finding that may not be seen is none.
    async fn of_findings(&self) -> Result<Supervised, ServiceError> {
        let mut found: Option<Supervised> = None;
        for (at, id) in self.command.findings.iter().enumerate() {
            let refuse = |code, message: &str| {
                let pointer = Pointer::body().member("findings").index(at);
                Err(ServiceError::Invalid(vec![FieldError::new(
                    pointer,
                    code,
                    message.to_owned(),
                )]))
            };
            let Some(seen) = self.seen(id).await? else {
                return refuse(FieldCode::NoSuchTarget, "没有这个发现；请核对标识");
            };
            let Some(body) = seen.body else {
                let message = "案件还没有认定是哪个机关的；请先认定";
                return refuse(FieldCode::NotAllowed, message);
            };
            let other = self.command.body.as_ref().is_some_and(|one| *one != body);
            if other || found.as_ref().is_some_and(|known| known.body != body) {
                let message = "不是同一个机关的；一件监督事项只对一个机关，请分开立";
                return refuse(FieldCode::NotAllowed, message);
            }
            let supervised = found.get_or_insert_with(|| Supervised {
                body,
                place: seen.place,
                department: seen.department,
                cases: BTreeMap::new(),
            });
            let findings = supervised.cases.entry(seen.timeline).or_default();
            findings.insert(id.clone());
        }
        found.ok_or(ServiceError::NotFound)
    }

    /// The case of a finding that the actor sees, and the body that handles it.
    async fn seen(&self, id: &str) -> Result<Option<Seen>, ServiceError> {
        let tx = self.tx;
        let Some(row) = tx.find_finding(id).await? else {
            return Ok(None);
        };
        let Some(case) = tx.find_case(row.timeline).await? else {
            return Ok(None);
        };
        let accounts = tx.list_case_accounts(row.timeline).await?;
        let resource = case_resource(ResourceKind::Finding, &case, &accounts, false)?;
        let (actor, today) = (&self.request.actor, self.request.today());
        // A matter is supervised by its own rules, not by another matter.
        if case.supervision.is_some() || require(actor, Action::Read, &resource, today).is_err() {
            return Ok(None);
        }
        let place = OrgPath::parse(&case.org_path).map_err(ServiceError::internal)?;
        Ok(Some(Seen {
            timeline: row.timeline,
            place,
            department: case.department,
            body: case.body,
        }))
    }

    /// The division whose supervision it is: the nearest above the body for which the actor supervises.
    fn seat(&self, supervised: &Supervised) -> Result<OrgPath, ServiceError> {
        let (actor, today) = (&self.request.actor, self.request.today());
        let kind = ResourceKind::Supervision;
        let department = supervised.department.as_deref();
        let line = department.and_then(|department| Line::parse(department).ok());
        let areas = scope(actor, Action::Create, kind, today).areas;
        let over = areas.into_iter().filter(|area| {
            area.within.contains(&supervised.place) && (area.line.is_none() || area.line == line)
        });
        let nearest = over.max_by_key(|area| area.within.as_str().len());
        let org = nearest.ok_or(ServiceError::Forbidden)?.within.division();
        let resource = Resource {
            line,
            ..Resource::new(kind, org.clone())
        };
        let permitted = require(actor, Action::Create, &resource, today);
        permitted.map_err(|_| ServiceError::Forbidden)?;
        Ok(org)
    }

    /// Judges the cases as they stand today, and locks them: two who open at once come one after the other.
    async fn look_again(&self, supervised: &Supervised) -> Result<(), ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        for (case, findings) in &supervised.cases {
            assess_within(tx, self.lawbook, *case, today, EndedBy::TimePassed).await?;
            for id in findings {
                let row = tx.find_finding(id).await?.ok_or(ServiceError::NotFound)?;
                if row.ended.is_none() {
                    continue;
                }
                let at = self.command.findings.iter().position(|one| one == id);
                let pointer = Pointer::body().member("findings");
                return Err(ServiceError::invalid(
                    pointer.index(at.unwrap_or_default()),
                    FieldCode::NotAllowed,
                    "已经消除；没有消除的才能立为监督事项",
                ));
            }
        }
        Ok(())
    }

    /// A finding is supervised once: whoever comes second is told by which matter.
    async fn require_free(&self, supervised: &Supervised) -> Result<(), ServiceError> {
        let findings = supervised.cases.values().flatten().cloned().collect();
        let supervising = self.tx.list_supervising(&findings).await?;
        let open = supervising.into_iter().find(|one| one.closed_on.is_none());
        let Some(open) = open else {
            return Ok(());
        };
        let (_, resource) = load_case(self.tx, open.matter).await?;
        let decision = decide(
            &self.request.actor,
            Action::Read,
            &resource,
            self.request.today(),
        );
        if !decision.allowed {
            let message = "所据的发现，上级监督机构已经立为监督事项，还没有办结；不重复立";
            return Err(ServiceError::refused(message));
        }
        let called = open.number.unwrap_or_else(|| open.matter.to_string());
        Err(ServiceError::refused(format!(
            "所据的发现已经立为监督事项“{called}”，还没有办结；请到那一件里办，不重复立"
        )))
    }

    async fn events(
        &self,
        supervised: &Supervised,
        org: &OrgPath,
        seat: String,
    ) -> Result<Vec<NewEvent>, ServiceError> {
        let today = self.request.today();
        let opening = Opening {
            number: self.command.number.clone(),
            body: Some(supervised.body.clone()),
            unit: Some(seat),
            org_path: org.to_string(),
            handlers: self.request.account.into_iter().collect(),
            facts: Facts::default(),
        };
        let mut events = opening_events(&opening, today, &Source::FirstHand);
        let bodies = BTreeSet::from([supervised.body.as_str()]);
        let mut names = self.tx.list_body_names(&bodies).await?;
        let name = names.remove(&supervised.body);
        events.push(self.lead(name, today));
        events.extend(
            supervised
                .cases
                .iter()
                .map(|(case, findings)| link(*case, findings, today)),
        );
        Ok(events)
    }

    fn lead(&self, body: Option<String>, today: Date) -> NewEvent {
        let mut event = Event::new("", LEAD, today);
        event.source = Source::FirstHand;
        let mut put = |name: &str, value: Value| event.fields.insert(name.to_owned(), value);
        put(SOURCE, self.command.source.as_str().into());
        put("problem", self.command.problem.as_str().into());
        // Whoever supervises that body opens it: it is his to supervise.
        put("in_jurisdiction", Value::Bool(true));
        if let Some(body) = body {
            put("target", body.as_str().into());
        }
        NewEvent::new(event, Nature::Fact)
    }
}

fn link(case: TimelineId, findings: &BTreeSet<String>, today: Date) -> NewEvent {
    let mut event = Event::new("", LINK, today);
    event.source = Source::FirstHand;
    let findings = findings.iter().map(|id| Value::from(id.as_str()));
    event.fields = [
        ("to".to_owned(), Value::Text(case.to_string())),
        ("link".to_owned(), SUPERVISES.into()),
        ("findings".to_owned(), Value::List(findings.collect())),
    ]
    .into();
    NewEvent::new(event, Nature::Fact)
}

fn check(lawbook: &Lawbook, command: &OpenMatter) -> Result<(), ServiceError> {
    check_reason("problem", &command.problem)?;
    check_number(command.number.as_deref())?;
    if command.findings.len() > MATTER_FINDINGS_MAX {
        let message = format!("至多 {MATTER_FINDINGS_MAX} 个；更多的请分开立");
        return Err(invalid("findings", FieldCode::OutOfRange, &message));
    }
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list("supervision_source");
    let list = list.map(|id| vocabulary.list_of(id));
    if list.is_none_or(|list| list.find(&command.source).is_none()) {
        let codes = list.into_iter().flat_map(|list| &list.codes);
        let codes: Vec<&str> = codes.map(|(code, _)| code.as_ref()).collect();
        let message = format!("不是线索来源的代码；可以写：{}", codes.join("、"));
        return Err(invalid("source", FieldCode::NotAChoice, &message));
    }
    Ok(())
}

fn invalid(member: &str, code: FieldCode, message: &str) -> ServiceError {
    ServiceError::invalid(Pointer::body().member(member), code, message)
}
