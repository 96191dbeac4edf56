//! 读十万行 Excel：双公示表头，每行一件处罚，检查并成为案件。
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use mingjing_evaluator_benches::{measure, read_file};
use mingjing_interchange::read::Item;
use rust_xlsxwriter::Workbook;

/// 行数。
const ROWS: u32 = 100_000;
const HEADER: [&str; 12] = [
    "行政相对人名称",
    "行政相对人类别",
    "统一社会信用代码",
    "行政处罚决定书文号",
    "违法行为类型",
    "违法事实",
    "处罚依据",
    "处罚类别",
    "处罚内容",
    "罚款金额（万元）",
    "处罚决定日期",
    "处罚机关",
];

fn main() -> anyhow::Result<()> {
    let path = std::env::temp_dir().join("mingjing-bench.xlsx");
    write(&path)?;
    let path = path.to_string_lossy().into_owned();
    let mut refused = 0usize;
    let cases = measure("读十万行 Excel", ROWS as usize, || {
        let mut cases = 0usize;
        refused = 0;
        let summary = read_file(&path, &mut |item| match item {
            Item::Case(_) => cases += 1,
            Item::Refused(errors) => {
                if refused == 0 {
                    println!(
                        "{}",
                        errors.first().map(ToString::to_string).unwrap_or_default()
                    );
                }
                refused += 1;
            }
            Item::Repeated(_) | Item::Note(_) => {}
        });
        drop(summary);
        cases
    });
    println!("案件 {cases}，拒绝 {refused}；峰值内存见 VmHWM：{}", peak());
    std::fs::remove_file(path)?;
    Ok(())
}

fn peak() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|s| {
            s.lines()
                .find(|l| l.starts_with("VmHWM"))
                .map(str::to_owned)
        })
        .unwrap_or_default()
}

fn write(path: &std::path::Path) -> anyhow::Result<()> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in HEADER.iter().enumerate() {
        sheet.write(0, column as u16, *name)?;
    }
    for row in 1..=ROWS {
        let (month, day) = (row % 12 + 1, row % 28 + 1);
        let cells = [
            format!("示例商贸有限公司{row}号店"),
            "法人及非法人组织".to_owned(),
            String::new(),
            format!("示市监处罚〔2025〕{row}号"),
            "销售不合格商品".to_owned(),
            format!("经查，当事人于2025年{month}月销售的第{row}批商品不符合国家标准。"),
            "《中华人民共和国产品质量法》第四十九条".to_owned(),
            "罚款".to_owned(),
            format!("罚款{}元", 1_000 + row % 9_000),
            format!("0.{:04}", 1_000 + row % 9_000),
            format!("2025-{month:02}-{day:02}"),
            "云安市市场监督管理局".to_owned(),
        ];
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row, column as u16, cell)?;
        }
    }
    book.save(path)?;
    Ok(())
}
