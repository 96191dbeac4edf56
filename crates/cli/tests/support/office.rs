//! 一个机关的第一天，全经命令行与接口：三员、区划、主体、一位主办、一位监督，然后建案、记事。

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::place::{Place, Server};

/// 谁都一样的新口令：这里不试口令。
const PASSWORD: &str = "Qx7-mirror-lamp-93";
const LEAD: &str = "lead";
const WATCH: &str = "watch";

/// 一个答复。
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) json: Value,
    /// 正文原样。
    pub(crate) text: String,
    cookie: Option<String>,
}

/// 登录了的一个人，一条连接。
pub(crate) struct Desk {
    stream: BufReader<TcpStream>,
    session: String,
}

impl Desk {
    fn new(server: &Server) -> Self {
        Desk {
            stream: BufReader::new(server.connect()),
            session: String::new(),
        }
    }

    /// 登录；口令是一次性的，先改成谁都一样的那个。
    #[track_caller]
    pub(crate) fn first_time(server: &Server, login: &str, password: &str) -> Self {
        let mut desk = Desk::with(server, login, password);
        let change = json!({ "current": password, "new": PASSWORD });
        let told = desk.post("/api/v1/sessions/current/password", &change, &[]);
        desk.hold(told);
        desk
    }

    /// 主办登录。
    pub(crate) fn lead(server: &Server) -> Self {
        Desk::with(server, LEAD, PASSWORD)
    }

    /// 同一次登录，另一条连接：服务重启过，会话还在。
    pub(crate) fn on(self, server: &Server) -> Self {
        Desk {
            session: self.session,
            ..Desk::new(server)
        }
    }

    /// 监督人员登录。
    pub(crate) fn watch(server: &Server) -> Self {
        Desk::with(server, WATCH, PASSWORD)
    }

    #[track_caller]
    fn with(server: &Server, login: &str, password: &str) -> Self {
        let mut desk = Desk::new(server);
        let who = json!({ "login": login, "password": password });
        let told = desk.post("/api/v1/sessions", &who, &[]);
        desk.hold(told);
        desk
    }

    #[track_caller]
    fn hold(&mut self, told: Told) {
        assert_eq!(told.status, 201, "{told:?}");
        let cookie = told.cookie.unwrap();
        let csrf = told.json["csrf_token"].as_str().unwrap();
        self.session = format!("Cookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\n");
    }

    pub(crate) fn get(&mut self, path: &str) -> Told {
        let request = format!("GET {path} HTTP/1.1\r\nHost: t\r\n{}\r\n", self.session);
        self.ask(&request).unwrap()
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value, more: &[(&str, &str)]) -> Told {
        self.try_post(path, body, more).unwrap()
    }

    /// 没有答复（连接断了）的为 `None`。
    pub(crate) fn try_post(
        &mut self,
        path: &str,
        body: &Value,
        more: &[(&str, &str)],
    ) -> Option<Told> {
        let body = body.to_string();
        let more: String = more.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: t\r\n{}{more}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.session,
            body.len()
        );
        self.ask(&request)
    }

    /// 交一份名单。
    #[track_caller]
    pub(crate) fn send_list(
        &mut self,
        source: &str,
        org: &str,
        (name, list): (&str, &str),
    ) -> Told {
        let head = "Content-Disposition: form-data; name=";
        let text = |name: &str, text: &str| format!("--xx\r\n{head}\"{name}\"\r\n\r\n{text}\r\n");
        let form = format!(
            "{}{}--xx\r\n{head}\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n{list}\r\n--xx--\r\n",
            text("source", source),
            text("org", org),
        );
        let request = format!(
            "POST /api/v1/imports HTTP/1.1\r\nHost: t\r\n{}Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: {}\r\n\r\n{form}",
            self.session,
            form.len()
        );
        self.ask(&request).unwrap()
    }

    fn ask(&mut self, request: &str) -> Option<Told> {
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        self.stream.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let (mut length, mut cookie) = (0, None);
        loop {
            line.clear();
            self.stream.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name {
                "content-length" => length = value.parse().unwrap(),
                "set-cookie" => cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).ok()?;
        Some(Told {
            status,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            cookie,
        })
    }

    /// 建一案；返回标识与版本。
    #[track_caller]
    pub(crate) fn new_case(&mut self, office: &Office, number: &str) -> (String, u64) {
        let case =
            json!({ "procedure": "ordinary_penalty", "body": office.body, "number": number });
        let key = [("Idempotency-Key", "new-case-0001")];
        let made = self.post("/api/v1/cases", &case, &key);
        assert_eq!(made.status, 201, "{made:?}");
        let made = &made.json["case"];
        let id = made["id"].as_str().unwrap().to_owned();
        (id, made["version"].as_u64().unwrap())
    }

    /// 记一件事，按给定的版本；没有答复的为 `None`。
    pub(crate) fn record(&mut self, case: &str, version: u64, key: &str) -> Option<Told> {
        let event = json!({ "kind": "clue_registered", "on": "2025-02-02",
            "fields": { "source": "inspection", "real_name_informant": false } });
        let version = format!("\"{version}\"");
        let more = [("If-Match", &*version), ("Idempotency-Key", key)];
        self.try_post(&format!("/api/v1/cases/{case}/events"), &event, &more)
    }
}

/// 机关。
pub(crate) struct Office {
    /// 主体的标识。
    pub(crate) body: String,
}

impl Office {
    /// 第一天：谁也不是凭空有的。
    #[track_caller]
    pub(crate) fn open(place: &Place, server: &Server) -> Office {
        let made = place.run(&["user", "init", "--format", "json"]).json();
        let password = |n: usize| made["accounts"][n]["password"].as_str().unwrap().to_owned();
        place.write(
            "divisions.csv",
            "code,name,parent\n950000,云川省,\n950100,云安市,950000\n",
        );
        place.write(
            "bodies.csv",
            "name,region,department\n云安市局,950100,market_regulation\n",
        );
        let on = ["--on", "2020-01-01", "--apply"];
        place
            .run(&[&["import", "divisions", "divisions.csv"], &on[..]].concat())
            .good();
        place
            .run(&[&["import", "bodies", "bodies.csv"], &on[..]].concat())
            .good();
        let mut system = Desk::first_time(server, "system", &password(0));
        let bodies = system.get("/api/v1/bodies");
        let body = &bodies.json["bodies"][0];
        let (id, org) = (&body["id"], &body["org"]);
        let (Some(id), Some(org)) = (id.as_str(), org.as_str()) else {
            panic!("{bodies:?}");
        };
        let mut security = Desk::first_time(server, "security", &password(1));
        for (login, role, at) in [(LEAD, "lead_officer", org), (WATCH, "supervisor_lead", "/")] {
            let account = json!({ "login": login, "name": "试用人员", "org": at });
            let account = system.post("/api/v1/accounts", &account, &[]);
            assert_eq!(account.status, 201, "{account:?}");
            let made = &account.json["credentials"];
            let grant = json!({ "role": role, "org": at, "from_on": "2020-01-01",
                "reason": "试用" });
            let id = made["account"].as_str().unwrap();
            let granted = security.post(&format!("/api/v1/accounts/{id}/grants"), &grant, &[]);
            assert_eq!(granted.status, 201, "{granted:?}");
            Desk::first_time(server, login, made["password"].as_str().unwrap());
        }
        Office {
            body: id.to_owned(),
        }
    }
}
