//! 随意的一步步：办案、更正、越过拦阻、汇入、清除、登记变更、证件变更、换法典；拒绝了的也是其中一步。

use std::sync::{Arc, LazyLock};

use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::assessment::reassess::reassess_for_law;
use mingjing_services::assessment::sweep::sweep;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event};
use mingjing_services::casework::create_case::{CreateCase, create_case};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::record_event::{RecordEvent, record_event};
use mingjing_services::context::RequestContext;
use mingjing_services::erasure::approve::approve_erasure;
use mingjing_services::erasure::request::{RequestErasure, request_erasure};
use mingjing_services::error::ServiceError;
use mingjing_services::registry::record::{RegistryEvent, record_registry_event, register};
use mingjing_testkit::database::Database;

use crate::jobs::work_off;
use crate::office::{BODY, BODY_NAME, LAWBOOK, OTHER, OTHER_NAME, Office, Who, case_line, sources};

/// 一步；数字只用来挑选。
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// 过几天。
    Days(u8),
    /// 建一案。
    Open(u8),
    /// 记一件事：哪一案、哪一种、几天前。
    Record(u8, u8, u8),
    /// 更正一件事。
    Correct(u8, u8, u8),
    /// 汇入一份名单。
    Import(u8, u8, u8),
    /// 清除一案的内容。
    Erase(u8),
    /// 区划、主体的变更。
    Reorganise(u8, u8, u8),
    /// 人员、证件、事项的变更。
    Personnel(u8, u8, u8),
    /// 更正登记簿里的一件事。
    CorrectRegister(u8, u8),
    /// 做掉排着的重评。
    WorkOff,
    /// 换一版法典。
    ChangeLaw,
}

/// The next edition: another version, one rule dropped.
static NEXT_LAWBOOK: LazyLock<Arc<Lawbook>> = LazyLock::new(|| {
    let mut files = sources();
    for file in &mut files {
        let (from, to) = match file.path.as_ref() {
            "lawbook.toml" => ("version = \"", "version = \"9."),
            _ if file.text.starts_with("code = \"P-FILE-VERIFY\"") => (
                "code = \"P-FILE-VERIFY\"\n",
                "code = \"P-FILE-VERIFY\"\nto = \"2025-01-01\"\n",
            ),
            _ => continue,
        };
        let text = file.text.replacen(from, to, 1);
        *file = mingjing_lawbook::diagnostic::SourceFile::new(file.path.to_string(), text);
    }
    Arc::new(load(&files).lawbook.unwrap())
});

pub(crate) struct Walker {
    pub(crate) office: Office,
    cases: Vec<Id<kind::Case>>,
    divisions: Vec<TimelineId>,
    bodies: Vec<TimelineId>,
    members: Vec<TimelineId>,
    made: u32,
}

fn pick<T: Copy>(from: &[T], choice: u8) -> Option<T> {
    let at = usize::from(choice).checked_rem(from.len())?;
    from.get(at).copied()
}

/// What was refused is part of the walk; what broke is not.
fn told<T>(done: Result<T, ServiceError>) -> Option<T> {
    match done {
        Ok(done) => Some(done),
        Err(error @ (ServiceError::Internal(_) | ServiceError::Unavailable)) => {
            panic!("{error:?}")
        }
        Err(_) => None,
    }
}

fn event(on: Date, kind: &str, fields: &[(&str, &str)]) -> Event {
    let mut event = Event::new("", kind, on);
    event.source = Source::FirstHand;
    for (name, value) in fields {
        let value = match *value {
            "true" => Value::Bool(true),
            text => Value::Text(text.to_owned()),
        };
        event.fields.insert((*name).to_owned(), value);
    }
    event
}

fn input_of(event: Event, on: Date) -> EventInput {
    EventInput {
        actors: event.actors,
        keys: event.keys,
        fields: event.fields,
        ..EventInput::new(event.kind, on)
    }
}

impl Walker {
    pub(crate) async fn open(db: Database) -> Walker {
        let division = |number| TimelineId::parse(&format!("division_{number:032x}")).unwrap();
        Walker {
            office: Office::open(db).await,
            cases: Vec::new(),
            divisions: (0xd1..=0xd3).map(division).collect(),
            bodies: [BODY, OTHER]
                .map(|id| TimelineId::parse(id).unwrap())
                .to_vec(),
            members: Vec::new(),
            made: 0,
        }
    }

