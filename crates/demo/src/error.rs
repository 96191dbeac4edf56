//! 演示世界建不成：数据写错了，或者平台没有照故事说的收下。

use mingjing_services::error::ServiceError;
use mingjing_store::error::StoreError;
use thiserror::Error;

/// 建不成的原因。
#[derive(Debug, Error)]
pub enum DemoError {
    /// `demo/world` 里的数据不成立。
    #[error("{place}：{message}")]
    Data {
        /// 哪个文件、哪一处。
        place: String,
        /// 哪里不对、怎么改。
        message: String,
    },
    /// 平台没有收下。
    #[error("{what}，平台没有收下：{error:?}")]
    Service {
        /// 在做什么。
        what: String,
        /// 平台的答复。
        error: Box<ServiceError>,
    },
    /// 存储。
    #[error(transparent)]
    Store(#[from] StoreError),
    /// 文件。
    #[error("暂存的文件写不成：{0}")]
    File(#[from] std::io::Error),
    /// 并行的一段没有做完。
    #[error("内部的一段中断了：{0}")]
    Broken(String),
}

pub(crate) type Result<T> = std::result::Result<T, DemoError>;

impl DemoError {
    /// 数据不成立。
    pub(crate) fn data(place: impl Into<String>, message: impl Into<String>) -> DemoError {
        DemoError::Data {
            place: place.into(),
            message: message.into(),
        }
    }
}

/// Says what was being done when the platform refused.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for std::result::Result<T, ServiceError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| DemoError::Service {
            what: what(),
            error: Box::new(error),
        })
    }
}
