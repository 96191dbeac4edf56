//! 规则：一个编码一个文件，头、部分、升级、示例。

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding::{Marks, Severity};
use mingjing_kernel::date::Date;

use crate::basis::Basis;
use crate::book::Book;
use crate::cel::compile::{Deps, Env, Test, compile_test};
use crate::context::Slot;
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::example::Examples;
use crate::forms::reading::PartReader;
use crate::forms::{Form, Part};
use crate::marks::read_marks;
use crate::tree::{Node, NodeKind, Reader};

/// 规则的状态。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleStatus {
    /// 试行：静默评估
    Trial,
    /// 正式
    Stable,
    /// 将废
    Deprecated,
    /// 已废
    Removed,
}

impl RuleStatus {
    /// 法典文件里的写法。
    pub fn name(self) -> &'static str {
        match self {
            RuleStatus::Trial => "trial",
            RuleStatus::Stable => "stable",
            RuleStatus::Deprecated => "deprecated",
            RuleStatus::Removed => "removed",
        }
    }
}

/// 试行：从哪一日起静默评估，到哪一日止，为什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// 起（含），按判断日。
    pub from: Date,
    /// 止（不含）：到时须转正、延长或者撤下。
    pub until: Date,
    /// 为什么试行。
    pub reason: Arc<str>,
}

impl Trial {
    /// 那一日是否在试行。
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && day < self.until
    }
}

/// 由谁判断。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedBy {
    /// 机：数据判定
    Machine,
    /// 半：给出疑点，由人确认
    Both,
    /// 人：只列检查项
    Person,
}

impl DecidedBy {
    /// 中文名。
    pub fn name(self) -> &'static str {
        match self {
            DecidedBy::Machine => "机",
            DecidedBy::Both => "半",
            DecidedBy::Person => "人",
        }
    }
}

/// 升级。
pub struct Escalation {
    /// 条件。
    pub when: Test,
    /// 程度。
    pub to: Severity,
    /// 建议。
    pub advice: Vec<Arc<str>>,
    /// 标记。
    pub marks: Marks,
    /// 依赖。
    pub deps: Deps,
}

/// 规则。
pub struct Rule {
    /// 编码。
    pub code: Arc<str>,
    /// 名称。
    pub name: Arc<str>,
    /// 严重程度。
    pub severity: Severity,
    /// 施行日。
    pub from: Date,
    /// 失效日（不含）。
    pub to: Option<Date>,
    /// 依据。
    pub citations: Vec<Arc<str>>,
    /// 检查什么。
    pub what: Arc<str>,
    /// 为何重要。
    pub why: Arc<str>,
    /// 状态。
    pub status: RuleStatus,
    /// 试行的期间与理由；只有试行的有。
    pub trial: Option<Trial>,
    /// 由谁判断。
    pub decided_by: DecidedBy,
    /// 建议处理。
    pub advice: Vec<Arc<str>>,
    /// 标记。
    pub marks: Marks,
    /// 依据。
    pub basis: Basis,
    /// 限于地区。
    pub regions: Vec<Arc<str>>,
    /// 限于部门。
    pub departments: Vec<Arc<str>>,
    /// 限于程序。
    pub procedures: Vec<Arc<str>>,
    /// 让位于。
    pub yields_to: Vec<Arc<str>>,
    /// 部分。
    pub parts: Vec<Part>,
    /// 升级。
    pub escalations: Vec<Escalation>,
    /// 示例。
    pub examples: Examples,
    /// 文件位置。
    pub at: At,
}

impl Rule {
    /// 组：规则文件所在的文件夹。
    pub fn area(&self) -> &str {
        self.at.file.path.split('/').nth(1).unwrap_or("")
    }

    /// 一个部分的建议处理：自己写了的，不然规则的。
    pub fn advice_of(&self, part: u16) -> &[Arc<str>] {
        match self.parts.get(usize::from(part)) {
            Some(part) if !part.advice.is_empty() => &part.advice,
            _ => &self.advice,
        }
    }

    /// 那一日是否施行。
    pub fn is_in_force(&self, day: Date) -> bool {
        day >= self.from && self.to.is_none_or(|to| day < to)
    }