    pub(crate) async fn walk(&mut self, steps: &[Step]) {
        for step in steps {
            match *step {
                Step::Days(days) => self.pass(days).await,
                Step::Open(choice) => self.open_case(choice).await,
                Step::Record(case, what, back) => self.record(case, what, back).await,
                Step::Correct(case, which, back) => self.correct(case, which, back).await,
                Step::Import(rows, fine, choice) => self.import(rows, fine, choice).await,
                Step::Erase(case) => self.erase(case).await,
                Step::Reorganise(what, which, choice) => {
                    self.reorganise(what, which, choice).await;
                }
                Step::Personnel(what, which, choice) => self.personnel(what, which, choice).await,
                Step::CorrectRegister(which, back) => self.correct_register(which, back).await,
                Step::WorkOff => {
                    work_off(&self.office.db, &self.office.services).await;
                }
                Step::ChangeLaw => self.change_law().await,
            }
        }
    }

    /// Everything that is queued or due is done.
    pub(crate) async fn settle(&mut self) {
        let services = &self.office.services;
        while work_off(&self.office.db, services).await > 0 {}
        let request = services.system("sweep");
        while sweep(services, &request).await.unwrap().looked > 0 {}
        self.collect_cases().await;
    }

    async fn collect_cases(&mut self) {
        let cases = self.office.cases().await;
        let ids = cases.iter().map(|case| case.header.id.try_into().unwrap());
        self.cases = ids.collect();
    }

    fn back(&self, days: u8) -> Date {
        self.office
            .services
            .system("walk")
            .today()
            .add_days(-i32::from(days % 60))
    }

    /// Somebody of the body, where it stands today.
    async fn of_body(&self, role: Role, number: u8, body: TimelineId) -> RequestContext {
        let account = Id::parse(&format!("account_{:032x}", 0xa0 + u32::from(number))).unwrap();
        let read = self.office.db.store.reader().await.unwrap();
        let rows = read.list_org_history(body).await.unwrap();
        let path = rows.last().map_or("/", |row| row.path.as_str()).to_owned();
        self.office.request_as(account, role, &path)
    }

    async fn body_of(&self, case: Id<kind::Case>) -> TimelineId {
        let read = self.office.db.store.reader().await.unwrap();
        let row = read.find_case(case.into()).await.unwrap();
        let body = row.and_then(|row| row.body);
        TimelineId::parse(body.as_deref().unwrap_or(BODY)).unwrap()
    }

    async fn version(&self, id: TimelineId) -> u64 {
        let read = self.office.db.store.reader().await.unwrap();
        read.find_timeline(id).await.unwrap().unwrap().version
    }

    async fn pass(&self, days: u8) {
        let millis = i64::from(days % 30 + 1) * 86_400_000;
        self.office.db.clock.advance_millis(millis);
        let request = self.office.services.system("sweep");
        sweep(&self.office.services, &request).await.unwrap();
    }

    async fn open_case(&mut self, choice: u8) {
        let body = pick(&self.bodies, choice).unwrap();
        let mut facts = Facts::default();
        if choice.is_multiple_of(2) {
            facts.set("item.code", "4101-01".into());
        }
        let command = CreateCase {
            number: None,
            procedure: "ordinary_penalty".to_owned(),
            body: body.to_string(),
            unit: None,
            is_classified: false,
            secrecy: Secrecy::Ordinary,
            handlers: Vec::new(),
            facts,
        };
        let lead = self.of_body(Role::LeadOfficer, 0, body).await;
        told(create_case(&self.office.services, &lead, command, None).await);
        self.collect_cases().await;
    }

    async fn record(&mut self, case: u8, what: u8, back: u8) {
        let Some(case) = pick(&self.cases, case) else {
            return;
        };
        let kinds = [
            ("clue_registered", "source", "inspection"),
            ("case_filed", "approver_rank", "authority_head"),
            ("scene_record", "stage", "investigation"),
            ("inquiry_record", "interviewee_kind", "party"),
            ("evidence_taken", "", ""),
            ("id_shown", "", ""),
            ("statement_made", "", ""),
            ("hearing_requested", "", ""),
            ("decided", "outcome", "penalty"),
            ("case_closed", "", ""),
        ];
        let (kind, field, value) = kinds[usize::from(what) % kinds.len()];
        let mut input = EventInput::new(kind, self.back(back));
        if !field.is_empty() {
            input.fields.insert(field.to_owned(), value.into());
        }
        if kind == "decided" {
            input.keys.insert("decision".to_owned(), "d1".to_owned());
        }
        let who = format!("41-{:04}", u32::from(back) % 4);
        input.actors = vec![Actor {
            who,
            role: "officer".to_owned(),
        }];
        let body = self.body_of(case).await;
        let role = match kind {
            "case_filed" | "decided" => Role::AuthorityHead,
            _ => Role::LeadOfficer,
        };
        let request = self
            .of_body(role, u8::from(role == Role::AuthorityHead), body)
            .await;
        let mut command = RecordEvent {
            case,
            expected_version: self.version(case.into()).await,
            event: input,
            confirm: Vec::new(),
            override_reason: None,
            note: None,
        };
        let services = &self.office.services;
        let mut done = record_event(services, &request, command.clone(), None).await;
        if let Err(ServiceError::Blocked(findings)) = &done {
            command.confirm = findings.iter().filter_map(|f| f.id.clone()).collect();
            done = record_event(services, &request, command.clone(), None).await;
        }
        if matches!(
            done,
            Err(ServiceError::Blocked(_) | ServiceError::Refused(_))
        ) {
            command.override_reason = Some("情况紧急，先行处置".to_owned());
            done = record_event(services, &request, command, None).await;
        }
        told(done);
    }

