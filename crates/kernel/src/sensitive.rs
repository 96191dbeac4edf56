//! 敏感文本：打印时自行遮盖，取出原文要说明理由。

use std::fmt;

use serde::Deserialize;

/// 敏感的值：没有 `Display`、不能序列化，`Debug` 只见星号；原文只能经 [`Sensitive::reveal`] 取出。
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// 包起一个敏感的值。
    pub const fn new(value: T) -> Self {
        Sensitive(value)
    }

    /// 取出原文。`reason` 不得为空白，写明为何要看；有访问日志的一层据此记录，本层只在调试构建中查其不空。
    pub fn reveal(&self, reason: &str) -> &T {
        debug_assert!(!reason.trim().is_empty(), "revealing needs a reason");
        &self.0
    }

    /// 变换里面的值，仍是敏感的。
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Sensitive<U> {
        Sensitive(change(self.0))
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(***)")
    }
}

/// 遮盖姓名：留首字，其余每字一个星号，如“张**”；少数民族姓名间隔号之后也遮盖。
pub fn mask_name(name: &str) -> String {
    keep_ends(name.trim(), 1, 0)
}

/// 遮盖证件号码：留前两位和后两位，如“11**************1X”；不足六位的全部遮盖。
pub fn mask_id(id: &str) -> String {
    let id = id.trim();
    if id.chars().count() < 6 {
        keep_ends(id, 0, 0)
    } else {
        keep_ends(id, 2, 2)
    }
}

/// 遮盖电话：留前三位和后四位，如“138****0000”；不足九位的只留后两位。
pub fn mask_phone(phone: &str) -> String {
    let phone = phone.trim();
    match phone.chars().count() {
        0..4 => keep_ends(phone, 0, 0),
        4..9 => keep_ends(phone, 0, 2),
        _ => keep_ends(phone, 3, 4),
    }
}

fn keep_ends(text: &str, front: usize, back: usize) -> String {
    let count = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(at, c)| {
            if at < front || at + back >= count {
                c
            } else {
                '*'
            }
        })
        .collect()
}
