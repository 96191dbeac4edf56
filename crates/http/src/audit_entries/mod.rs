//! 审计记录：只有安全审计员看得到。

pub mod list_audit_entries;
