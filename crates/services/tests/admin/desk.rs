//! 测试的办公桌：三员、几个账号、一棵小的机构树、停住的时钟；人名、单位虚构。

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hmac::{Hmac, KeyInit as _, Mac as _};
use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::grant::{Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::admin::account::{CreateAccount, create_account};
use mingjing_services::admin::actor::load_actor;
use mingjing_services::admin::grant::grant_role;
use mingjing_services::admin::password::{ChangePassword, change_password};
use mingjing_services::admin::seal::DataKey;
use mingjing_services::admin::session::{CurrentSession, OpenedSession, find_session};
use mingjing_services::admin::set_up::{Administrator, SetUp, set_up};
use mingjing_services::admin::sign_in::{SignIn, SignInOutcome, sign_in};
use mingjing_services::context::{Reason, RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_services::foresight::candidates::{CandidateSource, Law, LawPair};
use mingjing_services::registry::record::{
    Recorded, RegistryEvent, record_registry_event, register,
};
use mingjing_store::account::AccountKey;
use mingjing_testkit::database::Database;
use sha1::Sha1;

pub(crate) const CLIENT: &str = "192.0.2.7";
pub(crate) const DATA_KEY: [u8; 32] = [0x3c; 32];
/// Stands nowhere else, to be looked for in files.
pub(crate) const PLANTED: &str = "Kestrel-over-Moss-77";

pub(crate) fn sources() -> Vec<SourceFile> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.extension().is_some_and(|ext| ext == "toml") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(SourceFile::new(name, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.retain(|file| !file.path.starts_with("catalogue/"));
    files
}

static LAWBOOK: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&sources()).lawbook.expect("the shipped lawbook")));

pub(crate) fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

pub(crate) fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

pub(crate) fn secret(text: &str) -> Sensitive<String> {
    Sensitive::new(text.to_owned())
}

pub(crate) fn grant(role: Role, org: &OrgPath) -> Grant {
    Grant {
        role,
        org: org.clone(),
        line: None,
        term: Term {
            from: day("2020-01-01"),
            to: None,
        },
    }
}

/// A person with an account, and the password that is right now.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) account: AccountKey,
    pub(crate) login: String,
    pub(crate) password: String,
}

/// The one candidate: what is in force, so that nothing changes.
pub(crate) const CANDIDATE: &str = "照旧";

struct SameLaw;

impl CandidateSource for SameLaw {
    fn names(&self) -> Vec<String> {
        vec![CANDIDATE.to_owned()]
    }

    fn glance(&self, _name: &str) -> String {
        String::new()
    }

    fn open(&self, _name: &str) -> Result<LawPair, Vec<String>> {
        let law = || Law {
            lawbook: Arc::clone(&LAWBOOK),
            files: sources(),
        };
        Ok(LawPair {
            before: law(),
            after: law(),
        })
    }
}

pub(crate) struct Desk {
    pub(crate) db: Database,
    pub(crate) services: Services,
    pub(crate) system: Person,
    pub(crate) security: Person,
    pub(crate) audit: Person,
}

impl Desk {
    pub(crate) async fn open(db: Database) -> Desk {
        let services = Services::new(
            db.store.clone(),
            LAWBOOK.clone(),
            db.clock.clone(),
            db.context.rng.clone(),
        )
        .with_data_key(DataKey::from_bytes(DATA_KEY))
        .with_candidates(Arc::new(SameLaw));
        let request = services.system("set-up");
        let made = set_up(&services, &request, three()).await.unwrap();
        let [system, security, audit] = made.map(|made| Person {
            account: made.account,
            login: made.login,
            password: made.password.reveal("测试").clone(),
        });
        Desk {
            db,
            services,
            system,
            security,
            audit,
        }
    }

    /// The request of an account as its grants are now, without a session.
    pub(crate) async fn as_account(&self, account: AccountKey) -> RequestContext {
        let request = self.services.system("test");
        let read = self.db.store.reader().await.unwrap();
        let record = read.find_account(account).await.unwrap().unwrap();
        let actor = load_actor(&read, &record, request.today()).await.unwrap();
        let account = actor.account.is_some().then_some(account);
        let reason = Reason::parse("试用").unwrap();
        self.services
            .request(actor, account, "test")
            .because(reason)
    }

