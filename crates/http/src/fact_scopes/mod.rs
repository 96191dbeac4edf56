//! 事实的声明：各范围有哪些字段，供填报的表单使用。

pub mod get_fact_scopes;
