//! 公众的检索：每一种条件都找得到、找不到的找不到，翻页不重不漏。

use mingjing_services::disclosure::public::{PublicFilter, list_public};
use mingjing_services::error::ServiceError;
use mingjing_services::page::{PageRequest, PageSize};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::disclosing::{found, of_company, shown};
use crate::office::{BODY, Office, day};

on_both_engines! {
    a_search_finds_by_every_filter,
    a_search_says_what_it_cannot_look_for,
    pages_follow_each_other_newest_first,
}

fn text(text: &str) -> PublicFilter {
    PublicFilter {
        text: Some(text.to_owned()),
        ..PublicFilter::default()
    }
}

fn region(code: &str) -> PublicFilter {
    PublicFilter {
        region: Some(code.to_owned()),
        ..PublicFilter::default()
    }
}

async fn a_search_finds_by_every_filter(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let first = shown(&office, case, decision).await.record;
    let none = PublicFilter::default;
    let hits = [
        none(),
        PublicFilter {
            body: Some(BODY.to_owned()),
            ..none()
        },
        PublicFilter {
            department: Some("market_regulation".to_owned()),
            ..none()
        },
        PublicFilter {
            style: Some("penalty_decision".to_owned()),
            ..none()
        },
        PublicFilter {
            from: Some(day("2025-09-01")),
            until: Some(day("2025-09-02")),
            ..none()
        },
        region("41"),
        region("410000"),
        region("410100"),
        text("有奖销售"),
        text("商贸　有奖"),
        text("〔２０２５〕"),
    ];
    for filter in hits {
        assert_eq!(found(&office, filter.clone()).await, [first], "{filter:?}");
    }
    let misses = [
        PublicFilter {
            body: Some("body_00000000000000000000000000000002".to_owned()),
            ..none()
        },
        PublicFilter {
            from: Some(day("2025-09-02")),
            ..none()
        },
        PublicFilter {
            until: Some(day("2025-09-01")),
            ..none()
        },
        region("42"),
        text("有奖商贸"),
        text("有奖%贸易"),
    ];
    for filter in misses {
        assert_eq!(found(&office, filter.clone()).await, [], "{filter:?}");
    }
}

async fn a_search_says_what_it_cannot_look_for(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    for bad in [text("奖"), region("4x")] {
        let page = PageRequest::default();
        let answer = list_public(&office.services, &bad, &page).await;
        assert!(matches!(answer, Err(ServiceError::Invalid(_))), "{bad:?}");
    }
}

async fn pages_follow_each_other_newest_first(db: Database) {
    let office = Office::open(db, "2025-06-03T09:00").await;
    let (case, decision) = of_company(&office).await;
    let first = shown(&office, case, decision).await.record;
    let (case, decision) = of_company(&office).await;
    let second = shown(&office, case, decision).await.record;
    let mut page = PageRequest {
        size: PageSize::new(1).unwrap(),
        after: None,
    };
    let mut seen = Vec::new();
    for _ in 0..3 {
        let got = list_public(&office.services, &text("有奖"), &page)
            .await
            .unwrap();
        seen.extend(got.items.into_iter().map(|item| item.id));
        page.after = got.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [second, first]);
}
