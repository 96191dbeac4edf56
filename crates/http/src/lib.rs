//! 接口 `/api/v1`：一个端点一个文件，路由登记在一张表里，文档由代码生成。
//!
//! Level 6. A handler turns a request into a call of `services` and the answer into JSON, and decides
//! nothing. It knows the lawbook's vocabulary, because that is what `/rules` publishes, and the
//! policy's names, because every route says which permission it needs; it never sees the store.

pub mod accounts;
pub mod adapters;
pub mod answer;
pub mod audit_entries;
pub mod bodies;
pub mod caller;
pub mod cases;
pub mod complaints;
pub mod delegations;
pub mod disclosures;
pub mod discretion_items;
pub mod document;
pub mod duties;
pub mod erasures;
pub mod event_kinds;
pub mod exports;
pub mod fact_scopes;
pub mod findings;
pub mod foresight_runs;
pub mod grants;
pub mod imports;
pub mod items;
pub mod jobs;
pub mod lawbook_candidates;
pub mod lawbook_state;
pub mod log;
pub mod matters;
pub mod officers;
pub mod organisations;
pub mod over_cases;
pub mod procedures;
pub mod public_records;
pub mod registry;
mod repeat;
pub mod roles;
pub mod route;
pub mod router;
pub mod rules;
pub mod sessions;
pub mod state;
pub mod stream;
pub mod system;
pub mod table;
pub mod totp;
pub mod wire;
