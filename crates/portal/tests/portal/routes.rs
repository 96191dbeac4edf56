//! 每条路由都看过：答得出、没有脚本、存得住也问得到变化、不超过体量。

use std::collections::BTreeMap;

use mingjing_portal::paths;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::town::{CARD, Town, company};

on_both_engines! {
    every_route_is_looked_at,
    what_was_not_found_is_told_on_a_page_and_programs_get_json,
}

/// Page, stylesheet and icon, compressed: what a telephone has to fetch for the first page.
const TOTAL_BYTES_MAX: usize = 30_000;

async fn every_route_is_looked_at(db: Database) {
    let town = Town::open(db).await;
    let id = town.publish(company(1)).await;
    town.integrate().await;
    let (decision, body) = (id.to_string(), town.body.to_string());
    let examples = BTreeMap::from([
        ("/decisions/{id}", format!("/decisions/{decision}")),
        (
            "/decisions/{id}/file",
            format!("/decisions/{decision}/file"),
        ),
        ("/rules/{code}", "/rules/P-TIME-90D".to_owned()),
        ("/bodies/{id}", format!("/bodies/{body}")),
        ("/officers", format!("/officers?number={CARD}")),
        ("/items", "/items?region=410100".to_owned()),
    ]);
    let mut largest = 0;
    for path in paths() {
        let example = examples.get(path).cloned();
        assert!(example.is_some() || !path.contains('{'), "{path} 没有例子");
        let address = example.unwrap_or_else(|| path.to_owned());
        let plain = town.get(&address).await;
        assert_eq!(plain.status, 200, "{address}\n{}", plain.text);
        let policy = plain.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("script"),
            "{address}"
        );
        assert!(!plain.text.contains("<script"), "{address}");
        let packed = town
            .get_with(&address, &[("accept-encoding", "gzip")])
            .await;
        assert!(packed.bytes.len() <= plain.bytes.len(), "{address}");
        if plain.header("content-type").starts_with("text/html") {
            largest = largest.max(packed.bytes.len());
            assert_eq!(packed.header("content-encoding"), "gzip", "{address}");
        }
        // A form is another one each time; whoever keeps it keeps nothing that is still good.
        if plain.header("cache-control") == "no-store" {
            continue;
        }
        let tag = plain.header("etag").to_owned();
        let again = town.get_with(&address, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{address}");
    }
    let gzip = [("accept-encoding", "gzip")];
    let home = town.get("/").await;
    let style = home.text.split("href=\"/portal.css").nth(1).unwrap();
    let style = format!("/portal.css{}", style.split('"').next().unwrap());
    let style = town.get_with(&style, &gzip).await;
    assert!(style.header("cache-control").contains("immutable"));
    let icon = town.get_with("/favicon.svg", &gzip).await;
    let total = largest + style.bytes.len() + icon.bytes.len();
    assert!(total <= TOTAL_BYTES_MAX, "{total} 字节");
}

async fn what_was_not_found_is_told_on_a_page_and_programs_get_json(db: Database) {
    let town = Town::open(db).await;
    let browser = [("accept", "text/html,application/xhtml+xml")];
    let page = town.get_with("/nothing/here", &browser).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text.contains("没有这个页面"), "{}", page.text);
    let program = town.get("/nothing/here").await;
    assert_eq!(program.header("content-type"), "application/problem+json");
    let asked = town.get_with("/api/v1/nothing", &browser).await;
    assert_eq!(asked.header("content-type"), "application/problem+json");
    // A page of the portal is a page for everybody, and says which condition it does not know.
    let unknown = town.get("/decisions?colour=red").await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text.contains("地址里的条件不对") && unknown.text.contains("colour"));
    for path in [
        "/rules/NO-SUCH",
        "/bodies/x",
        "/bodies?region=999999",
        "/decisions/",
    ] {
        let answer = town.get_with(path, &browser).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text.contains("没有这个页面"), "{path}");
    }
}
