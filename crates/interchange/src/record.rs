//! 记录：从文件里读出的一行（表格）或一条（JSON Lines），还没有解释。

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use mingjing_domain::event::Origin;

use crate::dates::{self, ExcelEpoch, Moment};
use crate::error::RowError;
use crate::names::comparable;
use crate::text::normal_header;

/// 表头：各列的名称，以及按归一写法查列号。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    names: Vec<String>,
    normals: Vec<String>,
    by_normal: Vec<usize>,
    by_name: HashMap<String, Vec<usize>>,
    has_letters: bool,
}

impl Columns {
    /// 表格的表头；每列有显示名与可作匹配的其他名（两行表头的上、下行）。
    pub fn of_table(names: Vec<String>, alternatives: &[Vec<String>]) -> Self {
        let normals: Vec<String> = names.iter().map(|name| normal_header(name)).collect();
        let mut by_normal: Vec<usize> = (0..names.len()).collect();
        by_normal.sort_by(|a, b| normals[*a].cmp(&normals[*b]));
        let mut columns = Columns {
            names,
            normals,
            by_normal,
            by_name: HashMap::new(),
            has_letters: true,
        };
        for (at, normal) in columns.normals.iter().enumerate() {
            if !normal.is_empty() {
                columns.by_name.entry(normal.clone()).or_default().push(at);
            }
        }
        let joined = columns.by_name.clone();
        for (at, others) in alternatives.iter().enumerate() {
            for other in others {
                let normal = normal_header(other);
                if !normal.is_empty() && !joined.contains_key(&normal) {
                    let places = columns.by_name.entry(normal).or_default();
                    if !places.contains(&at) {
                        places.push(at);
                    }
                }
            }
        }
        columns
    }

    /// JSON 对象的键；没有列标。
    pub fn of_keys(names: Vec<String>) -> Self {
        Columns {
            has_letters: false,
            ..Columns::of_table(names, &[])
        }
    }

    /// 列数。
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// 没有列。
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// 名称相同（归一后）的各列。
    pub fn find(&self, name: &str) -> &[usize] {
        self.by_name
            .get(&normal_header(name))
            .map_or(&[], Vec::as_slice)
    }

    /// 同 [`Columns::find`]，名称已经归一（逐行查列时用）。
    pub fn find_normal(&self, normal: &str) -> &[usize] {
        self.by_name.get(normal).map_or(&[], Vec::as_slice)
    }

    /// 列的显示名：“C 列 决定日期”；JSON 为“字段 决定日期”。
    pub fn label(&self, at: usize) -> String {
        let name = self.names.get(at).map_or("", String::as_str);
        match (self.has_letters, name.is_empty()) {
            (true, true) => format!("{} 列", letters(at)),
            (true, false) => format!("{} 列 {name}", letters(at)),
            (false, _) => format!("字段 {name}"),
        }
    }

    /// 全部列名。
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Excel 的列标：0 → A，25 → Z，26 → AA。
pub fn letters(mut at: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(b'A' + (at % 26) as u8);
        if at < 26 {
            break;
        }
        at = at / 26 - 1;
    }
    out.iter().rev().map(|b| *b as char).collect()
}

/// 一格。
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// 空白
    #[default]
    Blank,
    /// 文字（已清洗）
    Text(String),
    /// 数字格
    Number(f64),
    /// 日期格
    Moment(Moment),
    /// 是否
    Bool(bool),
    /// 出错的公式，写明错误码
    Broken(String),
}

/// Excel 数字格能保住的最大整数位数之外，末位已经丢失。
const EXACT: f64 = 1e15;

impl Cell {
    /// 文字格；空白的为 `Blank`。
    pub fn of_text(text: &str) -> Cell {
        let clean = crate::text::clean(text);
        if clean.is_empty() {
            Cell::Blank
        } else {
            Cell::Text(clean)
        }
    }

    /// 是否空白。
    pub fn is_blank(&self) -> bool {
        *self == Cell::Blank
    }

    /// 作为文字；空白为 `None`，公式出错、数字过长丢位的拒绝。
    pub fn text(&self) -> Result<Option<String>, RowError> {
        match self {
            Cell::Blank => Ok(None),
            Cell::Text(text) => Ok(Some(text.clone())),
            Cell::Bool(yes) => Ok(Some(if *yes { "是" } else { "否" }.to_owned())),
            Cell::Moment(moment) => Ok(Some(dates::to_text(*moment))),
            Cell::Number(number) if number.abs() >= EXACT => Err(RowError::new(
                "数字格超过十五位，Excel 已丢失末几位",
                "请把这一列设成文本格式后重新填写号码。",
            )
            .with_value(&number.to_string())),
            Cell::Number(number) => Ok(Some(number_text(*number))),
            Cell::Broken(code) => Err(RowError::new(
                "公式出错，没有值",
                "请在 Excel 里改正公式，或改填数值。",
            )
            .with_value(code)),
        }
    }