    pub(crate) async fn by(&self, person: &Person) -> RequestContext {
        self.as_account(person.account).await
    }

    /// A new account with these grants, the first password not yet changed.
    pub(crate) async fn new_person(&self, login: &str, org: &OrgPath, grants: &[Grant]) -> Person {
        self.new_person_of(login, org, grants, None).await
    }

    pub(crate) async fn new_person_of(
        &self,
        login: &str,
        org: &OrgPath,
        grants: &[Grant],
        officer: Option<Id<kind::Officer>>,
    ) -> Person {
        let command = CreateAccount {
            login: login.to_owned(),
            name: "试用人员".to_owned(),
            org: org.clone(),
            officer,
        };
        let request = self.by(&self.system).await;
        let made = create_account(&self.services, &request, command).await;
        let made = made.unwrap();
        let request = self.by(&self.security).await;
        for grant in grants {
            let given = grant_role(&self.services, &request, made.account, grant.clone()).await;
            given.unwrap();
        }
        Person {
            account: made.account,
            login: made.login,
            password: made.password.reveal("测试").clone(),
        }
    }

    pub(crate) fn anonymous(&self) -> RequestContext {
        self.services.system("test")
    }

    pub(crate) async fn try_sign_in(&self, login: &str, password: &str) -> Option<OpenedSession> {
        let command = SignIn {
            login: login.to_owned(),
            password: secret(password),
            client: CLIENT.to_owned(),
            replacing: None,
        };
        let outcome = sign_in(&self.services, &self.anonymous(), command).await;
        match outcome.unwrap() {
            SignInOutcome::Opened(opened) => Some(opened),
            SignInOutcome::Refused => None,
        }
    }

    pub(crate) async fn session(&self, opened: &OpenedSession) -> Option<CurrentSession> {
        let found = find_session(&self.services, &opened.token, &self.anonymous()).await;
        found.unwrap()
    }

    /// Signs in and changes the first password.
    pub(crate) async fn settle(&self, person: &mut Person, password: &str) -> OpenedSession {
        let opened = self.try_sign_in(&person.login, &person.password).await;
        let session = self.session(&opened.unwrap()).await.unwrap();
        let command = ChangePassword {
            current: secret(&person.password),
            new: secret(password),
            client: CLIENT.to_owned(),
        };
        let changed = change_password(&self.services, &self.anonymous(), &session, command).await;
        person.password = password.to_owned();
        changed.unwrap().unwrap()
    }

    pub(crate) fn minutes_pass(&self, minutes: i64) {
        self.db.clock.advance_millis(minutes * 60_000);
    }

    pub(crate) async fn register(
        &self,
        request: &RequestContext,
        kind: TimelineKind,
        events: Vec<Event>,
    ) -> Result<Recorded, ServiceError> {
        let events = events.into_iter().map(RegistryEvent::new).collect();
        register(&self.services, request, kind, events).await
    }

    pub(crate) async fn change(
        &self,
        request: &RequestContext,
        id: TimelineId,
        event: Event,
    ) -> Result<Recorded, ServiceError> {
        let read = self.db.store.reader().await.unwrap();
        let version = read.find_timeline(id).await.unwrap().unwrap().version;
        drop(read);
        let event = RegistryEvent::new(event);
        record_registry_event(&self.services, request, id, version, event).await
    }

    /// A supervisor of the whole platform, who may register everything but items.
    pub(crate) async fn registrar(&self) -> RequestContext {
        let root = OrgPath::root();
        let grants = [grant(Role::SupervisorLead, &root)];
        let person = self.new_person("registrar", &root, &grants).await;
        self.by(&person).await
    }

