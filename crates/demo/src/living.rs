//! 在线办案：一天一天往前走，各案当天的事由该办的人在平台上办；汇入的名单也在其中。

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_interchange::case_writer::to_line;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::Action;
use mingjing_policy::resource::Secrecy;
use mingjing_services::assessment::acting::action_of;
use mingjing_services::casework::create_case::{CreateCase, create_case};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::record_event::{RecordEvent, record_event};
use mingjing_services::context::Services;
use mingjing_services::error::ServiceError;
use mingjing_services::intake::accept::{AcceptList, accept};
use mingjing_services::intake::run;
use mingjing_services::spool::Spool;
use mingjing_store::case_row::{CaseFilter, CaseOrder};
use mingjing_store::tx::Read;

use crate::accounts::{Hand, Staff, Staffed, id_of};
use crate::clock::SetClock;
use crate::error::{DemoError, Doing as _, Result};
use crate::founding::{Register, together};
use crate::plan::{Plan, PlannedCase};

/// Cases that are worked on at the same time.
pub(crate) const AT_ONCE: usize = 16;
/// What has happened by then is recorded then: before lunch, and at the end of the day.
const HOURS: [u8; 2] = [12, 19];

/// 一案在平台上。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) case: Id<kind::Case>,
    pub(crate) version: u64,
}

/// 办案的现场。
pub(crate) struct Office<'a> {
    pub(crate) services: &'a Services,
    pub(crate) clock: &'a Arc<SetClock>,
    pub(crate) spool: &'a Spool,
    pub(crate) plan: &'a Plan,
    pub(crate) register: &'a Register,
    pub(crate) staffed: &'a Staffed,
}

