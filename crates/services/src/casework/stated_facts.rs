//! 填报的事实：建案、记“填报事实”、试算裁量，都由这里与法典的声明核对。

use mingjing_domain::timeline::Facts;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::stated::{FactFaultKind, fact_faults};

use crate::error::{FieldCode, FieldError, Pointer};
use crate::limit::FIELD_ERRORS_MAX;

/// What stated facts lack against the declarations: a fact that nobody reads would be lost unseen.
pub(crate) fn stated_faults(lawbook: &Lawbook, facts: &Facts, at: &Pointer) -> Vec<FieldError> {
    let faults = fact_faults(&lawbook.book.vocabulary, facts);
    let told = faults.into_iter().take(FIELD_ERRORS_MAX).map(|fault| {
        let path = fault.path.iter();
        let pointer = path.fold(at.clone(), |at, part| at.member(part));
        let code = match fault.kind {
            FactFaultKind::Unknown => FieldCode::Unknown,
            FactFaultKind::WrongType => FieldCode::WrongType,
            FactFaultKind::OutOfRange => FieldCode::OutOfRange,
        };
        FieldError::new(pointer, code, fault.message)
    });
    told.collect()
}
