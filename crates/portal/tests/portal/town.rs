//! 一个镇上的世界：一个省一个市、两个局、一位人员、一个事项与几件公布的决定。人名、单位虚构。

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_edge::context::Sources;
use mingjing_edge::layers::{Edge, EdgeSettings};
use mingjing_edge::limit::Limits;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load::load;
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_portal::{Portal, Site, Wiring, problem_page};
use mingjing_services::admin::seal::DataKey;
use mingjing_services::context::Services;
use mingjing_services::disclosure::terms::{search_text, terms_of};
use mingjing_store::card::CardRow;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::item::ItemRow;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::officer::{OfficerRow, OfficerState};
use mingjing_store::org_node::{BodyRow, OrgKind, OrgNode};
use mingjing_store::public_record::{NewPublicRecord, NewWithdrawal};
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, signing_key};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// 人员的原名：门户上哪里都不该有。
pub(crate) const PLANTED: &str = "诸葛试样";
pub(crate) const CARD: &str = "D410100-0001";
pub(crate) const BODY: &str = "甲市市场监督管理局";

static LAWBOOK: LazyLock<Arc<Lawbook>> = LazyLock::new(|| {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../lawbook"));
    let mut files = Vec::new();
    collect(root, root, &mut files);
    let loaded = load(&files);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    Arc::new(loaded.lawbook.unwrap())
});

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("catalogue") {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|it| it == "toml") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push(SourceFile::new(name, fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

/// 一次答复。
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// 要公布的一件。
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) number: u32,
    pub(crate) party: String,
    pub(crate) cause: &'static str,
    pub(crate) region: &'static str,
}

pub(crate) struct Town {
    pub(crate) db: Database,
    pub(crate) router: Router,
    pub(crate) body: TimelineId,
    pub(crate) officer: TimelineId,
}

