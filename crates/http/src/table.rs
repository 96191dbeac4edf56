//! 路由表：全部路由登记在这里，每条写明权限与是否写东西；测试据此核对权限与审计没有遗漏。

use mingjing_policy::permission::{Action, ResourceKind};
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::route::{Access, Entry, Route};
use crate::state::State;
use crate::{
    accounts, audit_entries, bodies, cases, delegations, duties, event_kinds, findings, grants,
    items, jobs, log as ledger, officers, organisations, procedures, public_records, rules,
    sessions as session, stream, system, totp,
};

type Handlers = UtoipaMethodRouter<State>;

/// 全部路由。
pub fn entries() -> Vec<Entry> {
    let parts = [
        system(),
        law(),
        sessions(),
        cases(),
        case_reading(),
        supervision(),
        log(),
        registry_of_places(),
        registry_of_people(),
        accounts(),
        administration(),
    ];
    parts.into_iter().flatten().collect()
}

/// 探测、文档与问题说明。
fn system() -> Vec<Entry> {
    vec![
        Entry::new(
            Route::probe("/healthz", "get_health"),
            routes!(system::healthz::get_health),
        ),
        Entry::new(
            Route::probe("/readyz", "get_readiness"),
            routes!(system::readyz::get_readiness),
        ),
        Entry::new(
            Route::probe("/metrics", "get_metrics"),
            routes!(system::metrics::get_metrics),
        ),
        Entry::new(
            Route::get("/api/v1/openapi.json", "get_document", Access::Public),
            routes!(system::openapi::get_document),
        ),
        Entry::new(
            Route::get("/problems/{code}", "get_problem", Access::Public),
            routes!(system::problem::get_problem),
        ),
    ]
}

/// 施行中的法典：法是公开的，不必登录。
fn law() -> Vec<Entry> {
    vec![
        Entry::new(
            Route::get("/api/v1/rules", "list_rules", Access::Public),
            routes!(rules::list_rules::list_rules),
        ),
        Entry::new(
            Route::get("/api/v1/rules/{code}", "get_rule", Access::Public),
            routes!(rules::get_rule::get_rule),
        ),
        Entry::new(
            Route::get("/api/v1/event_kinds", "list_event_kinds", Access::Public),
            routes!(event_kinds::list_event_kinds::list_event_kinds),
        ),
        Entry::new(
            Route::get("/api/v1/procedures", "list_procedures", Access::Public),
            routes!(procedures::list_procedures::list_procedures),
        ),
    ]
}

fn read(path: &'static str, id: &'static str, access: Access, handlers: Handlers) -> Entry {
    Entry::new(Route::get(path, id, access), handlers)
}

fn act(path: &'static str, id: &'static str, access: Access, handlers: Handlers) -> Entry {
    Entry::new(Route::post(path, id, access), handlers)
}

/// 会话与动态口令。
fn sessions() -> Vec<Entry> {
    use Access::{Action as May, Public, SignedIn};
    use ResourceKind as Of;
    vec![
        act(
            "/api/v1/sessions",
            "create_session",
            Public,
            routes!(session::create_session::create_session),
        ),
        read(
            "/api/v1/sessions",
            "list_sessions",
            May(Action::List, Of::Session),
            routes!(session::list_sessions::list_sessions),
        ),
        read(
            "/api/v1/sessions/current",
            "get_current_session",
            SignedIn,
            routes!(session::get_current_session::get_current_session),
        ),
        Entry::new(
            Route::delete(
                "/api/v1/sessions/current",
                "delete_current_session",
                SignedIn,
            ),
            routes!(session::delete_current_session::delete_current_session),
        ),
        act(
            "/api/v1/sessions/totp",
            "verify_totp",
            SignedIn,
            routes!(session::verify_totp::verify_totp),
        ),
        act(
            "/api/v1/sessions/current/password",
            "change_password",
            SignedIn,
            routes!(session::change_password::change_password),
        ),
        act(
            "/api/v1/sessions/{id}/revoke",
            "revoke_session",
            May(Action::Revoke, Of::Session),
            routes!(session::revoke_session::revoke_session),
        ),
        act(
            "/api/v1/totp",
            "enrol_totp",
            SignedIn,
            routes!(totp::enrol_totp::enrol_totp),
        ),
        act(
            "/api/v1/totp/confirm",
            "confirm_totp",
            SignedIn,
            routes!(totp::confirm_totp::confirm_totp),
        ),
        act(
            "/api/v1/totp/disable",
            "disable_totp",
            SignedIn,
            routes!(totp::disable_totp::disable_totp),
        ),
    ]
}

