//! 公布的看得到、核得过，没有公布的、撤下的没有；改了立即看到，没有改的不再画。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;

use crate::town::{BODY, Shown, Town, company};

on_both_engines! {
    a_decision_is_read_and_verified_without_the_portal,
    what_is_not_published_is_not_there,
    a_change_is_seen_and_an_unchanged_page_is_the_same,
    pages_turn_both_ways,
    a_search_finds_and_a_wrong_condition_is_told,
}

async fn a_decision_is_read_and_verified_without_the_portal(db: Database) {
    let town = Town::open(db).await;
    let id = town.publish(company(7)).await;
    let path = format!("/decisions/{id}");
    let early = town.get(&path).await;
    assert_eq!(early.status, 200, "{}", early.text);
    assert!(early.text.contains("正在记入日志"));
    assert_eq!(town.get(&format!("{path}/file")).await.status, 503);

    town.integrate().await;
    let shown = town.get(&path).await;
    for text in [
        "甲7商贸有限公司",
        "违法有奖销售",
        "1,000.00 元",
        "甲市监罚〔2026〕7号",
        BODY,
        "2026年2月26日",
        "（北京时间）",
        "可以验证",
        "mingjing verify",
        "rel=\"canonical\" href=\"https://gongshi.example/decisions/",
    ] {
        assert!(shown.text.contains(text), "{text}\n{}", shown.text);
    }
    let file = town.get(&format!("{path}/file")).await;
    let name = format!("attachment; filename=\"{id}.bundle\"");
    assert_eq!(file.header("content-disposition"), name);
    let pem = town.get("/log/key.pem").await.text;
    let trusted = [TrustedKey::from_pem("test.node", &pem).unwrap()];
    let report = verify_bundle(&file.bytes, &trusted);
    assert!(report.is_accepted(), "{report}");
    let log = town.get("/log").await;
    assert!(
        log.text.contains("SM3:") && log.text.contains("test.node"),
        "{}",
        log.text
    );
    let note = town.get("/log/checkpoint.txt").await;
    assert!(note.text.starts_with("test.node\n"), "{}", note.text);
    let map = town.get("/sitemap.xml").await;
    assert!(
        map.text
            .contains(&format!("<loc>https://gongshi.example{path}</loc>"))
    );
}

async fn what_is_not_published_is_not_there(db: Database) {
    let town = Town::open(db).await;
    let (gone, told) = (
        town.publish(company(1)).await,
        town.publish(company(2)).await,
    );
    town.integrate().await;
    town.withdraw(gone, false).await;
    town.withdraw(told, true).await;
    let never = Id::<kind::PublicRecord>::new(Moment::from_unix_micros(1).unwrap(), [1; 10]);
    let missing = town.get(&format!("/decisions/{never}")).await;
    assert_eq!(missing.status, 404);
    for path in [
        format!("/decisions/{gone}"),
        format!("/decisions/{}", town.body),
        "/decisions/1".to_owned(),
    ] {
        let answer = town.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.text, missing.text, "{path}");
    }
    for path in [
        format!("/decisions/{gone}/file"),
        format!("/decisions/{told}/file"),
    ] {
        assert_eq!(town.get(&path).await.status, 404, "{path}");
    }
    let notice = town.get(&format!("/decisions/{told}")).await;
    assert_eq!(notice.status, 200);
    assert!(notice.text.contains("复议决定撤销了它") && !notice.text.contains("甲2商贸"));
    assert!(notice.text.contains("noindex"));
    for path in ["/", "/decisions", "/sitemap.xml"] {
        let text = town.get(path).await.text;
        assert!(
            !text.contains(&gone.to_string()) && !text.contains(&told.to_string()),
            "{path}"
        );
    }
}

async fn a_change_is_seen_and_an_unchanged_page_is_the_same(db: Database) {
    let town = Town::open(db).await;
    let empty = town.get("/decisions").await;
    assert!(empty.text.contains("还没有公布执法决定"));
    let id = town.publish(company(1)).await;
    let listed = town.get("/decisions").await;
    assert!(listed.text.contains("甲1商贸有限公司"));
    assert_ne!(listed.header("etag"), empty.header("etag"));
    let again = town.get("/decisions").await;
    assert_eq!(again.header("etag"), listed.header("etag"));
    assert_eq!(again.header("cache-control"), "public, no-cache");
    town.integrate().await;
    let path = format!("/decisions/{id}");
    let shown = town.get(&path).await;
    // Another entry of the log changes neither.
    town.publish(company(2)).await;
    town.integrate().await;
    let later = town.get(&path).await;
    assert!(later.text.contains("甲1商贸有限公司") && shown.status == later.status);
    town.withdraw(id, false).await;
    assert_eq!(town.get(&path).await.status, 404);
    let rest = town.get("/decisions").await;
    assert!(!rest.text.contains("甲1商贸有限公司") && rest.text.contains("甲2商贸有限公司"));
}

