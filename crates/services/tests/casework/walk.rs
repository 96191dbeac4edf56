//! 一案从线索到归档；迟了的被发现，更正之后终结。

use mingjing_domain::finding::{DutyState, Severity};
use mingjing_kernel::id::{Id, TimelineId};
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event};
use mingjing_services::casework::get_case::get_case;
use mingjing_services::casework::list_duties::list_case_duties;
use mingjing_services::casework::list_events::list_events;
use mingjing_services::casework::list_findings::{
    get_finding, list_case_findings, summarise_findings,
};
use mingjing_services::casework::next_actions::next_actions;
use mingjing_services::page::{PageRequest, PageSize};
use mingjing_store::counter::{CounterStatus, SumBy};
use mingjing_store::finding::{EndedBy, FindingFilter};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{Office, Who, compliant_case, event};

on_both_engines! {
    a_compliant_case_goes_from_clue_to_archive_without_a_finding,
    a_late_filing_is_one_finding_and_ends_by_its_correction,
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
    assert_eq!((report.timelines, report.differences), (1, Vec::new()));
}

async fn a_late_filing_is_one_finding_and_ends_by_its_correction(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Default::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    office.record_by_anyone(case, clue).await;
    office.turn_to("2025-07-21T09:00");
    let (filed, _) = event(
        "2025-07-20T10:00 case_filed approval_doc=立案审批表 approver_rank=authority_head authority_head=H2",
    );
    let recorded = office.record_by_anyone(case, filed.clone()).await;

    let request = office.request(Who::Lead);
    let of = async || {
        list_case_findings(&office.services, &request, case)
            .await
            .unwrap()
    };
    let late = async || {
        let found = of()
            .await
            .into_iter()
            .filter(|f| f.row.finding.code == "P-FILE-VERIFY");
        found.collect::<Vec<_>>()
    };
    let first = late().await;
    assert_eq!(first.len(), 1, "{:?}", of().await);
    assert!(first[0].text.is_some());
    let duties = list_case_duties(&office.services, &request, case)
        .await
        .unwrap();
    let duty = duties.iter().find(|d| d.code == "P-FILE-VERIFY").unwrap();
    assert_eq!(duty.state, DutyState::MetLate);

    // Another event assesses the case anew: the same finding, found when it was found.
    office.turn_to("2025-07-22T09:00");
    let (scene, _) = event("2025-07-22T08:30 scene_record stage=investigation officer=A officer=B");
    office.record_by_anyone(case, scene).await;
    let again = late().await;
    assert_eq!(again[0].row.finding.id, first[0].row.finding.id);
    assert_eq!(again[0].row.found_at, first[0].row.found_at);

    let command = CorrectEvent {
        case,
        expected_version: office.version(case).await,
        corrects: recorded.event,
        event: {
            let (mut earlier, _) = event(
                "2025-06-17T10:00 case_filed approval_doc=立案审批表 approver_rank=authority_head",
            );
            earlier.actors = filed.actors.clone();
            earlier
        },
        reason: "日期写错，审批表所写为六月十七日".to_owned(),
    };
    let corrected = correct_event(&office.services, &request, command, None)
        .await
        .unwrap();
    assert!(corrected.value.ended.contains(&first[0].row.finding.id));
    let ended = get_finding(&office.services, &request, &first[0].row.finding.id)
        .await
        .unwrap();
    assert_eq!(ended.row.ended.map(|(_, by)| by), Some(EndedBy::Corrected));
    assert_eq!(EndedBy::Corrected.in_chinese(), "由更正消除");

    let filter = FindingFilter {
        code: Some("P-FILE-VERIFY".to_owned()),
        with_ended: true,
        ..FindingFilter::default()
    };
    let supervisor = office.request(Who::Supervisor);
    let (sums, _) = summarise_findings(&office.services, &supervisor, &filter, SumBy::Code)
        .await
        .unwrap();
    let counted: Vec<_> = sums.iter().map(|sum| (sum.status, sum.n)).collect();
    assert_eq!(counted, [(CounterStatus::Ended(EndedBy::Corrected), 1)]);
    let id: TimelineId = Id::into(case);
    assert_eq!(corrected.value.event, recorded.event, "{id}");
    assert_eq!(
        verify(&office.services).await.unwrap().differences,
        Vec::new()
    );
}
