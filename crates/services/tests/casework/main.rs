//! 办案与评估：经过服务，在两种数据库上。

mod changes;
mod guards;
mod office;
mod rebuild;
mod scope;
mod walk;
