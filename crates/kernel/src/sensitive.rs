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

/// 遮盖地址：由头起留到最后一级区划，其后不留，如“甲省乙市丙区***”；小区、园区、超市一类不是区划；看不出区划的全部遮盖。
pub fn mask_address(address: &str) -> String {
    const LEVELS: [char; 9] = ['省', '市', '区', '县', '旗', '盟', '州', '镇', '乡'];
    /// With one of these before it, the character is part of another word: 小区, 社区, 园区, 校区, 厂区, 库区, 超市, 夜市.
    const OTHER: [char; 9] = ['小', '社', '园', '校', '厂', '库', '超', '夜', '菜'];
    /// The longest name of a division, an autonomous prefecture, has thirteen characters.
    const NAME_CHARS_MAX: usize = 13;
    let address = address.trim();
    let (mut kept, mut since, mut before) = (0, 0, None);
    for (at, c) in address.char_indices() {
        since += 1;
        let is_other = before.is_none_or(|before| OTHER.contains(&before));
        before = Some(c);
        if since > NAME_CHARS_MAX || (LEVELS.contains(&c) && is_other) {
            break;
        }
        if LEVELS.contains(&c) {
            (kept, since) = (at + c.len_utf8(), 0);
        }
    }
    format!("{}***", &address[..kept])
}

/// 遮盖名单里的称呼（案件叫什么、格里写了什么）：也许是姓名，留首字、数字与标点。
pub fn mask_label(label: &str) -> String {
    // Words that stand beside numbers: a day, an amount, a 文号.
    const PLAIN: [char; 9] = ['年', '月', '日', '时', '分', '元', '万', '第', '号'];
    let label = label.trim();
    let is_word = |c: char| c.is_alphabetic() && !c.is_ascii() && !PLAIN.contains(&c);
    let hidden = |(at, c): (usize, char)| match at > 0 && is_word(c) {
        true => '*',
        false => c,
    };
    label.chars().enumerate().map(hidden).collect()
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