    /// A province, two cities, a county; a body in the county.
    pub(crate) async fn small_tree(&self, request: &RequestContext) -> SmallTree {
        let mut ids = Vec::new();
        for (code, name, level, parent) in [
            ("330000", "甲省", "province", None),
            ("330200", "乙市", "city", Some("330000")),
            ("330300", "丙市", "city", Some("330000")),
            ("330212", "丁县", "county", Some("330200")),
        ] {
            let mut fields = vec![("code", code), ("name", name), ("level", level)];
            fields.extend(parent.map(|parent| ("parent", parent)));
            let event = event("2020-01-01", "division_established", &fields);
            let made = self
                .register(request, TimelineKind::Division, vec![event])
                .await;
            ids.push(made.unwrap().id);
        }
        let body = self
            .new_body(request, "丁县城管局", "330212", "urban_management")
            .await;
        SmallTree {
            province: ids[0],
            city: ids[1],
            other_city: ids[2],
            county: ids[3],
            body,
            body_path: self.path_of(body, "2026-03-02").await,
        }
    }

    pub(crate) async fn new_body(
        &self,
        request: &RequestContext,
        name: &str,
        region: &str,
        department: &str,
    ) -> TimelineId {
        let mut event = event(
            "2020-02-01",
            "body_registered",
            &[
                ("name", name),
                ("body_kind", "department"),
                ("department", department),
                ("region", region),
                ("level", "county"),
            ],
        );
        let basis = Value::List(vec![Value::Text("处罚法17".to_owned())]);
        event.fields.insert("basis".to_owned(), basis);
        let made = self
            .register(request, TimelineKind::Body, vec![event])
            .await;
        made.unwrap().id
    }

    pub(crate) async fn new_officer(
        &self,
        request: &RequestContext,
        body: TimelineId,
        more: Vec<Event>,
    ) -> Id<kind::Officer> {
        let body = body.to_string();
        let mut events = vec![
            event("2021-01-04", "officer_registered", &[("name", "欧阳试样")]),
            event("2021-01-04", "officer_assigned", &[("body", &body)]),
        ];
        events.extend(more);
        let made = self.register(request, TimelineKind::Officer, events).await;
        made.unwrap().id.try_into().unwrap()
    }

    pub(crate) async fn path_of(&self, id: TimelineId, on: &str) -> OrgPath {
        let read = self.db.store.reader().await.unwrap();
        read.find_org(id, day(on)).await.unwrap().unwrap().path
    }
}

pub(crate) struct SmallTree {
    pub(crate) province: TimelineId,
    pub(crate) city: TimelineId,
    pub(crate) other_city: TimelineId,
    pub(crate) county: TimelineId,
    pub(crate) body: TimelineId,
    pub(crate) body_path: OrgPath,
}

pub(crate) fn three() -> SetUp {
    let one = |login: &str, name: &str| Administrator {
        login: login.to_owned(),
        name: name.to_owned(),
    };
    SetUp {
        system: one("sysadmin", "系统员"),
        security: one("secadmin", "安全员"),
        audit: one("auditor", "审计员"),
    }
}

pub(crate) fn event(on: &str, kind: &str, fields: &[(&str, &str)]) -> Event {
    let mut event = Event::new("", kind, day(on));
    event.source = mingjing_domain::event::Source::FirstHand;
    for (name, value) in fields {
        let value = match *value {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => Value::Text(text.to_owned()),
        };
        event.fields.insert((*name).to_owned(), value);
    }
    event
}

/// A card on its way through the table of its procedure.
pub(crate) fn card(number: &str, issued: &str, until: &str) -> Vec<Event> {
    vec![
        event("2021-01-05", "apply", &[]),
        event("2021-01-20", "train_exam", &[("passed", "true")]),
        event(
            issued,
            "cert_issued",
            &[("card_no", number), ("valid_until", until)],
        ),
    ]
}

/// The code that an authenticator shows now: RFC 6238, apart from the product's own arithmetic.
pub(crate) fn code_at(now: Timestamp, secret: &str) -> String {
    let key = bytes_of(secret);
    let step = now.unix_seconds() / 30;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}

/// What the Base32 of a secret stands for.
pub(crate) fn bytes_of(secret: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digit = |b: u8| ALPHABET.iter().position(|known| *known == b).unwrap();
    let bits: String = secret
        .bytes()
        .map(|b| format!("{:05b}", digit(b)))
        .collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}
