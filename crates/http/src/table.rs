//! 路由表：全部路由登记在这里，每条写明权限与是否写东西；测试据此核对权限与审计没有遗漏。

use mingjing_policy::permission::{Action, ResourceKind};
use utoipa_axum::routes;

use crate::route::{Access, Entry, Repeat, Route};
use crate::{
    accounts, adapters, audit_entries, bodies, cases, complaints, delegations, disclosures,
    discretion_items, duties, erasures, event_kinds, exports, fact_scopes, findings,
    foresight_runs, grants, imports, items, jobs, lawbook_candidates, lawbook_state, log as ledger,
    matters, officers, organisations, over_cases, procedures, public_records, roles, rules,
    sessions as session, stream, system, totp,
};

/// Why a key is not taken: what it would keep must stand nowhere.
const SECRET: Repeat = Repeat::NoKey("答复里有口令、密钥或令牌，只见一次，不能存下来再给");
const ONE_TIME: Repeat = Repeat::NoKey("动态口令只用得一次，重发的不成");
const PERSONAL: Repeat = Repeat::NoKey("答复里有个人信息，不另存；每看一次记一次审计");
const ENDS_SESSION: Repeat = Repeat::NoKey("会话已经结束，重发的不再是本人");
const BY_CONTENT: Repeat = Repeat::NoKey("以文件与各项的摘要防重：再交同样的一份得到原来的一批");
const BY_STATE: Repeat = Repeat::NoKey("以批的状态防重：正做着的接着做，做完的原样答复");

const EXPORTED: Repeat = Repeat::NoKey("整份交出，不另存；每导出一次记一次审计");

const BY_ENDING: Repeat =
    Repeat::NoKey("一份公示稿只批准一次、作废一次：重发的答 409，说明已经批准或已经了结");

/// One line for each route: the method, the path, the module and its operation, who may come, and what a key does if it
/// is not the usual.
macro_rules! routes_of {
    ($($method:ident $path:literal $module:ident::$operation:ident, $access:expr $(, $repeat:expr)?;)*) => {
        vec![$(Entry::new(
            Route::$method($path, stringify!($operation), $access)$(.with_repeat($repeat))?,
            routes!($module::$operation::$operation),
        ),)*]
    };
}

/// 全部路由。
pub fn entries() -> Vec<Entry> {
    let parts = [
        system(),
        law(),
        sessions(),
        cases(),
        case_reading(),
        supervision(),
        supervision_matters(),
        complaint_register(),
        log(),
        registry_of_places(),
        registry_of_people(),
        accounts(),
        imports(),
        erasures(),
        disclosures(),
        public_records(),
        foresight(),
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
        Entry::new(
            Route::get("/api/v1/fact_scopes", "get_fact_scopes", Access::Public),
            routes!(fact_scopes::get_fact_scopes::get_fact_scopes),
        ),
        Entry::new(
            Route::get(
                "/api/v1/discretion_items",
                "list_discretion_items",
                Access::Public,
            ),
            routes!(discretion_items::list_discretion_items::list_discretion_items),
        ),
        // What is stated may be about somebody: not in an address, hence a POST that writes nothing.
        Entry::new(
            Route::post(
                "/api/v1/discretion_items/{code}/reckon",
                "reckon_stated_facts",
                Access::SignedIn,
            )
            .reading(),
            routes!(discretion_items::reckon_stated_facts::reckon_stated_facts),
        ),
    ]
}

