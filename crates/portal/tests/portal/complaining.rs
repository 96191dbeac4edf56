//! 门户的投诉举报：填、交、拿回执、查进度、评价；再交是同一件，猜不到别人的，什么怪字都只是字。

use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::town::{Answer, BODY, Town};

on_both_engines! {
    what_is_reported_gets_a_number_and_a_code_and_can_be_looked_up,
    the_same_form_is_registered_once,
    a_form_that_is_no_persons_is_not_registered,
    hostile_words_are_only_words,
    nobody_sends_more_than_people_send,
}

const NAME: &str = "皇甫匿名";

/// The value of a hidden field, or of what follows a label.
fn value<'a>(page: &'a str, before: &str) -> &'a str {
    let rest = page
        .split(before)
        .nth(1)
        .unwrap_or_else(|| panic!("{before}\n{page}"));
    rest.split(['"', '<']).next().unwrap()
}

fn token(page: &Answer) -> String {
    value(&page.text, "name=\"token\" value=\"").to_owned()
}

fn after(town: &Town, seconds: i64) {
    town.db.clock.advance_millis(seconds * 1_000);
}

/// The form as a person fills it in: opened, and some time later sent.
async fn send(town: &Town, fields: &[(&str, &str)]) -> Answer {
    let form = town.get("/complaints").await;
    assert_eq!(form.header("cache-control"), "no-store");
    after(town, 60);
    let token = token(&form);
    let mut all = vec![("token", token.as_str())];
    all.extend_from_slice(fields);
    town.post("/complaints", &all).await
}

const FIELDS: [(&str, &str); 6] = [
    ("kind", "enforcement"),
    ("against_name", "某某局"),
    ("region", "410100"),
    ("content", "上门检查不出示证件"),
    ("name", NAME),
    ("contact", "托人转告"),
];

/// Number and code of a receipt.
fn receipt(page: &Answer) -> (String, String) {
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.header("cache-control"), "no-store");
    let number = value(&page.text, "<dt>编号</dt><dd><strong class=\"ticket\">");
    let code = value(&page.text, "<dt>查询码</dt><dd><strong class=\"ticket\">");
    (number.to_owned(), code.to_owned())
}

async fn look(town: &Town, number: &str, code: &str) -> Answer {
    let fields = [("number", number), ("code", code)];
    town.post("/complaints/progress", &fields).await
}

async fn what_is_reported_gets_a_number_and_a_code_and_can_be_looked_up(db: Database) {
    let town = Town::open(db).await;
    let (number, code) = receipt(&send(&town, &FIELDS).await);
    assert!(
        number.starts_with("410100-") && number.ends_with("-00001"),
        "{number}"
    );
    let (second, other) = receipt(&send(&town, &FIELDS).await);
    assert!(second.ends_with("-00002"), "{second}");
    let found = look(&town, &number, &code.to_lowercase()).await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert!(
        found.text.contains("已登记") && found.text.contains("甲市"),
        "{}",
        found.text
    );
    assert!(!found.text.contains(NAME) && !found.text.contains("托人转告"));
    // Neither with another's code nor with another's number, and the answers do not tell which was wrong.
    let wrong = [
        look(&town, &number, &other).await,
        look(&town, &second, &code).await,
        look(&town, "410100-2026-99999", &code).await,
        look(&town, &number, "").await,
        look(&town, "' OR 1=1 --", "' OR 1=1 --").await,
    ];
    for answer in &wrong {
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert!(answer.text.contains("没有找到") && !answer.text.contains("已登记"));
    }
    // There is no answer yet that could be rated.
    let rating = [
        ("number", number.as_str()),
        ("code", code.as_str()),
        ("satisfied", "yes"),
    ];
    let rated = town.post("/complaints/rating", &rating).await;
    assert!(rated.text.contains("还没有答复"), "{}", rated.text);
    // About a body of the register it goes to those who supervise it, and the page says which body it is.
    let form = town.get(&format!("/complaints?body={}", town.body)).await;
    assert!(form.text.contains(BODY), "{}", form.text);
    assert_eq!(
        town.get("/complaints?body=body_0190a6f47b6e7c119d3a1f2e3d4c5b6a")
            .await
            .status,
        404
    );
}

