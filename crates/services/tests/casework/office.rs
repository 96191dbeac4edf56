//! 测试的机关：两个县各一个局，几个账号，停住的时钟；人名、单位虚构。

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::example::parse_event;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{AccountId, Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::casework::create_case::{CreateCase, create_case};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::record_event::{EventRecorded, RecordEvent, record_event};
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_store::context::Clock as _;
use mingjing_testkit::database::Database;

use crate::register;

/// 甲市局、乙市局在登记簿里的标识与路径。
pub(crate) const BODY: &str = "body_00000000000000000000000000000001";
pub(crate) const BODY_PATH: &str = "/410000/410100/b-00000000000000000000000000000001/";
const OTHER: &str = "body_00000000000000000000000000000002";
const OTHER_PATH: &str = "/410000/410200/b-00000000000000000000000000000002/";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// 随产品交付的法典的源文件。
pub(crate) fn sources() -> Vec<SourceFile> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.extension().is_some_and(|ext| ext == "toml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(SourceFile::new(name, text));
            }
        }
    }
    let root = repository().join("lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.retain(|file| !file.path.starts_with("catalogue/"));
    files
}

pub(crate) static LAWBOOK: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&sources()).lawbook.expect("the shipped lawbook")));

/// 一个账号：角色与机构。
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// 甲局主办。
    Lead,
    /// 甲局负责人。
    Head,
    /// 甲局法制审核。
    Reviewer,
    /// 甲市监督机关。
    Supervisor,
    /// 乙局主办。
    Stranger,
    /// 甲市监督人员：不许查看个人信息。
    Inspector,
    /// 系统管理员。
    System,
}

impl Who {
    fn number(self) -> u8 {
        self as u8 + 1
    }

    pub(crate) fn account(self) -> Id<kind::Account> {
        Id::parse(&format!("account_{:032x}", self.number())).unwrap()
    }

    fn grant(self) -> (Role, &'static str) {
        match self {
            Who::Lead => (Role::LeadOfficer, BODY_PATH),
            Who::Head => (Role::AuthorityHead, BODY_PATH),
            Who::Reviewer => (Role::LegalReviewer, BODY_PATH),
            Who::Supervisor => (Role::SupervisorLead, "/410000/410100/"),
            Who::Stranger => (Role::LeadOfficer, OTHER_PATH),
            Who::Inspector => (Role::Supervisor, "/410000/410100/"),
            Who::System => (Role::SystemAdmin, "/"),
        }
    }
}

pub(crate) struct Office {
    pub(crate) db: Database,
    pub(crate) services: Services,
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

impl Office {
    /// 开张：登记两个局，时钟停在 `at`（北京时间，如 `2025-06-03T09:00`）。
    pub(crate) async fn open(db: Database, at: &str) -> Office {
        let services = Services::new(
            db.store.clone(),
            LAWBOOK.clone(),
            db.clock.clone(),
            db.context.rng.clone(),
        );
        let mut all = register::divisions();
        all.push((BODY, register::body("甲市市场监督管理局", "410100")));
        all.push((OTHER, register::body("乙市市场监督管理局", "410200")));
        register::premade(&db, &services, all).await;
        let office = Office { db, services };
        office.turn_to(at);
        office
    }

    /// 把时钟拨到北京时间的某一刻。
    pub(crate) fn turn_to(&self, at: &str) {
        let at = mingjing_kernel::date::Timestamp::parse(at).unwrap();
        let wanted = Moment::from_unix_micros(at.unix_seconds() * 1_000_000).unwrap();
        let now = self.db.clock.now();
        let millis = (wanted.unix_micros() - now.unix_micros()) / 1_000;
        self.db.clock.advance_millis(millis);
    }

    pub(crate) fn request(&self, who: Who) -> RequestContext {
        self.request_as(who, &[who.grant()])
    }

    /// 这个账号，授予另外的角色。
    pub(crate) fn request_as(&self, who: Who, granted: &[(Role, &str)]) -> RequestContext {
        let grants = granted.iter().map(|(role, org)| Grant {
            role: *role,
            org: OrgPath::parse(org).unwrap(),
            line: None,
            term: Term {
                from: day("2018-01-01"),
                to: None,
            },
        });
        let account = who.account();
        let id = AccountId::parse(&account.to_string()).unwrap();
        let actor = Actor::signed_in(id, grants.collect());
        self.services.request(actor, Some(account), "test")
    }

