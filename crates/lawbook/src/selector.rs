//! 选择器：`first|last|each 种类|种类[条件]`，从时间线上挑事件。

use std::sync::Arc;

use mingjing_kernel::date::Date;

use crate::basis::Basis;
use crate::book::Book;
use crate::cel::compile::{CompileError, Env, Test, compile_text};
use crate::cel::types::{KindId, Type};
use crate::cel::value::{List, Miss, Tri, Val, merge};
use crate::context::{Ctx, Match, Slot};
use crate::diagnostic::{At, Code, Sink};

/// 挑哪一个。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pick {
    /// 最先的
    First,
    /// 最后的
    Last,
    /// 每一个
    Each,
}

/// 一个备选：种类与条件。
struct Choice {
    kind: KindId,
    condition: Option<Test>,
    /// 条件读到别的事件：分键组的，看的是同组的
    reads_others: bool,
}

/// 选择器。
pub struct Selector {
    /// 挑哪一个。
    pub pick: Pick,
    /// 推定日期的序号：日期取推定值而不是发生日。
    pub derived: Option<usize>,
    /// 原文，用于说明。
    pub text: Arc<str>,
    choices: Vec<Choice>,
    /// 各备选的种类（位集）；只有一个备选时不用
    kinds: Vec<u64>,
    /// 同问的触发的编号：几个部分写着同一个选择器、同样的键
    pub(crate) shared: Option<u32>,
    is_any: bool,
    /// 各备选都没有条件
    is_bare: bool,
    /// 所用定义的标记。
    basis: Basis,
}

/// 挑选的结果。
#[derive(Debug, Clone)]
pub enum Selected {
    /// 找到
    Found(u32),
    /// 没有（材料完整）
    None(Miss),
    /// 说不清
    Unknown(Miss),
}

impl Selector {
    /// 解析并编译；`*` 为任何事件。
    pub fn parse(env: &mut Env<'_>, source: &str) -> Result<Selector, CompileError> {
        let bare = source.trim();
        // A selector with alternatives may be quoted inside a condition: all('a|b').
        if let Some(inner) = bare
            .strip_prefix('\'')
            .and_then(|t| t.strip_suffix('\''))
            .filter(|t| !t.contains('\''))
        {
            return Selector::parse(env, inner);
        }
        let trimmed = source.trim_start();
        let lead = source.len() - trimmed.len();
        let (pick, body, skip) = [
            ("first ", Pick::First),
            ("last ", Pick::Last),
            ("each ", Pick::Each),
        ]
        .into_iter()
        .find_map(|(word, pick)| {
            trimmed
                .strip_prefix(word)
                .map(|body| (pick, body, lead + word.len()))
        })
        .unwrap_or((Pick::Each, trimmed, lead));
        let mut selector = Selector {
            pick,
            derived: None,
            text: source.into(),
            choices: Vec::new(),
            kinds: Vec::new(),
            shared: None,
            is_any: false,
            is_bare: true,
            basis: Basis::default(),
        };
        if body.trim() == "*" {
            selector.is_any = true;
            env.deps.borrow_mut().any = true;
            return Ok(selector);
        }
        let expanded = selector.expand(env, body, skip)?;
        let body = expanded.as_deref().unwrap_or(body);
        for (offset, part) in split_alternatives(body) {
            let choice = parse_choice(env, part, skip + offset)?;
            env.deps.borrow_mut().kinds.insert(choice.kind);
            selector.choices.push(choice);
        }
        selector.is_bare = selector.choices.iter().all(|c| c.condition.is_none());
        if selector.choices.len() > 1 {
            for choice in &selector.choices {
                let (word, bit) = (usize::from(choice.kind.0) / 64, choice.kind.0 % 64);
                selector.kinds.resize(selector.kinds.len().max(word + 1), 0);
                selector.kinds[word] |= 1 << bit;
            }
        }
        Ok(selector)
    }

