//! 办案：建立案件、记录事件、更正、查阅、接下来可以做什么、义务与发现。

pub(crate) mod attachment;
pub mod correct_event;
pub mod create_case;
pub mod derive_duty;
pub mod event_input;
pub mod explain_rule;
pub mod finding_places;
pub mod finding_trend;
pub(crate) mod free_text;
pub mod get_case;
pub(crate) mod handlers;
pub mod list_cases;
pub mod list_duties;
pub mod list_events;
pub mod list_findings;
pub mod list_links;
pub(crate) mod mask;
pub mod next_actions;
pub mod opening;
pub mod reckon_discretion;
pub mod record_event;
pub mod reveal_personal_data;
pub mod score_case;
pub(crate) mod stated_facts;
pub(crate) mod take;
pub mod trial_counts;
