//! 列表：每一种条件，每一步都有索引可用，没有一步看整张大表；添一种条件而没有索引的，在这里失败。

use mingjing_domain::finding::{DutyState, Severity, Status};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::grant::AccountId;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_store::case_row::{CaseFilter, CaseOrder};
use mingjing_store::duty::DutyFilter;
use mingjing_store::finding::FindingFilter;
use mingjing_store::tx::Read;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    no_list_of_cases_scans_a_table,
    no_list_of_duties_scans_a_table,
    no_list_of_findings_scans_a_table,
}

const ACCOUNT: &str = "account_00000000000000000000000000000001";

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn day() -> Option<Date> {
    Date::new(2026, 3, 2)
}

/// Everything, a division, what somebody handles, and several of them.
fn scopes() -> Vec<Scope> {
    let area = |within: &str, related_to: Option<&str>| Area {
        within: OrgPath::parse(within).unwrap(),
        line: None,
        related_to: related_to.map(|id| AccountId::parse(id).unwrap()),
        as_supervised: false,
        is_published_only: false,
        release: Release::ForRestricted,
    };
    let everything = area("/", None);
    let division = area("/410000/410100/", None);
    let own = area("/410000/410101/b-1/", Some(ACCOUNT));
    let areas = [
        vec![everything],
        vec![division.clone()],
        vec![own.clone()],
        vec![division, own],
    ];
    let scopes = areas.into_iter().map(|areas| Scope {
        areas,
        account: None,
    });
    scopes.collect()
}

/// Every field must stand here: a new one does not compile until it is given an example.
fn case_filters() -> Vec<CaseFilter> {
    let none = CaseFilter::default;
    let account = Id::<kind::Account>::parse(ACCOUNT).unwrap();
    let each = CaseFilter {
        org_prefix: text("/410000/410100/410102/"),
        body: text("body"),
        procedure: text("ordinary"),
        state: text("filed"),
        severity_min: Some(Severity::Grave),
        code: text("DEC-90D"),
        due_before: day(),
        number_prefix: text("某市监"),
        filed_from: day(),
        filed_until: day(),
        account: Some(account),
        without: vec!["supervision".to_owned()],
    };
    let CaseFilter {
        org_prefix,
        body,
        procedure,
        state,
        severity_min,
        code,
        due_before,
        number_prefix,
        filed_from,
        filed_until,
        account,
        without,
    } = each.clone();
    vec![
        none(),
        CaseFilter {
            org_prefix,
            ..none()
        },
        CaseFilter { body, ..none() },
        CaseFilter {
            procedure,
            ..none()
        },
        CaseFilter { state, ..none() },
        CaseFilter {
            severity_min,
            ..none()
        },
        CaseFilter { code, ..none() },
        CaseFilter {
            due_before,
            ..none()
        },
        CaseFilter {
            number_prefix,
            ..none()
        },
        CaseFilter {
            filed_from,
            ..none()
        },
        CaseFilter {
            filed_until,
            ..none()
        },
        CaseFilter { account, ..none() },
        CaseFilter { without, ..none() },
        each,
    ]
}

fn duty_filters() -> Vec<DutyFilter> {
    let none = DutyFilter::default;
    let account = Id::<kind::Account>::parse(ACCOUNT).unwrap();
    let states = vec![DutyState::Open, DutyState::Near];
    let each = DutyFilter {
        due_before: day(),
        states,
        body: text("body"),
        code: text("DEC-90D"),
        org_prefix: text("/410000/410100/410102/"),
        account: Some(account),
    };
    let DutyFilter {
        due_before,
        states,
        body,
        code,
        org_prefix,
        account,
    } = each.clone();
    vec![
        none(),
        DutyFilter {
            due_before,
            ..none()
        },
        DutyFilter {
            states: states.clone(),
            ..none()
        },
        DutyFilter {
            body: body.clone(),
            ..none()
        },
        DutyFilter {
            body,
            states: states.clone(),
            ..none()
        },
        DutyFilter {
            code: code.clone(),
            ..none()
        },
        DutyFilter {
            code,
            states,
            ..none()
        },
        DutyFilter {
            org_prefix,
            ..none()
        },
        DutyFilter { account, ..none() },
        each,
    ]
}

