//! 登记簿的行都由事件推得出来。

use mingjing_kernel::id::kind::TimelineKind;
use mingjing_services::registry::rebuild::rebuild_registry;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, card, event};

on_both_engines! {
    rows_thrown_away_are_made_again_from_the_events,
}

async fn rows_thrown_away_are_made_again_from_the_events(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let officer = desk
        .new_officer(
            &registrar,
            tree.body,
            card("11-0001", "2022-01-01", "2026-12-31"),
        )
        .await;
    let merged = event("2024-01-01", "division_merged", &[("into", "330300")]);
    desk.change(&registrar, tree.city, merged).await.unwrap();
    let new = event(
        "2025-01-01",
        "division_established",
        &[
            ("code", "330400"),
            ("name", "己市"),
            ("level", "city"),
            ("parent", "330000"),
        ],
    );
    desk.register(&registrar, TimelineKind::Division, vec![new])
        .await
        .unwrap();
    // The older goes into the younger: made again, it has to wait for it.
    let merged = event("2025-06-01", "division_merged", &[("into", "330400")]);
    desk.change(&registrar, tree.other_city, merged)
        .await
        .unwrap();
    let left = event("2025-07-01", "officer_left", &[]);
    desk.change(&registrar, officer.into(), left).await.unwrap();
    const TABLES: [&str; 5] = ["org_node", "body", "officer", "card", "item"];
    let text = async || {
        let mut text = String::new();
        for table in TABLES {
            let rows = desk.db.raw_rows(table, "1 = 1", &[]).await.unwrap();
            text.extend(rows);
        }
        text
    };
    let before = text().await;
    assert!(before.contains("330400"), "{before}");
    for table in TABLES {
        desk.db
            .raw_execute(&format!("DELETE FROM {table}"))
            .await
            .unwrap();
    }
    assert_eq!(text().await, "");
    let request = desk.services.system("rebuild");
    assert_eq!(rebuild_registry(&desk.services, &request).await.unwrap(), 7);
    assert_eq!(text().await, before);
    assert_eq!(rebuild_registry(&desk.services, &request).await.unwrap(), 7);
    assert_eq!(text().await, before);
}