    /// 只认出种类，不编译条件：给具名事件备好名字用。写错的为 `None`，由解析的地方报。
    pub(crate) fn kinds_of(book: &Book, source: &str) -> Option<Arc<[KindId]>> {
        let bare = source.trim();
        let quoted = bare
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''));
        if let Some(inner) = quoted.filter(|text| !text.contains('\'')) {
            return Selector::kinds_of(book, inner);
        }
        let picks = ["first ", "last ", "each "].into_iter();
        let body = picks.filter_map(|word| bare.strip_prefix(word)).next();
        let body = body.unwrap_or(bare).trim();
        if body == "*" {
            return Some(Arc::from([]));
        }
        if let Some(name) = body.strip_prefix("term.") {
            return Selector::kinds_of(book, book.terms.get(name)?.select.as_deref()?);
        }
        if let Some(rest) = body.strip_prefix("derived.") {
            let name = rest.split('[').next()?.trim();
            let kind = &book.derived_kinds[*book.derived_ids.get(name)?];
            return Some(Arc::from([book.vocabulary.kind(kind)?]));
        }
        let kind = |(_, part): (usize, &str)| {
            let name = part.split('[').next()?;
            book.vocabulary.kind(name.trim())
        };
        let kinds: Option<Vec<KindId>> = split_alternatives(body).into_iter().map(kind).collect();
        let mut kinds = kinds?;
        kinds.dedup();
        Some(kinds.into())
    }

    /// 解析，错误写进收集器。
    pub fn parse_at(env: &mut Env<'_>, source: &str, at: &At, sink: &mut Sink) -> Option<Selector> {
        match Selector::parse(env, source) {
            Ok(selector) => Some(selector),
            Err(e) => {
                sink.error(
                    &at.inside(e.at),
                    e.code,
                    format!("选择器“{source}”：{}", e.message),
                    e.hint,
                );
                None
            }
        }
    }

    /// `derived.x[cond]` 与 `term.x` 展开为种类。
    fn expand(
        &mut self,
        env: &mut Env<'_>,
        body: &str,
        skip: usize,
    ) -> Result<Option<String>, CompileError> {
        if let Some(rest) = body.strip_prefix("derived.") {
            let end = rest.find('[').unwrap_or(rest.len());
            let name = rest[..end].trim();
            let Some(id) = env.book.derived_ids.get(name).copied() else {
                return Err(CompileError::new(
                    skip,
                    Code::Name,
                    format!("没有推定日期 derived.{name}"),
                ));
            };
            self.derived = Some(id);
            env.deps.borrow_mut().derived.insert(id);
            return Ok(Some(format!(
                "{}{}",
                env.book.derived_kinds[id],
                &rest[end..]
            )));
        }
        if let Some(name) = body.trim().strip_prefix("term.") {
            let term = env.book.terms.get(name);
            let Some((term, select)) = term.and_then(|t| Some((t, t.select.clone()?))) else {
                return Err(CompileError::new(
                    skip,
                    Code::Name,
                    format!("没有选择器定义 term.{name}"),
                ));
            };
            self.basis = term.basis.clone();
            return Ok(Some(select));
        }
        Ok(None)
    }

    /// 只有一个种类、没有条件、也不取推定日期时，是哪个种类。
    pub fn simple(&self) -> Option<KindId> {
        match &self.choices[..] {
            [only] if only.condition.is_none() && self.derived.is_none() => Some(only.kind),
            _ => None,
        }
    }

    /// 条件读不读到别的事件。
    pub(crate) fn reads_others(&self) -> bool {
        self.choices.iter().any(|c| c.reads_others)
    }

    /// 涉及的种类；`*` 为空。
    pub fn kinds(&self) -> Arc<[KindId]> {
        let mut kinds: Vec<KindId> = self.choices.iter().map(|c| c.kind).collect();
        kinds.dedup();
        kinds.into()
    }

    /// 一个事件是否合乎选择器（键、种类、条件），三值。
    pub fn test(&self, ctx: &Ctx<'_>, position: u32) -> Tri {
        let event = &ctx.run.case.events[position as usize];
        let keys = match ctx.keys.matches(&event.keys, event.declares, event.day) {
            Match::Yes => Tri::True,
            Match::No => return Tri::False,
            Match::Ambiguous(key) => Tri::Unknown(ctx.ambiguous(position, key)),
        };
        let keys = keys.and(|| match event.is_doubtful {
            true => Tri::Unknown(ctx.uncertain_correction(position)),
            false => Tri::True,
        });
        if self.is_any {
            return keys;
        }
        if let [only] = &self.choices[..] {
            if only.kind != event.kind {
                return Tri::False;
            }
            return match &only.condition {
                None => keys,
                Some(condition) => condition(&ctx.with(Slot::Item, position)).and(|| keys),
            };
        }
        let mut result = Tri::False;
        for choice in self.choices.iter().filter(|c| c.kind == event.kind) {
            result = result.or(|| match &choice.condition {
                None => Tri::True,
                Some(condition) => condition(&ctx.with(Slot::Item, position)),
            });
        }
        result.and(|| keys)
    }

    /// 逐个给出可能合乎的事件（按先后），附三值（真或未知）。
    pub fn candidates(&self, ctx: &Ctx<'_>) -> Vec<(u32, Option<Miss>)> {
        let mut found = Vec::new();
        self.each_candidate(ctx, |position, doubt| found.push((position, doubt)));
        found
    }

    /// 同 [`Selector::candidates`]，不另存下来；读到的立足点也一样，所以总是看完全部。
    pub fn each_candidate(&self, ctx: &Ctx<'_>, mut found: impl FnMut(u32, Option<Miss>)) {
        ctx.note(&self.basis);
        // Without conditions, keys and doubts an event of the kind is one of those looked for.
        let is_sure = self.is_bare && ctx.keys.by.is_empty() && !ctx.run.case.has_doubt;
        if is_sure {
            return self.each_of_kind(ctx, |position| found(position, None));
        }
        self.each_of_kind(ctx, |position| match self.test(ctx, position) {
            Tri::True => found(position, None),
            Tri::Unknown(m) => found(position, Some(m)),
            Tri::False => {}
        });
    }

    /// 所涉种类的各件事，按先后；不看条件。
    fn each_of_kind(&self, ctx: &Ctx<'_>, mut found: impl FnMut(u32)) {
        let case = ctx.run.case;
        if let [only] = &self.choices[..] {
            return case.of_kind(only.kind).iter().for_each(|p| found(*p));
        }
        let is_chosen = |kind: KindId| {
            let word = self.kinds.get(usize::from(kind.0) / 64);
            self.is_any || word.is_some_and(|word| word & 1 << (kind.0 % 64) != 0)
        };
        for (position, event) in case.events.iter().enumerate() {
            if is_chosen(event.kind) {
                found(position as u32);
            }
        }
    }

    /// 可能合乎的事件里，最先的（`pick` 为最后的，最后的）一件。
    pub(crate) fn picked(
        &self,
        ctx: &Ctx<'_>,
        keep: impl Fn(u32) -> bool,
    ) -> Option<(u32, Option<Miss>)> {
        let mut picked = None;
        self.each_candidate(ctx, |position, doubt| {
            if (picked.is_none() || self.pick == Pick::Last) && keep(position) {
                picked = Some((position, doubt));
            }
        });
        picked
    }

    /// 到某日为止材料对所涉种类是否完整；不完整时给出缺什么。
    pub fn gap(&self, ctx: &Ctx<'_>, through: Date) -> Option<Miss> {
        if ctx.run.case.is_closed() {
            return None;
        }
        if self.is_any {
            return Some(crate::cel::value::miss(
                "其他事件",
                mingjing_domain::finding::MissingWhy::NotCovered,
            ));
        }
        let mut gap: Option<Miss> = None;
        for choice in &self.choices {
            if !ctx.run.case.is_complete(choice.kind, through) {
                let m = &ctx
                    .run
                    .lawbook
                    .book
                    .vocabulary
                    .kind_of(choice.kind)
                    .not_covered;
                gap = Some(gap.map_or_else(|| m.clone(), |g| merge(&g, m)));
            }
        }
        gap
    }

    /// 挑中的这一件是不是第一件（最后一件）：材料之外可能还有更早（更晚）的，给出缺什么。
    pub fn unseen(&self, ctx: &Ctx<'_>, position: u32) -> Option<Miss> {
        let through = match self.pick {
            Pick::First | Pick::Each => ctx.run.case.day(position),
            Pick::Last => ctx.run.case.as_of,
        };
        self.gap(ctx, through)
    }

    /// 没有这件事的缺失说明。
    pub(crate) fn absent(&self, ctx: &Ctx<'_>) -> Miss {
        self.choices.first().map_or_else(
            || crate::cel::value::miss("事件", mingjing_domain::finding::MissingWhy::Blank),
            |c| {
                ctx.run
                    .lawbook
                    .book
                    .vocabulary
                    .kind_of(c.kind)
                    .absent
                    .clone()
            },
        )
    }

    /// 按 `pick` 挑一个（`Each` 视同 `First`）。
    pub fn select(&self, ctx: &Ctx<'_>) -> Selected {
        self.select_where(ctx, |_| true)
    }

    /// 在满足附加条件的事件中挑一个。
    pub fn select_where(&self, ctx: &Ctx<'_>, keep: impl Fn(u32) -> bool) -> Selected {
        match self.picked(ctx, keep) {
            Some((position, None)) => Selected::Found(position),
            Some((_, Some(m))) => Selected::Unknown(m),
            None => match self.gap(ctx, ctx.run.case.as_of) {
                Some(m) => Selected::Unknown(m),
                None => Selected::None(self.absent(ctx)),
            },
        }
    }

    /// 有没有：任何一个确定合乎即为有。
    pub fn is_there(&self, ctx: &Ctx<'_>) -> Tri {
        match self.find_where(ctx, ctx.run.case.as_of, |_| Tri::True) {
            Ok(_) => Tri::True,
            Err(None) => Tri::False,
            Err(Some(m)) => Tri::Unknown(m),
        }
    }

    /// 满足附加条件的一件；没有的为 `Err(None)`，说不清的给出缺什么。材料完整到 `through` 才能说没有。
    pub fn find_where(
        &self,
        ctx: &Ctx<'_>,
        through: Date,
        keep: impl Fn(u32) -> Tri,
    ) -> Result<u32, Option<Miss>> {
        let mut found: Option<u32> = None;
        let mut unknown: Option<Miss> = None;
        self.each_candidate(ctx, |position, doubt| {
            if found.is_some() {
                return;
            }
            let kept = doubt.map_or(Tri::True, Tri::Unknown).and(|| keep(position));
            match kept {
                Tri::True => found = Some(position),
                Tri::False => {}
                Tri::Unknown(m) => {
                    unknown = Some(unknown.take().map_or_else(|| m.clone(), |u| merge(&u, &m)));
                }
            }
        });
        if let Some(position) = found {
            return Ok(position);
        }
        Err(match (unknown, self.gap(ctx, through)) {
            (Some(u), Some(g)) => Some(merge(&u, &g)),
            (Some(m), None) | (None, Some(m)) => Some(m),
            (None, None) => None,
        })
    }

    /// 全部合乎的事件，作为列表值。
    pub fn all(&self, ctx: &Ctx<'_>) -> Val {
        let mut open = self.gap(ctx, ctx.run.case.as_of);
        let mut items = Vec::new();
        self.each_candidate(ctx, |position, doubt| match doubt {
            None => items.push(Val::Event(position)),
            Some(m) => open = Some(open.take().map_or_else(|| m.clone(), |o| merge(&o, &m))),
        });
        Val::List(List {
            items: items.into(),
            open,
        })
    }
}

