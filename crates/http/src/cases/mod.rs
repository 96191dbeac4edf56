//! 案件：列出、建立、查看、事件、更正、查看个人信息、接下来可以做什么、义务、发现、裁量、存证。

pub mod bundle_case;
pub mod case;
pub mod correct_event;
pub mod create_case;
pub mod explain_case_rule;
pub mod get_case;
pub mod get_case_discretion;
pub mod get_case_duties;
pub mod get_case_duty;
pub mod get_case_findings;
pub mod get_case_links;
pub mod get_next_actions;
pub mod list_case_events;
pub mod list_case_log_proofs;
pub mod list_cases;
pub mod next_action;
pub mod record_event;
pub mod reveal_personal_data;
pub mod score_case;