impl Town {
    pub(crate) async fn open(db: Database) -> Town {
        let services = Services::new(
            db.store.clone(),
            Arc::clone(&LAWBOOK),
            db.clock.clone(),
            db.context.rng.clone(),
        );
        let services = Arc::new(services.with_data_key(DataKey::from_bytes([7; 32])));
        let site = Site {
            name: "某省行政执法信息公示".to_owned(),
            origin: Some("https://gongshi.example".to_owned()),
        };
        let wiring = Wiring {
            services,
            log_key: Some(signing_key().verifying_key()),
            site: site.clone(),
        };
        // Asked each time, so that no test has to wait.
        let portal = Portal::with_recheck(wiring, Duration::ZERO);
        let edge = edge(&site);
        let router = edge
            .outermost(edge.limited(portal.router::<()>()))
            .with_state(());
        let (body, officer) = found(&db).await;
        Town {
            db,
            router,
            body,
            officer,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// 交一份表单。
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, &[]).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let mut request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 24).await;
        let bytes = bytes.unwrap().to_vec();
        Answer {
            status,
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    /// 公布一件；返回公开记录的标识。
    pub(crate) async fn publish(&self, shown: Shown) -> Id<kind::PublicRecord> {
        let body = self.body.to_string();
        let content = content(&shown, &body);
        let work = async move |tx: &Tx| {
            let timeline = tx.create_timeline(&new(TimelineKind::Case)).await?;
            let on = Date::new(2026, 2, 26).unwrap();
            let events = ["decided", "published"].map(|kind| {
                let mut event = Event::new("", kind, on);
                event.source = Source::FirstHand;
                NewEvent::new(event, Nature::Fact)
            });
            let made = tx.append(timeline, 0, events.to_vec()).await?;
            let record = NewPublicRecord {
                id: tx.new_id(),
                timeline,
                decision: made[0].id,
                decision_seq: made[0].seq,
                event: made[1].id,
                event_seq: made[1].seq,
                org_path: "/410000/410100/b-1/".to_owned(),
                style: "penalty_decision".to_owned(),
                search_text: search_text(&content),
                terms: terms_of(&content),
                body: content.clone(),
                shown_until: None,
            };
            Ok::<_, StoreError>(tx.publish(&record).await?.id)
        };
        self.db.store.write(&self.db.context, work).await.unwrap()
    }

    pub(crate) async fn withdraw(&self, id: Id<kind::PublicRecord>, has_notice: bool) {
        let work = async move |tx: &Tx| {
            let record = tx.find_public_record(id).await?.unwrap();
            let how = NewWithdrawal {
                ground: "annulled".to_owned(),
                notice: has_notice.then(|| "复议决定撤销了它".to_owned()),
                has_notice,
            };
            assert!(tx.withdraw(&record, &how).await?);
            Ok::<_, StoreError>(())
        };
        self.db.store.write(&self.db.context, work).await.unwrap();
    }

    pub(crate) async fn integrate(&self) {
        let (store, context) = (self.db.store.clone(), self.db.context.clone());
        let integrator = Integrator::new(store, context, signing_key(), "test".to_owned());
        integrator.unwrap().drain().await.unwrap();
    }
}

/// 一件企业的决定。
pub(crate) fn company(number: u32) -> Shown {
    Shown {
        number,
        party: format!("甲{number}商贸有限公司"),
        cause: "违法有奖销售",
        region: "410100",
    }
}

fn content(shown: &Shown, body: &str) -> Value {
    let field = |name: &str, label: &str, text: String| json!({"name": name, "label": label, "value": text, "text": text});
    json!({
        "format": "mingjing-public-record/1",
        "style": "penalty_decision",
        "title": "行政处罚决定信息公示",
        "decided_on": "2026-02-26",
        "fields": [
            field("doc_no", "决定书文号", format!("甲市监罚〔2026〕{}号", shown.number)),
            field("party_name", "当事人", shown.party.clone()),
            field("cause", "违法事实", shown.cause.to_owned()),
            field("fine", "罚款金额", "1,000.00 元".to_owned()),
        ],
        "body": {"id": body, "name": BODY},
        "region": shown.region,
        "department": "market_regulation",
        "department_name": "市场监管",
        "item": "410100-CF-0001",
    })
}

fn new(kind: TimelineKind) -> NewTimeline {
    NewTimeline {
        kind,
        procedure: None,
        coverage: Coverage::Closed,
        confidentiality: Confidentiality::Ordinary,
    }
}

fn since() -> Term {
    Term {
        from: Date::new(2018, 1, 1).unwrap(),
        to: None,
    }
}

/// The register: rows as the use cases of the register derive them from events.
async fn found(db: &Database) -> (TimelineId, TimelineId) {
    let work = async |tx: &Tx| {
        let (province, _) =
            put_node(tx, OrgKind::Division, None, ("410000", "某省"), "/410000/").await?;
        let parent = Some(province);
        let city = ("410100", "甲市");
        let (city, _) = put_node(tx, OrgKind::Division, parent, city, "/410000/410100/").await?;
        let path = "/410000/410100/b-1/";
        let (body, _) = put_node(tx, OrgKind::Body, Some(city), ("", BODY), path).await?;
        put_node(
            tx,
            OrgKind::Body,
            Some(city),
            ("", "甲市城市管理局"),
            "/410000/410100/b-2/",
        )
        .await?;
        let id: Id<kind::Body> = Id::parse(&body.to_string()).unwrap();
        let facts = json!({"kind": "department", "status": "confirmed", "powers": ["administrative_penalty"]});
        let row = BodyRow {
            term: since(),
            facts,
        };
        tx.put_body(id, &[row]).await?;
        let officer = put_officer(tx, id, path).await?;
        put_item(tx, id, path).await?;
        Ok::<_, StoreError>((body, officer))
    };
    db.store.write(&db.context, work).await.unwrap()
}

async fn put_node(
    tx: &Tx,
    kind: OrgKind,
    parent: Option<TimelineId>,
    (code, name): (&str, &str),
    path: &str,
) -> Result<(TimelineId, OrgNode), StoreError> {
    let of = match kind {
        OrgKind::Division => TimelineKind::Division,
        OrgKind::Body => TimelineKind::Body,
    };
    let id = tx.create_timeline(&new(of)).await?;
    let node = OrgNode {
        id,
        kind,
        code: code.to_owned(),
        name: name.to_owned(),
        level: "city".to_owned(),
        parent,
        successor: None,
        path: OrgPath::parse(path).unwrap(),
        term: since(),
        department: (kind == OrgKind::Body).then(|| "market_regulation".to_owned()),
    };
    tx.put_org(id, std::slice::from_ref(&node)).await?;
    Ok((id, node))
}

async fn put_officer(tx: &Tx, body: Id<kind::Body>, path: &str) -> Result<TimelineId, StoreError> {
    let timeline = tx.create_timeline(&new(TimelineKind::Officer)).await?;
    let id: Id<kind::Officer> = Id::parse(&timeline.to_string()).unwrap();
    let row = OfficerRow {
        id,
        term: since(),
        body: Some(body),
        org: OrgPath::parse(path).unwrap(),
        department: Some("market_regulation".to_owned()),
        name_masked: "诸**".to_owned(),
        state: OfficerState::Active,
        facts: json!({}),
    };
    tx.put_officer(id, &[row]).await?;
    let day = |year| Date::new(year, 1, 1).unwrap();
    let span = |from, to, state: &str| CardRow {
        number: CARD.to_owned(),
        term: Term { from, to },
        state: state.to_owned(),
        facts: json!({}),
    };
    let spans = [
        span(day(2021), Some(day(2025)), "suspended"),
        span(day(2025), Some(day(2031)), "valid"),
        span(day(2031), None, "expired"),
    ];
    tx.put_cards(id, &spans).await?;
    Ok(timeline)
}

async fn put_item(tx: &Tx, body: Id<kind::Body>, path: &str) -> Result<(), StoreError> {
    let timeline = tx.create_timeline(&new(TimelineKind::Item)).await?;
    let id: Id<kind::Item> = Id::parse(&timeline.to_string()).unwrap();
    let row = ItemRow {
        id,
        term: since(),
        code: "410100-CF-0001".to_owned(),
        name: "对违法有奖销售的处罚".to_owned(),
        body: Some(body),
        org: OrgPath::parse(path).unwrap(),
        department: Some("market_regulation".to_owned()),
        is_listed: true,
        facts: json!({"act_kind": "penalty"}),
    };
    tx.put_item(id, &[row]).await
}

fn edge(site: &Site) -> Edge {
    let settings = EdgeSettings {
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
    };
    Edge::with_problem_page(settings, problem_page(site.clone()))
}
