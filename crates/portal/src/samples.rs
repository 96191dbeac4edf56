//! 样例：每个模板在每种状态下的样子，都画出来核对；指出一个目录的，写成文件供人看。

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use askama::Template;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::Id;
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_services::disclosure::public::{PublicBody, PublicContent, PublicField, PublicItem};
use mingjing_services::model::{ItemRow, OrgKind, OrgNode};
use mingjing_services::registry::public::Place;
use serde_json::{Value as Json, json};

use crate::pages::about::About;
use crate::pages::accessibility::Accessibility;
use crate::pages::bodies::Bodies;
use crate::pages::body::Body;
use crate::pages::complain::Complain;
use crate::pages::decision::Decision;
use crate::pages::decisions::Decisions;
use crate::pages::front::Front;
use crate::pages::items::Items;
use crate::pages::log::Log;
use crate::pages::notice::Notice;
use crate::pages::officers::Officers;
use crate::pages::progress::Progress;
use crate::pages::receipt::Receipt;
use crate::pages::rule::Rule;
use crate::pages::rules::Rules;
use crate::parts::refusal::Refusal;
use crate::site::Site;

/// 上下文给出自己的样例：状态的名字与上下文。
pub(crate) trait Sample: Template + Sized {
    /// 各种状态。
    fn samples() -> Vec<(&'static str, Self)>;
}

static LAWBOOK: LazyLock<Arc<Lawbook>> = LazyLock::new(|| {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../lawbook"));
    let mut files = Vec::new();
    collect(root, root, &mut files);
    let loaded = load(&files);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    Arc::new(loaded.lawbook.unwrap())
});

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("catalogue") {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|it| it == "toml") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(SourceFile::new(
                name.to_owned(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

pub(crate) fn lawbook() -> Arc<Lawbook> {
    Arc::clone(&LAWBOOK)
}

pub(crate) fn site() -> Site {
    Site {
        name: "某省行政执法信息公示".to_owned(),
        origin: Some("https://gongshi.example".to_owned()),
    }
}

pub(crate) fn at() -> Moment {
    Moment::parse("2026-03-02T01:00:05.123456Z").unwrap()
}

fn term(from: (i16, i8, i8)) -> Term {
    Term {
        from: Date::new(from.0, from.1, from.2).unwrap(),
        to: None,
    }
}

/// An identifier that looks like one of the year 2024.
fn id(prefix: &str, number: u32) -> String {
    format!("{prefix}_0190000000007000800000000000{number:04x}")
}

fn node(kind: OrgKind, number: u32, code: &str, name: &str, path: &str) -> OrgNode {
    OrgNode {
        id: id(kind.code(), number).parse().unwrap(),
        kind,
        code: code.to_owned(),
        name: name.to_owned(),
        level: "city".to_owned(),
        parent: None,
        successor: None,
        path: OrgPath::parse(path).unwrap(),
        term: term((2018, 1, 1)),
        department: (kind == OrgKind::Body).then(|| "market_regulation".to_owned()),
    }
}

/// 某省，下面有两个市。
pub(crate) fn place() -> Place {
    let division = |number, code: &str, name: &str, path: &str| {
        node(OrgKind::Division, number, code, name, path)
    };
    Place {
        here: Some(division(2, "410100", "甲市", "/410000/410100/")),
        above: vec![division(1, "410000", "某省", "/410000/")],
        below: vec![
            division(3, "410102", "子区", "/410000/410100/410102/"),
            division(4, "410103", "丑县", "/410000/410100/410103/"),
        ],
    }
}

pub(crate) fn bodies() -> Vec<OrgNode> {
    let body =
        |number, code: &str, name: &str, path: &str| node(OrgKind::Body, number, code, name, path);
    vec![
        body(
            5,
            "11410100MB0000000X",
            "甲市市场监督管理局",
            "/410000/410100/b-1/",
        ),
        body(6, "", "甲市生态环境局", "/410000/410100/b-2/"),
        body(7, "", "子区城市管理局", "/410000/410100/410102/b-3/"),
    ]
}

pub(crate) fn item_rows() -> Vec<ItemRow> {
    let row = |number: u32, code: &str, name: &str, is_listed| ItemRow {
        id: Id::parse(&id("item", number)).unwrap(),
        term: term((2021, 7, 15)),
        code: code.to_owned(),
        name: name.to_owned(),
        body: Some(Id::parse(&bodies()[0].id.to_string()).unwrap()),
        org: OrgPath::parse("/410000/410100/b-1/").unwrap(),
        department: Some("market_regulation".to_owned()),
        is_listed,
        facts: json!({"act_kind": "penalty", "code": code}),
    };
    vec![
        row(1, "410100-CF-0001", "对违法有奖销售的处罚", true),
        row(2, "410100-CF-0002", "对未按规定明码标价的处罚", false),
    ]
}

fn field(name: &str, label: &str, text: &str) -> PublicField {
    PublicField {
        name: name.to_owned(),
        label: label.to_owned(),
        value: Json::from(text),
        text: text.to_owned(),
    }
}

/// 三件公布的决定：一件企业的，一件自然人的，一件更正过、文字很长的。
pub(crate) fn items() -> Vec<PublicItem> {
    let long = "在互联网平台开设的店铺中，以“限时秒杀”“全网最低”等不真实的价格表示招徕消费者，并虚构交易量与用户评价，欺骗、误导消费者".repeat(2);
    let item = |number: u32, version, party: &str, cause: &str, fine: &str| PublicItem {
        id: Id::parse(&id("public", number)).unwrap(),
        version,
        published_at: at(),
        content: PublicContent {
            style: "penalty_decision".to_owned(),
            title: "行政处罚决定信息公示".to_owned(),
            decided_on: Date::new(2026, 2, 26).unwrap(),
            fields: vec![
                field(
                    "doc_no",
                    "决定书文号",
                    &format!("甲市监罚〔2026〕{number}号"),
                ),
                field("party_name", "当事人", party),
                field("cause", "违法事实", cause),
                field(
                    "basis",
                    "处罚依据",
                    "《中华人民共和国反不正当竞争法》第二十二条",
                ),
                field("kinds", "处罚种类", "罚款、没收违法所得"),
                field("fine", "罚款金额", fine),
            ],
            body: Some(PublicBody {
                id: bodies()[0].id.to_string(),
                name: Some("甲市市场监督管理局".to_owned()),
            }),
            region: Some("410100".to_owned()),
            department: Some("market_regulation".to_owned()),
            department_name: Some("市场监管".to_owned()),
            item: Some("410100-CF-0001".to_owned()),
            shown_until: Date::new(2029, 2, 26),
            corrects: (version > 1).then(|| id("public", 9)),
        },
    };
    vec![
        item(1, 1, "甲商贸有限公司", "违法有奖销售", "120,000.00 元"),
        item(2, 1, "诸**", "未按规定明码标价", "800.00 元"),
        item(
            3,
            2,
            "乙市名字特别特别长的某某某某网络科技股份有限公司第一分公司",
            &long,
            "2,000,000.00 元",
        ),
    ]
}

/// 全部样例：模板文件、状态、网页。
fn all() -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    fn draw<T: Sample>(all: &mut Vec<(&'static str, String)>) {
        let drawn = T::samples().into_iter();
        all.extend(drawn.map(|(name, page)| (name, page.render().unwrap())));
    }
    draw::<Front>(&mut all);
    draw::<Decisions>(&mut all);
    draw::<Decision>(&mut all);
    draw::<Notice>(&mut all);
    draw::<Rules>(&mut all);
    draw::<Rule>(&mut all);
    draw::<Bodies>(&mut all);
    draw::<Body>(&mut all);
    draw::<Items>(&mut all);
    draw::<Officers>(&mut all);
    draw::<Complain>(&mut all);
    draw::<Receipt>(&mut all);
    draw::<Progress>(&mut all);
    draw::<Log>(&mut all);
    draw::<About>(&mut all);
    draw::<Accessibility>(&mut all);
    draw::<Refusal>(&mut all);
    all
}

/// 一页里的全部开始标签：名字与属性的文字。
fn tags(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for piece in page.split('<').skip(1) {
        let inner = piece.split('>').next().unwrap_or_default();
        if inner.starts_with(['/', '!']) {
            continue;
        }
        found.push(inner.split_once(char::is_whitespace).unwrap_or((inner, "")));
    }
    found
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("{name}=\"");
    let at = attributes.find(&start)?;
    let is_whole = at == 0 || attributes.as_bytes()[at - 1].is_ascii_whitespace();
    let rest = &attributes[at + start.len()..];
    is_whole.then(|| rest.split('"').next().unwrap_or_default())
}

/// What is wrong with a page, in words.
fn faults(page: &str) -> Vec<String> {
    let tags = tags(page);
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    let of = |name: &'static str| tags.iter().filter(move |(tag, _)| *tag == name);
    expect(of("h1").count() == 1, "应恰有一个 h1");
    expect(of("main").count() == 1, "应恰有一个 main");
    expect(of("title").count() == 1, "应恰有一个 title");
    expect(page.contains("<html lang=\"zh-CN\">"), "没有写明语言");
    expect(
        page.contains("class=\"skip\" href=\"#main\""),
        "没有跳到正文",
    );
    expect(of("script").count() == 0, "有脚本");
    expect(of("style").count() == 0, "有内嵌的样式");
    expect(page.len() <= 300_000, "太长");
    let ids: Vec<&str> = tags
        .iter()
        .filter_map(|(_, it)| attribute(it, "id"))
        .collect();
    let unique: BTreeSet<&&str> = ids.iter().collect();
    expect(ids.len() == unique.len(), "有重复的 id");
    let targets: BTreeSet<&str> = of("label")
        .filter_map(|(_, it)| attribute(it, "for"))
        .collect();
    for (tag, attributes) in &tags {
        for bad in ["style=", " onclick", " onload", "javascript:"] {
            expect(!attributes.contains(bad), &format!("{tag} 有 {bad}"));
        }
        let is_field = matches!(*tag, "input" | "select" | "textarea");
        if is_field && attribute(attributes, "type") != Some("hidden") {
            let id = attribute(attributes, "id").unwrap_or_default();
            expect(targets.contains(id), &format!("输入框 {id} 没有名称"));
        }
        for name in ["aria-labelledby", "aria-describedby"] {
            let names = attribute(attributes, name);
            let is_there = names.is_none_or(|id| ids.contains(&id));
            expect(is_there, &format!("{name} 指的 {names:?} 不在"));
        }
        if let Some(anchor) = attribute(attributes, "href").and_then(|it| it.strip_prefix('#')) {
            expect(ids.contains(&anchor), &format!("#{anchor} 不在"));
        }
        if *tag == "img" {
            expect(attribute(attributes, "alt").is_some(), "图没有替代文字");
        }
    }
    let levels = tags.iter().filter_map(|(tag, _)| match tag.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    });
    let mut last = 0;
    for level in levels {
        expect(level <= last + 1, &format!("标题由 h{last} 跳到 h{level}"));
        last = level;
    }
    faults
}

#[test]
fn every_page_in_every_state_is_well_made() {
    let mut seen = BTreeMap::new();
    for (name, page) in all() {
        let faults = faults(&page);
        assert!(faults.is_empty(), "{name}：{faults:?}\n{page}");
        assert!(seen.insert(name, page).is_none(), "{name} 写了两次");
    }
    if let Some(folder) = std::env::var_os("PORTAL_SAMPLES") {
        for (name, page) in &seen {
            fs::write(Path::new(&folder).join(format!("{name}.html")), page).unwrap();
        }
    }
}

/// A page without a sample would never be looked at.
#[test]
fn every_template_is_drawn_by_a_sample() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut missing = Vec::new();
    let source = fs::read_to_string(root.join("samples.rs")).unwrap();
    for group in ["pages", "parts"] {
        for entry in fs::read_dir(root.join(group)).unwrap() {
            let folder = entry.unwrap().path();
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            let is_page = folder.join(format!("{name}.html")).is_file();
            let is_own = fs::read_to_string(folder.join("mod.rs"))
                .is_ok_and(|text| text.contains("derive(Debug, Template)"));
            if is_page && is_own && !source.contains(&format!("::{name}::")) {
                missing.push(name);
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn what_people_have_written_is_escaped() {
    let mut item = items().swap_remove(0);
    item.content.fields[1].text = "<script>alert(1)</script>".to_owned();
    let summary = crate::parts::summary::Summary::of(&item);
    assert_eq!(summary.party, "<script>alert(1)</script>");
    for (_, page) in all() {
        assert!(!page.contains("<script"));
    }
    let searched = Decisions::samples().into_iter();
    let pages: String = searched.map(|(_, page)| page.render().unwrap()).collect();
    assert!(pages.contains("有奖销售"));
}
