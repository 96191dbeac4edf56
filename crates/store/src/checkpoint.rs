//! 倒回：WAL 里的页由另一条连接、另一个线程搬回库里，写者不等它。
//!
//! Left to SQLite, whoever commits copies back what has gathered: everybody behind it in the queue waits for thousands of
//! pages and two syncs. Here a thread beside the writer does that, passively, while the writer goes on. What is written
//! meanwhile is left over, so the WAL would never begin anew under a steady load: every [`PAGES_OF_A_ROUND`] pages the
//! writer copies that remainder itself, which is little, and its next commit writes over the beginning of the file.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::{Result, StoreError};
use crate::sqlite::{Access, Session};

/// Pages, of 4 KiB, that may gather before they are worth a sync of the database.
const PAGES_OF_A_PASS: u32 = 2_000;
/// Pages after which the WAL begins anew, about 64 MB: most of what one chunk of an import changes is changed again by
/// the next, and a longer file saves little more.
const PAGES_OF_A_ROUND: u32 = 16_384;

/// How far the WAL has grown and how much of it has been copied back, in pages.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    written: AtomicU32,
    copied: AtomicU32,
}

impl Progress {
    /// A commit has made the WAL so long. A shorter one has begun anew, with nothing copied.
    pub(crate) fn wrote(&self, pages: u32) {
        if self.written.swap(pages, Ordering::Relaxed) > pages {
            self.copied.store(0, Ordering::Relaxed);
        }
    }

    fn copied(&self, pages: u32) {
        self.copied.store(pages, Ordering::Relaxed);
    }

    fn due(&self) -> Due {
        let written = self.written.load(Ordering::Relaxed);
        let left = written.saturating_sub(self.copied.load(Ordering::Relaxed));
        match (written >= PAGES_OF_A_ROUND, left >= PAGES_OF_A_PASS) {
            (true, false) => Due::NewRound,
            (_, true) => Due::Pass,
            (false, false) => Due::Nothing,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Nothing,
    Pass,
    NewRound,
}

/// The thread that copies back.
pub(crate) struct Checkpointer {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
    progress: Arc<Progress>,
}

impl Checkpointer {
    pub(crate) fn start(path: PathBuf, lock_wait: Duration) -> Result<Self> {
        let progress = Arc::<Progress>::default();
        let (wake, woken) = sync_channel(1);
        let told = progress.clone();
        let thread = std::thread::Builder::new()
            .name("mingjing-checkpoint".to_owned())
            .spawn(move || copy_back(&path, lock_wait, &woken, &told))
            .map_err(StoreError::internal)?;
        Ok(Checkpointer {
            wake,
            thread,
            progress,
        })
    }

    /// What the write connection tells after each commit.
    pub(crate) fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// After a commit, on the thread of the writer and outside its transaction.
    pub(crate) fn look(&self, session: &Session) {
        match self.progress.due() {
            Due::Nothing => {}
            // Already woken is awake enough.
            Due::Pass => drop(self.wake.try_send(())),
            // If the thread is in the middle of a pass, there is a next commit.
            Due::NewRound => pass(session, &self.progress),
        }
    }

    pub(crate) fn close(self) {
        drop(self.wake);
        let _ = self.thread.join();
    }
}

fn copy_back(path: &std::path::Path, lock_wait: Duration, woken: &Receiver<()>, told: &Progress) {
    let mut session = None;
    while woken.recv().is_ok() {
        // Without a connection, or without room on the disk, pages stay in the WAL: nothing is lost, and whoever
        // writes is told of it by its own commit.
        if session.is_none() {
            session = Session::open(path, Access::Write, lock_wait).ok();
        }
        if let Some(session) = &session {
            pass(session, told);
        }
    }
}

fn pass(session: &Session, progress: &Progress) {
    if let Ok(Some(copied)) = session.checkpoint() {
        progress.copied(copied);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_due_for_what_is_left_and_a_new_round_when_little_is() {
        let progress = Progress::default();
        let due_at = |pages| {
            progress.wrote(pages);
            progress.due()
        };
        assert_eq!(due_at(PAGES_OF_A_PASS - 1), Due::Nothing);
        assert_eq!(due_at(PAGES_OF_A_PASS), Due::Pass);
        progress.copied(PAGES_OF_A_PASS);
        assert_eq!(due_at(PAGES_OF_A_PASS + 1), Due::Nothing);
        assert_eq!(due_at(PAGES_OF_A_ROUND), Due::Pass);
        progress.copied(PAGES_OF_A_ROUND - 1);
        assert_eq!(due_at(PAGES_OF_A_ROUND + 1), Due::NewRound);
        // The file has begun anew.
        assert_eq!(due_at(10), Due::Nothing);
        assert_eq!(due_at(PAGES_OF_A_PASS), Due::Pass);
    }
}