    /// 由主办建立一案。
    pub(crate) async fn new_case(&self, facts: Facts) -> Id<kind::Case> {
        let command = case_command(facts);
        let made = create_case(&self.services, &self.request(Who::Lead), command, None).await;
        made.unwrap().value.case
    }

    pub(crate) async fn version(&self, case: Id<kind::Case>) -> u64 {
        let id = TimelineId::from(case);
        let header = self
            .db
            .store
            .read(async |read: &mingjing_store::tx::Read| read.find_timeline(id).await);
        header.await.unwrap().unwrap().version
    }

    pub(crate) async fn record(
        &self,
        who: Who,
        case: Id<kind::Case>,
        event: EventInput,
    ) -> Result<EventRecorded, ServiceError> {
        let command = RecordEvent {
            case,
            expected_version: self.version(case).await,
            event,
            confirm: Vec::new(),
            override_reason: None,
            note: None,
        };
        let done = record_event(&self.services, &self.request(who), command, None).await;
        done.map(|done| done.value)
    }

    /// 由可以记的人记下：先主办，再负责人，再审核；须确认的确认。
    pub(crate) async fn record_by_anyone(
        &self,
        case: Id<kind::Case>,
        event: EventInput,
    ) -> EventRecorded {
        for who in [Who::Lead, Who::Head, Who::Reviewer] {
            let mut command = RecordEvent {
                case,
                expected_version: self.version(case).await,
                event: event.clone(),
                confirm: Vec::new(),
                override_reason: None,
                note: None,
            };
            let request = self.request(who);
            let mut done = record_event(&self.services, &request, command.clone(), None).await;
            if let Err(ServiceError::Blocked(findings)) = &done {
                command.confirm = findings.iter().filter_map(|f| f.id.clone()).collect();
                done = record_event(&self.services, &request, command, None).await;
            }
            match done {
                Ok(done) => return done.value,
                Err(ServiceError::Forbidden) => {}
                Err(error) => panic!("{}: {error:?}", event.kind),
            }
        }
        panic!("nobody may record {}", event.kind)
    }
}

pub(crate) fn case_command(facts: Facts) -> CreateCase {
    CreateCase {
        number: Some("甲市监案〔2025〕1号".to_owned()),
        procedure: "ordinary_penalty".to_owned(),
        body: BODY.to_owned(),
        unit: None,
        is_classified: false,
        secrecy: Secrecy::Ordinary,
        handlers: Vec::new(),
        facts,
    }
}

/// 由一行写法（法典示例的写法）成为要记录的事件，与写明的记录时刻。
pub(crate) fn event(line: &str) -> (EventInput, Option<String>) {
    let event = parse_event(&LAWBOOK.book.vocabulary, line, 0);
    let event = event.unwrap_or_else(|error| panic!("{line}: {error}"));
    let recorded = event.recorded_at.map(|at| at.to_string());
    (input_of(event), recorded)
}

pub(crate) fn input_of(event: Event) -> EventInput {
    EventInput {
        on: Some(event.occurred_on),
        until: event.occurred_until,
        at: event.occurred_at,
        actors: event.actors,
        place: event.place,
        docs: event.doc_ids,
        media: event.media_ids,
        instance: event.instance,
        keys: event.keys,
        fields: event.fields,
        kind: event.kind,
    }
}

/// 全流程正例：事件的写法与事实（机关的由登记簿给出）。
pub(crate) fn compliant_case() -> (Vec<String>, Facts) {
    let path = repository().join("crates/lawbook/tests/data/worked-examples/ex26.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let case = &table["case"][0];
    let lines = case["events"].as_array().unwrap().iter();
    let lines = lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect();
    let mut facts = Facts::default();
    for (scope, value) in case["facts"].as_table().unwrap() {
        if scope != "body" {
            facts.values.insert(scope.clone(), value_of(value));
        }
    }
    (lines, facts)
}

fn value_of(given: &toml::Value) -> Value {
    match given {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(n) => Value::Int(*n),
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Array(items) => Value::List(items.iter().map(value_of).collect()),
        toml::Value::Table(table) => Value::Record(
            table
                .iter()
                .map(|(name, value)| (name.clone(), value_of(value)))
                .collect::<BTreeMap<_, _>>(),
        ),
        toml::Value::Float(_) | toml::Value::Datetime(_) => panic!("facts have none of these"),
    }
}