/// 案件：列出、建立、记录。
fn cases() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/cases",
            "list_cases",
            May(Action::List, Of::Case),
            routes!(cases::list_cases::list_cases),
        ),
        act(
            "/api/v1/cases",
            "create_case",
            May(Action::RecordEvent, Of::Case),
            routes!(cases::create_case::create_case),
        ),
        act(
            "/api/v1/cases/{id}/events",
            "record_event",
            May(Action::RecordEvent, Of::Case),
            routes!(cases::record_event::record_event),
        ),
        act(
            "/api/v1/cases/{id}/corrections",
            "correct_event",
            May(Action::Correct, Of::Case),
            routes!(cases::correct_event::correct_event),
        ),
        act(
            "/api/v1/cases/{id}/reveal",
            "reveal_personal_data",
            May(Action::RevealPersonal, Of::Case),
            routes!(cases::reveal_personal_data::reveal_personal_data),
        ),
    ]
}

/// 一案的各个方面。
fn case_reading() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/cases/{id}",
            "get_case",
            May(Action::Read, Of::Case),
            routes!(cases::get_case::get_case),
        ),
        read(
            "/api/v1/cases/{id}/events",
            "list_case_events",
            May(Action::Read, Of::Case),
            routes!(cases::list_case_events::list_case_events),
        ),
        read(
            "/api/v1/cases/{id}/next_actions",
            "get_next_actions",
            May(Action::Read, Of::Case),
            routes!(cases::get_next_actions::get_next_actions),
        ),
        read(
            "/api/v1/cases/{id}/duties",
            "get_case_duties",
            May(Action::Read, Of::Case),
            routes!(cases::get_case_duties::get_case_duties),
        ),
        read(
            "/api/v1/cases/{id}/findings",
            "get_case_findings",
            May(Action::Read, Of::Case),
            routes!(cases::get_case_findings::get_case_findings),
        ),
        read(
            "/api/v1/cases/{id}/log_proofs",
            "list_case_log_proofs",
            May(Action::Read, Of::LogProof),
            routes!(cases::list_case_log_proofs::list_case_log_proofs),
        ),
    ]
}

/// 义务、发现与实时变动。
fn supervision() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/duties",
            "list_duties",
            May(Action::List, Of::Finding),
            routes!(duties::list_duties::list_duties),
        ),
        read(
            "/api/v1/findings",
            "list_findings",
            May(Action::List, Of::Finding),
            routes!(findings::list_findings::list_findings),
        ),
        read(
            "/api/v1/findings/summary",
            "get_finding_summary",
            May(Action::List, Of::Finding),
            routes!(findings::get_finding_summary::get_finding_summary),
        ),
        read(
            "/api/v1/findings/{id}",
            "get_finding",
            May(Action::Read, Of::Finding),
            routes!(findings::get_finding::get_finding),
        ),
        read(
            "/api/v1/stream",
            "stream_changes",
            May(Action::List, Of::Finding),
            routes!(stream::stream_changes::stream_changes),
        ),
    ]
}