/// 在括号与引号之外按 `|` 分开，给出偏移。
fn split_alternatives(body: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut quote, mut start) = (0i32, None, 0usize);
    let mut parts = Vec::new();
    for (i, c) in body.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth -= 1,
            (None, '|') if depth == 0 => {
                parts.push((start, &body[start..i]));
                start = i + 1;
            }
            (None, _) => {}
        }
    }
    parts.push((start, &body[start..]));
    parts
}

fn parse_choice(env: &mut Env<'_>, part: &str, offset: usize) -> Result<Choice, CompileError> {
    let (name, condition) = match part.find('[') {
        None => (part.trim(), None),
        Some(open) => {
            let Some(inner) = part[open + 1..].trim_end().strip_suffix(']') else {
                return Err(CompileError::new(
                    offset + open,
                    Code::Type,
                    "方括号没有闭合",
                ));
            };
            (part[..open].trim(), Some((open + 1, inner)))
        }
    };
    let Some(kind) = env.book.vocabulary.kind(name) else {
        let hint = env.book.vocabulary.nearest_kind(name);
        return Err(CompileError::new(offset, Code::Event, format!("没有事件 {name}")).hint(hint));
    };
    let Some((at, source)) = condition else {
        return Ok(Choice {
            kind,
            condition: None,
            reads_others: false,
        });
    };
    let outer = env.item.replace(Arc::from([kind]));
    let before = env.deps.take();
    let typed = compile_text(env, source);
    let own = env.deps.replace(before);
    let reads_others = own.any || !own.kinds.is_empty() || !own.duties.is_empty();
    env.deps.borrow_mut().extend(own);
    env.item = outer;
    let typed = typed.map_err(|e| CompileError {
        at: e.at + offset + at,
        ..e
    })?;
    if !typed.ty.matches(&Type::Bool) {
        let message = format!("方括号中应为是否，实为{}", typed.ty.name());
        return Err(CompileError::new(offset + at, Code::Type, message));
    }
    Ok(Choice {
        kind,
        condition: Some(typed.into_test()),
        reads_others,
    })
}
