//! 一个有人的世界：甲、乙两市各一个局，各种账号，一个建好的案件、一份导入的名单；经真的路由器、真的库。人名、单位虚构。

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use mingjing_edge::context::Sources;
use mingjing_edge::layers::{Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_edge::measure;
use mingjing_edge::session::{CookieKind, CsrfToken, SessionToken};
use mingjing_edge::stream::{StopStreams, Streams};
use mingjing_http::router;
use mingjing_http::state::{State, Wiring};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::grant::{Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::admin::seal::DataKey;
use mingjing_services::admin::token::Token;
use mingjing_services::context::Services;
use mingjing_services::spool::Spool;
use mingjing_store::account::{NewAccount, PasswordHash};
use mingjing_store::log::integrator::Integrator;
use mingjing_store::session::{NewSession, SessionStage};
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, signing_key};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::app::LAWBOOK;
use crate::foresight::Candidates;

/// 一个别处没有的名字，用来在答复里找。
pub(crate) const PLANTED: &str = "诸葛试样";

/// 谁也不知道口令的摘要：样子是对的，核对起来便宜。
const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// 谁。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// 全省监督机构负责人，登记区划与机关。
    Registrar,
    /// 甲局主办。
    Lead,
    /// 甲局执法人员。
    Deputy,
    /// 甲局负责人。
    Head,
    /// 甲局法制审核。
    Reviewer,
    /// 甲局内勤。
    Clerk,
    /// 甲市监督机构负责人。
    Supervisor,
    /// 三员，全平台的。
    System,
    Security,
    Auditor,
    /// 乙局的一个人，乙局的业务角色都有，也是乙市监督机构负责人。
    Stranger,
    /// 乙市的三员。
    FarSystem,
    FarSecurity,
    FarAuditor,
    /// 全平台的法规人员。
    Jurist,
}

const EVERYBODY: [Who; 15] = [
    Who::Registrar,
    Who::Lead,
    Who::Deputy,
    Who::Head,
    Who::Reviewer,
    Who::Clerk,
    Who::Supervisor,
    Who::System,
    Who::Security,
    Who::Auditor,
    Who::Stranger,
    Who::FarSystem,
    Who::FarSecurity,
    Who::FarAuditor,
    Who::Jurist,
];

/// 一次答复。
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// 版本：`"7"` 的样子，原样写进 `If-Match`。
    pub(crate) fn etag(&self) -> String {
        self.header("etag").to_owned()
    }
}

pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) state: State,
    pub(crate) router: Router,
    pub(crate) body: String,
    pub(crate) body_path: String,
    pub(crate) far_body: String,
    pub(crate) far_path: String,
    accounts: Vec<Id<kind::Account>>,
    // Dropped, it would end every stream.
    _stop: StopStreams,
    _folder: TempDir,
}

impl World {
    /// 登记好机关，人人都有会话。
    pub(crate) async fn open(db: Database) -> World {
        let folder = tempfile::tempdir().unwrap();
        let services = Arc::new(
            Services::new(
                db.store.clone(),
                Arc::clone(&LAWBOOK),
                db.clock.clone(),
                db.context.rng.clone(),
            )
            .with_data_key(DataKey::from_bytes([7; 32]))
            .with_candidates(Arc::new(Candidates)),
        );
        let (_, meter) = measure::recorder().unwrap();
        let (streams, stop) = Streams::new(8);
        let state = State::new(Wiring {
            services,
            ready_checks: Vec::new(),
            cookie: CookieKind::Loopback,
            streams,
            spool: Some(Spool::open(folder.path().join("spool")).unwrap()),
            log_key: Some(signing_key()),
            meter,
        });
        let mut world = World {
            router: router::build(state.clone(), &edge()),
            db,
            state,
            body: String::new(),
            body_path: String::new(),
            far_body: String::new(),
            far_path: String::new(),
            accounts: Vec::new(),
            _stop: stop,
            _folder: folder,
        };
        world
            .accounts
            .push(world.new_account("registrar", "/").await);
        world.grant(Who::Registrar, Role::SupervisorLead, "/").await;
        world.sign_in(Who::Registrar).await;
        world.found().await;
        world.hire().await;
        world
    }

