//! 规则：列出与讲解。

pub mod get_rule;
pub mod get_rule_trial;
pub mod list_rules;
pub mod summary;
