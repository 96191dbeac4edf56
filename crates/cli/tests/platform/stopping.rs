//! 停止：进行中的答完，不再收新的；端口被占用的说清楚。

use std::io::Write as _;
use std::net::TcpStream;

use crate::place::{Answer, Place, Server};

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let place = Place::new();
    let mut server = place.serve();
    let mut stream = server.connect();
    stream
        .write_all(b"GET /api/v1/rules HTTP/1.1\r\nHost: t\r\nConnection: close\r\n")
        .unwrap();
    // The head is not complete yet when the signal comes.
    assert_eq!(server.get("/healthz").status, 200);
    server.signal("TERM");
    wait_until_closed(&server);
    stream.write_all(b"\r\n").unwrap();
    let answer = Answer::read(stream);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(server.wait(), Some(0));
}

/// The listener is closed once it no longer takes connections.
fn wait_until_closed(server: &Server) {
    while TcpStream::connect(server.address).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let place = Place::new();
    let mut server = place.serve();
    let mut stream = server.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").unwrap();
    assert_eq!(server.get("/healthz").status, 200);
    server.signal("INT");
    wait_until_closed(&server);
    server.signal("INT");
    assert_eq!(server.wait(), Some(130));
}

#[test]
fn a_port_in_use_is_told_with_what_to_do() {
    let place = Place::new();
    let server = place.serve();
    let other = Place::new();
    let mut command = other.command(&["serve", "--migrate"]);
    command.env("MINGJING_SERVER_LISTEN", server.address.to_string());
    let Err(ran) = Server::try_start(command) else {
        panic!("two on one port");
    };
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("已被别的程序占用"), "{}", ran.err);
    // Nothing was opened before the port was ours.
    assert!(!other.path("mingjing-data").exists());
}
