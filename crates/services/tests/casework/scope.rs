//! 范围成为查询条件：查出的与 `policy` 说在范围之内的一样，多一件少一件都不行。

use std::collections::BTreeSet;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::grant::{AccountId, Line};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::ResourceKind;
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_store::case_account::{CaseAccounts, CaseDuty};
use mingjing_store::case_row::{CaseFilter, CaseOrder, CaseRow};
use mingjing_store::error::StoreError;
use mingjing_store::timeline::Confidentiality;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    a_list_holds_exactly_what_the_scope_contains,
}

const PATHS: [&str; 5] = [
    "/410000/",
    "/410000/410100/",
    "/410000/410100/b-a/",
    "/410000/410100/b-a/u-1/",
    "/410000/410101/b-a/",
];
const LINES: [&str; 2] = ["market_regulation", "ecology"];

fn pick<T: Copy>(chance: &SeededRng, all: &[T]) -> T {
    all[(chance.next() % all.len() as u64) as usize]
}

fn account(number: u64) -> Id<kind::Account> {
    Id::parse(&format!("account_{number:032x}")).unwrap()
}

fn account_id(number: u64) -> AccountId {
    AccountId::parse(&account(number).to_string()).unwrap()
}

fn case(chance: &SeededRng, at: TimelineId) -> (CaseRow, u64) {
    let confidentiality = pick(
        chance,
        &[Confidentiality::Ordinary, Confidentiality::Restricted],
    );
    let row = CaseRow {
        timeline: at,
        number: None,
        procedure: None,
        state: None,
        body: None,
        org_path: pick(chance, &PATHS).to_owned(),
        department: Some(pick(chance, &LINES).to_owned()),
        region: None,
        party_masked: None,
        filed_on: None,
        decided_on: None,
        closed_on: None,
        last_on: Date::new(2025, 6, 3).unwrap(),
        fine_fen: None,
        next_due_on: None,
        worst: None,
        event_count: 0,
        violation_count: 0,
        doubt_count: 0,
        near_count: 0,
        undetermined_count: 0,
        open_duty_count: 0,
        version: 0,
        confidentiality,
        supervision: None,
        lead_source: None,
        complaint: None,
    };
    (row, chance.next() % 3)
}

fn resource((row, handler): &(CaseRow, u64)) -> Resource {
    let org = OrgPath::parse(&row.org_path).unwrap();
    Resource {
        line: Some(Line::parse(row.department.as_deref().unwrap()).unwrap()),
        secrecy: match row.confidentiality {
            Confidentiality::Ordinary => Secrecy::Ordinary,
            Confidentiality::Restricted | Confidentiality::Classified => Secrecy::Restricted,
        },
        handlers: vec![account_id(*handler)],
        ..Resource::new(ResourceKind::Case, org)
    }
}

fn area(chance: &SeededRng) -> Area {
    let is = || chance.next().is_multiple_of(3);
    let releases = [
        Release::Never,
        Release::ForRestricted,
        Release::OrdinaryOnly,
        Release::Always,
    ];
    Area {
        within: match is() {
            true => OrgPath::root(),
            false => OrgPath::parse(pick(chance, &PATHS)).unwrap(),
        },
        line: is().then(|| Line::parse(pick(chance, &LINES)).unwrap()),
        related_to: is().then(|| account_id(chance.next() % 3)),
        as_supervised: false,
        is_published_only: chance.next().is_multiple_of(8),
        release: pick(chance, &releases),
    }
}

async fn a_list_holds_exactly_what_the_scope_contains(db: Database) {
    let chance = SeededRng::new(5);
    let now = db.context.clock.now();
    let cases: Vec<(CaseRow, u64)> = (0..60)
        .map(|_| {
            case(
                &chance,
                TimelineId::new(TimelineKind::Case, now, db.context.random()),
            )
        })
        .collect();
    let written = cases.clone();
    let write = async move |tx: &Tx| {
        for (row, handler) in &written {
            tx.put_case(row).await?;
            let accounts = CaseAccounts::from([
                (CaseDuty::Handling, account(*handler)),
                // Whoever reviews a case does not thereby handle it.
                (CaseDuty::Reviewing, account(*handler + 1)),
            ]);
            tx.put_case_accounts(row.timeline, &accounts).await?;
        }
        Ok::<_, StoreError>(())
    };
    db.store.write(&db.context, write).await.unwrap();
    let mut shown = 0;
    for _ in 0..200 {
        let scope = Scope {
            areas: (0..chance.next() % 3).map(|_| area(&chance)).collect(),
            account: Some(account_id(chance.next() % 3)),
        };
        let listed = db.store.read(async |read: &Read| {
            let (filter, order) = (CaseFilter::default(), CaseOrder::LastOn);
            read.list_cases(&scope, &filter, order, None, 500).await
        });
        let listed: BTreeSet<_> = listed
            .await
            .unwrap()
            .into_iter()
            .map(|c| c.timeline)
            .collect();
        let expected = cases.iter().filter(|case| scope.contains(&resource(case)));
        let expected: BTreeSet<_> = expected.map(|(row, _)| row.timeline).collect();
        shown += expected.len();
        assert_eq!(listed, expected, "{scope:?}");
    }
    assert!(shown > 500, "the scopes reach something: {shown}");
}