/// 会话与动态口令。
fn sessions() -> Vec<Entry> {
    use Access::{Action as May, Public, SignedIn};
    use ResourceKind as Of;
    routes_of! {
        post "/api/v1/sessions" session::create_session, Public, SECRET;
        get "/api/v1/sessions" session::list_sessions, May(Action::List, Of::Session);
        get "/api/v1/sessions/current" session::get_current_session, SignedIn;
        delete "/api/v1/sessions/current" session::delete_current_session, SignedIn, ENDS_SESSION;
        post "/api/v1/sessions/totp" session::verify_totp, SignedIn, SECRET;
        post "/api/v1/sessions/recovery_code" session::verify_recovery_code, SignedIn, SECRET;
        post "/api/v1/sessions/current/password" session::change_password, SignedIn, SECRET;
        post "/api/v1/sessions/{id}/revoke" session::revoke_session, May(Action::Revoke, Of::Session);
        post "/api/v1/totp" totp::enrol_totp, SignedIn, SECRET;
        post "/api/v1/totp/confirm" totp::confirm_totp, SignedIn, SECRET;
        post "/api/v1/totp/recovery_codes" totp::renew_recovery_codes, SignedIn, SECRET;
        post "/api/v1/totp/disable" totp::disable_totp, SignedIn, ONE_TIME;
    }
}

/// 案件：列出、建立、记录。
fn cases() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/cases" cases::list_cases, May(Action::List, Of::Case);
        post "/api/v1/cases" cases::create_case, May(Action::RecordEvent, Of::Case), Repeat::KeyRequired;
        post "/api/v1/cases/{id}/events" cases::record_event, May(Action::RecordEvent, Of::Case), Repeat::KeyRequired;
        post "/api/v1/cases/{id}/corrections" cases::correct_event, May(Action::Correct, Of::Case), Repeat::KeyRequired;
        post "/api/v1/cases/{id}/reveal" cases::reveal_personal_data, May(Action::RevealPersonal, Of::Case), PERSONAL;
        post "/api/v1/cases/{id}/bundle" cases::bundle_case, May(Action::Bundle, Of::Case), PERSONAL;
    }
}

/// 一案的各个方面。
fn case_reading() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/cases/{id}" cases::get_case, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/events" cases::list_case_events, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/next_actions" cases::get_next_actions, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/duties" cases::get_case_duties, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/duties/{duty}" cases::get_case_duty, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/rules/{code}" cases::explain_case_rule, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/score_sheets" cases::score_case, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/discretion" cases::get_case_discretion, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/findings" cases::get_case_findings, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/links" cases::get_case_links, May(Action::Read, Of::Case);
        get "/api/v1/cases/{id}/log_proofs" cases::list_case_log_proofs, May(Action::Read, Of::LogProof);
    }
}

/// 义务、发现与实时变动。
fn supervision() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/duties" duties::list_duties, May(Action::List, Of::Finding);
        get "/api/v1/findings" findings::list_findings, May(Action::List, Of::Finding);
        get "/api/v1/findings/summary" findings::get_finding_summary, May(Action::List, Of::Finding);
        get "/api/v1/findings/places" findings::get_finding_places, May(Action::List, Of::Finding);
        get "/api/v1/findings/trend" findings::get_finding_trend, May(Action::List, Of::Finding);
        get "/api/v1/over_cases_findings" over_cases::list_over_cases_findings, May(Action::List, Of::Finding);
        get "/api/v1/over_cases_findings/summary" over_cases::get_over_cases_summary, May(Action::List, Of::Finding);
        get "/api/v1/over_cases_findings/{id}" over_cases::get_over_cases_finding, May(Action::Read, Of::Finding);
        get "/api/v1/over_cases_state" over_cases::get_over_cases_state, May(Action::List, Of::Finding);
        post "/api/v1/over_cases_runs" over_cases::create_over_cases_run, May(Action::Run, Of::Finding);
        get "/api/v1/rules/{code}/trial" rules::get_rule_trial, May(Action::List, Of::Finding);
        get "/api/v1/findings/{id}" findings::get_finding, May(Action::Read, Of::Finding);
        get "/api/v1/stream" stream::stream_changes, May(Action::List, Of::Finding);
    }
}