impl Office<'_> {
    /// 汇入一份名单：这些机关原有的系统里的案件，各到 `until` 为止。
    pub(crate) async fn import(
        &self,
        source: &str,
        cases: &[(&PlannedCase, &[Event])],
    ) -> Result<u64> {
        if cases.is_empty() {
            return Ok(0);
        }
        let mut incoming = self.spool.begin(self.services.nonce())?;
        for (case, events) in cases {
            let line = to_line(&case.timeline(self.plan, events));
            incoming.write_all(line.as_bytes())?;
            incoming.write_all(b"\n")?;
        }
        let file = incoming.finish()?;
        let province = self.plan.land.divisions.first();
        let province = province.map_or("/".to_owned(), |it| format!("/{}/", it.code));
        let org = OrgPath::parse(&province);
        let command = AcceptList {
            source: source.to_owned(),
            is_pushed: true,
            adapter: None,
            mapping: None,
            file_name: format!("{source}.jsonl"),
            file,
            body: None,
            org: org.map_err(|error| DemoError::data(&province, error.to_string()))?,
        };
        let request = self.staffed.importer.request(self.services);
        let what = || format!("汇入“{source}”");
        let accepted = accept(self.services, &request, command).await.doing(what)?;
        let done = run::run(self.services, self.spool, &request, accepted.batch.id).await;
        let counts = done.doing(what)?.counts;
        if counts.created != cases.len() as u64 {
            let message = format!(
                "{} 案只收了 {}，拒绝 {}",
                cases.len(),
                counts.created,
                counts.refused
            );
            return Err(DemoError::data(what(), message));
        }
        Ok(counts.created)
    }

    /// 从上线之日走到今天；返回在平台上记下了几件事。
    pub(crate) async fn live(&self, mut standing: BTreeMap<usize, Standing>) -> Result<u64> {
        let mut slots: BTreeMap<(Date, u8), BTreeMap<usize, Vec<&Event>>> = BTreeMap::new();
        for (index, case) in self.plan.cases.iter().enumerate() {
            for event in case.split(self.plan).1 {
                let slot = slots.entry(slot_of(event)).or_default();
                slot.entry(index).or_default().push(event);
            }
        }
        let mut recorded = 0;
        for ((day, hour), cases) in slots {
            let at = Timestamp::at(day, hour, 0, 0);
            self.clock
                .turn_to(at.unwrap_or_else(|| Timestamp::end_of_day(day)));
            let cases: Vec<_> = cases.into_iter().collect();
            for cases in cases.chunks(AT_ONCE) {
                let working = cases.iter().map(|(index, events)| {
                    self.go_on(*index, standing.get(index).copied(), events)
                });
                let done = together(working).await;
                for ((index, events), done) in cases.iter().zip(done) {
                    standing.insert(*index, done?);
                    recorded += events.len() as u64;
                }
            }
        }
        Ok(recorded)
    }

    async fn go_on(
        &self,
        index: usize,
        standing: Option<Standing>,
        events: &[&Event],
    ) -> Result<Standing> {
        let case = &self.plan.cases[index];
        let staff = self.staff(case)?;
        let mut standing = match standing {
            Some(standing) => standing,
            None => self.create(case, staff).await?,
        };
        for event in events {
            standing = self.record(case, staff, standing, event).await?;
        }
        Ok(standing)
    }

    pub(crate) fn staff(&self, case: &PlannedCase) -> Result<&Staff> {
        let staff = self.staffed.staff.get(&case.body);
        staff.ok_or_else(|| DemoError::data(&case.number, "它的机关没有账号，不能在线办案"))
    }

    async fn create(&self, case: &PlannedCase, staff: &Staff) -> Result<Standing> {
        let command = CreateCase {
            number: Some(case.number.clone()),
            procedure: self.plan.story_of(case).procedure.clone(),
            body: self.register.body(case.body).id.clone(),
            unit: None,
            is_classified: false,
            secrecy: Secrecy::Ordinary,
            handlers: Vec::new(),
            facts: case.facts.clone(),
        };
        let request = staff.lead.request(self.services);
        let made = create_case(self.services, &request, command, None).await;
        let made = made.doing(|| format!("建案 {}", case.number))?.value;
        Ok(Standing {
            case: made.case,
            version: made.version,
        })
    }

    /// One thing, by whom the state table names; what it newly brings has been seen.
    async fn record(
        &self,
        case: &PlannedCase,
        staff: &Staff,
        standing: Standing,
        event: &Event,
    ) -> Result<Standing> {
        let channel = event.fields.get("channel");
        if event.kind == "published" && channel == Some(&Value::from("portal")) {
            return self
                .publish(case, standing, &staff.lead, &staff.reviewer)
                .await;
        }
        let procedure = &self.plan.story_of(case).procedure;
        let by = match action_of(&self.services.lawbook(), Some(procedure), &event.kind) {
            Action::Decide => &staff.head,
            Action::GiveReview => &staff.reviewer,
            _ => &staff.lead,
        };
        self.record_by(by, case, standing, event).await
    }

    async fn record_by(
        &self,
        by: &Hand,
        case: &PlannedCase,
        standing: Standing,
        event: &Event,
    ) -> Result<Standing> {
        let request = by.request(self.services);
        let mut command = RecordEvent {
            case: standing.case,
            expected_version: standing.version,
            event: input_of(event),
            confirm: Vec::new(),
            override_reason: None,
            note: None,
        };
        let mut done = record_event(self.services, &request, command.clone(), None).await;
        if let Err(ServiceError::Blocked(findings)) = &done
            && findings.iter().all(|finding| finding.id.is_some())
        {
            command.confirm = findings.iter().filter_map(|it| it.id.clone()).collect();
            done = record_event(self.services, &request, command, None).await;
        }
        let story = &self.plan.story_of(case).title;
        let flaw = case
            .flaw
            .and_then(|flaw| self.plan.story_of(case).flaws.get(flaw));
        let flaw = flaw.map_or("照章办", |flaw| flaw.title.as_str());
        let done = done.doing(|| {
            format!(
                "{}（{story}，{flaw}）记“{}”（{}）",
                case.number, event.kind, event.occurred_on
            )
        })?;
        Ok(Standing {
            version: done.value.version,
            ..standing
        })
    }

    /// 汇入的在办案件由承办机构负责人交给主办人员，接着在平台上办。
    pub(crate) async fn take_over(&self) -> Result<BTreeMap<usize, Standing>> {
        let mut known = BTreeMap::new();
        let cases = self.plan.cases.iter().enumerate();
        let going_on = cases.filter(|(_, case)| {
            let (before, after) = case.split(self.plan);
            !before.is_empty() && !after.is_empty()
        });
        for (index, case) in going_on {
            let standing = self.find(case).await?;
            let staff = self.staff(case)?;
            let mut event = Event::new("", "handlers_assigned", self.plan.live_from);
            let account = Value::Text(staff.lead.account.to_string());
            event
                .fields
                .insert("accounts".to_owned(), Value::List(vec![account]));
            let standing = self.record_by(&staff.unit, case, standing, &event).await?;
            known.insert(index, standing);
        }
        Ok(known)
    }

    /// The case of that number on the platform.
    pub(crate) async fn find(&self, case: &PlannedCase) -> Result<Standing> {
        let filter = CaseFilter {
            number_prefix: Some(case.number.clone()),
            body: Some(self.register.body(case.body).id.clone()),
            ..CaseFilter::default()
        };
        let scope = crate::build::everywhere();
        let rows = self.services.store.read(async move |read: &Read| {
            read.list_cases(&scope, &filter, CaseOrder::LastOn, None, 2)
                .await
        });
        let row = rows
            .await?
            .into_iter()
            .find(|row| row.number.as_deref() == Some(&case.number));
        let row = row.ok_or_else(|| DemoError::data(&case.number, "汇入之后找不到"))?;
        Ok(Standing {
            case: id_of(row.timeline)?,
            version: row.version,
        })
    }
}

/// The slot in which it is recorded: the first end of a half-day after it.
fn slot_of(event: &Event) -> (Date, u8) {
    let minute = event.occurred_at.map_or(0, |at| at.minute_of_day());
    let [noon, evening] = HOURS;
    let is_early = minute < u16::from(noon) * 60;
    (event.occurred_on, if is_early { noon } else { evening })
}

fn input_of(event: &Event) -> EventInput {
    EventInput {
        on: Some(event.occurred_on),
        until: event.occurred_until,
        at: event.occurred_at,
        actors: event.actors.clone(),
        place: event.place.clone(),
        docs: event.doc_ids.clone(),
        media: event.media_ids.clone(),
        instance: event.instance.clone(),
        keys: event.keys.clone(),
        fields: event.fields.clone(),
        kind: event.kind.clone(),
    }
}
