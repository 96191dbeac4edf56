//! 写明的值：按声明记在哪一格，第一次读到才照声明的类型读。
//!
//! A case says far more than the rules ask about it; reading every value as declared used to cost as much as judging.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use mingjing_domain::value::Value;

use crate::vocabulary::Field;

/// 一行：一件事、一个范围或者其中一个对象的各字段，从第几格起。
#[derive(Debug, Clone, Copy)]
pub(super) struct Row(u32);

/// 一个写明的值。
#[derive(Debug)]
enum Given<'t, T> {
    /// 原来写的，与读出的
    Told(&'t Value, OnceCell<T>),
    /// 另定的
    Set(T),
}

/// 许多行。
#[derive(Debug)]
pub(super) struct Rows<'t, T> {
    /// 各格：没有写的为零，写了的是 `given` 里第几个（从一数起）。
    places: Vec<u32>,
    given: Vec<Given<'t, T>>,
}

impl<'t, T> Rows<'t, T> {
    pub(super) fn new() -> Self {
        Rows {
            places: Vec::new(),
            given: Vec::new(),
        }
    }

    /// 一行的各字段；没有声明的略过。
    pub(super) fn add(
        &mut self,
        fields: &[Field],
        by_name: &[u16],
        written: &'t BTreeMap<String, Value>,
    ) -> Row {
        let start = self.places.len();
        self.places.resize(start + fields.len(), 0);
        let name = |place: u16| fields[usize::from(place)].name.as_ref();
        let mut known = by_name.iter().copied().peekable();
        for (key, value) in written {
            while known.next_if(|place| name(*place) < key.as_str()).is_some() {}
            if let Some(place) = known.next_if(|place| name(*place) == key) {
                self.given.push(Given::Told(value, OnceCell::new()));
                self.places[start + usize::from(place)] = self.given.len() as u32;
            }
        }
        Row(start as u32)
    }

    /// 一格的值，第一次读到时由 `read` 读出；没有写的为 `None`。
    pub(super) fn get(&self, row: Row, place: usize, read: impl FnOnce(&Value) -> T) -> Option<&T> {
        let number = self.places[row.0 as usize + place];
        let given = self.given.get(number.checked_sub(1)? as usize)?;
        Some(match given {
            Given::Told(value, typed) => typed.get_or_init(|| read(value)),
            Given::Set(value) => value,
        })
    }

    /// 没有写的一格另定一个值。
    pub(super) fn set_blank(&mut self, row: Row, place: usize, value: T) {
        let number = &mut self.places[row.0 as usize + place];
        if *number == 0 {
            self.given.push(Given::Set(value));
            *number = self.given.len() as u32;
        }
    }
}
