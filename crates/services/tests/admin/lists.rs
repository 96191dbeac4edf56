//! 列表、导出、实时变动与逐件判断一致：随机的世界、随机的人，谁也不多看一件，许可的一件不少。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{DutyState, Marks, Severity, Status};
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::{AccountId, Grant, Line, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_policy::role::Role;
use mingjing_services::casework::finding_places::finding_places;
use mingjing_services::casework::finding_trend::{TrendQuery, TrendUnit, finding_trend};
use mingjing_services::casework::list_cases::list_cases;
use mingjing_services::casework::list_duties::list_duties;
use mingjing_services::casework::list_findings::{list_findings, summarise_findings};
use mingjing_services::context::RequestContext;
use mingjing_services::error::ServiceError;
use mingjing_services::export::case_lines::{ExportCases, export_cases};
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::intake::list_batches::list_batches;
use mingjing_services::live::read_changes;
use mingjing_services::page::{Cursor, Page, PageRequest, PageSize};
use mingjing_services::registry::listing::{list_items, list_officers, tree_on};
use mingjing_store::case_account::{CaseAccounts, CaseDuty};
use mingjing_store::case_row::{CaseFilter, CaseOrder, CaseRow};
use mingjing_store::context::Context;
use mingjing_store::counter::SumBy;
use mingjing_store::duty::{DutyFilter, DutyRow};
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::{EndedBy, FindingFilter, NewFinding};
use mingjing_store::import::NewBatch;
use mingjing_store::item::ItemRow;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::officer::{OfficerRow, OfficerState, RegisterFilter};
use mingjing_store::org_node::{OrgFilter, OrgKind, OrgNode};
use mingjing_store::public_record::NewPublicRecord;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::{Database, on_postgres, on_sqlite, signing_key};
use proptest::prelude::*;

use crate::desk::{Desk, day};

const ORGS: [&str; 10] = [
    "/330000/",
    "/330000/330200/",
    "/330000/330200/330212/",
    "/330000/330200/330212/330212001/",
    "/330000/330200/b-1/",
    "/330000/330200/b-1/u-1/",
    "/330000/330200/b-10/",
    "/330000/330200/330212/b-2/",
    "/330000/330300/",
    "/330000/330300/b-3/",
];
const LINES: [Option<&str>; 3] = [None, Some("ecology"), Some("urban_management")];
const CASES: usize = 30;
const THINGS: usize = 20;
const PEOPLE: usize = 24;
const ACCOUNTS: u64 = 5;
const ON: &str = "2026-03-02";

fn config() -> ProptestConfig {
    let more = std::env::var("PROPTEST_CASES").ok();
    let more = more.and_then(|text| text.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(more.unwrap_or(4))
    }
}

proptest! {
    #![proptest_config(config())]

    // A world follows from its seed, and a failure tells the seed: a smaller seed is no smaller world.
    #[test]
    fn sqlite_shows_what_a_single_look_would_allow(seed in any::<u64>().no_shrink()) {
        on_sqlite(async |db| everybody_looks(db, seed).await);
    }

    #[test]
    fn postgres_shows_what_a_single_look_would_allow(seed in any::<u64>().no_shrink()) {
        on_postgres(async |db| everybody_looks(db, seed).await);
    }
}

struct Dice(SeededRng);

impl Dice {
    fn below(&self, limit: usize) -> usize {
        (self.0.next() % limit as u64) as usize
    }

    fn pick<T: Copy>(&self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn org(&self) -> OrgPath {
        OrgPath::parse(self.pick(&ORGS)).unwrap()
    }

    fn account(&self) -> Id<kind::Account> {
        Id::parse(&format!("account_{:032x}", self.0.next() % ACCOUNTS)).unwrap()
    }

    fn resource(&self, kind: ResourceKind) -> Resource {
        Resource {
            line: self.pick(&LINES).map(|line| Line::parse(line).unwrap()),
            ..Resource::new(kind, self.org())
        }
    }

    fn grant(&self) -> Grant {
        let spans = [(None, "2020-01-01"), (Some("2025-01-01"), "2020-01-01")];
        let (to, from) = spans[self.below(5) / 4];
        Grant {
            role: self.pick(&Role::ALL[2..]),
            org: match self.below(8) {
                0 => OrgPath::root(),
                _ => self.org(),
            },
            line: self.pick(&LINES).map(|line| Line::parse(line).unwrap()),
            term: Term {
                from: day(from),
                to: to.map(day),
            },
        }
    }
}

fn id_of(account: Id<kind::Account>) -> AccountId {
    AccountId::parse(&account.to_string()).unwrap()
}

/// What there is, each with what the policy must know of it.
#[derive(Default, Clone)]
struct World {
    cases: BTreeMap<String, Resource>,
    /// Of findings and duties: their case.
    findings: BTreeMap<String, String>,
    duties: BTreeMap<String, String>,
    places: BTreeMap<String, Resource>,
    officers: BTreeMap<String, Resource>,
    items: BTreeMap<String, Resource>,
    batches: BTreeMap<String, Resource>,
}

/// What somebody is shown, list by list.
type Shown = BTreeMap<&'static str, BTreeSet<String>>;

fn case_row(id: TimelineId, resource: &Resource) -> CaseRow {
    CaseRow {
        timeline: id,
        number: None,
        procedure: None,
        state: None,
        body: None,
        org_path: resource.org.to_string(),
        department: resource.line.as_ref().map(|line| line.as_str().to_owned()),
        region: None,
        party_masked: None,
        filed_on: None,
        decided_on: None,
        closed_on: None,
        last_on: day("2025-06-03"),
        fine_fen: None,
        next_due_on: None,
        worst: None,
        event_count: 1,
        violation_count: 0,
        doubt_count: 0,
        near_count: 0,
        undetermined_count: 0,
        open_duty_count: 0,
        version: 1,
        confidentiality: confidentiality(resource.secrecy),
        supervision: None,
        lead_source: None,
        complaint: None,
    }
}

fn confidentiality(secrecy: Secrecy) -> Confidentiality {
    match secrecy {
        Secrecy::Ordinary => Confidentiality::Ordinary,
        Secrecy::Restricted => Confidentiality::Restricted,
    }
}

async fn make_case(tx: &Tx, dice: &Dice, world: &mut World) -> Result<(), StoreError> {
    let mut event = Event::new("", "clue_registered", day("2025-06-03"));
    event.source = Source::FirstHand;
    let secrecy = dice.pick(&[Secrecy::Ordinary, Secrecy::Ordinary, Secrecy::Restricted]);
    let timeline = NewTimeline {
        kind: TimelineKind::Case,
        procedure: None,
        coverage: Coverage::Open,
        confidentiality: confidentiality(secrecy),
    };
    let events = vec![NewEvent::new(event, Nature::Fact)];
    let made = tx.create_with_events(vec![(timeline, events)]).await?;
    let (id, event) = (made[0].0, &made[0].1[0]);
    let (handler, reviewer) = (dice.account(), dice.account());
    let resource = Resource {
        secrecy,
        is_published: dice.below(3) == 0,
        handlers: vec![id_of(handler)],
        reviewers: vec![id_of(reviewer)],
        ..dice.resource(ResourceKind::Case)
    };
    if resource.is_published {
        tx.publish(&NewPublicRecord {
            id: tx.new_id(),
            timeline: id,
            decision: event.id,
            decision_seq: event.seq,
            event: event.id,
            event_seq: event.seq,
            org_path: resource.org.to_string(),
            style: "penalty_decision".to_owned(),
            body: serde_json::json!({}),
            search_text: String::new(),
            terms: Vec::new(),
            shown_until: None,
        })
        .await?;
    }
    tx.put_case(&case_row(id, &resource)).await?;
    let accounts = CaseAccounts::from([
        (CaseDuty::Handling, handler),
        (CaseDuty::Reviewing, reviewer),
    ]);
    tx.put_case_accounts(id, &accounts).await?;
    make_rows(tx, dice, id, &resource, world).await?;
    world.cases.insert(id.to_string(), resource);
    Ok(())
}

/// What is derived of a case, as far as lists show it.
async fn make_rows(
    tx: &Tx,
    dice: &Dice,
    id: TimelineId,
    resource: &Resource,
    world: &mut World,
) -> Result<(), StoreError> {
    let case = id.to_string();
    let mut findings = Vec::new();
    for number in 0..dice.below(3) {
        findings.push(NewFinding {
            id: format!("finding_{number}_{case}"),
            code: "P-X".to_owned(),
            part: 0,
            trigger_event: None,
            keys: BTreeMap::new(),
            status: Status::Violated,
            severity: Severity::Breach,
            marks: Marks::NONE,
            detail: serde_json::json!({}),
            body: None,
            org_path: resource.org.to_string(),
        });
    }
    let of = confidentiality(resource.secrecy);
    tx.put_findings(id, of, &findings, EndedBy::Met).await?;
    let duty = DutyRow {
        id: format!("duty_{case}"),
        timeline: id,
        code: "P-X".to_owned(),
        part: 0,
        start_event: "e".to_owned(),
        keys: BTreeMap::new(),
        state: DutyState::Open,
        due_on: Some(day("2026-04-01")),
        due_at: None,
        is_provisional: false,
        met_on: None,
        body: None,
        org_path: resource.org.to_string(),
    };
    world.duties.insert(duty.id.clone(), case.clone());
    tx.put_duties(id, &[duty]).await?;
    let ids = findings.into_iter().map(|finding| finding.id);
    world.findings.extend(ids.map(|id| (id, case.clone())));
    Ok(())
}

async fn make_register(tx: &Tx, dice: &Dice, world: &mut World) -> Result<(), StoreError> {
    let term = Term {
        from: day("2020-01-01"),
        to: None,
    };
    for (number, path) in ORGS.iter().enumerate() {
        let is_body = path.contains("/b-");
        let kind = if is_body { "body" } else { "division" };
        let id = TimelineId::parse(&format!("{kind}_{:032x}", 0xc0 + number)).unwrap();
        let line = dice.pick(&LINES).filter(|_| is_body);
        let org = OrgPath::parse(path).unwrap();
        let (kind, known) = match is_body {
            true => (OrgKind::Body, ResourceKind::Body),
            false => (OrgKind::Division, ResourceKind::Organisation),
        };
        let node = OrgNode {
            id,
            kind,
            code: String::new(),
            name: "某处".to_owned(),
            level: String::new(),
            parent: None,
            successor: None,
            path: org.clone(),
            term,
            department: line.map(str::to_owned),
        };
        tx.put_org(id, &[node]).await?;
        let resource = Resource {
            line: line.map(|line| Line::parse(line).unwrap()),
            ..Resource::new(known, org)
        };
        world.places.insert(id.to_string(), resource);
    }
    let department = |resource: &Resource| resource.line.as_ref().map(|l| l.as_str().to_owned());
    for _ in 0..THINGS {
        let (id, resource) = (tx.new_id(), dice.resource(ResourceKind::Personnel));
        let row = OfficerRow {
            id,
            term,
            body: None,
            org: resource.org.clone(),
            department: department(&resource),
            name_masked: "某*".to_owned(),
            state: OfficerState::Active,
            facts: serde_json::json!({}),
        };
        tx.put_officer(id, &[row]).await?;
        world.officers.insert(id.to_string(), resource);
        let (id, resource) = (tx.new_id(), dice.resource(ResourceKind::Item));
        let row = ItemRow {
            id,
            term,
            code: "1".to_owned(),
            name: "事项".to_owned(),
            body: None,
            org: resource.org.clone(),
            department: department(&resource),
            is_listed: true,
            facts: serde_json::json!({}),
        };
        tx.put_item(id, &[row]).await?;
        world.items.insert(id.to_string(), resource);
    }
    Ok(())
}

/// Straight into the store: what is in the tables is what must agree, however it came there.
async fn populate(desk: &Desk, seed: u64) -> World {
    let work = async move |tx: &Tx| {
        let (dice, mut world) = (Dice(SeededRng::new(seed)), World::default());
        for _ in 0..CASES {
            make_case(tx, &dice, &mut world).await?;
        }
        make_register(tx, &dice, &mut world).await?;
        Ok::<_, StoreError>(world)
    };
    let mut world = desk.db.store.write(&desk.db.context, work).await.unwrap();
    let dice = Dice(SeededRng::new(!seed));
    for _ in 0..THINGS {
        let owner = dice.account();
        let resource = Resource {
            owner: Some(id_of(owner)),
            ..Resource::new(ResourceKind::Import, dice.org())
        };
        let new = NewBatch {
            source: "台账".to_owned(),
            is_pushed: false,
            adapter: None,
            mapping: None,
            file_name: "台账.csv".to_owned(),
            file_digest: [0; 32],
            file_bytes: 1,
            request_digest: [0; 32],
            body: None,
            org_path: resource.org.to_string(),
        };
        let context = Context {
            account: Some(owner),
            ..desk.db.context.clone()
        };
        let work = async move |tx: &Tx| tx.create_batch(&new).await;
        let id = desk.db.store.write(&context, work).await.unwrap();
        world.batches.insert(id.to_string(), resource);
    }
    let (store, context) = (desk.db.store.clone(), desk.db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
    world
}

async fn everybody_looks(db: Database, seed: u64) {
    let desk = Desk::open(db).await;
    let world = populate(&desk, seed).await;
    let dice = Dice(SeededRng::new(seed.rotate_left(17)));
    let mut told_apart = 0;
    for _ in 0..PEOPLE {
        let account = dice.account();
        let grants = (0..1 + dice.below(3)).map(|_| dice.grant()).collect();
        let actor = Actor::signed_in(id_of(account), grants);
        let request = desk.services.request(actor, Some(account), "test");
        let shown = shown(&desk, &request).await;
        let allowed = world.allowed_to(&request.actor);
        for (list, allowed) in &allowed {
            let shown = &shown[list];
            assert_eq!(shown, allowed, "{list}: {:?}", request.actor);
            told_apart += usize::from(!allowed.is_empty());
        }
        assert_eq!(shown.len(), allowed.len());
        let counted = counted(&desk, &request).await;
        assert_eq!(
            counted,
            [shown["findings"].len() as u64; 4],
            "{:?}",
            request.actor
        );
    }
    assert!(told_apart > PEOPLE, "the world is too dull: {told_apart}");
}

impl World {
    /// As single looks would have it: the reference, slow and plain.
    fn allowed_to(&self, actor: &Actor) -> Shown {
        let may = |action, resource: &Resource| decide(actor, action, resource, day(ON)).allowed;
        let of = |action, things: &BTreeMap<String, Resource>| -> BTreeSet<String> {
            let allowed = things.iter().filter(|(_, it)| may(action, it));
            allowed.map(|(id, _)| id.clone()).collect()
        };
        let of_case = |action, things: &BTreeMap<String, String>| -> BTreeSet<String> {
            let allowed = things.iter().filter(|(_, case)| {
                let resource = Resource {
                    kind: ResourceKind::Finding,
                    ..self.cases[*case].clone()
                };
                may(action, &resource)
            });
            allowed.map(|(id, _)| id.clone()).collect()
        };
        // A list shows what its reader could open: of a restricted case not even that it is there.
        let findings = of_case(Action::Read, &self.findings);
        let kind_of_place = |kind| -> BTreeMap<String, Resource> {
            let places = self.places.iter().filter(|(_, it)| it.kind == kind);
            places.map(|(id, it)| (id.clone(), it.clone())).collect()
        };
        BTreeMap::from([
            ("cases", of(Action::Read, &self.cases)),
            ("findings", findings.clone()),
            ("duties", of_case(Action::Read, &self.duties)),
            (
                "divisions",
                of(Action::List, &kind_of_place(ResourceKind::Organisation)),
            ),
            (
                "bodies",
                of(Action::List, &kind_of_place(ResourceKind::Body)),
            ),
            ("places", of(Action::List, &self.places)),
            ("officers", of(Action::List, &self.officers)),
            ("items", of(Action::List, &self.items)),
            ("imports", of(Action::List, &self.batches)),
            ("exported cases", of(Action::Export, &self.cases)),
            ("exported lines", of(Action::Export, &self.cases)),
            ("exported findings", of_case(Action::Export, &self.findings)),
            ("exported duties", of_case(Action::Export, &self.duties)),
            ("live cases", of(Action::Read, &self.cases)),
            ("live findings", findings),
        ])
    }
}

/// All pages of a list; one that is forbidden shows nothing.
async fn all<T>(
    mut page: impl AsyncFnMut(PageRequest) -> Result<Page<T>, ServiceError>,
    id: impl Fn(&T) -> String,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut after: Option<Cursor> = None;
    loop {
        let asked = PageRequest {
            size: PageSize::new(7).unwrap(),
            after: after.take(),
        };
        match page(asked).await {
            Ok(got) => {
                for item in &got.items {
                    assert!(found.insert(id(item)), "twice: {}", id(item));
                }
                after = got.next;
            }
            Err(ServiceError::Forbidden) => return found,
            Err(error) => panic!("{error:?}"),
        }
        if after.is_none() {
            return found;
        }
    }
}

async fn shown(desk: &Desk, request: &RequestContext) -> Shown {
    let services = &desk.services;
    let places = async |kind| {
        let filter = OrgFilter {
            kind,
            ..OrgFilter::default()
        };
        let page = async |page| tree_on(services, request, day(ON), &filter, &page).await;
        all(page, |node| node.id.to_string()).await
    };
    let (any_case, any_finding) = (CaseFilter::default(), FindingFilter::default());
    let any_duty = DutyFilter::default();
    let cases =
        async |page| list_cases(services, request, &any_case, CaseOrder::LastOn, &page).await;
    let findings = async |page| list_findings(services, request, &any_finding, &page).await;
    let duties = async |page| list_duties(services, request, &any_duty, &page).await;
    let officers = async |page| {
        list_officers(services, request, day(ON), RegisterFilter::default(), &page).await
    };
    let items =
        async |page| list_items(services, request, day(ON), RegisterFilter::default(), &page).await;
    let mut shown = BTreeMap::from([
        ("cases", all(cases, |row| row.timeline.to_string()).await),
        (
            "findings",
            all(findings, |it| it.row.finding.id.clone()).await,
        ),
        ("duties", all(duties, |row| row.id.clone()).await),
        ("divisions", places(Some(OrgKind::Division)).await),
        ("bodies", places(Some(OrgKind::Body)).await),
        ("places", places(None).await),
        ("officers", all(officers, |it| it.row.id.to_string()).await),
        ("items", all(items, |row| row.id.to_string()).await),
        ("imports", imports(desk, request).await),
        ("exported lines", exported_lines(desk, request).await),
    ]);
    for (name, table) in [
        ("exported cases", Table::Cases(any_case.clone())),
        ("exported findings", Table::Findings(any_finding.clone())),
        ("exported duties", Table::Duties(any_duty.clone())),
    ] {
        shown.insert(name, exported(desk, request, table).await);
    }
    shown.extend(live(desk, request).await);
    shown
}

/// How many findings the summary, the places and the trend count, whole and with a filter that cannot be folded: a count
/// opens exactly its rows.
async fn counted(desk: &Desk, request: &RequestContext) -> [u64; 4] {
    let services = &desk.services;
    let any = FindingFilter::default();
    let since = FindingFilter {
        since: Some(Moment::from_unix_micros(0).unwrap()),
        ..any.clone()
    };
    let summed = async |filter| {
        let sums = summarise_findings(services, request, filter, SumBy::Severity).await;
        sums.unwrap().0.iter().map(|sum| sum.n).sum()
    };
    let root = Some(OrgPath::root());
    let places = finding_places(services, request, &any, root).await.unwrap();
    let trend = TrendQuery {
        filter: any.clone(),
        by: None,
        unit: TrendUnit::Day,
        from: None,
        to: None,
    };
    let trend = finding_trend(services, request, &trend).await.unwrap();
    let sums = places.places.iter().flat_map(|place| &place.sums);
    [
        summed(&any).await,
        summed(&since).await,
        sums.map(|sum| sum.n).sum(),
        trend.points.iter().map(|point| point.found).sum(),
    ]
}

async fn imports(desk: &Desk, request: &RequestContext) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut before = None;
    loop {
        let page = list_batches(&desk.services, request, before, 3)
            .await
            .unwrap();
        let Some(last) = page.last() else {
            return found;
        };
        before = Some(last.id);
        found.extend(page.iter().map(|batch| batch.id.to_string()));
    }
}

/// The first column of an exported table.
async fn exported(desk: &Desk, request: &RequestContext, table: Table) -> BTreeSet<String> {
    let mut bytes = Vec::new();
    match export_table(&desk.services, request, table, TableFormat::Csv, &mut bytes).await {
        Ok(_) | Err(ServiceError::Forbidden) => {}
        Err(error) => panic!("{error:?}"),
    }
    let text = String::from_utf8(bytes).unwrap();
    let rows = text.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap().to_owned())
        .collect()
}

async fn exported_lines(desk: &Desk, request: &RequestContext) -> BTreeSet<String> {
    let mut text = String::new();
    let write = |part: &str| {
        text.push_str(part);
        Ok(())
    };
    match export_cases(&desk.services, request, ExportCases::default(), write).await {
        Ok(_) | Err(ServiceError::Forbidden) => {}
        Err(error) => panic!("{error:?}"),
    }
    let case = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["case"].as_str().unwrap().to_owned()
    };
    text.lines().map(case).collect()
}

async fn live(desk: &Desk, request: &RequestContext) -> Shown {
    let mut shown = BTreeMap::from([
        ("live cases", BTreeSet::new()),
        ("live findings", BTreeSet::new()),
    ]);
    let mut from = 0;
    loop {
        let stretch = read_changes(&desk.services, request, from).await.unwrap();
        for change in stretch.changes {
            if change.kind.is_some() {
                let cases = shown.get_mut("live cases").unwrap();
                cases.insert(change.timeline.to_string());
            }
            let findings = shown.get_mut("live findings").unwrap();
            findings.extend(change.findings);
        }
        if stretch.is_at_end {
            return shown;
        }
        from = stretch.next;
    }
}
