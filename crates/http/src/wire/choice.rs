//! 以逗号分隔的若干个代码：逐个核对，不认识的说出可以写的。

use mingjing_edge::extract::query::Commas;
use mingjing_edge::problem::Problem;
use mingjing_services::error::{FieldCode, FieldError, Pointer};

/// 查询参数 `name` 里的各个代码。
pub fn in_query<T: PartialEq>(
    name: &str,
    given: Option<&Commas>,
    of_code: impl Fn(&str) -> Option<T>,
    choices: &str,
) -> Result<Vec<T>, Problem> {
    let texts = given.map_or(&[][..], |given| given.0.as_slice());
    among(&Pointer::query(name), texts, of_code, choices)
}

/// 一处写着的各个代码。
pub fn among<T: PartialEq>(
    pointer: &Pointer,
    texts: &[String],
    of_code: impl Fn(&str) -> Option<T>,
    choices: &str,
) -> Result<Vec<T>, Problem> {
    let mut found = Vec::new();
    for text in texts {
        let Some(value) = of_code(text) else {
            let message = format!("不在可选的值里；可选：{choices}");
            let error = FieldError::new(pointer.clone(), FieldCode::NotAChoice, message);
            return Err(Problem::invalid(vec![error]));
        };
        // Written twice, it is asked for once.
        if !found.contains(&value) {
            found.push(value);
        }
    }
    Ok(found)
}
