//! 测试的机关：甲市、乙市各一个局，几个账号，停住的时钟，一个暂存处；人名、单位虚构。

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{AccountId, Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::intake::accept::{AcceptList, Accepted, accept};
use mingjing_services::intake::run::run;
use mingjing_services::spool::Spool;
use mingjing_store::import::Batch;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::Read;
use mingjing_testkit::database::{Database, signing_key};
use tempfile::TempDir;

use crate::register;

pub(crate) const BODY: &str = "body_00000000000000000000000000000001";
pub(crate) const BODY_NAME: &str = "甲市市场监督管理局";
pub(crate) const BODY_PATH: &str = "/410000/410100/b-00000000000000000000000000000001/";
pub(crate) const OTHER: &str = "body_00000000000000000000000000000002";
pub(crate) const OTHER_NAME: &str = "乙市市场监督管理局";
/// 一个别处没有的名字，用来在文件里找。
pub(crate) const PLANTED: &str = "诸葛试样";

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
                files.push(SourceFile::new(
                    name,
                    std::fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.retain(|file| !file.path.starts_with("catalogue/"));
    files
}

pub(crate) static LAWBOOK: LazyLock<Arc<Lawbook>> =
    LazyLock::new(|| Arc::new(load(&sources()).lawbook.expect("the shipped lawbook")));

/// 一个账号：角色与机构。
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// 甲局内勤。
    Clerk,
    /// 甲局负责人。
    Head,
    /// 甲局法制审核。
    Reviewer,
    /// 全省监督机构负责人。
    Supervisor,
    /// 系统管理员。
    System,
}

impl Who {
    pub(crate) fn account(self) -> Id<kind::Account> {
        Id::parse(&format!("account_{:032x}", self as u8 + 1)).unwrap()
    }

    fn grant(self) -> (Role, &'static str) {
        match self {
            Who::Clerk => (Role::BodyClerk, BODY_PATH),
            Who::Head => (Role::AuthorityHead, BODY_PATH),
            Who::Reviewer => (Role::LegalReviewer, BODY_PATH),
            Who::Supervisor => (Role::SupervisorLead, "/410000/"),
            Who::System => (Role::SystemAdmin, "/"),
        }
    }
}

pub(crate) struct Office {
    pub(crate) db: Database,
    pub(crate) services: Services,
    pub(crate) spool: Spool,
    pub(crate) folder: TempDir,
}

impl Office {
    /// 开张：登记两个局。
    pub(crate) async fn open(db: Database) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let (clock, rng) = (db.clock.clone(), db.context.rng.clone());
        let services = Services::new(db.store.clone(), LAWBOOK.clone(), clock, rng);
        let mut all = register::divisions();
        all.push((BODY, register::body(BODY_NAME, "410100")));
        all.push((OTHER, register::body(OTHER_NAME, "410200")));
        register::premade(&db, &services, all).await;
        Office {
            services,
            spool: Spool::open(folder.path().join("spool")).unwrap(),
            folder,
            db,
        }
    }

    pub(crate) fn request(&self, who: Who) -> RequestContext {
        let (role, org) = who.grant();
        self.request_as(who.account(), role, org)
    }

    pub(crate) fn request_as(
        &self,
        account: Id<kind::Account>,
        role: Role,
        org: &str,
    ) -> RequestContext {
        let grant = Grant {
            role,
            org: OrgPath::parse(org).unwrap(),
            line: None,
            term: Term {
                from: Date::new(2018, 1, 1).unwrap(),
                to: None,
            },
        };
        let id = AccountId::parse(&account.to_string()).unwrap();
        let actor = Actor::signed_in(id, vec![grant]);
        self.services.request(actor, Some(account), "test")
    }

    /// 交一份名单，来源是“甲局台账”。
    pub(crate) async fn accept(&self, who: Who, name: &str, text: &str) -> Accepted {
        let command = AcceptList {
            file: self.keep(text),
            ..self.list(who, name)
        };
        accept(&self.services, &self.request(who), command)
            .await
            .unwrap()
    }

    /// 一份空的名单。
    pub(crate) fn list(&self, who: Who, name: &str) -> AcceptList {
        let (_, org) = who.grant();
        AcceptList {
            source: "甲局台账".to_owned(),
            is_pushed: false,
            adapter: None,
            mapping: None,
            file_name: name.to_owned(),
            file: self.keep(""),
            body: None,
            org: OrgPath::parse(org).unwrap(),
        }
    }

    pub(crate) fn keep(&self, text: &str) -> mingjing_services::spool::Kept {
        let mut incoming = self.spool.begin(self.db.context.random()).unwrap();
        incoming.write_all(text.as_bytes()).unwrap();
        incoming.finish().unwrap()
    }

    /// 交了就导。
    pub(crate) async fn import(&self, who: Who, name: &str, text: &str) -> Batch {
        let batch = self.accept(who, name, text).await.batch;
        run(&self.services, &self.spool, &self.request(who), batch.id)
            .await
            .unwrap()
    }

    pub(crate) async fn integrate(&self) {
        let (store, context) = (self.db.store.clone(), self.db.context.clone());
        let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
        integrator.unwrap().drain().await.unwrap();
    }

    /// 派生的行与由事件重推的一样。
    pub(crate) async fn agrees(&self) {
        let report = verify(&self.services).await.unwrap();
        assert!(report.timelines > 0);
        assert_eq!(report.differences, []);
    }

    pub(crate) async fn load(&self, id: TimelineId) -> LoadedTimeline {
        let read = async |read: &Read| read.load_timeline(id).await;
        self.db.store.read(read).await.unwrap()
    }

    /// 全部案件，按建立的先后。
    pub(crate) async fn cases(&self) -> Vec<LoadedTimeline> {
        let list = async |read: &Read| {
            read.list_timelines(kind::TimelineKind::Case, None, 500)
                .await
        };
        let mut cases = Vec::new();
        for header in self.db.store.read(list).await.unwrap() {
            cases.push(self.load(header.id).await);
        }
        cases
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.db.raw_number(sql).await.unwrap()
    }
}

/// 一案，案件格式的一行；事件另给。
pub(crate) fn case_line(id: &str, body: &str, events: &str) -> String {
    format!(
        r#"{{"case":"{id}","procedure":"ordinary_penalty","body":{{"name":"{body}"}},"party":{{"kind":"natural","name":"{PLANTED}"}},"coverage":"closed","events":[{events}]}}"#
    ) + "\n"
}

/// 立案与决定两件事。
pub(crate) fn two_events(fine: i64) -> String {
    format!(
        r#"{{"kind":"case_filed","on":"2025-03-03","fields":{{"party_name":"{PLANTED}"}}}},{{"kind":"decided","on":"2025-04-01","decision":"d1","fields":{{"fine":{fine},"doc_no":"1号"}}}}"#
    )
}
