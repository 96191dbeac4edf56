//! 公示的内部一面：看公开稿、拟、批、公布、作废、列出。

pub mod approve_disclosure;
pub mod cancel_disclosure;
pub mod disclosure;
pub mod get_case_disclosure_draft;
pub mod get_disclosure;
pub mod list_disclosures;
pub mod prepare_disclosure;
pub mod publish_disclosure;
