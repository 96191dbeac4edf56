//! 主体、事项、证件：按区划看得到，凭编号核得了，多的一样也没有。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::town::{BODY, CARD, PLANTED, Town};

on_both_engines! {
    bodies_and_items_are_found_place_by_place,
    a_card_is_checked_by_its_number_and_by_nothing_else,
}

async fn bodies_and_items_are_found_place_by_place(db: Database) {
    let town = Town::open(db).await;
    let top = town.get("/bodies").await;
    assert!(
        top.text.contains("/bodies?region=410000") && top.text.contains(BODY),
        "{}",
        top.text
    );
    let city = town.get("/bodies?region=410100").await;
    assert!(city.text.contains("甲市的执法主体"), "{}", city.text);
    assert!(
        city.text.contains("href=\"/bodies?region=410000\">某省"),
        "{}",
        city.text
    );
    let body = town.get(&format!("/bodies/{}", town.body)).await;
    for text in [
        BODY,
        "县级以上政府工作部门",
        "市场监管",
        "行政处罚",
        "对违法有奖销售的处罚",
        "已确认",
    ] {
        assert!(body.text.contains(text), "{text}\n{}", body.text);
    }
    let items = town.get("/items").await;
    for text in ["对违法有奖销售的处罚", "410100-CF-0001", "处罚", BODY] {
        assert!(items.text.contains(text), "{text}\n{}", items.text);
    }
    // A division is no body, and an officer is nobody's page.
    for path in [
        format!("/bodies/{}", town.officer),
        "/officers/1".to_owned(),
    ] {
        assert_eq!(town.get(&path).await.status, 404, "{path}");
    }
}

async fn a_card_is_checked_by_its_number_and_by_nothing_else(db: Database) {
    let town = Town::open(db).await;
    let good = town.get(&format!("/officers?number=%20{CARD}%20")).await;
    for text in ["证件有效", "有效", "诸**", BODY, "2025年1月1日"] {
        assert!(good.text.contains(text), "{text}\n{}", good.text);
    }
    assert!(!good.text.contains(PLANTED));
    assert_eq!(good.header("cache-control"), "no-store");
    for number in ["D410100-0002", &town.officer.to_string(), "%25"] {
        let missing = town.get(&format!("/officers?number={number}")).await;
        assert_eq!(missing.status, 200, "{number}");
        assert!(
            missing.text.contains("没有这个编号的证件"),
            "{number}\n{}",
            missing.text
        );
    }
    let long = "x".repeat(41);
    let wrong = town.get(&format!("/officers?number={long}")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("aria-invalid"));
}
