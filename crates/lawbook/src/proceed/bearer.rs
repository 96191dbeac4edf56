//! 归谁：一项义务、一个发现是谁的事——由谁来办完它，或者是谁的行为引起了它，状态表的 `who` 写着。

use crate::cel::types::KindId;
use crate::forms::Form;
use crate::lawbook::Lawbook;
use crate::procedure::Procedure;

/// 一条规则的一个部分说的，是不是这个角色的事。
///
/// What has a time is the matter of whoever does what ends it; anything else is the matter of whoever did what it speaks
/// of. What several may do, or nobody of the state table, is no one's in particular.
pub fn is_borne_by(
    lawbook: &Lawbook,
    procedure: &Procedure,
    (code, part): (&str, u16),
    trigger: Option<KindId>,
    role: &str,
) -> bool {
    let part = lawbook
        .rule(code)
        .and_then(|rule| rule.parts.get(usize::from(part)));
    let met_by = part.and_then(|part| match &part.form {
        Form::Deadline(deadline) => deadline.met_by.as_ref(),
        _ => None,
    });
    let kinds: Vec<KindId> = match met_by {
        Some(selector) => selector.kinds().to_vec(),
        None => trigger.into_iter().collect(),
    };
    let of_kinds = procedure
        .transitions
        .iter()
        .filter(|transition| kinds.contains(&transition.on));
    let mut who = of_kinds.flat_map(|transition| &transition.who).peekable();
    who.peek().is_some() && who.all(|one| one.as_ref() == role)
}