async fn the_same_form_is_registered_once(db: Database) {
    let town = Town::open(db).await;
    let form = town.get("/complaints").await;
    after(&town, 60);
    let token = token(&form);
    let mut all = vec![("token", token.as_str())];
    all.extend_from_slice(&FIELDS);
    let first = town.post("/complaints", &all).await;
    let again = town.post("/complaints", &all).await;
    assert_eq!(receipt(&first), receipt(&again));
    assert!(!first.text.contains("先前已经登记") && again.text.contains("先前已经登记"));
    let count = town
        .db
        .raw_number("SELECT COUNT(*) FROM complaint_receipt")
        .await;
    assert_eq!(count.unwrap(), 1);
}

async fn a_form_that_is_no_persons_is_not_registered(db: Database) {
    let town = Town::open(db).await;
    let with = |extra: &[(&'static str, &'static str)]| {
        let mut all = FIELDS.to_vec();
        all.extend_from_slice(extra);
        all
    };
    let trapped = send(&town, &with(&[("website", "http://x.example")])).await;
    assert_eq!(trapped.status, 422);
    // At once, much later, or under a mark that was not given out here.
    let form = town.get("/complaints").await;
    let quick = token(&form);
    let mut all = vec![("token", quick.as_str())];
    all.extend_from_slice(&FIELDS);
    let quick = town.post("/complaints", &all).await;
    assert_eq!(quick.status, 422, "{}", quick.text);
    assert!(quick.text.contains("提交得太快") && quick.text.contains("上门检查不出示证件"));
    after(&town, 13 * 3_600);
    let late = town.post("/complaints", &all).await;
    assert_eq!(late.status, 422);
    let made_up = send(&town, &[]).await;
    assert_eq!(made_up.status, 422);
    let none = town.post("/complaints", &FIELDS).await;
    assert_eq!(none.status, 422);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let elsewhere = town.post_with("/complaints", &all, &elsewhere).await;
    assert_eq!(elsewhere.status, 403, "{}", elsewhere.text);
    let count = town
        .db
        .raw_number("SELECT COUNT(*) FROM timeline WHERE procedure = 'complaint'")
        .await;
    assert_eq!(count.unwrap(), 0);
    // What is missing is told at its place, and what was filled in stays.
    let missing = send(&town, &[("kind", "enforcement"), ("content", "说了内容")]).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text.contains("href=\"#region\"") && missing.text.contains("说了内容"));
}

async fn hostile_words_are_only_words(db: Database) {
    let town = Town::open(db).await;
    let big = "长".repeat(400_000);
    let too_big = town.post("/complaints", &[("content", &big)]).await;
    assert_eq!(too_big.status, 413, "{}", too_big.text);
    let long = "长".repeat(4_001);
    let long = send(
        &town,
        &[
            ("kind", "petition"),
            ("region", "410100"),
            ("content", &long),
        ],
    )
    .await;
    assert_eq!(long.status, 422);
    let words = "<script>alert(1)</script>\r\nSet-Cookie: a=b\u{0}\u{1b}[31m=cmd()";
    let sent = send(
        &town,
        &[
            ("kind", "violation_tip"),
            ("region", "410100"),
            ("content", words),
            ("against_name", "\"><img src=x>\r\nX: y"),
        ],
    )
    .await;
    let (number, code) = receipt(&sent);
    assert!(sent.headers.get("set-cookie").is_none() && sent.headers.get("x").is_none());
    let found = look(&town, &number, &code).await;
    assert!(!found.text.contains("<script") && !found.text.contains("<img src=x"));
    for unknown in ["colour", "kind[]"] {
        let refused = town.post("/complaints", &[(unknown, "red")]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
    }
    let read_only = town.post("/decisions", &[("q", "x")]).await;
    assert_eq!(read_only.status, 405);
}

async fn nobody_sends_more_than_people_send(db: Database) {
    let town = Town::open(db).await;
    let mut refused = 0;
    for turn in 0..60 {
        let answer = look(&town, "410100-2026-00001", &format!("{turn:016}")).await;
        refused += usize::from(answer.status == 429);
    }
    assert!(refused > 20, "{refused}");
}