fn finding_filters(case: TimelineId, at: Moment) -> Vec<FindingFilter> {
    let none = FindingFilter::default;
    let each = FindingFilter {
        statuses: vec![Status::Doubt, Status::Near],
        severities: vec![Severity::Grave],
        code: text("DEC-90D"),
        body: text("body"),
        case: Some(case),
        org_prefix: text("/410000/410100/410102/"),
        since: Some(at),
        with_ended: true,
    };
    let FindingFilter {
        statuses,
        severities,
        code,
        body,
        case,
        org_prefix,
        since,
        with_ended,
    } = each.clone();
    vec![
        none(),
        FindingFilter { statuses, ..none() },
        FindingFilter {
            severities,
            ..none()
        },
        FindingFilter { code, ..none() },
        FindingFilter { body, ..none() },
        FindingFilter { case, ..none() },
        FindingFilter {
            org_prefix,
            ..none()
        },
        FindingFilter { since, ..none() },
        FindingFilter {
            with_ended,
            ..none()
        },
        each,
    ]
}

/// A walk follows an index from end to end, and stops; anything else must find its rows by one.
fn require_indexes(plans: &[(&'static str, String)], what: &str) {
    for (purpose, plan) in plans {
        let is_walk = matches!(*purpose, "walk" | "beyond");
        for line in plan.lines() {
            let line = line.trim();
            let scans = line.contains("Seq Scan")
                // A subquery and a constant row are scanned, not searched, whatever they hold.
                || (line.starts_with("SCAN ")
                    && !["SCAN s", "SCAN m", "SCAN x", "SCAN y", "SCAN CONSTANT ROW"].contains(&line)
                    && !(line.contains(" USING ") && line.contains("INDEX") && is_walk)
                    && !(is_walk && matches!(line, "SCAN c" | "SCAN d" | "SCAN f")));
            // Only what has been limited already may be sorted in a walk.
            let sorts = is_walk && (line.contains("Sort") || line.contains("TEMP B-TREE"));
            assert!(!scans && !sorts, "{what}, {purpose}: {line}\n{plan}");
        }
    }
}

/// A walk goes over thousands of entries: each must say by itself whether it is wanted.
fn require_covering(plans: &[(&'static str, String)], alias: &str, what: &str) {
    let walks = plans.iter().filter(|(purpose, _)| *purpose == "walk");
    for (_, plan) in walks {
        let looks_up = |line: &&str| {
            let index = [
                format!("SCAN {alias} USING INDEX "),
                format!("SEARCH {alias} USING INDEX "),
            ];
            index.iter().any(|index| line.contains(index)) && !line.contains("autoindex")
        };
        let line = plan.lines().find(looks_up);
        assert_eq!(line, None, "{what}\n{plan}");
    }
}

async fn no_list_of_cases_scans_a_table(db: Database) {
    let case = TimelineId::new(
        TimelineKind::Case,
        db.context.clock.now(),
        db.context.random(),
    );
    for scope in scopes() {
        for filter in case_filters() {
            for order in [CaseOrder::LastOn, CaseOrder::FiledOn, CaseOrder::NextDueOn] {
                for after in [None, day().map(|day| (day, case))] {
                    let plans = db.store.read(async |read: &Read| {
                        read.explain_cases(&scope, &filter, order, after).await
                    });
                    let plans = plans.await.unwrap();
                    let what = format!("{filter:?} {order:?} {scope:?}");
                    require_indexes(&plans, &what);
                    if filter.body.is_none() && filter.number_prefix.is_none() {
                        require_covering(&plans, "c", &what);
                    }
                }
            }
        }
    }
}

async fn no_list_of_duties_scans_a_table(db: Database) {
    for scope in scopes() {
        for filter in duty_filters() {
            for after in [None, day().map(|day| (day, "duty_1".to_owned()))] {
                let plans = db.store.read(async |read: &Read| {
                    read.explain_duties(&scope, &filter, after.clone()).await
                });
                let (plans, what) = (plans.await.unwrap(), format!("{filter:?} {scope:?}"));
                require_indexes(&plans, &what);
                if filter.states.contains(&DutyState::Open) {
                    require_covering(&plans, "d", &what);
                }
            }
        }
    }
}

async fn no_list_of_findings_scans_a_table(db: Database) {
    let now = db.context.clock.now();
    let case = TimelineId::new(TimelineKind::Case, now, db.context.random());
    for scope in scopes() {
        for filter in finding_filters(case, now) {
            for after in [None, Some((now, "finding_1".to_owned()))] {
                let plans = db.store.read(async |read: &Read| {
                    read.explain_findings(&scope, &filter, after.clone()).await
                });
                let (plans, what) = (plans.await.unwrap(), format!("{filter:?} {scope:?}"));
                require_indexes(&plans, &what);
                require_covering(&plans, "f", &what);
            }
        }
    }
}
