//! 跟着日志走的任务：一条流一个，读一段，发一段，到头了等日志增长；隔一会儿核对会话还在不在。

use std::time::Duration;

use mingjing_edge::context::RequestContext;
use mingjing_edge::stream::{SendError, StreamEvent, StreamSender};
use mingjing_services::admin::session::{Stage, peek_session};
use mingjing_services::admin::token::Token;
use mingjing_services::context::RequestContext as ServiceRequest;
use mingjing_services::error::ServiceError;
use mingjing_services::live::{Change, Growth, read_changes};
use serde_json::json;
use tokio::time::Instant;

use super::stream_changes::ChangeEvent;
use crate::state::State;

/// 日志由别的进程增长时，至多隔多久看一次。
const LOOK: Duration = Duration::from_secs(1);
/// 两次读之间至少隔多久：每秒几百条写入时，每条流也只读几次。
const REST: Duration = Duration::from_millis(200);
/// 隔多久核对一次会话与授权：收回的授权至多再管这么久。
const RECHECK: Duration = Duration::from_secs(15);

/// 一条流的任务。
pub(super) struct Follower {
    pub(super) state: State,
    pub(super) token: Token,
    pub(super) context: RequestContext,
    pub(super) request: ServiceRequest,
    pub(super) growth: Growth,
    pub(super) from: u64,
    pub(super) sender: StreamSender,
}

/// Why a stream ends; the reader comes again and goes on where it was.
enum End {
    Reader,
    Session,
    Service,
}

impl From<SendError> for End {
    fn from(_: SendError) -> Self {
        End::Reader
    }
}

impl From<ServiceError> for End {
    fn from(_: ServiceError) -> Self {
        End::Service
    }
}

impl Follower {
    pub(super) async fn follow(mut self) {
        // Dropping the sender ends the stream; nobody waits for the reason.
        match self.run().await {
            End::Reader | End::Session | End::Service => {}
        }
    }

    async fn run(&mut self) -> End {
        let mut checked = Instant::now();
        let mut told = self.from;
        loop {
            if checked.elapsed() >= RECHECK {
                if let Err(end) = self.recheck().await {
                    return end;
                }
                checked = Instant::now();
            }
            match self.step(&mut told).await {
                Ok(true) => self.wait().await,
                Ok(false) => {}
                Err(end) => return end,
            }
            if self.sender.is_gone() {
                return End::Reader;
            }
        }
    }

    /// Reads and sends one stretch; true if that was all there is.
    async fn step(&mut self, told: &mut u64) -> Result<bool, End> {
        let stretch = read_changes(&self.state.services, &self.request, self.from).await?;
        for change in &stretch.changes {
            self.sender.deliver(event(change)).await?;
        }
        self.from = stretch.next;
        // What was not for this reader is passed over as well: it need not be read again after a break.
        if stretch.is_at_end && *told < self.from {
            let last = self.from - 1;
            let data = json!({ "log_index": last }).to_string();
            self.sender
                .deliver(StreamEvent {
                    id: last,
                    name: "checkpoint",
                    data,
                })
                .await?;
            *told = self.from;
        }
        Ok(stretch.is_at_end)
    }

    async fn wait(&mut self) {
        tokio::select! {
            () = self.sender.closed() => {}
            () = async {
                self.growth.next_or(LOOK).await;
                tokio::time::sleep(REST).await;
            } => {}
        }
    }

    /// The session must still be there; its grants are taken anew.
    async fn recheck(&mut self) -> Result<(), End> {
        let services = &self.state.services;
        let anonymous = self.state.anonymous(&self.context);
        let found = peek_session(services, &self.token, &anonymous).await?;
        let session = found.filter(|session| session.stage == Stage::Full);
        let session = session.ok_or(End::Session)?;
        let trace_id = self.context.trace_id.as_str();
        self.request = services.request(session.actor, Some(session.account), trace_id);
        Ok(())
    }
}

fn event(change: &Change) -> StreamEvent {
    let name = if change.findings.is_empty() {
        "case_changed"
    } else {
        "finding_changed"
    };
    let data = ChangeEvent {
        log_index: change.log_index,
        kind: change.kind.clone(),
        case: change.timeline.to_string(),
        findings: change.findings.clone(),
    };
    StreamEvent {
        id: change.log_index,
        name,
        // INVARIANT: a record of strings and numbers is JSON.
        data: serde_json::to_string(&data).unwrap_or_default(),
    }
}
