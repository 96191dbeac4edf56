//! 映射的施行：把一行按映射变成时间线，逐格报错，声明覆盖范围。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Actor, Event};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::amounts::{self, Unit};
use crate::dates::{self, Moment};
use crate::error::RowError;
use crate::limits::{self, Limits};
use crate::mapping::{
    ColumnName, Condition, CoverageRule, EventRule, Mapping, Other, Reading, Source,
};
use crate::record::{Cell, Columns, Row};
use crate::{agencies, text};

/// 读的结果：时间线与读时的说明。
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    /// 时间线。
    pub timeline: Timeline,
    /// 说明：怎样读的，有什么没有采用。
    pub notes: Vec<RowError>,
}

/// 按映射读一行。
pub fn apply(mapping: &Mapping, row: &Row, limits: Limits<'_>) -> Result<Mapped, Vec<RowError>> {
    let mut reader = RowReader {
        row,
        limits,
        errors: Vec::new(),
        notes: Vec::new(),
    };
    let id: Vec<String> = mapping
        .case
        .iter()
        .filter_map(|source| reader.text(source))
        .collect();
    let procedure = mapping
        .procedure
        .as_ref()
        .and_then(|source| reader.text(source));
    let mut facts = Facts::default();
    for (path, source) in &mapping.facts {
        let (scope, field) = path.split_once('.').unwrap_or((path, ""));
        if let Some(value) = reader.number_checked(scope, field, source) {
            facts.set(path, value);
        }
    }
    let mut events: Vec<Event> = Vec::new();
    for rule in &mapping.events {
        let nth = events.iter().filter(|e| e.kind == rule.kind).count() + 1;
        events.extend(reader.event(rule, nth));
    }
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    let timeline = Timeline {
        id: id.join(" "),
        procedure,
        events,
        coverage: coverage_of(mapping, &row.columns),
        facts,
    };
    Ok(Mapped {
        timeline,
        notes: reader.notes,
    })
}

/// 案件标识；读不出为 `None`。用来查重，先于整行的读取。
pub fn case_id(mapping: &Mapping, row: &Row) -> Option<String> {
    let mut reader = RowReader {
        row,
        // Only the identifier is read: no day and no field of an event.
        limits: Limits {
            today: Date::MAX,
            is_unsigned: &|_, _| false,
        },
        errors: Vec::new(),
        notes: Vec::new(),
    };
    let id: Vec<String> = mapping
        .case
        .iter()
        .filter_map(|source| reader.text(source))
        .collect();
    (reader.errors.is_empty() && !id.is_empty()).then(|| id.join(" "))
}

/// 这份名单的覆盖范围：映射声明的，减去表头里没有的列。
pub fn coverage_of(mapping: &Mapping, columns: &Columns) -> Coverage {
    let is_present = |source: &Source| {
        source.columns.is_empty()
            || source
                .columns
                .iter()
                .any(|name| !columns.find_normal(&name.normal).is_empty())
    };
    match &mapping.coverage {
        CoverageRule::Closed => Coverage::Closed,
        CoverageRule::Open => Coverage::Open,
        CoverageRule::Kinds(kinds) => Coverage::Kinds(
            kinds
                .iter()
                .map(|(kind, rule)| {
                    let rules: Vec<&EventRule> =
                        mapping.events.iter().filter(|e| e.kind == *kind).collect();
                    let fields: BTreeSet<String> = rule
                        .fields
                        .iter()
                        .filter(|field| {
                            rules
                                .iter()
                                .flat_map(|e| &e.fields)
                                .any(|(name, source)| name == *field && is_present(source))
                        })
                        .cloned()
                        .collect();
                    let is_complete = rule.is_complete && rules.iter().all(|e| is_present(&e.on));
                    (
                        kind.clone(),
                        KindCoverage {
                            until: rule.until,
                            fields: Some(fields),
                            is_complete,
                        },
                    )
                })
                .collect::<BTreeMap<_, _>>(),
        ),
    }
}

struct RowReader<'a> {
    row: &'a Row,
    limits: Limits<'a>,
    errors: Vec<RowError>,
    notes: Vec<RowError>,
}

