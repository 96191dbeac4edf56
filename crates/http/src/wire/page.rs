//! 按标识翻的列表：多取一条知道还有没有下一页。

use mingjing_edge::problem::Problem;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::page::{Cursor, CursorError, Key, Page, PageRequest};

/// 上一页末尾的标识。
pub fn after_id<K: kind::Kind>(
    list: &str,
    request: &PageRequest,
) -> Result<Option<Id<K>>, Problem> {
    let keys = request.after(list, 1).map_err(problem)?;
    match keys {
        None => Ok(None),
        Some([Key::Text(text)]) => match Id::parse(text) {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(problem(CursorError::Malformed)),
        },
        Some(_) => Err(problem(CursorError::Malformed)),
    }
}

/// 上一页末尾的行序。
pub fn after_number(list: &str, request: &PageRequest) -> Result<Option<u64>, Problem> {
    match request.after(list, 1).map_err(problem)? {
        None => Ok(None),
        Some([Key::Int(number)]) => match u64::try_from(*number) {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(problem(CursorError::Malformed)),
        },
        Some(_) => Err(problem(CursorError::Malformed)),
    }
}

/// 取多少条才知道还有没有下一页。
pub fn one_more(request: &PageRequest) -> u32 {
    u32::try_from(request.size.items()).map_or(u32::MAX, |items| items + 1)
}

/// 由多取了一条的结果切出一页。
pub fn cut<T>(
    list: &str,
    mut rows: Vec<T>,
    request: &PageRequest,
    key: impl Fn(&T) -> Key,
) -> Page<T> {
    let has_more = rows.len() > request.size.items();
    rows.truncate(request.size.items());
    let last = rows.last().filter(|_| has_more);
    Page {
        next: last.map(|row| Cursor::new(list, vec![key(row)])),
        items: rows,
        total: None,
        watermark: None,
    }
}

fn problem(error: CursorError) -> Problem {
    let pointer = Pointer::query("cursor");
    let error = FieldError::new(pointer, FieldCode::Malformed, error.to_string());
    Problem::invalid(vec![error])
}
