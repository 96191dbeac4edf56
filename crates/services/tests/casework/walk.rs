//! 一案从线索到归档；迟了的被发现，更正之后终结。

use mingjing_domain::finding::{DutyState, Severity};
use mingjing_kernel::id::{Id, kind};
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event};
use mingjing_services::casework::get_case::get_case;
use mingjing_services::casework::list_duties::list_case_duties;
use mingjing_services::casework::list_events::list_events;
use mingjing_services::casework::list_findings::{
    FindingView, get_finding, list_case_findings, summarise_findings,
};
use mingjing_services::casework::next_actions::next_actions;
use mingjing_services::casework::record_event::EventRecorded;
use mingjing_services::page::{PageRequest, PageSize};
use mingjing_store::counter::{CounterStatus, SumBy};
use mingjing_store::finding::{EndedBy, FindingFilter};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{Office, Who, compliant_case, event};

on_both_engines! {
    a_compliant_case_goes_from_clue_to_archive_without_a_finding,
    a_late_filing_is_one_finding_however_often_it_is_judged,
    a_correction_ends_the_finding_and_is_counted,
    corrected_again_the_finding_of_old_stands_again,
}

async fn a_compliant_case_goes_from_clue_to_archive_without_a_finding(db: Database) {
    let (lines, facts) = compliant_case();
    let office = Office::open(db, "2025-06-03T09:00").await;
    let case = office.new_case(facts).await;
    let asked = next_actions(&office.services, &office.request(Who::Lead), case).await;
    let asked = asked.unwrap();
    assert!(
        asked
            .actions
            .iter()
            .any(|a| a.action.kind.code.as_ref() == "clue_registered")
    );
    for line in &lines {
        let (input, recorded) = event(line);
        office.turn_to(&recorded.expect("every event of the example says when"));
        office.record_by_anyone(case, input).await;
    }
    let request = office.request(Who::Supervisor);
    let view = get_case(&office.services, &request, case).await.unwrap();
    assert_eq!(view.row.state.as_deref(), Some("archived"));
    assert_eq!(view.row.event_count, lines.len() as u64 + 2);
    assert_eq!(view.row.fine_fen, Some(12_000_000));
    assert_eq!(view.row.party_masked.as_deref(), Some("甲商贸有限公司"));
    // The head decides, the reviewer reviews, the officers handle: by the state table, not by who was asked first.
    let page = PageRequest {
        size: PageSize::new(200).unwrap(),
        after: None,
    };
    let events = list_events(&office.services, &request, case, &page).await;
    let events = events.unwrap().items;
    let who = |kind: &str| {
        let event = events.iter().find(|view| view.event.kind == kind);
        event.and_then(|view| view.account)
    };
    assert_eq!(who("decided"), Some(Who::Head.account()));
    assert_eq!(who("review_done"), Some(Who::Reviewer.account()));
    assert_eq!(who("inquiry_record"), Some(Who::Lead.account()));
    let findings = list_case_findings(&office.services, &request, case).await;
    let live: Vec<String> = findings
        .unwrap()
        .into_iter()
        .filter(|f| f.row.ended.is_none() && f.row.finding.severity > Severity::Notice)
        .map(|f| f.row.finding.code)
        .collect();
    assert_eq!(live, Vec::<String>::new());
    let report = verify(&office.services).await.unwrap();
    // Three divisions, two bodies and the case.
    assert_eq!((report.timelines, report.differences), (6, Vec::new()));
}

const LATE: &str = "P-FILE-VERIFY";
const FILED: &str =
    "case_filed approval_doc=立案审批表 approver_rank=authority_head authority_head=H2";

/// The findings of a verification that took too long.
async fn late(office: &Office, case: Id<kind::Case>) -> Vec<FindingView> {
    let findings = list_case_findings(&office.services, &office.request(Who::Lead), case).await;
    let found = findings.unwrap().into_iter();
    found.filter(|f| f.row.finding.code == LATE).collect()
}

/// A clue of 3 June, filed on 20 July: the limit was 24 June.
async fn filed_late(office: &Office) -> (Id<kind::Case>, EventRecorded) {
    let case = office.new_case(Default::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    office.record_by_anyone(case, clue).await;
    office.turn_to("2025-07-21T09:00");
    let (filed, _) = event(&format!("2025-07-20T10:00 {FILED}"));
    let recorded = office.record_by_anyone(case, filed).await;
    (case, recorded)
}

async fn correct(
    office: &Office,
    case: Id<kind::Case>,
    target: Id<kind::Event>,
    filed_on: &str,
) -> EventRecorded {
    let command = CorrectEvent {
        case,
        expected_version: office.version(case).await,
        corrects: target,
        event: event(&format!("{filed_on}T10:00 {FILED}")).0,
        reason: "日期写错，与审批表所写不符".to_owned(),
    };
    let done = correct_event(&office.services, &office.request(Who::Lead), command, None).await;
    done.unwrap().value
}

async fn a_late_filing_is_one_finding_however_often_it_is_judged(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let (case, _) = filed_late(&office).await;
    let first = late(&office, case).await;
    assert_eq!(first.len(), 1);
    assert!(first[0].text.is_some());
    let request = office.request(Who::Lead);
    let duties = list_case_duties(&office.services, &request, case).await;
    let duty = duties.unwrap().into_iter().find(|duty| duty.code == LATE);
    assert_eq!(duty.map(|duty| duty.state), Some(DutyState::MetLate));
    office.turn_to("2025-07-22T09:00");
    let (scene, _) = event("2025-07-22T08:30 scene_record stage=investigation officer=A officer=B");
    office.record_by_anyone(case, scene).await;
    let again = late(&office, case).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].row, first[0].row);
}

async fn a_correction_ends_the_finding_and_is_counted(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let (case, filed) = filed_late(&office).await;
    let first = late(&office, case).await;
    let id = first[0].row.finding.id.as_str();
    let corrected = correct(&office, case, filed.event, "2025-06-17").await;
    assert_eq!(corrected.event, filed.event);
    assert!(corrected.ended.iter().any(|ended| ended == id));
    let request = office.request(Who::Supervisor);
    let ended = get_finding(&office.services, &request, id).await.unwrap();
    assert_eq!(ended.row.ended.map(|(_, by)| by), Some(EndedBy::Corrected));
    assert_eq!(EndedBy::Corrected.in_chinese(), "由更正消除");
    let filter = FindingFilter {
        code: Some(LATE.to_owned()),
        with_ended: true,
        ..FindingFilter::default()
    };
    let sums = summarise_findings(&office.services, &request, &filter, SumBy::Code).await;
    let (sums, _) = sums.unwrap();
    let counted: Vec<_> = sums.iter().map(|sum| (sum.status, sum.n)).collect();
    assert_eq!(counted, [(CounterStatus::Ended(EndedBy::Corrected), 1)]);
    assert_eq!(verify(&office.services).await.unwrap().differences, []);
}

async fn corrected_again_the_finding_of_old_stands_again(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let (case, filed) = filed_late(&office).await;
    let first = late(&office, case).await;
    correct(&office, case, filed.event, "2025-06-17").await;
    office.turn_to("2025-07-23T09:00");
    correct(&office, case, filed.event, "2025-07-10").await;
    let back = late(&office, case).await;
    assert_eq!((back.len(), back[0].row.ended), (1, None));
    assert_eq!(back[0].row.finding.id, first[0].row.finding.id);
    assert_eq!(back[0].row.found_at, first[0].row.found_at);
    assert!(back[0].row.changed_at > first[0].row.changed_at);
    assert_eq!(verify(&office.services).await.unwrap().differences, []);
}
