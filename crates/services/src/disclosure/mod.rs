//! 公示：拟稿（按法典的样式遮盖）、另一人逐件批准、公布、更正后再公布、撤下；公众查阅与核对。
//!
//! What the public reads is in `public` and needs no request context: an edge that renders pages calls it as the API does.

mod access;
pub mod approve;
pub mod cancel;
pub mod draft;
pub mod expire;
pub mod list;
pub mod prepare;
pub mod preview;
pub mod public;
pub mod publish;
pub mod rebuild;
pub mod terms;
pub mod withdraw;
