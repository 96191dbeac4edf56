//! 一条保持着的 HTTP/1.1 连接，够量时之用。

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, ensure};
use serde_json::Value;

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    /// Sent with every request: cookie and token of the session.
    session: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    cookie: Option<String>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Client {
            stream: BufReader::new(stream),
            session: String::new(),
        })
    }

    /// 登录；此后的请求都带着会话。
    pub(crate) fn sign_in(&mut self, login: &str, password: &str) -> anyhow::Result<()> {
        let body = serde_json::json!({ "login": login, "password": password });
        let answer = self.post("/api/v1/sessions", &body, "")?;
        self.hold(&answer)
    }

    /// 拿住会话：登录的，或改了口令换新的。
    pub(crate) fn hold(&mut self, answer: &Answer) -> anyhow::Result<()> {
        ensure!(
            answer.status == 201,
            "登录：{} {}",
            answer.status,
            answer.body
        );
        let cookie = answer.cookie.as_deref().context("没有会话 cookie")?;
        let csrf = answer.body["csrf_token"].as_str().context("没有防伪令牌")?;
        self.session = format!("Cookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\n");
        Ok(())
    }

    /// 同一个会话的另一条连接。
    pub(crate) fn another(&self, address: SocketAddr) -> anyhow::Result<Self> {
        let mut client = Client::connect(address)?;
        client.session.clone_from(&self.session);
        Ok(client)
    }

    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: load\r\n{}\r\n", self.session);
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value, more: &str) -> anyhow::Result<Answer> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: load\r\n{}{more}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.session,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    fn read(&mut self) -> anyhow::Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.with_context(|| format!("不是答复：{line}"))?;
        let (mut length, mut cookie) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "set-cookie" => cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            cookie,
        })
    }
}
