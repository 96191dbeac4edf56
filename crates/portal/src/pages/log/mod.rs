//! 存证日志：有多少条、最新的检查点、公钥的指纹，与怎样自己核对。

use askama::Template;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::error::ServiceError;
use mingjing_services::log::latest_checkpoint;
use mingjing_services::model::SignedCheckpoint;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{When, moment, number};

const TEXT: &str = "text/plain; charset=utf-8";

/// 存证日志。
#[derive(Debug, Template)]
#[template(path = "pages/log/log.html")]
pub(crate) struct Log {
    frame: Frame,
    fingerprint: Option<String>,
    checkpoint: Option<Checkpoint>,
}

/// 检查点。
#[derive(Debug)]
struct Checkpoint {
    origin: String,
    size: String,
    root: String,
    suite: String,
    at: When,
    note: String,
}

pub(crate) async fn draw(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let checkpoint = match latest_checkpoint(portal.services()).await {
        Ok(signed) => Some(Checkpoint::of(&signed)),
        Err(ServiceError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let fingerprint = portal.log_key().map(|key| key.fingerprint()).transpose();
    let fingerprint = fingerprint.map_err(|error| Problem::internal(Box::new(error)))?;
    let page = Log {
        frame: frame(portal.site()),
        fingerprint: fingerprint.map(|it| it.to_string()),
        checkpoint,
    };
    Drawn::page(&page, Rests::Everything)
}

/// 公钥，PEM。
pub(crate) async fn draw_key(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let key = portal.log_key();
    let key = key.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let pem = key
        .to_pem()
        .map_err(|error| Problem::internal(Box::new(error)))?;
    Ok(Drawn::text("application/x-pem-file", pem, Rests::Nothing).named("key.pem".to_owned()))
}

/// 最新的检查点，签名所签的原文。
pub(crate) async fn draw_checkpoint(portal: Portal, _ask: Ask) -> Result<Drawn, Problem> {
    let signed = latest_checkpoint(portal.services()).await?;
    Ok(Drawn::text(TEXT, signed.to_text(), Rests::Everything))
}

fn frame(site: &Site) -> Frame {
    Frame::new(site, Section::Log, "存证日志", "/log")
}

impl Checkpoint {
    fn of(signed: &SignedCheckpoint) -> Self {
        let checkpoint = signed.checkpoint();
        Checkpoint {
            origin: checkpoint.origin.to_string(),
            size: number(checkpoint.size),
            root: checkpoint.root.to_hex(),
            suite: suite(checkpoint.suite.name()),
            at: moment(checkpoint.time),
            note: signed.to_text(),
        }
    }
}

/// The suite in words, with its name: whoever verifies needs the name.
fn suite(name: &str) -> String {
    match name {
        "sm2-sm3" => format!("国密：SM2 签名、SM3 散列（{name}）"),
        "ed25519-sha256" => format!("国际：Ed25519 签名、SHA-256 散列（{name}）"),
        other => other.to_owned(),
    }
}

#[cfg(test)]
impl crate::samples::Sample for Log {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let checkpoint = Checkpoint {
            origin: "gongshi.example".to_owned(),
            size: number(123_456),
            root: "0c".repeat(32),
            suite: suite("sm2-sm3"),
            at: moment(crate::samples::at()),
            note: "gongshi.example\n123456\nCAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw=\n\n— gongshi.example fc1xAg==\n"
                .to_owned(),
        };
        let of = |checkpoint| {
            Log {
            frame: frame(&site),
            fingerprint: Some("SM3:0A1B-2C3D-4E5F-6071-8293-A4B5-C6D7-E8F9-0A1B-2C3D-4E5F-6071-8293-A4B5-C6D7-E8F9".to_owned()),
            checkpoint,
        }
        };
        vec![("log", of(Some(checkpoint))), ("log-empty", of(None))]
    }
}
