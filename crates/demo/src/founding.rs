//! 开张：区划、机关、人员与证件、事项进登记簿；由登记的人办，一件一件照登记的程序。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{AccountId, Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::registry::import::import_divisions;
use mingjing_services::registry::record::{RegistryEvent, register};
use mingjing_store::tx::Read;

use crate::accounts::id_of;
use crate::error::{DemoError, Doing as _, Result};
use crate::files;
use crate::land::{Body, Land, Officer};
use crate::plan::Plan;

/// Whoever makes the demo: no account has this name, theirs begin with their kind.
const REGISTRAR: &str = "demo_registrar";
/// Officers registered at once: each is a transaction of its own, committed in a group with the others.
const AT_ONCE: usize = 16;

/// 登记好了的。
pub(crate) struct Register {
    bodies: Vec<Registered>,
    officers: Vec<Vec<Id<kind::Officer>>>,
    divisions: Vec<(String, String, OrgPath)>,
}

/// 登记好的一个机关。
pub(crate) struct Registered {
    /// 登记簿里的标识。
    pub(crate) id: String,
    /// 在机构树上的位置。
    pub(crate) path: OrgPath,
}

impl Register {
    /// 机关。
    pub(crate) fn body(&self, index: usize) -> &Registered {
        &self.bodies[index]
    }

    /// 人员。
    pub(crate) fn officer(&self, body: usize, index: usize) -> Id<kind::Officer> {
        self.officers[body][index]
    }

    /// 账号的数据里写的位置：`desk`、`/` 或区划代码；连同它的名称。
    pub(crate) fn place(&self, land: &Land, at: &str, desk: usize) -> Result<(OrgPath, String)> {
        match at {
            "desk" => Ok((self.body(desk).path.clone(), land.bodies[desk].name.clone())),
            "/" => Ok((OrgPath::root(), "全平台".to_owned())),
            code => {
                let found = self.divisions.iter().find(|(it, ..)| it == code);
                let found = found.map(|(_, name, path)| (path.clone(), name.clone()));
                found.ok_or_else(|| DemoError::data(files::ACCOUNTS.0, format!("没有区划 {code}")))
            }
        }
    }
}

/// 登记的人：能直接动库的，不必登录，审计里没有账号。
fn registrar(services: &Services, role: Role, org: OrgPath) -> Result<RequestContext> {
    let account = AccountId::parse(REGISTRAR);
    let account = account.map_err(|error| DemoError::data(REGISTRAR, error.to_string()))?;
    let grant = Grant {
        role,
        org,
        line: None,
        term: Term {
            from: services.system("demo").today(),
            to: None,
        },
    };
    Ok(services.request(Actor::signed_in(account, vec![grant]), None, "demo"))
}

/// 登记版图上的一切。
pub(crate) async fn found(services: &Services, plan: &Plan) -> Result<Register> {
    let request = registrar(services, Role::SupervisorLead, OrgPath::root())?;
    let land = &plan.land;
    let (name, text) = files::DIVISIONS;
    let done = import_divisions(services, &request, text, name, land.registered_on).await;
    let done = done.doing(|| "导入区划".to_owned())?;
    if let Some(error) = done.errors.first() {
        return Err(DemoError::data(
            name,
            format!("第 {} 行：{}", error.row, error.message),
        ));
    }
    let mut bodies = Vec::with_capacity(land.bodies.len());
    for body in &land.bodies {
        bodies.push(found_body(services, &request, land, body).await?);
    }
    let mut officers = Vec::with_capacity(land.bodies.len());
    for (body, registered) in land.bodies.iter().zip(&bodies) {
        officers.push(found_officers(services, &request, plan, body, &registered.id).await?);
    }
    found_items(services, land, &bodies).await?;
    let mut divisions = Vec::with_capacity(land.divisions.len());
    let today = request.today();
    let read = services.store.reader().await?;
    for division in &land.divisions {
        let node = read.find_division(&division.code, today).await?;
        divisions
            .extend(node.map(|node| (division.code.clone(), division.name.clone(), node.path)));
    }
    Ok(Register {
        bodies,
        officers,
        divisions,
    })
}

async fn found_body(
    services: &Services,
    request: &RequestContext,
    land: &Land,
    body: &Body,
) -> Result<Registered> {
    let department = &land.departments[body.department];
    let list = |items: &[&str]| Value::List(items.iter().map(|it| Value::from(*it)).collect());
    let powers = [
        "administrative_penalty",
        "coercive_measure",
        "administrative_inspection",
    ];
    let event = event(
        "body_registered",
        land.registered_on,
        [
            ("name", body.name.as_str().into()),
            ("credit_code", body.credit_code.as_str().into()),
            ("body_kind", "department".into()),
            ("department", department.code.as_str().into()),
            ("region", body.division.code.as_str().into()),
            ("level", body.level.into()),
            ("powers", list(&powers)),
            ("basis", list(&["处罚法17"])),
            ("announced_on", Value::Date(land.registered_on)),
        ],
    );
    let id = register_one(services, request, TimelineKind::Body, vec![event]).await?;
    let today = request.today();
    let node = services
        .store
        .read(async move |read: &Read| read.find_org(id, today).await)
        .await?;
    let node = node.ok_or_else(|| DemoError::data(&body.name, "登记之后不在机构树上"))?;
    Ok(Registered {
        id: id.to_string(),
        path: node.path,
    })
}

