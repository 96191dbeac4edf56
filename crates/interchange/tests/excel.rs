//! Excel 名单：合并表头、标题行、日期序列、公式错误、压缩炸弹。
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its aids as well"
)]

mod support;

use mingjing_domain::value::Value;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use support::{Outcome, read_one};

fn book(write: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("处罚").unwrap();
    write(sheet).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// 双公示的列，两行合并表头，上有标题行，下有空行。
fn merged_list(rows: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    book(|sheet| {
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 5, "某某局处罚情况表", &plain)?;
        sheet.write(1, 0, "单位：万元")?;
        sheet.merge_range(3, 0, 4, 0, "决定书文号", &plain)?;
        sheet.merge_range(3, 1, 4, 1, "行政相对人名称", &plain)?;
        sheet.merge_range(3, 2, 3, 3, "处罚结果", &plain)?;
        sheet.write(4, 2, "处罚类别")?;
        sheet.write(4, 3, "罚款金额（万元）")?;
        sheet.merge_range(3, 4, 4, 4, "处罚决定日期", &plain)?;
        sheet.merge_range(3, 5, 4, 5, "处罚机关", &plain)?;
        rows(sheet)
    })
}

fn read(bytes: &[u8]) -> Outcome {
    read_one("甲.xlsx", bytes)
}

#[test]
fn merged_headings_titles_blank_lines_and_date_cells_are_read() {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let chinese = Format::new().set_num_format_index(31);
    let bytes = merged_list(|sheet| {
        for (row, number) in [
            (5, "甲罚〔2024〕1号"),
            (7, "甲罚〔2024〕2号"),
            (8, "甲罚〔2024〕3号"),
            (9, "甲罚〔2024〕4号"),
            (10, "甲罚〔2024〕5号"),
        ] {
            sheet.write(row, 0, number)?;
            sheet.write(row, 1, "某某店")?;
            sheet.write(row, 2, "罚款")?;
            sheet.write(row, 3, 0.2)?;
        }
        sheet.write_with_format(5, 4, &ExcelDateTime::from_ymd(2024, 3, 1)?, &date)?;
        sheet.write_with_format(7, 4, 45352, &chinese)?;
        sheet.write(8, 4, 45352)?;
        sheet.write(9, 4, 20_240_301)?;
        sheet.write(10, 4, "2024年3月1日")?;
        sheet.merge_range(5, 5, 10, 5, "某市场监督管理局", &Format::new())?;
        sheet.write(2_000, 0, " ")?;
        Ok(())
    });
    let outcome = read(&bytes);
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert_eq!(outcome.cases.len(), 5);
    for case in &outcome.cases {
        let decided = &case.timeline.events[0];
        assert_eq!(
            decided.occurred_on.to_string(),
            "2024-03-01",
            "{}",
            case.timeline.id
        );
        assert_eq!(decided.fields["fine"], Value::Int(200_000));
        assert_eq!(
            case.timeline.facts.at("body.department"),
            Some(&"market_regulation".into())
        );
    }
    let origin = &outcome.cases[1].origin;
    assert_eq!((origin.sheet.as_deref(), origin.row), (Some("处罚"), 8));
}