    /// 供显示的文字，从不失败。
    pub fn shown(&self) -> String {
        match self {
            Cell::Number(number) => number_text(*number),
            Cell::Broken(code) => code.clone(),
            other => other.text().ok().flatten().unwrap_or_default(),
        }
    }
}

/// Shortest decimal text of a number cell; whole numbers without a fraction.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        format!("{number:.0}")
    } else {
        // Twelve decimals at most: what lies beyond is the rounding of binary fractions, not what somebody typed.
        let fixed = format!("{number:.9}");
        fixed.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// 一行：位置、表头、各格。
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// 位置。
    pub origin: Origin,
    /// 表头。
    pub columns: Arc<Columns>,
    /// 各格，不长于表头。
    pub cells: Vec<Cell>,
    /// 数字格当日期读时的起算。
    pub epoch: ExcelEpoch,
}

impl Row {
    /// 第几格；短行之后为空白。
    pub fn cell(&self, at: usize) -> &Cell {
        const BLANK: &Cell = &Cell::Blank;
        self.cells.get(at).unwrap_or(BLANK)
    }

    /// 由平的 JSON 对象得一行；列表与对象的值取其 JSON 文字。
    pub fn of_json(origin: Origin, object: &serde_json::Map<String, serde_json::Value>) -> Row {
        use serde_json::Value as Json;
        let cells = object
            .values()
            .map(|value| match value {
                Json::Null => Cell::Blank,
                Json::Bool(yes) => Cell::Bool(*yes),
                Json::Number(number) => Cell::of_text(&number.to_string()),
                Json::String(text) => Cell::of_text(text),
                Json::Array(_) | Json::Object(_) => Cell::of_text(&value.to_string()),
            })
            .collect();
        let columns = Arc::new(Columns::of_keys(object.keys().cloned().collect()));
        Row {
            origin,
            columns,
            cells,
            epoch: ExcelEpoch::From1900,
        }
    }

    /// 各列（归一名）与显示值，空白的除外，按名排序：同一内容有同一结果。
    pub fn contents(&self) -> Vec<(String, String)> {
        self.filled()
            .map(|(name, cell)| (name.to_owned(), cell.shown()))
            .collect()
    }

    /// 内容的散列：写法不同（全角半角、括号、看不见的字符）的算相同。
    pub fn content_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for (name, cell) in self.filled() {
            name.hash(&mut hasher);
            match cell {
                Cell::Text(text) => comparable(text).hash(&mut hasher),
                other => comparable(&other.shown()).hash(&mut hasher),
            }
        }
        hasher.finish()
    }

    fn filled(&self) -> impl Iterator<Item = (&str, &Cell)> {
        let columns = &self.columns;
        columns
            .by_normal
            .iter()
            .map(|at| (columns.normals[*at].as_str(), self.cell(*at)))
            .filter(|(_, cell)| !cell.is_blank())
    }
}

/// 一百二十八位的散列：同一程序里比较相同与否，不落盘。
pub fn hash128<T: Hash + ?Sized>(value: &T) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        value.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(1) << 64 | half(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_follow_excel() {
        for (at, text) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(at), text);
        }
    }

    #[test]
    fn numbers_lose_nothing_silently() {
        assert_eq!(Cell::Number(20000.0).text().unwrap().unwrap(), "20000");
        assert_eq!(Cell::Number(0.2).text().unwrap().unwrap(), "0.2");
        assert_eq!(
            Cell::Number(427_179.45).text().unwrap().unwrap(),
            "427179.45"
        );
        assert!(Cell::Number(331_003_022_026_060_003.0).text().is_err());
    }

    #[test]
    fn columns_are_found_by_normal_name_and_by_either_header_line() {
        let columns = Columns::of_table(
            vec!["罚没/罚款金额（万元）".into(), "决定日期*".into()],
            &[vec!["罚没".into(), "罚款金额（万元）".into()], vec![]],
        );
        assert_eq!(columns.find("罚款金额"), [0]);
        assert_eq!(columns.find("决定日期"), [1]);
        assert_eq!(columns.label(1), "B 列 决定日期*");
    }
}
