//! 表格名单：编码、表头、日期、金额、查重，各种坏行。

mod support;

use encoding_rs::GB18030;
use mingjing_domain::value::Value;
use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::mapping::Mapping;
use support::{read_files, read_one};

const HEADER: &str = "行政相对人名称,行政相对人类别,行政处罚决定书文号,违法行为类型,处罚类别,罚款金额（万元）,处罚决定日期,处罚机关,处罚机关统一社会信用代码";

fn list(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

const ROW: &str = "某某商行,个体工商户,甲市监罚〔2024〕1号,虚假宣传,罚款、没收违法所得,0.2,2024年3月1日,甲省乙市市场监督管理局,11331003000000000X";

#[test]
fn a_list_of_published_decisions_knows_decisions_and_nothing_else() {
    let outcome = read_one("甲.csv", list(&[ROW]).as_bytes());
    let case = outcome.only();
    assert_eq!(case.adapter, "双公示·行政处罚");
    let decided = &case.timeline.events[0];
    assert_eq!(
        (
            decided.kind.as_str(),
            decided.occurred_on.to_string().as_str()
        ),
        ("decided", "2024-03-01")
    );
    assert_eq!(decided.fields["fine"], Value::Int(200_000));
    assert_eq!(
        decided.fields["kinds"],
        Value::List(vec!["fine".into(), "confiscate_illegal_gains".into()])
    );
    assert_eq!(
        case.timeline.facts.at("body.department"),
        Some(&"market_regulation".into())
    );
    assert_eq!(
        case.timeline.facts.at("body.region"),
        Some(&"331003".into())
    );
    assert_eq!(
        case.timeline.facts.at("party.kind"),
        Some(&"individual_business".into())
    );
    let coverage = &case.timeline.coverage;
    let day = support::today();
    assert!(coverage.is_complete("decided", day));
    assert!(coverage.has_field("decided", "kinds") && !coverage.has_field("decided", "fine"));
    for kind in [
        "served",
        "case_filed",
        "notice_served",
        "hearing_held",
        "published",
    ] {
        assert!(!coverage.is_complete(kind, day), "{kind}");
    }
}

#[test]
fn the_same_list_reads_the_same_in_every_encoding() {
    let text = list(&[ROW]);
    let expected = read_one("甲.csv", text.as_bytes()).cases;
    let utf16 = |is_big: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units
            .flat_map(|u| {
                if is_big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    };
    let files = [
        GB18030.encode(&text).0.into_owned(),
        utf16(false),
        utf16(true),
        format!("\u{feff}{text}").into_bytes(),
        text.replace(',', "\t").into_bytes(),
        text.replace('\n', "\r\n").into_bytes(),
    ];
    for bytes in files {
        assert_eq!(read_one("甲.csv", &bytes).cases, expected);
    }
}

#[test]
fn old_and_new_field_names_are_known() {
    let text = "CF_WSH,CF_CFMC,CF_CFLB1,CF_XDR_MC,CF_JDRQ,CF_XZJG\n甲罚〔2016〕1号,无照经营,警告,某某店,2016/5/6,某局\n";
    let outcome = read_one("旧.csv", text.as_bytes());
    let decided = &outcome.only().timeline.events[0];
    assert_eq!(decided.fields["cause"], "无照经营".into());
    assert_eq!(decided.fields["kinds"], Value::List(vec!["warning".into()]));
}

#[test]
fn bad_cells_are_refused_by_row_column_reason_and_remedy_and_the_rest_is_read() {
    let row = |number: u32, fine: &str, day: &str| {
        format!("某某商行,法人,甲罚〔2024〕{number}号,虚假宣传,罚款,{fine},{day},某局,")
    };
    let rows = [
        row(1, "0.2", "2026-03-11"),
        row(2, "0.2", "1948.1.1"),
        row(3, "0.2", "2024"),
        row(4, "若干", "2024-03-01"),
        row(5, "0.2", ""),
        row(6, "０．２", "２０２４．３．１"),
        row(7, "贰仟元", "45352"),
        row(8, "2000元", "二〇二四年三月一日"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let outcome = read_one("甲.csv", list(&rows).as_bytes());
    for (at, (row, column, reason)) in [
        (2, "G 列 处罚决定日期", "未来"),
        (3, "G 列 处罚决定日期", "1949"),
        (4, "G 列 处罚决定日期", "只写了年"),
        (5, "F 列 罚款金额（万元）", "不是金额"),
        (6, "G 列 处罚决定日期", "空白"),
    ]
    .into_iter()
    .enumerate()
    {
        let message = &outcome.refused[at];
        assert!(
            message.starts_with(&format!("甲.csv，第 {row} 行，{column}")),
            "{message}"
        );
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(outcome.refused.len(), 5);
    assert_eq!(outcome.cases.len(), 3);
    for case in &outcome.cases {
        let decided = &case.timeline.events[0];
        assert_eq!(decided.occurred_on.to_string(), "2024-03-01");
        assert_eq!(decided.fields["fine"], Value::Int(200_000));
    }
    assert!(
        outcome.notes[0].contains("序列号读作 2024-03-01"),
        "{:?}",
        outcome.notes
    );
}

#[test]
fn duplicates_are_one_case_if_equal_and_none_if_different_across_files() {
    let other = ROW.replace("0.2", "0.3");
    let second = ROW.replace("〔2024〕1号", "〔2024〕2号");
    let third = ROW.replace("〔2024〕1号", "〔2024〕3号");
    let a = list(&[ROW, &second, &second, &third]);
    let b = list(&[&other, &third]);
    let outcome = read_files(&[("甲.csv", a.as_bytes()), ("乙.csv", b.as_bytes())], None);
    let ids: Vec<&str> = outcome
        .cases
        .iter()
        .map(|c| c.timeline.id.as_str())
        .collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids[0].contains("2号") && ids[1].contains("3号"));
    assert_eq!(outcome.summary.repeated, 2);
    assert!(
        outcome.notes[1].starts_with("乙.csv，第 3 行"),
        "{:?}",
        outcome.notes
    );
    assert_eq!(outcome.refused.len(), 2);
    assert!(outcome.refused[0].starts_with("甲.csv，第 2 行"));
    assert!(outcome.refused[0].contains("乙.csv第 2 行"));
    assert!(
        outcome.refused[0].contains("罚款金额 此处为“0.2”，彼处为“0.3”"),
        "{}",
        outcome.refused[0]
    );
    assert!(
        outcome.refused[1].contains("此处为“0.3”，彼处为“0.2”"),
        "{}",
        outcome.refused[1]
    );
}

#[test]
fn a_column_missing_from_the_file_is_not_covered() {
    let text =
        "决定书文号,相对人名称,处罚决定日期,处罚机关\n甲罚〔2024〕1号,某某店,2024-05-06,某局\n";
    let outcome = read_one("甲.csv", text.as_bytes());
    let coverage = &outcome.only().timeline.coverage;
    assert!(coverage.has_field("decided", "doc_no") && !coverage.has_field("decided", "kinds"));
}

#[test]
fn duplicated_headings_are_refused_rather_than_guessed() {
    let text = "决定书文号,相对人名称,处罚决定日期,处罚决定日期,处罚机关\n甲罚〔2024〕1号,某某店,2024-05-06,2024-05-07,某局\n";
    let outcome = read_one("甲.csv", text.as_bytes());
    assert!(outcome.cases.is_empty());
    assert!(
        outcome.refused[0].contains("有 2 列（C 列 处罚决定日期、D 列 处罚决定日期）"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn files_that_are_no_lists_say_what_they_are() {
    for (name, bytes, what) in [
        ("a.pdf", &b"%PDF-1.7 .."[..], "PDF"),
        (
            "a.xls",
            b"<html><table><tr><td>1</td></tr></table></html>",
            "网页",
        ),
        ("a.json", b"[{\"case\":\"1\"}]", "JSON 数组"),
        ("a.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip"),
        (
            "a.zip",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "压缩包",
        ),
        ("a.xlsx", b"PK\x03\x04broken", "损坏"),
        ("a.csv", b"", "空的"),
        (
            "b.csv",
            "甲,乙\n1,2\n".as_bytes(),
            "认不出表头（看到的列：甲、乙）",
        ),
    ] {
        let outcome = read_one(name, bytes);
        assert!(outcome.cases.is_empty());
        assert_eq!(outcome.refused.len(), 1, "{name}: {outcome:?}");
        let message = &outcome.refused[0];
        assert!(
            message.starts_with(name) && message.contains(what),
            "{message}"
        );
        assert_eq!(outcome.summary.unreadable, 1);
    }
}

#[test]
fn a_file_that_cannot_be_opened_does_not_stop_the_others() {
    use mingjing_interchange::read::{Item, Options, Source, read};
    let bad = || Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    let good =
        || Ok(Box::new(std::io::Cursor::new(list(&[ROW]).into_bytes())) as Box<dyn std::io::Read>);
    let sources = [
        Source {
            name: "缺.csv".into(),
            open: &bad,
        },
        Source {
            name: "甲.csv".into(),
            open: &good,
        },
    ];
    let options = Options {
        today: support::today(),
        is_unsigned: &support::is_unsigned,
        adapter: None,
        progress: None,
    };
    let mut messages = Vec::new();
    let summary = read(&sources, &options, &mut |item| {
        if let Item::Refused(errors) = item {
            messages.extend(errors.iter().map(ToString::to_string));
        }
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!((summary.cases, summary.unreadable), (1, 1));
    assert!(messages[0].starts_with("缺.csv") && messages[0].contains("读取失败"));
}

#[test]
fn an_office_maps_its_own_columns() {
    let mapping = include_str!("data/office_mapping.toml");
    let mapping = Mapping::parse(mapping, "office_mapping.toml").unwrap();
    let adapter = Adapter::Mapped(mapping.into());
    let text = include_str!("data/office_list.csv");
    let outcome = read_files(&[("台账.csv", text.as_bytes())], Some(adapter));
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    let timeline = &outcome.only().timeline;
    let kinds: Vec<&str> = timeline.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["case_filed", "notice_served", "decided", "served"]);
    assert_eq!(timeline.procedure.as_deref(), Some("ordinary_penalty"));
    assert_eq!(timeline.events[3].fields["method"], "mail".into());
    assert_eq!(timeline.events[2].fields["fine"], Value::Int(2_100_000));
    assert_eq!(
        timeline.events[2].fields["confiscated"],
        Value::Int(700_000)
    );
    assert_eq!(timeline.events[0].actors.len(), 2);
    assert!(timeline.coverage.is_complete("served", support::today()));
    assert!(
        !timeline
            .coverage
            .is_complete("hearing_held", support::today())
    );
}

#[test]
fn the_example_of_the_guide_is_a_mapping() {
    let guide = include_str!("../../../docs/mapping.md");
    let example = guide
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let mapping = Mapping::parse(example, "mapping.md").unwrap();
    assert_eq!(mapping.events.len(), 3);
}

#[test]
fn a_given_mapping_names_the_columns_it_wants() {
    let mapping = Mapping::parse(include_str!("data/office_mapping.toml"), "m.toml").unwrap();
    let outcome = read_files(
        &[("x.csv", "甲,乙\n1,2\n".as_bytes())],
        Some(Adapter::Mapped(mapping.into())),
    );
    assert!(
        outcome.refused[0].contains("要有这些列：案号、决定日期"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn mapping_errors_name_file_line_and_hint() {
    let good = include_str!("data/office_mapping.toml");
    for (from, to, line, reason) in [
        ("format = 1", "format = 7", "第 2 行", "不认识的格式号"),
        ("required = true", "need = true", "行", "不认识的键“need”"),
        ("as = \"date\"", "as = \"day\"", "行", "不认识的取值“day”"),
        ("kind = \"served\"", "kind = \"送达\"", "行", "不是事件种类"),
        (
            "[coverage.served]",
            "[coverage.hearing_held]",
            "行",
            "没有对应的 [[event]]",
        ),
        (
            "fields = [\"fine\", \"confiscated\"]",
            "fields = [\"basis\"]",
            "行",
            "没有取自任何列",
        ),
        ("decision = {", "case = {", "行", "不是键"),
        ("name = \"甲局台账\"", "name = ", "第 3 行", "TOML"),
        (
            "\"body.department\"",
            "\"department\"",
            "行",
            "不是合法的名称",
        ),
    ] {
        assert!(good.contains(from), "{from}");
        let error = Mapping::parse(&good.replacen(from, to, 1), "甲.toml")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("甲.toml，第 ") && error.contains(line) && error.contains(reason),
            "{from}: {error}"
        );
    }
}