    async fn correct(&mut self, case: u8, which: u8, back: u8) {
        let Some(case) = pick(&self.cases, case) else {
            return;
        };
        let loaded = self.office.load(case.into()).await;
        let events = loaded.timeline.events.iter().zip(&loaded.events);
        let events: Vec<_> = events.collect();
        let Some((wrong, header)) = pick(&events, which) else {
            return;
        };
        let command = CorrectEvent {
            case,
            expected_version: loaded.header.version,
            corrects: header.id,
            event: input_of(wrong.clone(), self.back(back)),
            reason: "日期写错".to_owned(),
        };
        let body = self.body_of(case).await;
        let lead = self.of_body(Role::LeadOfficer, 0, body).await;
        told(correct_event(&self.office.services, &lead, command, None).await);
    }

    async fn import(&mut self, rows: u8, fine: u8, choice: u8) {
        let line = |number: u8| {
            let body = if number.wrapping_add(choice).is_multiple_of(3) {
                OTHER_NAME
            } else {
                BODY_NAME
            };
            let decided = format!(
                r#"{{"kind":"decided","on":"2025-{:02}-01","decision":"d1","fields":{{"fine":{fine},"doc_no":"{number}号"}}}}"#,
                4 + choice % 8
            );
            let filed = r#"{"kind":"case_filed","on":"2025-03-03"}"#;
            let events = match number.wrapping_add(fine) % 3 {
                0 => filed.to_owned(),
                1 => format!("{filed},{decided}"),
                _ => format!(
                    r#"{filed},{decided},{{"kind":"served","on":"2025-12-03","decision":"d1"}}"#
                ),
            };
            case_line(&format!("台账{number}"), body, &events)
        };
        let list: String = (0..=rows % 4).map(line).collect();
        self.office
            .import(Who::Supervisor, "台账.jsonl", &list)
            .await;
        self.collect_cases().await;
    }

    async fn erase(&mut self, case: u8) {
        let Some(case) = pick(&self.cases, case) else {
            return;
        };
        let body = self.body_of(case).await;
        let command = RequestErasure {
            case,
            events: Vec::new(),
            extent: "personal_data".to_owned(),
            basis: "personal_information_protection_law/47".to_owned(),
            reason: "保存期限届满".to_owned(),
        };
        let services = &self.office.services;
        let reviewer = self.of_body(Role::LegalReviewer, 2, body).await;
        let Some(asked) = told(request_erasure(services, &reviewer, command).await) else {
            return;
        };
        let head = self.of_body(Role::AuthorityHead, 1, body).await;
        told(approve_erasure(services, &self.office.spool, &head, asked.id).await);
    }

    async fn reorganise(&mut self, what: u8, which: u8, choice: u8) {
        let on = self.back(choice);
        self.made += 1;
        let code = format!("4103{:02}", self.made % 100);
        let cities = ["410100", "410200"];
        let city = cities[usize::from(choice) % 2];
        let body = pick(&self.bodies, which).unwrap();
        let division = pick(&self.divisions[1..], which).unwrap();
        let (id, event) = match what % 7 {
            0 => {
                let fields = [
                    ("code", code.as_str()),
                    ("name", "新县"),
                    ("level", "county"),
                    ("parent", city),
                ];
                let new = event(on, "division_established", &fields);
                self.register(TimelineKind::Division, new).await;
                return;
            }
            1 => {
                let fields = [("code", code.as_str()), ("name", "改名")];
                (division, event(on, "division_renamed", &fields))
            }
            2 => (division, event(on, "division_renamed", &[("parent", city)])),
            3 => (division, event(on, "division_merged", &[("into", city)])),
            4 => (body, event(on, "body_changed", &[("region", city)])),
            5 => (body, event(on, "body_suspended", &[])),
            _ => (body, event(on, "body_resumed", &[])),
        };
        self.change(id, RegistryEvent::new(event)).await;
    }