    async fn found(&mut self) {
        for (code, name, level, parent) in [
            ("410000", "某省", "province", None),
            ("410100", "甲市", "city", Some("410000")),
            ("410200", "乙市", "city", Some("410000")),
        ] {
            self.new_division(name, code, level, parent).await;
        }
        (self.body, self.body_path) = self.new_body("甲市市场监督管理局", "410100").await;
        (self.far_body, self.far_path) = self.new_body("乙市市场监督管理局", "410200").await;
    }

    /// 登记一个区划。
    pub(crate) async fn new_division(
        &self,
        name: &str,
        code: &str,
        level: &str,
        parent: Option<&str>,
    ) {
        let mut fields = json!({"code": code, "name": name, "level": level});
        if let Some(parent) = parent {
            fields["parent"] = parent.into();
        }
        let event = json!({"kind": "division_established", "on": "2018-01-01", "fields": fields});
        let events = json!({"events": [event]});
        let made = self
            .post(Who::Registrar, "/api/v1/organisations", &events)
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
    }

    /// 登记一个市场监管机关：标识与路径。
    pub(crate) async fn new_body(&self, name: &str, region: &str) -> (String, String) {
        let fields = json!({"name": name, "body_kind": "department", "department": "market_regulation",
            "region": region, "level": "city", "basis": ["处罚法17"]});
        let event = json!({"kind": "body_registered", "on": "2018-02-01", "fields": fields});
        let made = self
            .post(
                Who::Registrar,
                "/api/v1/bodies",
                &json!({"events": [event]}),
            )
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.json["registered"]["id"].as_str().unwrap().to_owned();
        let found = self
            .get(Who::Registrar, &format!("/api/v1/bodies/{id}"))
            .await;
        let path = found.json["body"]["spans"][0]["org"].as_str().unwrap();
        (id, path.to_owned())
    }

    async fn hire(&mut self) {
        let (here, there) = (self.body_path.clone(), self.far_path.clone());
        for who in EVERYBODY.into_iter().skip(1) {
            let login = format!("{who:?}").to_lowercase();
            let home = roles(who, &here, &there)[0].1;
            let account = self.new_account(&login, home).await;
            self.accounts.push(account);
            for (role, org) in roles(who, &here, &there) {
                self.grant(who, role, org).await;
            }
            self.sign_in(who).await;
        }
    }

    async fn new_account(&self, login: &str, home: &str) -> Id<kind::Account> {
        let new = NewAccount {
            login: login.to_owned(),
            name: "试用人员".to_owned(),
            officer: None,
            org: OrgPath::parse(home).unwrap(),
            password_hash: PasswordHash::new(PASSWORD_HASH.to_owned()),
            must_change_password: false,
        };
        let make = async move |tx: &Tx| tx.create_account(&new).await;
        self.db.store.write(&self.db.context, make).await.unwrap()
    }

    async fn grant(&self, who: Who, role: Role, org: &str) {
        let account = self.account(who);
        let grant = Grant {
            role,
            org: OrgPath::parse(org).unwrap(),
            line: None,
            term: Term {
                from: Date::new(2018, 1, 1).unwrap(),
                to: None,
            },
        };
        let reach = grant.org.clone();
        let give = async move |tx: &Tx| {
            tx.add_grant(account, &grant).await?;
            tx.set_reach(account, &reach).await
        };
        self.db.store.write(&self.db.context, give).await.unwrap();
    }

    async fn sign_in(&self, who: Who) {
        self.new_session(who, token(who), SessionStage::Full).await;
    }

    /// 一个另开的会话，令牌自定。
    pub(crate) async fn new_session(&self, who: Who, bytes: [u8; 32], stage: SessionStage) {
        let new = NewSession {
            // As `Token` digests it; the product does not give the digest away.
            token_digest: Sha256::new()
                .chain_update(b"mingjing session\0")
                .chain_update(bytes)
                .finalize()
                .into(),
            account: self.account(who),
            client: "192.0.2.7".to_owned(),
            stage,
            expires_at: mingjing_store::context::Clock::now(&*self.db.clock)
                .add_micros(8 * 3_600_000_000),
        };
        let open = async move |tx: &Tx| tx.create_session(&new).await;
        self.db.store.write(&self.db.context, open).await.unwrap();
    }

    pub(crate) fn account(&self, who: Who) -> Id<kind::Account> {
        let place = EVERYBODY.iter().position(|it| *it == who).unwrap();
        self.accounts[place]
    }

