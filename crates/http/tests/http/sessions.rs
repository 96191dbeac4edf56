//! 登录：cookie、防伪令牌、第一次须改口令、动态口令、退出。

use axum::body::Body;
use axum::http::Request;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::{Value, json};

use crate::world::{Answer, Who, World};

on_both_engines! {
    a_first_password_is_changed_before_anything_else_and_signing_out_ends_it,
    a_wrong_sign_in_says_the_same_whatever_is_wrong,
}

/// What a browser keeps.
struct Browser {
    cookie: String,
    csrf: String,
}

impl Browser {
    fn of(answer: &Answer) -> Browser {
        let set = answer.header("set-cookie");
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Strict"),
            "{set}"
        );
        Browser {
            cookie: set.split(';').next().unwrap().to_owned(),
            csrf: answer.json["csrf_token"].as_str().unwrap().to_owned(),
        }
    }

    async fn send(&self, world: &World, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        world.ask(request.body(body).unwrap()).await
    }
}

async fn sign_in(world: &World, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    let request = Request::post("/api/v1/sessions")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    world.ask(request.unwrap()).await
}

async fn a_first_password_is_changed_before_anything_else_and_signing_out_ends_it(db: Database) {
    let world = World::open(db).await;
    let path = format!(
        "/api/v1/accounts/{}/reset_password",
        world.account(Who::Lead)
    );
    let why = json!({"reason": "本人忘了口令"});
    let reset = world.post(Who::Security, &path, &why).await;
    let first = reset.json["credentials"]["password"].as_str().unwrap();

    let opened = sign_in(&world, "lead", first).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    assert_eq!(opened.json["session"]["stage"], "change_password");
    let browser = Browser::of(&opened);
    let early = browser.send(&world, "GET", "/api/v1/cases", None).await;
    assert_eq!(early.json["code"], "sign-in-unfinished");

    let path = "/api/v1/sessions/current/password";
    let weak = json!({"current": first, "new": "lead"});
    let refused = browser.send(&world, "POST", path, Some(weak)).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json["errors"][0]["pointer"], "/new");
    let good = json!({"current": first, "new": "Violet-Harbour-31-Quill"});
    let changed = browser.send(&world, "POST", path, Some(good)).await;
    assert_eq!(changed.status, 201, "{}", changed.text);
    let renewed = Browser::of(&changed);
    assert_eq!(
        browser
            .send(&world, "GET", "/api/v1/cases", None)
            .await
            .status,
        401
    );
    assert_eq!(
        renewed
            .send(&world, "GET", "/api/v1/cases", None)
            .await
            .status,
        200
    );

    let current = renewed
        .send(&world, "GET", "/api/v1/sessions/current", None)
        .await;
    assert_eq!(current.json["session"]["login"], "lead");
    assert_eq!(
        current.json["session"]["grants"][0]["role"]["code"],
        "lead_officer"
    );
    assert_eq!(current.json["csrf_token"], renewed.csrf);

    let out = renewed
        .send(&world, "DELETE", "/api/v1/sessions/current", None)
        .await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        renewed
            .send(&world, "GET", "/api/v1/cases", None)
            .await
            .status,
        401
    );
}

async fn a_wrong_sign_in_says_the_same_whatever_is_wrong(db: Database) {
    let world = World::open(db).await;
    let mut told = Vec::new();
    for (login, password) in [("nobody", "x"), ("lead", "x")] {
        let answer = sign_in(&world, login, password).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert_eq!(answer.header("set-cookie"), "");
        told.push(answer.json);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0]["code"], "sign-in-refused");
}
