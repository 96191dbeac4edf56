//! 开始做一批：准不准、能不能当场答复，做在后台；断了再开始就接着做。

use mingjing_edge::problem::Problem;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::context::RequestContext;
use mingjing_services::intake::run::{Mode, Runner, Started};
use mingjing_services::model::Batch;
use tokio::sync::oneshot;

use crate::state::State;

/// 开始，或接着做；返回开始时的批。
pub(super) async fn start(
    state: &State,
    request: &RequestContext,
    id: Id<kind::Batch>,
    mode: Mode,
) -> Result<Batch, Problem> {
    let spool = state.spool()?.clone();
    let permit = state.begin_run()?;
    let (sender, started) = oneshot::channel();
    let (state, request) = (state.clone(), request.clone());
    tokio::spawn(async move {
        let _permit = permit;
        let services = &state.services;
        let mut runner = match Runner::start(services, &spool, &request, id, mode).await {
            Ok(Started::Running(runner)) => runner,
            Ok(Started::Finished(batch)) => {
                let _ = sender.send(Ok(*batch));
                return;
            }
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        };
        // Whoever asked may have gone away; the batch is done all the same.
        let _ = sender.send(Ok(runner.batch().clone()));
        loop {
            match runner.step().await {
                Ok(Some(_)) => {}
                Ok(None) => break,
                // What was committed stays; the batch says that it is not done, and can be started again.
                Err(error) => {
                    tracing::warn!(batch.id = %id, error.cause = &error as &dyn std::error::Error, "an import stopped");
                    return;
                }
            }
        }
        if let Err(error) = runner.finish().await {
            tracing::warn!(batch.id = %id, error.cause = &error as &dyn std::error::Error, "an import could not be finished");
        }
    });
    let answer = started.await;
    let answer =
        answer.map_err(|_| Problem::internal("the import ended before it began".into()))?;
    Ok(answer?)
}
