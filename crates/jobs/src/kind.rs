//! 任务的种类：名称写在库里，只增不改；改名时旧名的解码留一个版本。

use mingjing_services::assessment::reassess;
use mingjing_services::foresight;
use mingjing_services::over_cases;
use mingjing_services::scrub;

/// 任务的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// 登记的事实变了，用它的案件重评。
    ReassessFacts,
    /// 法典换了，全部重评。
    ReassessLaw,
    /// 到期扫描：日子到了的案件再看一次。
    Sweep,
    /// 清理：保存期满的会话、导入的细节与原文件、幂等键、做完的任务。
    Purge,
    /// 公示期满的停止公示。
    StopPublications,
    /// 清残：抹去的内容从数据库文件里消失。
    Scrub,
    /// 试算候选的法典。
    Simulate,
    /// 跨案评估。
    GatherOverCases,
}

/// 清理与扫描的队列：不排在重评后面。
pub(crate) const UPKEEP: &str = scrub::QUEUE;
/// 全部队列；一个队列里一件一件地做。
pub const QUEUES: [&str; 4] = [reassess::QUEUE, UPKEEP, foresight::QUEUE, over_cases::QUEUE];

impl JobKind {
    /// 全部种类。
    pub const ALL: [JobKind; 8] = [
        JobKind::ReassessFacts,
        JobKind::ReassessLaw,
        JobKind::Sweep,
        JobKind::Purge,
        JobKind::StopPublications,
        JobKind::Scrub,
        JobKind::Simulate,
        JobKind::GatherOverCases,
    ];

    /// 库里的名称。
    pub const fn name(self) -> &'static str {
        match self {
            JobKind::ReassessFacts => reassess::FACTS_CHANGED,
            JobKind::ReassessLaw => reassess::LAW_CHANGED,
            JobKind::Sweep => "sweep",
            JobKind::Purge => "purge",
            JobKind::StopPublications => "stop_publications",
            JobKind::Scrub => scrub::SCRUB,
            JobKind::Simulate => foresight::SIMULATE,
            JobKind::GatherOverCases => over_cases::GATHER,
        }
    }

    /// 由库里的名称。
    pub fn from_name(name: &str) -> Option<Self> {
        JobKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_no_other() {
        for kind in JobKind::ALL {
            assert_eq!(JobKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(JobKind::from_name("sweep2"), None);
    }
}
