//! 有意无意的坏材料：重复的键、指错的更正、负数、看不见的字符、旧格式的文件。

mod support;

use mingjing_domain::value::Value;
use support::{read_files, read_one};

/// 每行应被拒绝，并说出这些话；前后两行好的照读。
fn each_is_refused(cases: &[(&str, &[&str])]) {
    let good = |name: &str| format!(r#"{{"case":"{name}","events":[]}}"#);
    let mut lines = vec![good("前")];
    lines.extend(cases.iter().map(|(line, _)| (*line).to_owned()));
    lines.push(good("后"));
    let outcome = read_one("案.jsonl", lines.join("\n").as_bytes());
    assert_eq!(outcome.cases.len(), 2, "{:#?}", outcome.cases);
    assert_eq!(outcome.summary.refused, cases.len() as u64);
    for (at, (line, told)) in cases.iter().enumerate() {
        let place = format!("案.jsonl，第 {} 行", at + 2);
        let messages: Vec<&String> = outcome
            .refused
            .iter()
            .filter(|message| message.starts_with(&place))
            .collect();
        for part in *told {
            assert!(
                messages.iter().any(|message| message.contains(part)),
                "{line} 要说“{part}”：{messages:?}"
            );
        }
    }
}

#[test]
fn a_key_written_twice_is_refused_at_any_depth_with_its_place() {
    each_is_refused(&[
        (
            r#"{"case":"1","case":"2","events":[]}"#,
            &["字段 case", "写了两次", "字节附近", "只留一个"],
        ),
        (
            r#"{"case":"3","events":[{"kind":"decided","on":"2024-03-01","fields":{"fine":1,"fine":2}}]}"#,
            &["第 1 件事的字段 fine", "写了两次"],
        ),
        (
            r#"{"case":"4","coverage":"open","events":[],"coverage":"closed"}"#,
            &["字段 coverage"],
        ),
        (
            r#"{"决定书文号":"甲1","相对人名称":"某店","处罚决定日期":"2024-3-1","处罚机关":"某局","处罚决定日期":"2024-3-2"}"#,
            &["字段 处罚决定日期", "写了两次"],
        ),
    ]);
}

#[test]
fn a_correction_of_itself_of_nothing_of_another_kind_or_in_a_ring_is_refused() {
    each_is_refused(&[
        (
            r#"{"case":"1","events":[{"kind":"decided","on":"2024-03-01","id":"a","corrects":"a"}]}"#,
            &[
                "第 1 件事的 corrects（更正哪一件）",
                "事件“a”",
                "它自己",
                "id",
            ],
        ),
        (
            r#"{"case":"2","events":[{"kind":"decided","on":"2024-03-01","id":"a","corrects":"b"}]}"#,
            &["事件“a”", "值“b”", "不在本案"],
        ),
        (
            r#"{"case":"3","events":[{"kind":"served","on":"2024-03-01","id":"a"},{"kind":"decided","on":"2024-03-01","id":"b","corrects":"a"}]}"#,
            &[
                "第 2 件事的 corrects",
                "事件“b”是 decided，所更正的是 served",
                "同一种",
            ],
        ),
        (
            r#"{"case":"4","events":[{"kind":"decided","on":"2024-03-01","id":"a","corrects":"b"},{"kind":"decided","on":"2024-03-02","id":"b","corrects":"a"}]}"#,
            &["第 1 件事的 corrects", "第 2 件事的 corrects", "一圈"],
        ),
        (
            r#"{"case":"5","events":[{"kind":"decided","on":"2024-03-01","id":"z","corrects":"a"},{"kind":"decided","on":"2024-03-01","id":"a","corrects":"b"},{"kind":"decided","on":"2024-03-02","id":"b","corrects":"c"},{"kind":"decided","on":"2024-03-02","id":"c","corrects":"a"}]}"#,
            &["第 1 件事的 corrects", "第 4 件事的 corrects", "一圈"],
        ),
    ]);
    let chain = r#"{"case":"6","events":[{"kind":"decided","on":"2024-03-01","id":"a"},{"kind":"decided","on":"2024-03-02","id":"b","corrects":"a"},{"kind":"decided","on":"2024-03-02","id":"c","corrects":"b"}]}"#;
    assert_eq!(read_one("案.jsonl", chain.as_bytes()).cases.len(), 1);
}

#[test]
fn negative_money_and_counts_are_refused_and_other_negative_numbers_kept() {
    let decided = |field: &str| {
        format!(
            r#"{{"case":"{}","events":[{{"kind":"decided","on":"2024-03-01","fields":{{{field}}}}}]}}"#,
            field.replace('"', "'")
        )
    };
    let lines = [
        decided(r#""fine":-100"#),
        decided(r#""fine":"-100""#),
        decided(r#""fine_items":[100,-100]"#),
        r#"{"case":"龄","party":{"age":-3},"events":[]}"#.to_owned(),
        r#"{"case":"龄二","parties":{"P1":{"age":-3}},"events":[]}"#.to_owned(),
    ];
    let told: [&[&str]; 5] = [
        &["第 1 件事的字段 fine", "值“-100”", "不能是负数", "核对"],
        &["第 1 件事的字段 fine", "不能是负数"],
        &["第 1 件事的字段 fine_items", "值“-100”"],
        &["字段 party.age", "值“-3”"],
        &["字段 parties.P1.age"],
    ];
    let cases: Vec<(&str, &[&str])> = lines.iter().map(String::as_str).zip(told).collect();
    each_is_refused(&cases);

    let offset = decided(r#""clock_offset_seconds":-5,"fine":0"#);
    let outcome = read_one("案.jsonl", offset.as_bytes());
    let fields = &outcome.only().timeline.events[0].fields;
    assert_eq!(fields["clock_offset_seconds"], Value::Int(-5));
    assert_eq!(fields["fine"], Value::Int(0));
}

#[test]
fn negative_money_in_a_table_is_refused_by_its_column() {
    let mapping = "format = 1\nname = \"台账\"\ncase = \"案号\"\ncoverage = \"open\"\n[facts]\n\"party.age\" = { column = \"年龄\", as = \"int\" }\n[[event]]\nkind = \"decided\"\non = { column = \"日期\" }\n[event.fields]\nfine = { column = \"罚款\", as = \"yuan\" }\nconfiscated = { column = \"没收\", as = \"fen\" }\n[[event]]\nkind = \"scene_record\"\non = { column = \"日期\" }\n[event.fields]\nofficers_signed = { column = \"人数\", as = \"int\" }\nclock_offset_seconds = { column = \"时差\", as = \"int\" }\n";
    let mapping = mingjing_interchange::mapping::Mapping::parse(mapping, "台账.toml").unwrap();
    let adapter = mingjing_interchange::adapters::choice::Adapter::Mapped(mapping.into());
    let csv = "案号,日期,罚款,没收,人数,时差,年龄\n一,2024-3-1,-500元,0,2,-3,30\n二,2024-3-1,(500),0,2,0,30\n三,2024-3-1,500,-1,2,0,30\n四,2024-3-1,500,1,－2,0,30\n五,2024-3-1,500,1,2,0,-1\n六,2024-3-1,500,1,2,-3,30\n";
    let outcome = read_files(&[("台账.csv", csv.as_bytes())], Some(adapter));
    assert_eq!(outcome.only().timeline.id, "六");
    for (at, (row, column)) in [
        (2, "C 列 罚款"),
        (3, "C 列 罚款"),
        (4, "D 列 没收"),
        (5, "E 列 人数"),
        (6, "G 列 年龄"),
    ]
    .into_iter()
    .enumerate()
    {
        let message = &outcome.refused[at];
        assert!(
            message.starts_with(&format!("台账.csv，第 {row} 行，{column}"))
                && message.contains("负数"),
            "{message}"
        );
    }
}

#[test]
fn one_number_in_several_spellings_is_one_case() {
    let header = "行政相对人名称,行政处罚决定书文号,处罚决定日期,处罚机关";
    let spellings = [
        "甲市监罚〔2024〕12号",
        "甲市监罚（２０２４）１２号",
        "甲市监罚[2024]12号\u{3000} ",
        "甲市监罚【2024】12号\u{200b}",
        "\u{202d}甲市监罚〔2024〕12号\u{202c}",
    ];
    let rows: Vec<String> = spellings
        .iter()
        .map(|number| format!("某某店,{number},2024-03-01,某局"))
        .collect();
    let csv = format!("{header}\n{}\n", rows.join("\n"));
    let outcome = read_one("甲.csv", csv.as_bytes());
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert!(outcome.only().timeline.id.contains("甲市监罚〔2024〕12号"));
    assert_eq!(outcome.summary.repeated, 4);

    let lines: Vec<String> = spellings
        .iter()
        .map(|number| format!(r#"{{"case":"{number}","events":[]}}"#))
        .collect();
    let outcome = read_one("案.jsonl", lines.join("\n").as_bytes());
    assert_eq!((outcome.cases.len(), outcome.summary.repeated), (1, 4));

    let other = format!("{csv}某某店,甲市监罚(2024)12号,2024-03-02,某局\n");
    let outcome = read_one("甲.csv", other.as_bytes());
    assert!(outcome.cases.is_empty());
    assert_eq!(outcome.refused.len(), 6, "{:?}", outcome.refused);
    let message = &outcome.refused[0];
    assert!(
        message.contains("处罚决定日期 此处为“2024-03-01”，彼处为“2024-03-02”")
            || outcome
                .refused
                .iter()
                .any(|m| m.contains("处罚决定日期 此处为“2024-03-02”")),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn a_number_of_which_nothing_is_seen_is_blank() {
    each_is_refused(&[
        (
            r#"{"case":"\u200b\u202e ","events":[]}"#,
            &["字段 case", "空白"],
        ),
        (
            r#"{"case":"1","events":[{"kind":"\u3000","on":"2024-03-01"}]}"#,
            &["第 1 件事的 kind（事件种类）", "空白"],
        ),
    ]);
}

#[test]
fn keys_of_one_case_meet_however_they_are_written() {
    let line = r#"{"case":"1","parties":{"P1":{}},"events":[
        {"kind":"decided","on":"2024-03-01","decision":"甲罚〔2024〕7号","party":"Ｐ１"},
        {"kind":"served","on":"2024-03-02","decision":"甲罚（２０２４）7号 ","party":"P1","actors":[{"who":"张某","role":"officer"}]},
        {"kind":"paid","on":"2024-03-03","decision":"甲罚[2024]7号","actors":[{"who":"张某\u200b","role":"officer"}]}]}"#;
    let outcome = read_one("案.jsonl", line.replace('\n', " ").as_bytes());
    let events = &outcome.only().timeline.events;
    for event in events {
        assert_eq!(
            event.keys["decision"], "甲罚〔2024〕7号",
            "as first written"
        );
    }
    assert_eq!(events[0].keys["party"], "P1", "as in parties");
    assert_eq!(events[2].actors[0].who, "张某");
}

#[test]
fn refused_rows_show_control_characters_as_text() {
    let hostile = "\u{1b}]0;甲\u{7}\u{202e}乙\u{200b}";
    let line = format!(
        "{{\"case\":\"1\",\"{0}\":1,\"events\":[{{\"kind\":\"decided\",\"on\":\"{0}\"}}]}}",
        hostile
            .escape_default()
            .to_string()
            .replace("\\u{1b}", "\\u001b")
            .replace("\\u{7}", "\\u0007")
            .replace("\\u{202e}", "\\u202e")
            .replace("\\u{200b}", "\\u200b")
            .replace("\\u{7532}", "甲")
            .replace("\\u{4e59}", "乙")
    );
    let outcome = read_one("坏\u{1b}[31m名.jsonl", line.as_bytes());
    assert_eq!(outcome.refused.len(), 2, "{:?}", outcome.refused);
    for message in &outcome.refused {
        assert!(
            !message
                .chars()
                .any(|c| c.is_control() || matches!(c, '\u{202e}' | '\u{200b}')),
            "{message:?}"
        );
        assert!(
            message.contains("\\u{1b}") && message.contains("\\u{202e}乙\\u{200b}"),
            "{message}"
        );
    }
}

#[test]
fn an_old_excel_file_is_read_like_a_new_one() {
    let outcome = read_one("旧.xls", include_bytes!("data/old_list.xls"));
    assert_eq!(outcome.cases.len(), 3, "{:?}", outcome.refused);
    for case in &outcome.cases {
        let decided = &case.timeline.events[0];
        assert_eq!(decided.occurred_on.to_string(), "2024-03-01");
        assert_eq!(decided.fields["fine"], Value::Int(200_000));
        assert_eq!(case.origin.sheet.as_deref(), Some("处罚"));
    }
    assert_eq!(outcome.refused.len(), 1);
    assert!(
        outcome.refused[0].starts_with("旧.xls，工作表“处罚”，第 8 行，D 列 罚款金额（万元）")
            && outcome.refused[0].contains("负数"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn ods_is_refused_with_a_way_out() {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", "<office:document-content/>"),
    ] {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let outcome = read_one("甲.ods", &archive.finish().unwrap().into_inner());
    assert!(
        outcome.refused[0].contains("ods") && outcome.refused[0].contains("另存为 xlsx 或 CSV"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn ten_thousand_rows_with_one_bad_in_a_hundred_are_all_accounted_for() {
    let mut csv = String::from(
        "行政相对人名称,处罚类别,行政处罚决定书文号,罚款金额（万元）,处罚决定日期,处罚机关\n",
    );
    for n in 0..10_000 {
        let (fine, day) = match n % 500 {
            99 => ("0.2", "2024-02-30"),
            199 => ("-0.2", "2024-03-01"),
            299 => ("若干", "2024-03-01"),
            399 => ("0.2", "1948-03-01"),
            499 => ("0.2", "2099-03-01"),
            _ => ("0.2", "2024-03-01"),
        };
        csv.push_str(&format!(
            "某某{n}店,罚款,甲罚〔2024〕{n}号,{fine},{day},某局\n"
        ));
    }
    let outcome = read_one("万行.csv", csv.as_bytes());
    let summary = outcome.summary;
    assert_eq!(
        (summary.rows, summary.cases, summary.refused),
        (10_000, 9_900, 100)
    );
    assert!(
        outcome.refused[0].starts_with("万行.csv，第 101 行"),
        "{}",
        outcome.refused[0]
    );
}

#[test]
fn an_old_excel_file_pointing_past_its_end_is_told_as_broken() {
    let good = include_bytes!("data/old_list.xls");
    let past = (good.len() / 512) as u32;
    // The list of allocation sectors in the header: the decoder panics over some of these.
    for at in (76..200).step_by(4) {
        let mut bad = good.to_vec();
        bad[at..at + 4].copy_from_slice(&past.to_le_bytes());
        let outcome = read_one("旧.xls", &bad);
        assert!(outcome.cases.is_empty(), "{at}");
        assert!(
            outcome.refused[0].contains("另存为 xlsx"),
            "{at}: {:?}",
            outcome.refused
        );
    }
    assert!(!mingjing_interchange::workbook::is_decoding());
}
