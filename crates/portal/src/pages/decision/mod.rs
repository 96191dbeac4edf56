//! 一份执法决定：公开的全文，何时记录、能否验证，与离线核对的文件；撤下而依法留说明的给说明。

use askama::Template;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::id::{Id, kind};
use mingjing_services::disclosure::public::{
    PublicItem, PublicShown, PublicView, get_public, public_file,
};

use crate::answer::{Caching, Drawn};
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::pages::notice::Notice;
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{When, day, moment, number};

/// 一份执法决定。
#[derive(Debug, Template)]
#[template(path = "pages/decision/decision.html")]
pub(crate) struct Decision {
    frame: Frame,
    /// 公示的题名。
    kind: String,
    heading: String,
    body: Option<(String, String)>,
    department: Option<String>,
    fields: Vec<(String, String)>,
    decided_on: When,
    published_at: When,
    shown_until: Option<When>,
    version: Option<u64>,
    corrects: Option<String>,
    proof: Proof,
}

/// 何时记录、能否验证。
#[derive(Debug)]
struct Proof {
    digest: String,
    file: String,
    fingerprint: Option<String>,
    /// 入了日志的；没有入的稍后再来。
    place: Option<Place>,
}

/// 在日志里的位置。
#[derive(Debug)]
struct Place {
    index: String,
    leaf: String,
    size: String,
    root: String,
    at: When,
    origin: String,
    path_length: usize,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let id = id_of(&ask)?;
    match get_public(portal.services(), id).await? {
        PublicView::Shown(shown) => {
            // In the log it stays where it is; before, every entry of the log may be this one.
            let rests = match shown.inclusion {
                Some(_) => Rests::Publications,
                None => Rests::Everything,
            };
            let fingerprint = portal.log_key().map(|key| key.fingerprint()).transpose();
            let fingerprint = fingerprint.map_err(|error| Problem::internal(Box::new(error)))?;
            let fingerprint = fingerprint.map(|it| it.to_string());
            Drawn::page(&Decision::of(portal.site(), &shown, fingerprint), rests)
        }
        PublicView::Notice(notice) => {
            Drawn::page(&Notice::of(portal.site(), &notice), Rests::Publications)
        }
    }
}

/// 离线核对的文件。
pub(crate) async fn draw_file(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let id = id_of(&ask)?;
    let Some(key) = portal.log_key() else {
        let detail = "本站没有日志的公钥，不能给核对文件。";
        return Err(Problem::new(ProblemCode::Unavailable).detail(detail));
    };
    let bytes = public_file(portal.services(), id, key).await?;
    // The proof follows the newest checkpoint: a file of a minute ago is as good, and none is worth keeping here.
    let drawn = Drawn::text("application/octet-stream", bytes, Rests::Everything);
    Ok(drawn
        .with_caching(Caching::Nowhere)
        .named(format!("{id}.bundle")))
}

/// What is no id was never published.
fn id_of(ask: &Ask) -> Result<Id<kind::PublicRecord>, Problem> {
    Id::parse(ask.segment(1)?).map_err(|_| Problem::new(ProblemCode::NotFound))
}

impl Decision {
    fn of(site: &Site, shown: &PublicShown, fingerprint: Option<String>) -> Self {
        let proof = Proof::of(shown, fingerprint);
        Decision::with_proof(site, &shown.item, proof)
    }

    fn with_proof(site: &Site, item: &PublicItem, proof: Proof) -> Self {
        let content = &item.content;
        let text = |field: &str| content.text(field).map(str::to_owned);
        let party = text("party_name").unwrap_or_else(|| content.title.clone());
        let heading = match text("cause") {
            Some(cause) => format!("{party}：{cause}"),
            None => party,
        };
        let path = format!("/decisions/{}", item.id);
        let fields = content.fields.iter();
        let body = content.body.as_ref();
        Decision {
            frame: Frame::new(site, Section::Decisions, &heading, &path),
            kind: content.title.clone(),
            body: body.and_then(|body| {
                let href = link::to("/decisions", &[("body", Some(&body.id))]);
                Some((body.name.clone()?, href))
            }),
            department: content.department_name.clone(),
            fields: fields
                .map(|it| (it.label.clone(), it.text.clone()))
                .collect(),
            decided_on: day(content.decided_on),
            published_at: moment(item.published_at),
            shown_until: content.shown_until.map(day),
            version: (item.version > 1).then_some(item.version),
            corrects: content
                .corrects
                .as_ref()
                .map(|id| format!("/decisions/{id}")),
            proof,
            heading,
        }
    }
}

impl Proof {
    fn of(shown: &PublicShown, fingerprint: Option<String>) -> Self {
        let place = shown.inclusion.as_ref().map(|inclusion| {
            let checkpoint = inclusion.checkpoint.checkpoint();
            Place {
                index: number(inclusion.index),
                leaf: inclusion.leaf.to_hex(),
                size: number(checkpoint.size),
                root: checkpoint.root.to_hex(),
                at: moment(checkpoint.time),
                origin: checkpoint.origin.to_string(),
                path_length: inclusion.hashes.len(),
            }
        });
        Proof {
            digest: shown.digest.to_hex(),
            file: format!("/decisions/{}/file", shown.item.id),
            fingerprint,
            place,
        }
    }
}

#[cfg(test)]
impl crate::samples::Sample for Decision {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let key =
            "SM3:0A1B-2C3D-4E5F-6071-8293-A4B5-C6D7-E8F9-0A1B-2C3D-4E5F-6071-8293-A4B5-C6D7-E8F9";
        let of = |at: usize| {
            let item = crate::samples::items().swap_remove(at);
            let place = Place {
                index: number(123_455),
                leaf: "9f".repeat(32),
                size: number(123_456),
                root: "0c".repeat(32),
                at: moment(crate::samples::at()),
                origin: "gongshi.example".to_owned(),
                path_length: 17,
            };
            let proof = Proof {
                digest: "a7".repeat(32),
                file: format!("/decisions/{}/file", item.id),
                fingerprint: Some(key.to_owned()),
                place: (at == 0).then_some(place),
            };
            Decision::with_proof(&site, &item, proof)
        };
        vec![("decision", of(0)), ("decision-pending", of(1))]
    }
}