/// 监督事项：各步在 `/cases/{id}` 之下，与案件同一个机制。
fn supervision_matters() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/matters" matters::list_matters, May(Action::List, Of::Supervision);
        post "/api/v1/matters" matters::open_matter, May(Action::Create, Of::Supervision), Repeat::KeyRequired;
        get "/api/v1/matters/summary" matters::get_matter_summary, May(Action::List, Of::Supervision);
        get "/api/v1/matters/{id}" matters::get_matter, May(Action::List, Of::Supervision);
        post "/api/v1/exports/matters" exports::export_matters, May(Action::Export, Of::Supervision), PERSONAL;
    }
}

/// 投诉举报：各步在 `/cases/{id}` 之下，与案件同一个机制。
fn complaint_register() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/complaints" complaints::list_complaints, May(Action::List, Of::Complaint);
        post "/api/v1/complaints" complaints::register_complaint, May(Action::Create, Of::Complaint), Repeat::KeyRequired;
        get "/api/v1/complaints/summary" complaints::get_complaint_summary, May(Action::List, Of::Complaint);
        get "/api/v1/complaints/{id}" complaints::get_complaint, May(Action::Read, Of::Complaint);
        post "/api/v1/complaints/{id}/informant_requests" complaints::create_informant_request,
            May(Action::Request, Of::Complaint);
        post "/api/v1/complaints/{id}/informant_requests/{request}/approve" complaints::approve_informant_request,
            May(Action::Approve, Of::Complaint);
        post "/api/v1/complaints/{id}/informant_requests/{request}/open" complaints::open_informant,
            May(Action::RevealReporter, Of::Complaint), PERSONAL;
        post "/api/v1/exports/complaints" exports::export_complaints, May(Action::Export, Of::Complaint), PERSONAL;
    }
}

/// 存证：检查点、瓦片、一致性证明人人可取。
fn log() -> Vec<Entry> {
    use Access::{Action as May, Public};
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/log/checkpoint" ledger::get_checkpoint, Public;
        get "/api/v1/log/key" ledger::get_log_key, Public;
        get "/api/v1/log/checkpoints" ledger::list_checkpoints, Public;
        get "/api/v1/log/entries/{index}" ledger::get_log_entry, May(Action::Read, Of::LogProof);
        get "/api/v1/log/proofs/inclusion" ledger::get_inclusion_proof, May(Action::Read, Of::LogProof);
        get "/api/v1/log/proofs/consistency" ledger::get_consistency_proof, Public;
        get "/api/v1/log/tiles/{level}/{tile}" ledger::get_log_tile, Public;
    }
}

/// 登记簿：区划与执法主体。
fn registry_of_places() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/organisations" organisations::list_organisations, May(Action::List, Of::Organisation);
        post "/api/v1/organisations" organisations::create_organisation, May(Action::Maintain, Of::Organisation);
        get "/api/v1/organisations/{id}" organisations::get_organisation, May(Action::Read, Of::Organisation);
        post "/api/v1/organisations/{id}/events" organisations::record_organisation_event, May(Action::Maintain, Of::Organisation);
        get "/api/v1/bodies" bodies::list_bodies, May(Action::List, Of::Body);
        post "/api/v1/bodies" bodies::create_body, May(Action::Maintain, Of::Body);
        get "/api/v1/bodies/{id}" bodies::get_body, May(Action::Read, Of::Body);
        post "/api/v1/bodies/{id}/events" bodies::record_body_event, May(Action::Maintain, Of::Body);
        post "/api/v1/bodies/{id}/opening" bodies::set_body_opening, May(Action::Maintain, Of::Body);
    }
}

/// 登记簿：执法人员与执法事项。
fn registry_of_people() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/officers" officers::list_officers, May(Action::List, Of::Personnel);
        post "/api/v1/officers" officers::create_officer, May(Action::Maintain, Of::Personnel);
        get "/api/v1/officers/{id}" officers::get_officer, May(Action::Read, Of::Personnel);
        post "/api/v1/officers/{id}/events" officers::record_officer_event, May(Action::Maintain, Of::Personnel);
        post "/api/v1/officers/{id}/reveal" officers::reveal_officer, May(Action::Maintain, Of::Personnel), PERSONAL;
        get "/api/v1/items" items::list_items, May(Action::List, Of::Item);
        post "/api/v1/items" items::create_item, May(Action::Maintain, Of::Item);
        get "/api/v1/items/{id}" items::get_item, May(Action::Read, Of::Item);
        post "/api/v1/items/{id}/events" items::record_item_event, May(Action::Maintain, Of::Item);
    }
}