/// 存证：检查点、瓦片、一致性证明与公开记录人人可取。
fn log() -> Vec<Entry> {
    use Access::{Action as May, Public};
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/log/checkpoint",
            "get_checkpoint",
            Public,
            routes!(ledger::get_checkpoint::get_checkpoint),
        ),
        read(
            "/api/v1/log/checkpoints",
            "list_checkpoints",
            Public,
            routes!(ledger::list_checkpoints::list_checkpoints),
        ),
        read(
            "/api/v1/log/entries/{index}",
            "get_log_entry",
            May(Action::Read, Of::LogProof),
            routes!(ledger::get_log_entry::get_log_entry),
        ),
        read(
            "/api/v1/log/proofs/inclusion",
            "get_inclusion_proof",
            May(Action::Read, Of::LogProof),
            routes!(ledger::get_inclusion_proof::get_inclusion_proof),
        ),
        read(
            "/api/v1/log/proofs/consistency",
            "get_consistency_proof",
            Public,
            routes!(ledger::get_consistency_proof::get_consistency_proof),
        ),
        read(
            "/api/v1/log/tiles/{level}/{tile}",
            "get_log_tile",
            Public,
            routes!(ledger::get_log_tile::get_log_tile),
        ),
        read(
            "/api/v1/public_records/{id}",
            "get_public_record",
            Public,
            routes!(public_records::get_public_record::get_public_record),
        ),
    ]
}

/// 登记簿：区划与执法主体。
fn registry_of_places() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/organisations",
            "list_organisations",
            May(Action::List, Of::Organisation),
            routes!(organisations::list_organisations::list_organisations),
        ),
        act(
            "/api/v1/organisations",
            "create_organisation",
            May(Action::Maintain, Of::Organisation),
            routes!(organisations::create_organisation::create_organisation),
        ),
        read(
            "/api/v1/organisations/{id}",
            "get_organisation",
            May(Action::Read, Of::Organisation),
            routes!(organisations::get_organisation::get_organisation),
        ),
        act(
            "/api/v1/organisations/{id}/events",
            "record_organisation_event",
            May(Action::Maintain, Of::Organisation),
            routes!(organisations::record_organisation_event::record_organisation_event),
        ),
        read(
            "/api/v1/bodies",
            "list_bodies",
            May(Action::List, Of::Body),
            routes!(bodies::list_bodies::list_bodies),
        ),
        act(
            "/api/v1/bodies",
            "create_body",
            May(Action::Maintain, Of::Body),
            routes!(bodies::create_body::create_body),
        ),
        read(
            "/api/v1/bodies/{id}",
            "get_body",
            May(Action::Read, Of::Body),
            routes!(bodies::get_body::get_body),
        ),
        act(
            "/api/v1/bodies/{id}/events",
            "record_body_event",
            May(Action::Maintain, Of::Body),
            routes!(bodies::record_body_event::record_body_event),
        ),
        act(
            "/api/v1/bodies/{id}/opening",
            "set_body_opening",
            May(Action::Maintain, Of::Body),
            routes!(bodies::set_body_opening::set_body_opening),
        ),
    ]
}

/// 登记簿：执法人员与执法事项。
fn registry_of_people() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/officers",
            "list_officers",
            May(Action::List, Of::Personnel),
            routes!(officers::list_officers::list_officers),
        ),
        act(
            "/api/v1/officers",
            "create_officer",
            May(Action::Maintain, Of::Personnel),
            routes!(officers::create_officer::create_officer),
        ),
        read(
            "/api/v1/officers/{id}",
            "get_officer",
            May(Action::Read, Of::Personnel),
            routes!(officers::get_officer::get_officer),
        ),
        act(
            "/api/v1/officers/{id}/events",
            "record_officer_event",
            May(Action::Maintain, Of::Personnel),
            routes!(officers::record_officer_event::record_officer_event),
        ),
        act(
            "/api/v1/officers/{id}/reveal",
            "reveal_officer",
            May(Action::Maintain, Of::Personnel),
            routes!(officers::reveal_officer::reveal_officer),
        ),
        read(
            "/api/v1/items",
            "list_items",
            May(Action::List, Of::Item),
            routes!(items::list_items::list_items),
        ),
        act(
            "/api/v1/items",
            "create_item",
            May(Action::Maintain, Of::Item),
            routes!(items::create_item::create_item),
        ),
        read(
            "/api/v1/items/{id}",
            "get_item",
            May(Action::Read, Of::Item),
            routes!(items::get_item::get_item),
        ),
        act(
            "/api/v1/items/{id}/events",
            "record_item_event",
            May(Action::Maintain, Of::Item),
            routes!(items::record_item_event::record_item_event),
        ),
    ]
}

