//! 代理：站在程序与 PostgreSQL 之间，到了时候把连接全部断开。

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

/// The name of the socket in the folder that clients call the host.
const SOCKET: &str = ".s.PGSQL.5432";

pub(crate) struct Proxy {
    folder: TempDir,
    state: Arc<State>,
}

struct State {
    server: PathBuf,
    /// Bytes that may still pass to the server; nothing passes at zero.
    budget: AtomicI64,
    open: Mutex<Vec<UnixStream>>,
}

impl Proxy {
    /// 站在这个地址前面。
    pub(crate) fn before(url: &str) -> Self {
        let (_, host) = url.split_once("host=").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let state = Arc::new(State {
            server: Path::new(host).join(SOCKET),
            budget: AtomicI64::new(i64::MAX),
            open: Mutex::new(Vec::new()),
        });
        let held = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                held.take(client.unwrap());
            }
        });
        Proxy { folder, state }
    }

    /// 经过代理的地址。
    pub(crate) fn url(&self, url: &str) -> String {
        let (head, _) = url.split_once("host=").unwrap();
        format!("{head}host={}", self.folder.path().display())
    }

    /// 再过这么多字节就断开，此后一概连不上。
    pub(crate) fn cut_after(&self, bytes: i64) {
        self.state.budget.store(bytes, Ordering::SeqCst);
    }

    /// 又通了。
    pub(crate) fn mend(&self) {
        self.state.budget.store(i64::MAX, Ordering::SeqCst);
    }
}

impl State {
    fn take(self: &Arc<Self>, client: UnixStream) {
        if self.budget.load(Ordering::SeqCst) <= 0 {
            return;
        }
        let server = UnixStream::connect(&self.server).unwrap();
        self.open
            .lock()
            .unwrap()
            .extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
        let (to, from) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let counted = Arc::clone(self);
        std::thread::spawn(move || counted.pump(from, to, true));
        let uncounted = Arc::clone(self);
        std::thread::spawn(move || uncounted.pump(server, client, false));
    }

    fn pump(&self, mut from: UnixStream, mut to: UnixStream, is_counted: bool) {
        let mut buffer = [0; 8192];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if is_counted {
                let before = self.budget.load(Ordering::SeqCst);
                if before != i64::MAX {
                    let left = self.budget.fetch_sub(read as i64, Ordering::SeqCst) - read as i64;
                    if left <= 0 {
                        // In the middle of a message: the half of it that fits goes through.
                        let half = usize::try_from(left + read as i64).unwrap_or(0);
                        let _ = to.write_all(&buffer[..half]);
                        self.cut();
                        return;
                    }
                }
            }
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        // One side has gone, so goes the other.
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
