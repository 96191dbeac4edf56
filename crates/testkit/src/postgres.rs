//! 测试用的 PostgreSQL：一台，所有测试共用；锁文件管启动，看守管停。
//!
//! The first test that needs it starts it in a folder of the system's temporary directory, not as root, without fsync.
//! A watchman (a shell loop, detached) stops it and removes the folder when no test has used it for two minutes. Its
//! default collation is a language's, so that a column which forgot `COLLATE "C"` shows.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};

/// The account that Debian's package makes; initdb refuses to run as root.
const SERVER_USER: &str = "postgres";
const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=300 -c listen_addresses= -c shared_buffers=64MB -c max_wal_size=4GB -c log_min_messages=fatal";
/// Runs until nobody has used the server for two minutes. $1 folder, $2 folder of the binaries, $3… how to run as its user.
const WATCHMAN: &str = r#"
folder=$1; bin=$2; shift 2
while sleep 15; do
    exec 9>"$folder/lock" || exit
    flock 9
    busy=$("$@" "$bin/psql" -h "$folder" -U postgres -Atc "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'test%'" 2>/dev/null)
    if [ "${busy:-0}" -eq 0 ] && [ -z "$(find "$folder/used" -mmin -2 2>/dev/null)" ]; then
        "$@" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1
        rm -rf "$folder"
        exit
    fi
    exec 9>&-
done
"#;

/// 一个测试的库，放下时删去。
pub(crate) struct TestDatabase {
    server: Server,
    name: String,
}

impl TestDatabase {
    /// A copy of the template of this schema; the first comer makes the template with `migrate`.
    pub(crate) fn create(
        fingerprint: &str,
        migrate: impl FnOnce(String) -> Result<()>,
    ) -> Result<Self> {
        let (server, lock) = Server::ensure()?;
        let template = format!("template_{fingerprint}");
        let known = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
        if server.admin(&known)?.trim().is_empty() {
            let building = format!("building_{}", std::process::id());
            server.admin(&format!("CREATE DATABASE {building}"))?;
            migrate(server.url(&building))?;
            server.admin(&format!("ALTER DATABASE {building} RENAME TO {template}"))?;
        }
        let name = unique_name();
        server.admin(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        drop(lock);
        Ok(TestDatabase { server, name })
    }

    pub(crate) fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Another database of this test, removed with it.
    pub(crate) fn empty_sibling(&self) -> Result<String> {
        let name = format!("{}_empty", self.name);
        self.server.admin(&format!("CREATE DATABASE {name}"))?;
        Ok(self.server.url(&name))
    }
}

impl TestDatabase {
    /// One of the programs of the server's version (`pg_dump` and the like), to be run as whoever runs the tests.
    pub(crate) fn program(&self, name: &str) -> Command {
        Command::new(self.server.binaries.join(name))
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        for suffix in ["", "_empty"] {
            // The server is thrown away soon; a database left behind is no failure of the test.
            let drop = format!("DROP DATABASE IF EXISTS {}{suffix} WITH (FORCE)", self.name);
            let _ = self.server.admin(&drop);
        }
        let _ = self.server.touch();
    }
}

fn unique_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{number}", std::process::id())
}

struct Server {
    folder: PathBuf,
    binaries: PathBuf,
    as_user: Vec<String>,
}

impl Server {
    /// The running server, started if need be. The lock, handed on, makes the first comer start it and the
    /// others wait.
    fn ensure() -> Result<(Self, File)> {
        let is_root = fs::metadata("/proc/self")?.uid() == 0;
        let binaries = binaries()?;
        let user = fs::metadata("/proc/self")?.uid();
        let folder = std::env::temp_dir().join(format!("mingjing-test-postgres-{user}"));
        let as_user = if is_root {
            ["runuser", "-u", SERVER_USER, "--"]
                .map(str::to_owned)
                .to_vec()
        } else {
            Vec::new()
        };
        let server = Server {
            folder,
            binaries,
            as_user,
        };
        let lock = server.lock()?;
        if !server.is_running() {
            server.start().context("PostgreSQL 没有启动起来")?;
        }
        server.touch()?;
        Ok((server, lock))
    }

    /// Makes the folder and takes the lock in it; again if the watchman removed the folder in between.
    fn lock(&self) -> Result<File> {
        loop {
            self.run(
                Path::new("mkdir"),
                &["-p", "-m", "777", text(&self.folder)?],
            )?;
            let path = self.folder.join("lock");
            let Ok(file) = File::create(&path) else {
                continue;
            };
            file.lock()?;
            let is_same = fs::metadata(&path).is_ok_and(|on_disk| {
                file.metadata()
                    .is_ok_and(|held| held.ino() == on_disk.ino())
            });
            if is_same {
                return Ok(file);
            }
        }
    }

    fn touch(&self) -> Result<()> {
        fs::write(self.folder.join("used"), std::process::id().to_string())?;
        Ok(())
    }

    fn is_running(&self) -> bool {
        self.folder.join("data").exists() && self.admin("SELECT 1").is_ok()
    }

    fn start(&self) -> Result<()> {
        let data = self.folder.join("data");
        let data = text(&data)?;
        self.run(Path::new("rm"), &["-rf", data])?;
        let initdb = [
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=zh",
        ];
        self.run(&self.binaries.join("initdb"), &initdb)?;
        let settings = format!(
            "{SETTINGS} -c unix_socket_directories={}",
            text(&self.folder)?
        );
        let log = self.folder.join("server.log");
        let start = [
            "-D",
            data,
            "-l",
            text(&log)?,
            "-o",
            &settings,
            "-w",
            "start",
        ];
        self.run(&self.binaries.join("pg_ctl"), &start)?;
        self.watch()
    }

    /// Starts the watchman in a process group of its own, so that it outlives the test.
    fn watch(&self) -> Result<()> {
        Command::new("sh")
            .args(["-c", WATCHMAN, "watchman"])
            .arg(&self.folder)
            .arg(&self.binaries)
            .args(if self.as_user.is_empty() {
                vec!["env".to_owned()]
            } else {
                self.as_user.clone()
            })
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(())
    }

    fn admin(&self, sql: &str) -> Result<String> {
        let folder = text(&self.folder)?;
        let psql = [
            "-h", folder, "-U", "postgres", "-d", "postgres", "-AtXqc", sql,
        ];
        self.run(&self.binaries.join("psql"), &psql)
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@/{database}?host={}",
            self.folder.display()
        )
    }

    fn run(&self, program: &Path, arguments: &[&str]) -> Result<String> {
        let mut command = match self.as_user.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        // pg_ctl hands its output on to the server, which keeps it open: nobody waits for its end.
        let is_start = arguments.last() == Some(&"start");
        command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null());
        if is_start {
            let status = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            ensure!(status.success(), "{} 失败：{status}", program.display());
            return Ok(String::new());
        }
        let output = command.output()?;
        ensure!(
            output.status.success(),
            "{} 失败：{}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The newest of Debian's versions; `cargo xtask ci --only system` installs one where it may.
fn binaries() -> Result<PathBuf> {
    newest_binaries().context(
        "测试需要 PostgreSQL 的服务器程序，请安装：apt-get install postgresql（或 cargo xtask ci --only system）",
    )
}

fn newest_binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            let binaries = path.join("bin");
            binaries
                .join("initdb")
                .exists()
                .then_some((version, binaries))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, binaries)| binaries)
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is not UTF-8")
}