    /// 各部分与升级用到的参数名，排好、去重。
    pub fn parameter_names(&self) -> Vec<&str> {
        let of_parts = self.parts.iter().flat_map(|p| &p.deps.params);
        let of_escalations = self.escalations.iter().flat_map(|e| &e.deps.params);
        let mut names: Vec<&str> = of_parts.chain(of_escalations).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// 规则头的预扫描：编码与各部分的名、形式，用于登记义务。
pub(crate) struct Stub<'n> {
    pub(crate) code: &'n str,
    pub(crate) span: std::ops::Range<usize>,
    pub(crate) parts: Vec<(Option<&'n str>, &'n str)>,
}

/// 预扫描一个规则文件。
pub(crate) fn stub(node: &Node) -> Option<Stub<'_>> {
    fn find<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
        let mut entries = node.entries().iter();
        let (_, _, found) = entries.find(|(name, _, _)| name == key)?;
        Some(found)
    }
    let head = find(node, "code")?;
    let code = head.text()?;
    let parts = match find(node, "part").map(|n| &n.kind) {
        Some(NodeKind::Array(items)) => items
            .iter()
            .map(|item| {
                let text = |key: &str| find(item, key).and_then(Node::text);
                (text("id"), text("form").unwrap_or_default())
            })
            .collect(),
        _ => Vec::new(),
    };
    Some(Stub {
        code,
        span: head.span.clone(),
        parts,
    })
}

fn default_advice(severity: Severity) -> Arc<str> {
    match severity {
        Severity::Notice => "H0",
        Severity::Warning => "H1",
        Severity::Breach => "H3",
        Severity::Grave => "H4",
    }
    .into()
}

fn or_default(advice: Vec<Arc<str>>, severity: Severity) -> Vec<Arc<str>> {
    if advice.is_empty() {
        vec![default_advice(severity)]
    } else {
        advice
    }
}

fn shared(list: Vec<(&str, &Node)>) -> Vec<Arc<str>> {
    list.into_iter().map(|(text, _)| Arc::from(text)).collect()
}

/// 读一个规则文件。
pub(crate) fn read(book: &Book, reader: Reader<'_>, sink: &mut Sink) -> Option<Rule> {
    let code = reader.text_required("code", sink);
    let name = reader.text_required("name", sink).unwrap_or("");
    let severity = severity(&reader, "severity", sink);
    let from = crate::load::date(&reader, "from", sink);
    let to = end(&reader, from, sink);
    let what = reader.text_required("what", sink).unwrap_or("");
    let why = reader.text_required("why", sink).unwrap_or("");
    let status = status(&reader, sink);
    let trial = trial(&reader, status, sink);
    let decided_by = decided_by(&reader, sink);
    let version_by = reader.text("version_by", sink).unwrap_or("start");
    let citations = citations(book, &reader, from, to, sink);
    let advice = shared(reader.texts("advice", sink));
    let marks = read_marks(&reader, "marks", sink);
    let basis = book.statutes.basis(marks, &citations);
    let regions = known(&reader, "regions", book.vocabulary.regions.keys(), sink);
    let departments = known(
        &reader,
        "departments",
        book.vocabulary.departments.keys(),
        sink,
    );
    let procedures = shared(reader.texts("procedures", sink));
    let is_rule = |code: &str| book.rules.contains_key(code);
    let yields_to = known_by(&reader, "yields_to", is_rule, book.rules.keys(), sink);
    let parts = parts(book, &reader, code.unwrap_or(""), version_by, sink);
    fitting(&reader, &parts, (version_by, decided_by), sink);
    let escalations = escalations(book, &reader, &parts, sink);
    let examples = Examples::check(book, &reader, sink);
    let at = reader.here();
    reader.finish(sink);
    let severity = severity?;
    Some(Rule {
        code: code?.into(),
        name: name.into(),
        severity,
        from: from?,
        to,
        citations,
        what: what.into(),
        why: why.into(),
        status,
        trial,
        decided_by,
        advice: or_default(advice, severity),
        marks,
        basis,
        regions,
        departments,
        procedures,
        yields_to,
        parts,
        escalations,
        examples,
        at,
    })
}