impl RowReader<'_> {
    /// 来源所指的格：先有列、且有填写者先用；空白也给出列号，便于报错。
    fn cell(&mut self, source: &Source) -> Option<(usize, Cell)> {
        self.find(&source.columns, source.is_required)
    }

    fn find(&mut self, names: &[ColumnName], is_required: bool) -> Option<(usize, Cell)> {
        let mut first = None;
        for name in names {
            match self.row.columns.find_normal(&name.normal) {
                [] => {}
                [at] => {
                    if !self.row.cell(*at).is_blank() {
                        return Some((*at, self.row.cell(*at).clone()));
                    }
                    first.get_or_insert(*at);
                }
                several => {
                    let labels: Vec<String> = several
                        .iter()
                        .map(|at| self.row.columns.label(*at))
                        .collect();
                    self.errors.push(RowError::new(
                        format!(
                            "表头里“{}”有 {} 列（{}）",
                            name.text,
                            several.len(),
                            labels.join("、")
                        ),
                        "请改名或删去重复的列。",
                    ));
                    return None;
                }
            }
        }
        if is_required {
            let label = first.map_or_else(
                || {
                    format!(
                        "“{}”列",
                        names.first().map_or("", |name| name.text.as_str())
                    )
                },
                |at| self.row.columns.label(at),
            );
            self.errors
                .push(RowError::new("必须填写而空白", "请补填后再读。").in_column(label));
        }
        None
    }

    fn text(&mut self, source: &Source) -> Option<String> {
        match self.value(source)? {
            Value::Text(text) => Some(text),
            Value::Int(n) => Some(n.to_string()),
            Value::Date(date) => Some(date.to_string()),
            Value::Bool(_)
            | Value::Timestamp(_)
            | Value::Period(_)
            | Value::List(_)
            | Value::Record(_) => None,
        }
    }

    /// 读一个来源；出错记下并给 `None`。
    fn value(&mut self, source: &Source) -> Option<Value> {
        if let Some(constant) = &source.constant {
            return Some(constant.clone());
        }
        let (at, cell) = self.cell(source)?;
        match self.read(source, &cell) {
            Ok(value) => value,
            Err(error) => {
                self.errors
                    .push(error.in_column(self.row.columns.label(at)));
                None
            }
        }
    }

    /// 读一个来源，另查不得为负的数。
    fn number_checked(&mut self, owner: &str, field: &str, source: &Source) -> Option<Value> {
        let value = self.value(source)?;
        if let Err(error) = self.limits.check(owner, field, &value) {
            let label = self
                .cell(source)
                .map_or_else(|| field.to_owned(), |(at, _)| self.row.columns.label(at));
            self.errors.push(error.in_column(label));
            return None;
        }
        Some(value)
    }

    fn read(&mut self, source: &Source, cell: &Cell) -> Result<Option<Value>, RowError> {
        match source.reading {
            Reading::Date => {
                let moment = self.moment(cell)?;
                match moment {
                    Moment::Month { .. } => {
                        Err(RowError::new("只写到月，这里要到日", "请补上日。")
                            .with_value(&cell.shown()))
                    }
                    Moment::Day(_) | Moment::Minute(_) => Ok(Some(Value::Date(moment.first()))),
                }
            }
            Reading::Instant => match self.moment(cell)? {
                Moment::Minute(at) => Ok(Some(Value::Timestamp(at))),
                Moment::Day(_) | Moment::Month { .. } => Err(RowError::new(
                    "没有时刻",
                    "请写成 2024-03-01 10:20 的样子。",
                )
                .with_value(&cell.shown())),
            },
            _ => {
                let Some(text) = cell.text()? else {
                    return Ok(None);
                };
                read_text(source, &text)
            }
        }
    }

    fn moment(&mut self, cell: &Cell) -> Result<Moment, RowError> {
        match cell {
            Cell::Moment(moment) => Ok(*moment),
            // 20240301 typed as a number is still a day written in eight digits.
            Cell::Number(n) if *n >= 19_000_101.0 => dates::parse(&cell.shown()),
            Cell::Number(n) => dates::from_excel(*n, self.row.epoch),
            other => {
                let text = other.text()?.unwrap_or_default();
                match serial_text(&text) {
                    Some(serial) => {
                        let moment = dates::from_excel(serial, self.row.epoch)?;
                        self.notes.push(RowError::new(
                            format!("“{text}”按 Excel 日期序列号读作 {}", dates::to_text(moment)),
                            "如有不符，请把日期列设成日期格式后重新导出。",
                        ));
                        Ok(moment)
                    }
                    None => dates::parse(&text),
                }
            }
        }
    }

    fn holds(&mut self, condition: &Condition) -> bool {
        let Some((at, cell)) = self.find(&condition.column, false) else {
            return false;
        };
        match cell.text() {
            Ok(text) => {
                let text = text.unwrap_or_default();
                (condition.is.is_empty() || condition.is.iter().any(|v| same(v, &text)))
                    && !condition.not.iter().any(|v| same(v, &text))
            }
            Err(error) => {
                self.errors
                    .push(error.in_column(self.row.columns.label(at)));
                false
            }
        }
    }

    fn event(&mut self, rule: &EventRule, nth: usize) -> Option<Event> {
        for condition in &rule.when {
            if !self.holds(condition) {
                return None;
            }
        }
        let (at, cell) = self.cell(&rule.on)?;
        let label = self.row.columns.label(at);
        let moment = self.moment(&cell).and_then(|m| {
            dates::check_event(m, self.limits.today)
                .map_err(|error| error.with_value(&cell.shown()))
        });
        let moment = match moment {
            Ok(moment) => moment,
            Err(error) => {
                self.errors.push(error.in_column(label));
                return None;
            }
        };
        let id = if nth == 1 {
            rule.kind.clone()
        } else {
            format!("{}-{nth}", rule.kind)
        };
        let mut event = Event::new(id, rule.kind.clone(), moment.first());
        event.occurred_until = (moment.last() != moment.first()).then(|| moment.last());
        if let Moment::Minute(at) = moment {
            event.occurred_at = Some(at);
        }
        event.origin = Some(self.row.origin.clone());
        event.instance = rule.instance.as_ref().and_then(|s| self.text(s));
        event.place = rule.place.as_ref().and_then(|s| self.text(s));
        for (name, source) in &rule.keys {
            event
                .keys
                .extend(self.text(source).map(|value| (name.clone(), value)));
        }
        for (role, source) in &rule.actors {
            let names = self.text(source).unwrap_or_default();
            event.actors.extend(
                names
                    .split(source.split.as_slice())
                    .map(str::trim)
                    .filter(|n| !n.is_empty())
                    .map(|who| Actor {
                        who: who.to_owned(),
                        role: role.clone(),
                    }),
            );
        }
        for (name, source) in &rule.fields {
            let value = self.number_checked(&rule.kind, name, source);
            event
                .fields
                .extend(value.map(|value| (name.clone(), value)));
        }
        Some(event)
    }
}

