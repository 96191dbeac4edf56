//! 清残：抹去之后旧的字节从数据库文件里消失；有人正读着的，退避再试。

use mingjing_services::context::Services;
use mingjing_services::scrub::scrub;

use crate::handlers::{JobError, Step};

pub(crate) async fn perform(services: &Services) -> Result<Step, JobError> {
    scrub(services).await?;
    Ok(Step::Done)
}
