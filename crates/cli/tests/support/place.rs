//! 一处平台：一个临时目录、一份配置；在里面运行真正的程序，起停真正的服务。

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A server on a busy machine takes its time; one that hangs must not hang the tests.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Place {
    folder: TempDir,
}

/// 一再看，直到成了；等太久的不再等。每看一次都做一件要些时间的事（一个请求、一次运行），所以不另歇。
#[track_caller]
pub(crate) fn until(what: &str, mut is_done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_done() {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
    }
}

/// 一次运行。
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// 成功的，标准输出。
    #[track_caller]
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self.out
    }

    /// 最后一行 JSON。
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        assert!(self.code.is_some(), "{self:?}");
        let line = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {}\n{}", self.out, self.err))
    }
}

impl Place {
    /// SQLite，小法典，端口任取。
    pub(crate) fn new() -> Self {
        Place::with("")
    }

    /// 另加几节配置。
    pub(crate) fn with(more: &str) -> Self {
        Place::with_lawbook(&manifest().join("tests/data/lawbook"), more)
    }

    /// 随程序带的法典。
    pub(crate) fn with_shipped_law() -> Self {
        Place::with_shipped_law_and("")
    }

    /// 随程序带的法典，另加几节配置。
    pub(crate) fn with_shipped_law_and(more: &str) -> Self {
        Place::with_lawbook(&manifest().join("../../lawbook"), more)
    }

    fn with_lawbook(lawbook: &Path, more: &str) -> Self {
        let place = Place {
            folder: tempfile::tempdir().unwrap(),
        };
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[lawbook]\nfolder = {:?}\n{more}",
            lawbook.to_str().unwrap()
        );
        place.write("mingjing.toml", config);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mingjing"));
        self.settle(&mut command);
        command.args(args);
        command
    }

    /// 同上，由 shell 先做些什么，再 `exec "$@"`。
    pub(crate) fn command_after(&self, shell: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        self.settle(&mut command);
        let script = format!("{shell}; exec \"$@\"");
        let program = env!("CARGO_BIN_EXE_mingjing");
        command.args(["-c", &script, "sh", program]).args(args);
        command
    }

    fn settle(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MINGJING_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args))
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve", "--migrate"]))
    }

    /// 等到记下的都入了日志：由运行着的服务做。
    #[track_caller]
    pub(crate) fn wait_for_log(&self) {
        until("the log", || self.pending() == 0);
    }

    /// 还没有入日志的条数。
    #[track_caller]
    pub(crate) fn pending(&self) -> u64 {
        let found = self.run(&["fsck", "--format", "json"]).json();
        found["pending"].as_u64().unwrap()
    }

    /// 自查相符，派生的表与重新推出的相同；返回自查的 JSON。
    #[track_caller]
    pub(crate) fn require_sound(&self) -> Value {
        let found = self.run(&["fsck", "--format", "json"]);
        assert_eq!(found.code, Some(0), "{found:?}");
        let rebuilt = self.run(&["rebuild", "--verify"]);
        assert_eq!(rebuilt.code, Some(0), "{rebuilt:?}");
        found.json()
    }
}

pub(crate) fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn ran(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// 运行着的服务；放下时杀掉。
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    /// 启动时打印的。
    pub(crate) told: String,
}

impl Server {
    /// 起，等到它说已启动。
    #[track_caller]
    pub(crate) fn start(command: Command) -> Self {
        Server::try_start(command).unwrap_or_else(|ran| panic!("did not start: {ran:?}"))
    }

    /// 起；没有起来的，它说了什么。
    pub(crate) fn try_start(mut command: Command) -> Result<Self, Ran> {
        // The log goes to a file: a pipe that nobody reads would stop the server.
        let folder = command.get_current_dir().unwrap().to_owned();
        let log = folder.join("server.log");
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log);
        command.stderr(file.unwrap());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        // Owned by the one that ends it, whatever happens from here.
        let mut server = Server {
            child,
            out,
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            told: String::new(),
        };
        loop {
            let mut line = String::new();
            if server.out.read_line(&mut line).unwrap() == 0 {
                return Err(Ran {
                    code: server.child.wait().unwrap().code(),
                    out: server.told.clone(),
                    err: std::fs::read_to_string(&log).unwrap(),
                });
            }
            server.told.push_str(&line);
            if let Some(address) = line.trim().strip_prefix("明镜已启动 http://") {
                server.address = address.parse().unwrap();
                return Ok(server);
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// 请它停，等它停。
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.wait()
    }

    pub(crate) fn wait(&mut self) -> Option<i32> {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap().code()
    }

    /// 立刻杀掉，如同断电。
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
        ))
    }

    pub(crate) fn ask(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        Answer::read(stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn signal(process: u32, name: &str) {
    let done = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(done.unwrap().success());
}

/// 一个答复。
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Answer {
    /// 读到连接断开为止。
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no answer: {text}")),
            body: body.to_owned(),
        }
    }
}
