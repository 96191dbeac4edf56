//! 编叶号：整合者一直做，到停止为止；停止时把已经提交的做完，再放下租约。

use mingjing_store::log::integrator::Integrator;

use crate::stop::Stopping;

/// 一直做，到停止为止。
pub async fn run(integrator: Integrator, mut stopping: Stopping) {
    let stop = async move { stopping.pressed().await };
    integrator
        .run(stop, |error| {
            tracing::error!(error.cause = %error, "a round of the integrator failed and is tried again");
        })
        .await;
}
