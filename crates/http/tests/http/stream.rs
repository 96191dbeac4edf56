//! 事件流：只有看得到的；从任何一处断了再来，不漏也不重；人走了就停。

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures_core::Stream as _;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use serde_json::Value;

use crate::world::{Who, World, signed, token};

on_both_engines! {
    changes_come_to_whoever_may_see_them_and_to_nobody_else,
    a_stream_that_broke_anywhere_goes_on_without_loss_or_repeat,
}

/// One event of the stream.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    id: u64,
    name: String,
    data: Value,
}

struct Reader {
    body: BodyDataStream,
    held: String,
}

impl Reader {
    async fn open(world: &World, who: Who, last: Option<u64>) -> Reader {
        let mut request = signed(Request::get("/api/v1/stream"), token(who));
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = world.response(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Reader {
            body: response.into_body().into_data_stream(),
            held: String::new(),
        }
    }

    async fn next(&mut self) -> Told {
        loop {
            if let Some((block, rest)) = self.held.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.held = rest;
                if let Some(told) = parse(&block) {
                    return told;
                }
                continue;
            }
            let chunk = std::future::poll_fn(|cx| Pin::new(&mut self.body).poll_next(cx));
            let chunk = tokio::time::timeout(Duration::from_secs(60), chunk).await;
            let chunk = chunk.expect("the stream says something").unwrap().unwrap();
            self.held.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// What is told until the stream has caught up with the log.
    async fn until(&mut self, end: u64) -> Vec<Told> {
        let mut all = Vec::new();
        loop {
            let told = self.next().await;
            if told.name != "checkpoint" {
                all.push(told);
            } else if told.id >= end {
                return all;
            }
        }
    }
}

fn parse(block: &str) -> Option<Told> {
    let field = |name: &str| {
        let lines = block.lines().filter_map(|line| line.strip_prefix(name));
        lines.map(str::trim).next()
    };
    Some(Told {
        id: field("id:")?.parse().unwrap(),
        name: field("event:")?.to_owned(),
        data: serde_json::from_str(field("data:")?).unwrap(),
    })
}

async fn end_of_log(world: &World) -> u64 {
    let checkpoint = world.get(Who::Lead, "/api/v1/log/checkpoint").await;
    checkpoint.json["checkpoint"]["size"].as_u64().unwrap() - 1
}

async fn changes_come_to_whoever_may_see_them_and_to_nobody_else(db: Database) {
    let world = World::open(db).await;
    let before = world.new_case(Who::Lead, &world.body, "case-0000").await;
    world.integrate().await;
    // Before anything happens: what is not asked for by an id is not told.
    let mut here = Reader::open(&world, Who::Supervisor, None).await;
    let mut there = Reader::open(&world, Who::Stranger, None).await;
    let mut clerk = Reader::open(&world, Who::Clerk, None).await;
    let ours = world.new_case(Who::Lead, &world.body, "case-0001").await;
    let theirs = world
        .new_case(Who::Stranger, &world.far_body, "case-0002")
        .await;
    assert_eq!(
        world.record(Who::Lead, &ours, "event-0001").await.status,
        201
    );
    assert_eq!(
        world
            .record(Who::Stranger, &theirs, "event-0002")
            .await
            .status,
        201
    );
    world.integrate().await;
    let end = end_of_log(&world).await;
    for (reader, case) in [(&mut here, &ours), (&mut there, &theirs)] {
        let told = reader.until(end).await;
        assert!(told.iter().all(|it| it.data["case"] == **case), "{told:?}");
        let kinds: Vec<&str> = told
            .iter()
            .map(|it| it.data["kind"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            ["case_registered", "facts_stated", "clue_registered"]
        );
        assert!(told.iter().all(|it| it.data["log_index"] == it.id));
        assert!(told.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
    // Who may see no case gets only how far the log has come.
    assert_eq!(clerk.until(end).await, []);
    let again = Reader::open(&world, Who::Lead, Some(0))
        .await
        .until(end)
        .await;
    let cases: Vec<&Value> = again.iter().map(|it| &it.data["case"]).collect();
    assert!(cases.iter().any(|case| **case == before));
    assert!(cases.iter().all(|case| **case != theirs));
}

async fn a_stream_that_broke_anywhere_goes_on_without_loss_or_repeat(db: Database) {
    let world = World::open(db).await;
    let case = world.new_case(Who::Lead, &world.body, "case-0000").await;
    for n in 0..4 {
        let recorded = world
            .record(Who::Lead, &case, &format!("event-000{n}"))
            .await;
        assert_eq!(recorded.status, 201, "{}", recorded.text);
    }
    world.integrate().await;
    let end = end_of_log(&world).await;
    let all = Reader::open(&world, Who::Lead, Some(0))
        .await
        .until(end)
        .await;
    assert_eq!(all.len(), 6);
    for broken in 0..all.len() {
        let last = Some(all[broken].id);
        let mut reader = Reader::open(&world, Who::Lead, last).await;
        if broken + 1 == all.len() {
            // Nothing is left, not even the word that nothing is left; the next change comes alone.
            assert_eq!(
                world.record(Who::Lead, &case, "event-last").await.status,
                201
            );
            world.integrate().await;
            let told = reader.until(end_of_log(&world).await).await;
            assert_eq!(told.len(), 1, "{told:?}");
            continue;
        }
        assert_eq!(reader.until(end).await, all[broken + 1..]);
    }
}