/// 账号、授权与委托。
fn accounts() -> Vec<Entry> {
    use Access::{Action as May, SignedIn};
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/accounts",
            "list_accounts",
            May(Action::List, Of::Account),
            routes!(accounts::list_accounts::list_accounts),
        ),
        act(
            "/api/v1/accounts",
            "create_account",
            May(Action::Create, Of::Account),
            routes!(accounts::create_account::create_account),
        ),
        read(
            "/api/v1/accounts/{id}",
            "get_account",
            May(Action::Read, Of::Account),
            routes!(accounts::get_account::get_account),
        ),
        act(
            "/api/v1/accounts/{id}/disable",
            "disable_account",
            May(Action::Disable, Of::Account),
            routes!(accounts::disable_account::disable_account),
        ),
        act(
            "/api/v1/accounts/{id}/enable",
            "enable_account",
            May(Action::Disable, Of::Account),
            routes!(accounts::enable_account::enable_account),
        ),
        act(
            "/api/v1/accounts/{id}/unlock",
            "unlock_account",
            May(Action::Unlock, Of::Account),
            routes!(accounts::unlock_account::unlock_account),
        ),
        act(
            "/api/v1/accounts/{id}/reset_password",
            "reset_password",
            May(Action::Reset, Of::Account),
            routes!(accounts::reset_password::reset_password),
        ),
        act(
            "/api/v1/accounts/{id}/reset_totp",
            "reset_totp",
            May(Action::Reset, Of::Account),
            routes!(accounts::reset_totp::reset_totp),
        ),
        act(
            "/api/v1/accounts/{id}/revoke_sessions",
            "revoke_account_sessions",
            May(Action::Revoke, Of::Session),
            routes!(accounts::revoke_account_sessions::revoke_account_sessions),
        ),
        read(
            "/api/v1/accounts/{id}/grants",
            "get_account_grants",
            May(Action::Read, Of::Account),
            routes!(accounts::get_account_grants::get_account_grants),
        ),
        act(
            "/api/v1/accounts/{id}/grants",
            "grant_role",
            May(Action::GrantRole, Of::Account),
            routes!(accounts::grant_role::grant_role),
        ),
        act(
            "/api/v1/grants/{id}/revoke",
            "revoke_grant",
            May(Action::GrantRole, Of::Account),
            routes!(grants::revoke_grant::revoke_grant),
        ),
        read(
            "/api/v1/delegations",
            "get_delegations",
            SignedIn,
            routes!(delegations::get_delegations::get_delegations),
        ),
        act(
            "/api/v1/delegations",
            "create_delegation",
            SignedIn,
            routes!(delegations::create_delegation::create_delegation),
        ),
        act(
            "/api/v1/delegations/{id}/end",
            "end_delegation",
            SignedIn,
            routes!(delegations::end_delegation::end_delegation),
        ),
    ]
}

/// 审计与后台任务。
fn administration() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    vec![
        read(
            "/api/v1/audit_entries",
            "list_audit_entries",
            May(Action::Read, Of::AuditTrail),
            routes!(audit_entries::list_audit_entries::list_audit_entries),
        ),
        read(
            "/api/v1/jobs",
            "list_jobs",
            May(Action::List, Of::Job),
            routes!(jobs::list_jobs::list_jobs),
        ),
        act(
            "/api/v1/jobs/{id}/retry",
            "retry_job",
            May(Action::Retry, Of::Job),
            routes!(jobs::retry_job::retry_job),
        ),
    ]
}
