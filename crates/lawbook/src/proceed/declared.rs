//! 声明里写给人看的：角色、文书、字段、代码，连同中文名。

use std::sync::Arc;

use mingjing_domain::procedure::{FieldToFill, Named, Wants};

use crate::cel::types::Type;
use crate::procedure::{Transition, wanted_list};
use crate::vocabulary::{Field, Kind, Vocabulary};

/// 代码与名称。
pub(super) fn named(code: &Arc<str>, name: &Arc<str>) -> Named {
    Named {
        code: code.clone(),
        name: name.clone(),
    }
}

/// 代码连同代码表里的中文名；表里没有的照写。
pub(super) fn labelled(vocabulary: &Vocabulary, list: &str, codes: &[Arc<str>]) -> Vec<Named> {
    let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
    let label = |code: &Arc<str>| list.and_then(|l| l.label(code)).unwrap_or(code).clone();
    codes.iter().map(|c| named(c, &label(c))).collect()
}

/// 一步应有的文书、音像与依据。
pub(super) fn wants(vocabulary: &Vocabulary, transition: &Transition) -> Wants {
    let of = |key: &str| transition.wants.get(key).map_or(&[][..], Vec::as_slice);
    let list = |key: &str| labelled(vocabulary, wanted_list(key).unwrap_or(key), of(key));
    Wants {
        documents: list("documents"),
        records: list("records"),
        basis: of("basis").to_vec(),
    }
}

/// 事件声明的各字段。
pub(super) fn fields(vocabulary: &Vocabulary, kind: &Kind) -> Vec<FieldToFill> {
    kind.fields
        .iter()
        .map(|field| FieldToFill {
            field: named(&field.name, &field.label),
            type_text: field.type_text.clone(),
            unit: field.unit.clone(),
            is_required: field.is_required,
            is_sensitive: field.is_sensitive,
            codes: codes(vocabulary, field),
        })
        .collect()
}

fn codes(vocabulary: &Vocabulary, field: &Field) -> Vec<Named> {
    let ty = match &field.ty {
        Type::List(inner) => inner,
        other => other,
    };
    let Type::Code(list) = ty else {
        return Vec::new();
    };
    let codes = vocabulary.list_of(*list).codes.iter();
    codes.map(|(code, label)| named(code, label)).collect()
}