async fn found_officers(
    services: &Services,
    request: &RequestContext,
    plan: &Plan,
    body: &Body,
    id: &str,
) -> Result<Vec<Id<kind::Officer>>> {
    let mut found = Vec::with_capacity(body.officers.len());
    for officers in body.officers.chunks(AT_ONCE) {
        let registering = officers.iter().map(|officer| {
            let events = officer_events(officer, id, plan.today);
            register_one(services, request, TimelineKind::Officer, events)
        });
        for id in together(registering).await {
            found.push(id_of(id?)?);
        }
    }
    Ok(found)
}

/// A career: registered, at his post, trained and examined, with his card; the register takes it as it has happened.
fn officer_events(officer: &Officer, body: &str, today: Date) -> Vec<Event> {
    let issued = officer.issued_on;
    let mut events = vec![
        event(
            "officer_registered",
            issued.add_days(-60),
            [
                ("name", officer.name.as_str().into()),
                ("employment", "established".into()),
                (
                    "is_law_qualified",
                    Value::Bool(officer.post == crate::land::Post::Reviewer),
                ),
            ],
        ),
        event(
            "officer_assigned",
            issued.add_days(-59),
            [
                ("body", body.into()),
                ("post", officer.post.in_chinese().into()),
                ("is_enforcing", Value::Bool(true)),
            ],
        ),
        event("apply", issued.add_days(-50), []),
        event(
            "train_exam",
            issued.add_days(-20),
            [("passed", Value::Bool(true))],
        ),
        event(
            "cert_issued",
            issued,
            [
                ("card_no", officer.card.as_str().into()),
                ("valid_until", Value::Date(officer.valid_until)),
                ("exam_passed", Value::Bool(true)),
                ("employment", "established".into()),
            ],
        ),
    ];
    events.retain(|event| event.occurred_on <= today);
    events
}

/// Each item once, in the name of the first body that has it.
async fn found_items(services: &Services, land: &Land, bodies: &[Registered]) -> Result<()> {
    let mut listed = BTreeSet::new();
    for (body, registered) in land.bodies.iter().zip(bodies) {
        // A list is kept by the body's own clerk.
        let request = registrar(services, Role::BodyClerk, registered.path.clone())?;
        for cause in &land.departments[body.department].causes {
            if !listed.insert(cause.item.as_str()) {
                continue;
            }
            let basis = Value::List(vec![cause.penalty.as_str().into()]);
            let event = event(
                "item_listed",
                land.registered_on,
                [
                    ("code", cause.item.as_str().into()),
                    ("name", format!("对{}的处罚", cause.name).as_str().into()),
                    ("act_kind", "penalty".into()),
                    ("body", registered.id.as_str().into()),
                    ("level", body.level.into()),
                    ("basis", basis),
                    ("has_benchmark", Value::Bool(true)),
                    ("published_on", Value::Date(land.registered_on)),
                    ("effective_on", Value::Date(land.registered_on)),
                ],
            );
            register_one(services, &request, TimelineKind::Item, vec![event]).await?;
        }
    }
    Ok(())
}

async fn register_one(
    services: &Services,
    request: &RequestContext,
    kind: TimelineKind,
    events: Vec<Event>,
) -> Result<TimelineId> {
    let events = events.into_iter().map(RegistryEvent::new).collect();
    let recorded = register(services, request, kind, events).await;
    Ok(recorded.doing(|| format!("登记{}", kind.in_chinese()))?.id)
}

fn event<const N: usize>(kind: &str, on: Date, fields: [(&str, Value); N]) -> Event {
    let mut event = Event::new("", kind, on);
    event.source = mingjing_domain::event::Source::FirstHand;
    event.fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
    event
}

/// Runs them side by side on this task and gives the answers in order.
pub(crate) async fn together<T>(tasks: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = tasks.map(|task| Some(Box::pin(task))).collect();
    let mut done: Vec<Option<T>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_waiting = false;
        for (task, slot) in running.iter_mut().zip(&mut done) {
            let Some(running) = task else { continue };
            match running.as_mut().poll(context) {
                std::task::Poll::Ready(value) => {
                    *slot = Some(value);
                    *task = None;
                }
                std::task::Poll::Pending => is_waiting = true,
            }
        }
        match is_waiting {
            true => std::task::Poll::Pending,
            false => std::task::Poll::Ready(()),
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