#[test]
fn errors_name_sheet_row_and_column_letter() {
    let bytes = merged_list(|sheet| {
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for row in 5..9 {
            sheet.write(row, 0, format!("甲罚〔2024〕{row}号"))?;
            sheet.write(row, 1, "某某店")?;
            sheet.write(row, 5, "某局")?;
        }
        sheet.write_with_format(5, 4, 60, &date)?;
        sheet.write_with_format(6, 4, &ExcelDateTime::from_ymd(2027, 1, 1)?, &date)?;
        sheet.write_formula(
            7,
            4,
            rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"),
        )?;
        sheet.write(8, 4, "三月一日")?;
        Ok(())
    });
    let outcome = read(&bytes);
    for (at, (row, reason)) in [(6, "并不存在"), (7, "未来"), (8, "公式"), (9, "不是日期")]
        .into_iter()
        .enumerate()
    {
        let message = &outcome.refused[at];
        assert!(
            message.starts_with(&format!(
                "甲.xlsx，工作表“处罚”，第 {row} 行，E 列 处罚决定日期"
            )),
            "{message}"
        );
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn numbers_that_excel_has_rounded_are_refused() {
    let bytes = book(|sheet| {
        for (at, name) in [
            "unid",
            "xzcfws_code",
            "xzcfws_name",
            "bxzcf_name",
            "bxzcf_type",
            "xzcf_date",
            "orgnode",
        ]
        .iter()
        .enumerate()
        {
            sheet.write(0, at as u16, *name)?;
        }
        sheet.write(1, 0, 330_000_132_024_050_001_f64)?;
        sheet.write(1, 5, "2024-03-01")?;
        sheet.write(2, 0, "330000132024050001")?;
        sheet.write(2, 5, "2024-03-01")?;
        Ok(())
    });
    let outcome = read(&bytes);
    assert!(
        outcome.refused[0].contains("A 列 unid") && outcome.refused[0].contains("超过十五位"),
        "{:?}",
        outcome.refused
    );
    assert_eq!(
        outcome.only().timeline.facts.at("body.region"),
        Some(&"33".into())
    );
}

#[test]
fn sheets_without_a_known_heading_are_passed_over_unless_none_has_one() {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("说明")
        .unwrap()
        .write(0, 0, "填表说明")
        .unwrap();
    let outcome = read(&workbook.save_to_buffer().unwrap());
    assert!(
        outcome.refused[0].contains("工作表“说明”") && outcome.refused[0].contains("认不出表头"),
        "{:?}",
        outcome.refused
    );
    let sheet = workbook.add_worksheet().set_name("数据").unwrap();
    for (at, text) in ["决定书文号", "相对人名称", "处罚决定日期", "处罚机关"]
        .iter()
        .enumerate()
    {
        sheet.write(0, at as u16, *text).unwrap();
        sheet
            .write(1, at as u16, ["甲罚1号", "某某店", "2024/3/1", "某局"][at])
            .unwrap();
    }
    let outcome = read(&workbook.save_to_buffer().unwrap());
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert_eq!(outcome.only().origin.sheet.as_deref(), Some("数据"));
}

#[test]
fn cells_far_apart_cost_no_memory() {
    let bytes = merged_list(|sheet| {
        sheet.write(1_048_575, 16_383, "远")?;
        sheet.write(5, 0, "甲罚1号")?;
        sheet.write(5, 1, "某某店")?;
        sheet.write(5, 4, "2024-03-01")?;
        sheet.write(5, 5, "某局")?;
        Ok(())
    });
    assert_eq!(read(&bytes).cases.len(), 1);
}

/// 按名称换掉压缩包里的一个部分。
fn with_part(bytes: &[u8], name: &str, content: &[u8]) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let part_name = part.name().unwrap().to_string();
        let mut data = Vec::new();
        part.read_to_end(&mut data).unwrap();
        new.start_file(part_name.clone(), options).unwrap();
        new.write_all(if part_name == name { content } else { &data })
            .unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn bombs_are_refused_with_the_limit_they_break() {
    let good = merged_list(|_| Ok(()));
    let zeros = vec![b' '; 12 << 20];
    let outcome = read(&with_part(&good, "xl/worksheets/sheet1.xml", &zeros));
    assert!(
        outcome.refused[0].contains("压缩比") && outcome.refused[0].contains("100 倍"),
        "{:?}",
        outcome.refused
    );

    // The directory lies about the size: found out while reading.
    let mut lie = with_part(&good, "xl/worksheets/sheet1.xml", &zeros);
    let real = (12_u32 << 20).to_le_bytes();
    let mut lies = 0;
    for at in 0..lie.len() - 4 {
        if lie[at..at + 4] == real {
            lie[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
            lies += 1;
        }
    }
    assert!(lies > 0);
    let outcome = read(&lie);
    assert!(
        outcome.cases.is_empty() && outcome.refused[0].starts_with("甲.xlsx"),
        "{:?}",
        outcome.refused
    );

    // The shared strings claim more entries than memory could hold.
    let strings = br#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount = "99999999999999"><si><t>a</t></si></sst>"#;
    let outcome = read(&with_part(&good, "xl/sharedStrings.xml", strings));
    assert!(
        outcome.refused[0].contains("条文字"),
        "{:?}",
        outcome.refused
    );

    let large = [b"PK\x03\x04".to_vec(), vec![0; 51 << 20]].concat();
    let outcome = read(&large);
    assert!(
        outcome.refused[0].contains("超过上限 50 MB"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn a_hostile_old_workbook_is_refused() {
    use std::io::Write;
    let mut compound = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    let mut stream = Vec::new();
    let mut record = |kind: u16, data: &[u8]| {
        stream.extend(kind.to_le_bytes());
        stream.extend((data.len() as u16).to_le_bytes());
        stream.extend(data);
    };
    record(0x0809, &[0, 6, 0x10, 0, 0, 0, 0, 0]);
    record(
        0x0200,
        &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0xFF, 0xFF, 0, 0],
    );
    compound
        .create_stream("/Workbook")
        .unwrap()
        .write_all(&stream)
        .unwrap();
    compound.flush().unwrap();
    let outcome = read_one("旧.xls", &compound.into_inner().into_inner());
    assert!(
        outcome.refused[0].starts_with("旧.xls") && outcome.refused[0].contains("范围不合理"),
        "{:?}",
        outcome.refused
    );
}
