//! 候选的法典：施行中的一部上面叠加一个目录；能用的说出改了什么，不能用的说出为什么，都不施行。

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::diff::{Comparison, Edition, compare};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::simulate::has_over_cases;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::foresight::require_reach;

/// 一部加载好的法典，与它的源文件。
pub struct Law {
    /// 法典；版本里有叠加的文件的摘要。
    pub lawbook: Arc<Lawbook>,
    /// 源文件。
    pub files: Vec<SourceFile>,
}

/// 施行中的一部与候选的一部，同一时刻从文件里读出。
pub struct LawPair {
    /// 施行中的。
    pub before: Law,
    /// 候选的。
    pub after: Law,
}

/// 候选的法典从哪里来，由起服务的一方给出。
pub trait CandidateSource: Send + Sync + 'static {
    /// 有哪些，按名称排列。
    fn names(&self) -> Vec<String>;

    /// 看一眼：候选的或施行中的文件变了，得到的就不同。
    fn glance(&self, name: &str) -> String;

    /// 加载；不能用的逐行说出为什么。只以 `names` 里的名称来问。
    fn open(&self, name: &str) -> Result<LawPair, Vec<String>>;
}

/// 可以试的一部。
pub struct Tried {
    /// 施行中的。
    pub before: Arc<Lawbook>,
    /// 候选的。
    pub after: Arc<Lawbook>,
    /// 变了什么。
    pub comparison: Comparison,
    /// 变化里有跨案的规则，它们不在试算之内。
    pub has_over_cases: bool,
}

/// 一部候选的法典。
#[derive(Clone)]
pub struct Candidate {
    /// 名称：目录的名称。
    pub name: String,
    /// 可以试的；不能用的逐行说出为什么。
    pub law: Result<Arc<Tried>, Arc<[String]>>,
}

/// 候选的法典，连同读过的：文件没有变的不再读。
#[derive(Default)]
pub(crate) struct Candidates {
    source: Option<Arc<dyn CandidateSource>>,
    read: Arc<Mutex<BTreeMap<String, Read>>>,
}

#[derive(Clone)]
struct Read {
    glance: String,
    law: Result<Arc<Tried>, Arc<[String]>>,
}

impl Candidates {
    pub(crate) fn new(source: Arc<dyn CandidateSource>) -> Self {
        Candidates {
            source: Some(source),
            read: Arc::default(),
        }
    }

    /// Loads one, or all; off the threads that answer: a lawbook takes its time.
    async fn load(&self, only: Option<&str>) -> Result<Vec<Candidate>, ServiceError> {
        let Some(source) = self.source.clone() else {
            return Ok(Vec::new());
        };
        let (read, only) = (Arc::clone(&self.read), only.map(str::to_owned));
        let load = move || {
            let mut names = source.names();
            let lock = || read.lock().unwrap_or_else(PoisonError::into_inner);
            lock().retain(|name, _| names.contains(name));
            names.retain(|name| only.as_ref().is_none_or(|only| only == name));
            let candidates = names.into_iter().map(|name| {
                let glance = source.glance(&name);
                let held = lock()
                    .get(&name)
                    .filter(|held| held.glance == glance)
                    .cloned();
                let law = held.map_or_else(|| open(source.as_ref(), &name), |held| held.law);
                let held = Read {
                    glance,
                    law: law.clone(),
                };
                lock().insert(name.clone(), held);
                Candidate { name, law }
            });
            candidates.collect()
        };
        tokio::task::spawn_blocking(load)
            .await
            .map_err(ServiceError::internal)
    }
}

fn open(source: &dyn CandidateSource, name: &str) -> Result<Arc<Tried>, Arc<[String]>> {
    let LawPair { before, after } = source.open(name).map_err(Arc::<[String]>::from)?;
    let comparison = compare(edition(&before), edition(&after));
    let has_over_cases = has_over_cases(&before.lawbook, &after.lawbook, &comparison.affected);
    Ok(Arc::new(Tried {
        comparison,
        has_over_cases,
        before: before.lawbook,
        after: after.lawbook,
    }))
}

fn edition(law: &Law) -> Edition<'_> {
    Edition {
        lawbook: &law.lawbook,
        files: &law.files,
    }
}

impl Candidate {
    /// Broken, too, where what stands on the disk is not what is in force: the difference would be another one.
    fn checked(self, in_force: &Lawbook) -> Self {
        let Ok(tried) = &self.law else {
            return self;
        };
        if tried.before.version == in_force.version {
            return self;
        }
        let fault = format!(
            "目录里的法典是 {}，施行中的是 {}：等施行中的换上，再来试",
            tried.before.version, in_force.version
        );
        Candidate {
            law: Err(Arc::from(vec![fault])),
            ..self
        }
    }
}

/// 一部候选的法典；没有这个名称的答没有。
pub(crate) async fn find_candidate(
    services: &Services,
    name: &str,
) -> Result<Option<Candidate>, ServiceError> {
    let mut found = services.candidates().load(Some(name)).await?;
    Ok(found.pop().map(|one| one.checked(&services.lawbook())))
}

/// 候选的各部，按名称排列。没有配置目录的为 `None`。
#[crate::boxed]
pub async fn list_candidates(
    services: &Services,
    request: &RequestContext,
) -> Result<Option<Vec<Candidate>>, ServiceError> {
    require_reach(request)?;
    if services.candidates().source.is_none() {
        return Ok(None);
    }
    let all = services.candidates().load(None).await?.into_iter();
    let lawbook = services.lawbook();
    Ok(Some(all.map(|one| one.checked(&lawbook)).collect()))
}

/// 一部候选的法典。
#[crate::boxed]
pub async fn get_candidate(
    services: &Services,
    request: &RequestContext,
    name: &str,
) -> Result<Candidate, ServiceError> {
    require_reach(request)?;
    let found = find_candidate(services, name).await?;
    found.ok_or(ServiceError::NotFound)
}
