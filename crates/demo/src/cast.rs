//! 谁在案件里做什么；一个人一天只到一个现场。

use std::collections::{BTreeMap, HashSet};

use mingjing_kernel::date::Date;

use crate::error::{DemoError, Result};
use crate::land::{Body, Post};
use crate::story::Flaw;

/// 谁哪一天到现场去了：`(证号, 日)`。
#[derive(Debug, Default)]
pub(crate) struct Diary(HashSet<(String, Date)>);

impl Diary {
    /// 两个人，那几天都没有到别的现场去；从第 `first` 个起找，找到的就记下。没有的是 `None`。
    pub(crate) fn team(
        &mut self,
        body: &Body,
        flaw: Option<&Flaw>,
        visits: &[Date],
        first: usize,
    ) -> Result<Option<BTreeMap<String, String>>> {
        let handlers = body.cards(Post::Handler).len();
        for next in 0..handlers {
            let tried = cast(body, flaw, first + next)?;
            let out = ["A", "B"].iter().flat_map(|part| {
                let card = &tried[*part];
                visits.iter().map(|day| (card.clone(), *day))
            });
            let out: Vec<_> = out.collect();
            if out.iter().all(|it| !self.0.contains(it)) {
                self.0.extend(out);
                return Ok(Some(tried));
            }
        }
        Ok(None)
    }
}

/// 谁做什么：第 `first` 个办案人员在前，他旁边的一个在后。
pub(crate) fn cast(
    body: &Body,
    flaw: Option<&Flaw>,
    first: usize,
) -> Result<BTreeMap<String, String>> {
    let handlers = body.cards(Post::Handler);
    let heads = body.cards(Post::Head);
    let at = |cards: &[&str], index: usize| {
        cards
            .get(index % cards.len().max(1))
            .map(|it| (*it).to_owned())
    };
    let one = |post: Post| body.cards(post).first().map(|it| (*it).to_owned());
    let parts = [
        ("A", at(&handlers, first)),
        ("B", at(&handlers, first + 1)),
        ("X", one(Post::Expired)),
        ("C", one(Post::Host)),
        ("R", one(Post::Recorder)),
        ("D", one(Post::Reviewer)),
        ("H1", one(Post::Principal)),
        ("H2", at(&heads, 0)),
        ("H3", at(&heads, 1)),
    ];
    let mut words = BTreeMap::new();
    for (part, card) in parts {
        let nobody = || DemoError::data(&body.name, format!("没有人担任 {part}"));
        words.insert(part.to_owned(), card.ok_or_else(nobody)?);
    }
    let cast = flaw.map(|flaw| flaw.cast.clone()).unwrap_or_default();
    let swapped = cast
        .iter()
        .filter_map(|(part, by)| Some((part.clone(), words.get(by)?.clone())));
    let swapped: Vec<_> = swapped.collect();
    words.extend(swapped);
    Ok(words)
}
