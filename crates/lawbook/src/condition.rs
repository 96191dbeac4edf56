//! 条件：原文、闭包与读到的事件种类；评分表与裁量共用。

use std::sync::Arc;

use crate::book::Book;
use crate::cel::compile::{Deps, Env, Test, compile_test};
use crate::diagnostic::Sink;
use crate::tree::Reader;

/// 条件：原文、闭包与读到的事件种类。
pub struct Condition {
    /// 原文。
    pub text: Arc<str>,
    pub(crate) run: Test,
    pub(crate) deps: Deps,
}

impl Condition {
    /// 读一个键上的条件；`has_result` 为可读 `late_days` 等。没有写或写错的没有。
    pub(crate) fn read(
        book: &Book,
        reader: &Reader<'_>,
        key: &'static str,
        has_result: bool,
        sink: &mut Sink,
    ) -> Option<Condition> {
        let text = reader.text(key, sink)?;
        let mut env = Env::new(book);
        env.has_result = has_result;
        let run = compile_test(&mut env, text, &reader.at_key(key), sink)?;
        Some(Condition {
            text: text.into(),
            run,
            deps: env.deps.into_inner(),
        })
    }
}
