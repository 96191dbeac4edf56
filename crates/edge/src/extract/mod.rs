//! 取出请求里的东西：正文、查询、路径、请求头；不合要求的答 422，逐处说出位置。

pub mod body;
pub mod header;
pub mod path;
pub mod query;
mod reason;