/// 账号、授权与委托。
fn accounts() -> Vec<Entry> {
    use Access::{Action as May, SignedIn};
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/roles" roles::get_roles, SignedIn;
        get "/api/v1/accounts" accounts::list_accounts, May(Action::List, Of::Account);
        post "/api/v1/accounts" accounts::create_account, May(Action::Create, Of::Account), SECRET;
        get "/api/v1/accounts/{id}" accounts::get_account, May(Action::Read, Of::Account);
        post "/api/v1/accounts/{id}/disable" accounts::disable_account, May(Action::Disable, Of::Account);
        post "/api/v1/accounts/{id}/enable" accounts::enable_account, May(Action::Disable, Of::Account);
        post "/api/v1/accounts/{id}/unlock" accounts::unlock_account, May(Action::Unlock, Of::Account);
        post "/api/v1/accounts/{id}/reset_password" accounts::reset_password, May(Action::Reset, Of::Account), SECRET;
        post "/api/v1/accounts/{id}/reset_totp" accounts::reset_totp, May(Action::Reset, Of::Account);
        post "/api/v1/accounts/{id}/revoke_sessions" accounts::revoke_account_sessions, May(Action::Revoke, Of::Session);
        get "/api/v1/accounts/{id}/grants" accounts::get_account_grants, May(Action::Read, Of::Account);
        post "/api/v1/accounts/{id}/grants" accounts::grant_role, May(Action::GrantRole, Of::Account);
        post "/api/v1/grants/{id}/revoke" grants::revoke_grant, May(Action::GrantRole, Of::Account);
        get "/api/v1/delegations" delegations::get_delegations, SignedIn;
        post "/api/v1/delegations" delegations::create_delegation, SignedIn;
        post "/api/v1/delegations/{id}/end" delegations::end_delegation, SignedIn;
    }
}

/// 名单的导入；导出。
fn imports() -> Vec<Entry> {
    use Access::{Action as May, SignedIn};
    use ResourceKind as Of;
    let accept = Route::post(
        "/api/v1/imports",
        "create_import",
        May(Action::DryRun, Of::Import),
    );
    let mut all = routes_of! {
        get "/api/v1/adapters" adapters::get_adapters, SignedIn;
        get "/api/v1/imports" imports::list_imports, May(Action::List, Of::Import);
        get "/api/v1/imports/{id}" imports::get_import, May(Action::Read, Of::Import);
        get "/api/v1/imports/{id}/receipt" imports::get_import_receipt, May(Action::Read, Of::Import);
        get "/api/v1/imports/{id}/rows" imports::list_import_rows, May(Action::Read, Of::Import);
        get "/api/v1/imports/{id}/unknown_bodies" imports::get_unknown_bodies, May(Action::Read, Of::Import);
        post "/api/v1/imports/{id}/dry_run" imports::dry_run_import, May(Action::DryRun, Of::Import), BY_STATE;
        post "/api/v1/imports/{id}/run" imports::run_import, May(Action::Run, Of::Import), BY_STATE;
        post "/api/v1/imports/{id}/body_mappings" imports::map_bodies, May(Action::MapBodies, Of::Import);
        post "/api/v1/exports/cases" exports::export_cases, May(Action::Export, Of::Case), PERSONAL;
        post "/api/v1/exports/findings" exports::export_findings, May(Action::Export, Of::Finding), PERSONAL;
        post "/api/v1/exports/over_cases_findings" exports::export_over_cases, May(Action::Export, Of::Finding), PERSONAL;
    };
    all.push(Entry::new(
        accept
            .with_body_bytes(imports::create_import::BODY_BYTES_MAX)
            .with_repeat(BY_CONTENT),
        routes!(imports::create_import::create_import),
    ));
    all
}

