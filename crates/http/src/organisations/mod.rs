//! 区划：列出、登记、查看、变更。

pub mod create_organisation;
pub mod get_organisation;
pub mod list_organisations;
pub mod record_organisation_event;