/// 版本的取法、由谁判断，与各部分的形式相配。
fn fitting(
    reader: &Reader<'_>,
    parts: &[Part],
    (version_by, decided_by): (&str, DecidedBy),
    sink: &mut Sink,
) {
    let has_deadline = parts
        .iter()
        .any(|p: &Part| matches!(p.form, Form::Deadline(_)));
    if version_by != "start" && !has_deadline {
        let message = "version_by 只对期限（deadline）有意义";
        sink.error(
            &reader.here(),
            Code::Key,
            message,
            Some("删去 version_by".into()),
        );
    }
    let by_person = |p: &Part| matches!(p.form, Form::Checklist(_) | Form::Refers);
    if decided_by == DecidedBy::Person && !parts.iter().all(by_person) {
        let message = "decided_by = \"人\" 的规则只能用 checklist";
        sink.error(&reader.here(), Code::Type, message, None);
    }
}

/// 失效日；不晚于施行日的规则永不生效（LB11）。
fn end(reader: &Reader<'_>, from: Option<Date>, sink: &mut Sink) -> Option<Date> {
    let node = reader.get("to")?;
    let to = crate::load::date(reader, "to", sink)?;
    if from.is_some_and(|from| to <= from) {
        let message = "失效日不晚于施行日，规则永不生效";
        let hint = Some("to 是失效的第一天，应晚于 from".into());
        sink.error(&reader.at(node), Code::DeadRule, message, hint);
    }
    Some(to)
}

fn severity(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<Severity> {
    let name = reader.text_required(key, sink)?;
    let parsed = Severity::parse(name);
    if parsed.is_none() {
        let at = reader
            .get(key)
            .map_or_else(|| reader.here(), |n| reader.at(n));
        let hint = Some("提示、预警、违规、重大违法".into());
        sink.error(&at, Code::Type, format!("不认识的严重程度 {name}"), hint);
    }
    parsed
}

fn parts(
    book: &Book,
    reader: &Reader<'_>,
    code: &str,
    version_by: &str,
    sink: &mut Sink,
) -> Vec<Part> {
    let tables = reader.tables("part", sink);
    if tables.is_empty() {
        sink.error(&reader.here(), Code::Key, "规则没有 [[part]]", None);
    }
    let mut parts = Vec::new();
    for table in tables {
        let part = PartReader {
            book,
            reader: &table,
            code,
            version_by,
            env: Env::new(book),
        };
        parts.extend(part.read(sink));
        table.finish(sink);
    }
    parts
}

fn status(reader: &Reader<'_>, sink: &mut Sink) -> RuleStatus {
    match reader.text("status", sink) {
        None | Some("stable") => RuleStatus::Stable,
        Some("trial") => RuleStatus::Trial,
        Some("deprecated") => RuleStatus::Deprecated,
        Some("removed") => RuleStatus::Removed,
        Some(other) => {
            sink.error(
                &reader.at_key("status"),
                Code::Type,
                format!("不认识的状态 {other}"),
                None,
            );
            RuleStatus::Stable
        }
    }
}

/// 试行须有起止与理由：没有终了的试行，是没有人负责的规则。
fn trial(reader: &Reader<'_>, status: RuleStatus, sink: &mut Sink) -> Option<Trial> {
    const HOW: &str =
        "写 trial = { from = \"2026-01-01\", until = \"2026-07-01\", reason = \"为什么试行\" }";
    let is_trial = status == RuleStatus::Trial;
    let Some(table) = reader.table("trial", sink) else {
        if is_trial {
            let message = "试行的规则没有写 trial：试行须有起止与理由";
            sink.error(
                &reader.at_key("status"),
                Code::Key,
                message,
                Some(HOW.into()),
            );
        }
        return None;
    };
    if !is_trial {
        let hint = Some("写 status = \"trial\"，或删去 trial".into());
        let message = "trial 只写在 status = \"trial\" 的规则里";
        sink.error(&reader.at_key("trial"), Code::Key, message, hint);
    }
    let from = crate::load::date(&table, "from", sink);
    let until = crate::load::date(&table, "until", sink);
    let reason = table.text_required("reason", sink);
    let until_at = table.at_key("until");
    table.finish(sink);
    let trial = Trial {
        from: from?,
        until: until?,
        reason: reason?.into(),
    };
    if trial.until <= trial.from {
        let message = "试行的截止日不晚于起始日，从不试行";
        let hint = Some("until 是不再试行的第一天，应晚于 from".into());
        sink.error(&until_at, Code::DeadRule, message, hint);
    }
    Some(trial)
}

fn decided_by(reader: &Reader<'_>, sink: &mut Sink) -> DecidedBy {
    match reader.text("decided_by", sink) {
        None | Some("机") => DecidedBy::Machine,
        Some("半") => DecidedBy::Both,
        Some("人") => DecidedBy::Person,
        Some(other) => {
            sink.error(
                &reader.at_key("decided_by"),
                Code::Type,
                format!("decided_by 不能是 {other}"),
                None,
            );
            DecidedBy::Machine
        }
    }
}

/// 列表中的名字都要登记过。
pub(crate) fn known<'n>(
    reader: &Reader<'_>,
    key: &'static str,
    names: impl Iterator<Item = &'n String> + Clone,
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let is_known = |text: &str| names.clone().any(|name| name == text);
    known_by(reader, key, is_known, names.clone(), sink)
}