/// 内容清除。
fn erasures() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/erasures" erasures::list_erasures, May(Action::List, Of::Erasure);
        post "/api/v1/erasures" erasures::request_erasure, May(Action::Request, Of::Erasure);
        post "/api/v1/erasures/{id}/approve" erasures::approve_erasure, May(Action::Approve, Of::Erasure);
    }
}

/// 公示的内部一面：看公开稿、拟、批、公布、作废。
fn disclosures() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/cases/{id}/disclosure_draft" disclosures::get_case_disclosure_draft, May(Action::Read, Of::Disclosure);
        get "/api/v1/disclosures" disclosures::list_disclosures, May(Action::List, Of::Disclosure);
        post "/api/v1/disclosures" disclosures::prepare_disclosure, May(Action::Request, Of::Disclosure);
        get "/api/v1/disclosures/{id}" disclosures::get_disclosure, May(Action::Read, Of::Disclosure);
        post "/api/v1/disclosures/{id}/approve" disclosures::approve_disclosure, May(Action::Approve, Of::Disclosure), BY_ENDING;
        post "/api/v1/disclosures/{id}/publish" disclosures::publish_disclosure, May(Action::Publish, Of::Disclosure);
        post "/api/v1/disclosures/{id}/cancel" disclosures::cancel_disclosure, May(Action::Request, Of::Disclosure), BY_ENDING;
    }
}

/// 公开记录：查阅与核对不必登录，撤下要权限。
fn public_records() -> Vec<Entry> {
    use Access::{Action as May, Public};
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/public_records" public_records::list_public_records, Public;
        get "/api/v1/public_records/{id}" public_records::get_public_record, Public;
        get "/api/v1/public_records/{id}/file" public_records::get_public_record_file, Public;
        get "/api/v1/cases/{id}/public_records" public_records::get_case_public_records, May(Action::Read, Of::Disclosure);
        post "/api/v1/public_records/{id}/withdraw" public_records::withdraw_public_record, May(Action::Withdraw, Of::Disclosure);
    }
}

/// 换法典之前先看后果。
fn foresight() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/lawbook_candidates" lawbook_candidates::get_lawbook_candidates, May(Action::Simulate, Of::Lawbook);
        get "/api/v1/lawbook_candidates/{name}" lawbook_candidates::get_lawbook_candidate, May(Action::Simulate, Of::Lawbook);
        get "/api/v1/foresight_runs" foresight_runs::get_foresight_runs, May(Action::Simulate, Of::Lawbook);
        post "/api/v1/foresight_runs" foresight_runs::create_foresight_run, May(Action::Simulate, Of::Lawbook);
        get "/api/v1/foresight_runs/{id}" foresight_runs::get_foresight_run, May(Action::Simulate, Of::Lawbook);
        post "/api/v1/foresight_runs/{id}/cancel" foresight_runs::cancel_foresight_run, May(Action::Simulate, Of::Lawbook);
        post "/api/v1/foresight_runs/{id}/export" foresight_runs::export_foresight_run, May(Action::Simulate, Of::Lawbook), EXPORTED;
    }
}

/// 审计与后台任务。
fn administration() -> Vec<Entry> {
    use Access::Action as May;
    use ResourceKind as Of;
    routes_of! {
        get "/api/v1/audit_entries" audit_entries::list_audit_entries, May(Action::Read, Of::AuditTrail);
        get "/api/v1/lawbook_state" lawbook_state::get_lawbook_state, May(Action::Read, Of::Lawbook);
        get "/api/v1/jobs" jobs::list_jobs, May(Action::List, Of::Job);
        post "/api/v1/jobs/{id}/retry" jobs::retry_job, May(Action::Retry, Of::Job);
    }
}
