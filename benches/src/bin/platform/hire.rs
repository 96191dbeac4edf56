//! 招人：由刚建好的三员建一位主办，供追加之用。库里先要有区划与一个执法主体（`mingjing import`）。

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::http::Client;

/// Everybody's password after the first sign-in: this is a load, not a secret.
pub(crate) const PASSWORD: &str = "Qx7-mirror-lamp-93";
pub(crate) const LOGIN: &str = "load";

pub(crate) fn run(address: SocketAddr, system: &str, security: &str) -> anyhow::Result<()> {
    let mut system = first_time(address, "system", system)?;
    let mut security = first_time(address, "security", security)?;
    let bodies = system.get("/api/v1/bodies?limit=1")?.body;
    let body = &bodies["bodies"][0];
    let org = body["org"].as_str().context("库里还没有执法主体")?;
    let account = json!({ "login": LOGIN, "name": "负荷", "org": org });
    let account = created(system.post("/api/v1/accounts", &account, "")?)?;
    let made = &account["credentials"];
    let id = made["account"].as_str().context("没有账号")?;
    let grant = json!({ "role": "lead_officer", "org": org, "from_on": "2020-01-01", "reason": "量追加的快慢" });
    created(security.post(&format!("/api/v1/accounts/{id}/grants"), &grant, "")?)?;
    let password = made["password"].as_str().context("没有口令")?;
    first_time(address, LOGIN, password)?;
    println!(
        "{LOGIN} {PASSWORD} {}",
        body["id"].as_str().unwrap_or_default()
    );
    Ok(())
}

fn first_time(address: SocketAddr, login: &str, password: &str) -> anyhow::Result<Client> {
    let mut client = Client::connect(address)?;
    client.sign_in(login, password)?;
    let change = json!({ "current": password, "new": PASSWORD });
    let changed = client.post("/api/v1/sessions/current/password", &change, "")?;
    client.hold(&changed)?;
    Ok(client)
}

fn created(answer: crate::http::Answer) -> anyhow::Result<Value> {
    ensure!(answer.status == 201, "{} {}", answer.status, answer.body);
    Ok(answer.body)
}