/// 同 [`known`]，登记在查得快的表里的。
fn known_by<'n>(
    reader: &Reader<'_>,
    key: &'static str,
    is_known: impl Fn(&str) -> bool,
    names: impl Iterator<Item = &'n String> + Clone,
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let list = reader.texts(key, sink);
    for (text, node) in &list {
        if !is_known(text) {
            let hint = nearest(text, names.clone().map(String::as_str));
            let message = format!("{key}：没有登记 {text}");
            sink.error(&reader.at(node), Code::Name, message, hint);
        }
    }
    shared(list)
}

fn citations(
    book: &Book,
    reader: &Reader<'_>,
    from: Option<Date>,
    to: Option<Date>,
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let list = reader.texts("cite", sink);
    if list.is_empty() {
        sink.error(&reader.here(), Code::Citation, "规则没有依据（cite）", None);
    }
    for (text, node) in &list {
        if let Some(from) = from
            && let Err(reason) = book.statutes.check(text, from, to)
        {
            sink.error(
                &reader.at(node),
                Code::Citation,
                reason,
                Some("补充 statutes/ 或改引用".into()),
            );
        }
    }
    shared(list)
}

fn escalations(
    book: &Book,
    reader: &Reader<'_>,
    parts: &[Part],
    sink: &mut Sink,
) -> Vec<Escalation> {
    let mut kinds: Vec<_> = parts
        .iter()
        .flat_map(|p| p.triggers.iter().copied())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut list = Vec::new();
    for table in reader.tables("escalate", sink) {
        let mut env = Env::new(book);
        if !kinds.is_empty() {
            env = env.slot("e", Slot::E, kinds.clone().into());
        }
        env.has_result = true;
        let when = table.text_required("when", sink).and_then(|text| {
            let at = table
                .get("when")
                .map_or_else(|| table.here(), |n| table.at(n));
            compile_test(&mut env, text, &at, sink)
        });
        let to = table.text_required("to", sink).and_then(Severity::parse);
        let advice = shared(table.texts("advice", sink));
        let marks = read_marks(&table, "mark", sink);
        if to.is_none() {
            sink.error(
                &table.here(),
                Code::Type,
                "escalate 的 to 应为严重程度",
                None,
            );
        }
        if let (Some(when), Some(to)) = (when, to) {
            list.push(Escalation {
                when,
                to,
                advice,
                marks,
                deps: env.deps.into_inner(),
            });
        }
        table.finish(sink);
    }
    list
}

/// 规则按编码索引，供查询。
pub fn index(rules: &[Rule]) -> BTreeMap<Arc<str>, usize> {
    rules
        .iter()
        .enumerate()
        .map(|(i, r)| (r.code.clone(), i))
        .collect()
}