    async fn personnel(&mut self, what: u8, which: u8, choice: u8) {
        let on = self.back(choice);
        let body = pick(&self.bodies, which).unwrap().to_string();
        let member = pick(&self.members, which);
        let is_of = |kind| member.filter(|id: &TimelineId| id.kind() == kind);
        let (id, event) = match (what % 7, is_of(TimelineKind::Officer)) {
            (0, _) | (1..=4, None) => {
                self.made += 1;
                let number = format!("41-{:04}", self.made % 4);
                let early = on.add_days(-400);
                let events = vec![
                    event(early, "officer_registered", &[("name", "欧阳试样")]),
                    event(early, "officer_assigned", &[("body", &body)]),
                    event(early, "apply", &[]),
                    event(early, "train_exam", &[("passed", "true")]),
                    event(
                        early,
                        "cert_issued",
                        &[("card_no", &number), ("valid_until", "2027-01-01")],
                    ),
                ];
                self.register_all(TimelineKind::Officer, events).await;
                return;
            }
            (1, Some(id)) => (id, event(on, "cert_suspended", &[])),
            (2, Some(id)) => (id, event(on, "cert_restored", &[])),
            (3, Some(id)) => (id, event(on, "cert_revoked", &[])),
            (4, Some(id)) => (id, event(on, "officer_assigned", &[("body", &body)])),
            (5, _) => {
                let fields = [
                    ("code", "4101-01"),
                    ("name", "无照经营"),
                    ("act_kind", "penalty"),
                    ("body", body.as_str()),
                ];
                self.register(TimelineKind::Item, event(on, "item_listed", &fields))
                    .await;
                return;
            }
            _ => match is_of(TimelineKind::Item) {
                Some(id) => (id, event(on, "item_withdrawn", &[])),
                None => return,
            },
        };
        self.change(id, RegistryEvent::new(event)).await;
    }

    async fn correct_register(&mut self, which: u8, back: u8) {
        let all: Vec<TimelineId> = [&self.divisions[..], &self.bodies, &self.members].concat();
        let id = pick(&all, which).unwrap();
        let loaded = self.office.load(id).await;
        let (wrong, header) = (loaded.timeline.events.last(), loaded.events.last());
        let (Some(wrong), Some(header)) = (wrong, header) else {
            return;
        };
        let mut right = wrong.clone();
        right.occurred_on = self.back(back);
        right.recorded_at = None;
        right.fields.remove("officer");
        let corrects = Some(header.id);
        let event = RegistryEvent {
            corrects,
            ..RegistryEvent::new(right)
        };
        self.change(id, event).await;
    }

    async fn keeper(&self, kind: TimelineKind) -> RequestContext {
        match kind {
            TimelineKind::Item => self.of_body(Role::BodyClerk, 3, self.bodies[0]).await,
            _ => self.office.request(Who::Supervisor),
        }
    }

    async fn register(&mut self, kind: TimelineKind, event: Event) {
        self.register_all(kind, vec![event]).await;
    }

    async fn register_all(&mut self, kind: TimelineKind, events: Vec<Event>) {
        let request = self.keeper(kind).await;
        let events = events.into_iter().map(RegistryEvent::new).collect();
        let done = register(&self.office.services, &request, kind, events).await;
        let id = told(done).map(|done| done.id);
        match kind {
            TimelineKind::Division => self.divisions.extend(id),
            _ => self.members.extend(id),
        }
    }

    async fn change(&self, id: TimelineId, event: RegistryEvent) {
        let request = self.keeper(id.kind()).await;
        let version = self.version(id).await;
        told(record_registry_event(&self.office.services, &request, id, version, event).await);
    }

    async fn change_law(&self) {
        let services = &self.office.services;
        let next = match services.lawbook().version == LAWBOOK.version {
            true => NEXT_LAWBOOK.clone(),
            false => LAWBOOK.clone(),
        };
        services.put_lawbook(next);
        let request = services.system("law");
        let mut after = None;
        loop {
            let done = reassess_for_law(services, &request, after).await.unwrap();
            match done.next {
                Some(next) => after = Some(next),
                None => return,
            }
        }
    }
}