/// 五位整数且落在 1990 至 2050 年之间的，是按“常规”格式导出的 Excel 日期。
fn serial_text(text: &str) -> Option<f64> {
    let is_serial = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
    let serial: f64 = is_serial.then(|| text.parse().ok()).flatten()?;
    (32_874.0..55_000.0).contains(&serial).then_some(serial)
}

fn same(left: &str, right: &str) -> bool {
    text::half_width_numeric(left).trim() == text::half_width_numeric(right).trim()
}

/// 读一格文字；翻译、拆列表、读金额。
fn read_text(source: &Source, value: &str) -> Result<Option<Value>, RowError> {
    if source.reading == Reading::List {
        let items = value
            .split(source.split.as_slice())
            .map(str::trim)
            .filter(|item| !item.is_empty());
        let mut list = Vec::new();
        for item in items {
            let translated = translate(source, item)?;
            list.extend(translated.filter(|v| !list.contains(v)));
        }
        return Ok((!list.is_empty()).then_some(Value::List(list)));
    }
    let int = |fen: i64| Ok(Some(Value::Int(fen)));
    match source.reading {
        Reading::Yuan => int(amounts::parse(value, Unit::Yuan)?),
        Reading::WanYuan => int(amounts::parse(value, Unit::WanYuan)?),
        Reading::Fen | Reading::Int => {
            let plain = text::half_width_numeric(value).replace([',', ' '], "");
            let number = plain.parse::<i64>().map_err(|_| {
                RowError::new("不是整数", "请只写数字，不带小数和单位。").with_value(value)
            })?;
            if source.reading == Reading::Fen && number < 0 {
                return Err(limits::negative(value));
            }
            int(number)
        }
        Reading::FineInSentence => Ok(amounts::parse_sentence(value)?.fine.map(Value::Int)),
        Reading::ConfiscatedInSentence => {
            Ok(amounts::parse_sentence(value)?.confiscated.map(Value::Int))
        }
        Reading::DepartmentOfAgency => Ok(agencies::department_of(value).map(Value::from)),
        Reading::RegionOfAgency => Ok(agencies::region_of(value).map(Value::from)),
        Reading::RegionOfCreditCode => Ok(agencies::region_of_credit_code(value).map(Value::Text)),
        Reading::ProvinceOfCode => Ok(agencies::province_of_code(value).map(Value::from)),
        Reading::Bool => read_bool(source, value),
        Reading::Text | Reading::List | Reading::Date | Reading::Instant => {
            translate(source, value)
        }
    }
}

fn translate(source: &Source, value: &str) -> Result<Option<Value>, RowError> {
    if source.values.is_empty() {
        return Ok(Some(Value::Text(value.to_owned())));
    }
    let exact = source.values.get(value);
    let found = exact.or_else(|| {
        source
            .values
            .iter()
            .find(|(from, _)| same(from, value))
            .map(|(_, translated)| translated)
    });
    if let Some(translated) = found {
        return Ok(Some(translated.clone()));
    }
    match source.other {
        Other::Keep => Ok(Some(Value::Text(value.to_owned()))),
        Other::Skip => Ok(None),
        Other::Refuse => {
            let known: Vec<&str> = source.values.keys().map(String::as_str).take(12).collect();
            Err(RowError::new(
                "没有说明这个值是什么意思",
                format!(
                    "已说明的有：{}；请改正，或在映射文件的 values 里补上。",
                    known.join("、")
                ),
            )
            .with_value(value))
        }
    }
}

fn read_bool(source: &Source, value: &str) -> Result<Option<Value>, RowError> {
    if !source.values.is_empty() {
        return translate(source, value);
    }
    match text::half_width_numeric(value)
        .trim()
        .to_lowercase()
        .as_str()
    {
        "是" | "有" | "已" | "y" | "yes" | "true" | "1" | "√" | "✓" => {
            Ok(Some(Value::Bool(true)))
        }
        "否" | "无" | "未" | "n" | "no" | "false" | "0" | "×" | "✗" => {
            Ok(Some(Value::Bool(false)))
        }
        _ => Err(RowError::new("看不出是还是否", "请填“是”或“否”。").with_value(value)),
    }
}