/// The addresses of a page's two neighbours.
fn neighbours(text: &str) -> (Option<String>, Option<String>) {
    let of = |name: &str| {
        let at = text.split(&format!("rel=\"{name}\" href=\"")).nth(1)?;
        Some(
            at.split('"')
                .next()?
                .replace("&#38;", "&")
                .replace("&amp;", "&"),
        )
    };
    (of("prev"), of("next"))
}

async fn pages_turn_both_ways(db: Database) {
    let town = Town::open(db).await;
    for number in 1..=45 {
        town.publish(company(number)).await;
    }
    let mut pages = vec![
        town.get("/decisions?department=market_regulation")
            .await
            .text,
    ];
    let mut seen = Vec::new();
    while let (_, Some(next)) = neighbours(pages.last().unwrap()) {
        assert!(next.contains("department=market_regulation"), "{next}");
        pages.push(town.get(&next).await.text);
    }
    assert_eq!(pages.len(), 3);
    for page in &pages {
        let found = page.split("甲市监罚〔2026〕").skip(1);
        seen.extend(found.map(|it| it.split('号').next().unwrap().parse::<u32>().unwrap()));
    }
    assert_eq!(seen, (1..=45).rev().collect::<Vec<_>>());
    assert_eq!(neighbours(&pages[0]).0, None);
    let mut back = pages[2].clone();
    for page in [&pages[1], &pages[0]] {
        back = town.get(&neighbours(&back).0.unwrap()).await.text;
        let list = |text: &str| {
            text.split("<ol class=\"results\">")
                .nth(1)
                .unwrap()
                .split("</ol>")
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(list(&back), list(page));
    }
    assert_eq!(neighbours(&back).0, None);
    let beyond = town.get("/decisions?older=1").await;
    assert!(beyond.text.contains("这一页没有了"), "{}", beyond.text);
}

async fn a_search_finds_and_a_wrong_condition_is_told(db: Database) {
    let town = Town::open(db).await;
    town.publish(company(1)).await;
    let person = Shown {
        number: 2,
        party: "诸**".to_owned(),
        cause: "未按规定明码标价",
        region: "410200",
    };
    town.publish(person).await;
    let holds = |text: &str| (text.contains("〔2026〕1号"), text.contains("〔2026〕2号"));
    let body = town.body;
    for (query, expected) in [
        ("q=%E6%9C%89%E5%A5%96", (true, false)),
        ("q=%E6%98%8E%E7%A0%81%E6%A0%87%E4%BB%B7", (false, true)),
        ("region=410100", (true, false)),
        ("region=41", (true, true)),
        ("department=ecology", (false, false)),
        ("item=410100-CF-0001", (true, true)),
        ("from=2026-03-02&to=2026-03-02", (true, true)),
        ("from=2026-03-03", (false, false)),
        ("q=&region=&department=&from=&to=", (true, true)),
        (&format!("body={body}"), (true, true)),
    ] {
        let found = town.get(&format!("/decisions?{query}")).await;
        assert_eq!(found.status, 200, "{query}\n{}", found.text);
        assert_eq!(holds(&found.text), expected, "{query}");
        assert_eq!(
            expected == (false, false),
            found.text.contains("没有合乎这些条件"),
            "{query}"
        );
    }
    let named = town
        .get(&format!("/decisions?body={body}&q=%E6%9C%89%E5%A5%96"))
        .await;
    assert!(named.text.contains(&format!("机关：{BODY}")) && named.text.contains("value=\"有奖\""));
    for (query, field) in [
        ("q=%E7%BD%9A", "q"),
        ("from=%E5%8E%BB%E5%B9%B4", "from"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("region=x", "region"),
    ] {
        let wrong = town.get(&format!("/decisions?{query}")).await;
        assert_eq!(wrong.status, 422, "{query}");
        assert!(
            wrong.text.contains(&format!("<a href=\"#{field}\">")),
            "{query}\n{}",
            wrong.text
        );
        assert!(wrong.text.contains("aria-invalid"), "{query}");
    }
}