    /// 待入日志的都入了日志。
    pub(crate) async fn integrate(&self) {
        let (store, context) = (self.db.store.clone(), self.db.context.clone());
        let integrator = Integrator::new(store, context, signing_key(), "test".to_owned());
        integrator.unwrap().drain().await.unwrap();
    }

    pub(crate) async fn audits(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit";
        self.db.raw_number(sql).await.unwrap()
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.response(request).await;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 26).await;
        let text = String::from_utf8_lossy(&bytes.unwrap()).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            text,
            json,
        }
    }

    pub(crate) async fn response(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, who: Who, path: &str) -> Answer {
        self.ask(
            signed(Request::get(path), token(who))
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn post(&self, who: Who, path: &str, body: &Value) -> Answer {
        self.post_with(who, path, body, &[]).await
    }

    pub(crate) async fn post_with(
        &self,
        who: Who,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request =
            signed(Request::post(path), token(who)).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// 建立一案，甲局主办；返回标识。
    pub(crate) async fn new_case(&self, who: Who, body: &str, key: &str) -> String {
        let wanted = json!({"procedure": "ordinary_penalty", "body": body, "number": "甲市监案〔2026〕1号",
            "facts": {"party": {"kind": "natural", "name": PLANTED}}});
        let made = self
            .post_with(who, "/api/v1/cases", &wanted, &[("idempotency-key", key)])
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json["case"]["id"].as_str().unwrap().to_owned()
    }

    /// 在一案记下线索；返回事件的标识。
    pub(crate) async fn record(&self, who: Who, case: &str, key: &str) -> Answer {
        let version = self.get(who, &format!("/api/v1/cases/{case}")).await.etag();
        let event = json!({"kind": "clue_registered", "on": "2026-02-02",
            "fields": {"source": "inspection", "real_name_informant": false}});
        let headers = [("idempotency-key", key), ("if-match", version.as_str())];
        let path = format!("/api/v1/cases/{case}/events");
        self.post_with(who, &path, &event, &headers).await
    }
}

fn roles<'a>(who: Who, here: &'a str, there: &'a str) -> Vec<(Role, &'a str)> {
    match who {
        Who::Registrar => vec![(Role::SupervisorLead, "/")],
        Who::Lead => vec![(Role::LeadOfficer, here)],
        Who::Deputy => vec![(Role::Officer, here)],
        Who::Head => vec![(Role::AuthorityHead, here)],
        Who::Reviewer => vec![(Role::LegalReviewer, here)],
        Who::Clerk => vec![(Role::BodyClerk, here)],
        Who::Supervisor => vec![(Role::SupervisorLead, "/410000/410100/")],
        Who::System => vec![(Role::SystemAdmin, "/")],
        Who::Security => vec![(Role::SecurityAdmin, "/")],
        Who::Auditor => vec![(Role::AuditAdmin, "/")],
        Who::Stranger => vec![
            (Role::LeadOfficer, there),
            (Role::AuthorityHead, there),
            (Role::LegalReviewer, there),
            (Role::BodyClerk, there),
            (Role::SupervisorLead, "/410000/410200/"),
        ],
        Who::FarSystem => vec![(Role::SystemAdmin, "/410000/410200/")],
        Who::FarSecurity => vec![(Role::SecurityAdmin, "/410000/410200/")],
        Who::FarAuditor => vec![(Role::AuditAdmin, "/410000/410200/")],
        Who::Jurist => vec![(Role::Jurist, "/")],
    }
}

/// 一个人的会话令牌。
pub(crate) fn token(who: Who) -> [u8; 32] {
    [who as u8 + 1; 32]
}

/// 带上会话与防伪令牌。
pub(crate) fn signed(
    request: axum::http::request::Builder,
    bytes: [u8; 32],
) -> axum::http::request::Builder {
    let csrf = Token::from_bytes(bytes).csrf();
    let cookie = SessionToken::from_bytes(bytes).to_text();
    request
        .header("cookie", format!("mingjing={cookie}"))
        .header(
            "x-csrf-token",
            CsrfToken::from_bytes(*csrf.as_bytes()).to_text(),
        )
}

pub(crate) fn edge() -> Edge {
    Edge::new(EdgeSettings {
        sources: Sources {
            now_micros: Arc::new(|| 1_772_413_200_000_000),
            random: Arc::new(|| [0xab; 16]),
        },
        proxies: Vec::new(),
        is_https: false,
        limits: Limits {
            rate_per_second: 100_000,
            rate_burst: 100_000,
            ..Limits::default()
        },
    })
}
