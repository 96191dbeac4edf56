//! 测试台：每个测试一个库，两种数据库都跑；时钟可拨，随机数可重复。
//!
//! Used in dev-dependencies only. [`on_both_engines`] turns `async fn name(db: Database)` into two tests.
#![forbid(unsafe_code)]

pub mod chance;
pub mod clock;
pub mod database;
mod postgres;
pub mod raw;

/// 每个 `async fn name(db: Database)` 成为两个测试：`sqlite::name` 与 `postgres::name`。
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { $crate::database::on_sqlite(super::$name); })*
        }
        mod postgres {
            $(#[test] fn $name() { $crate::database::on_postgres(super::$name); })*
        }
    };
}
