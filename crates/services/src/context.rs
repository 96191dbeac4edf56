//! 服务与请求：库、法典、时钟、随机数放在一处；每个请求带着谁、何时、哪一次。

use std::sync::{Arc, PoisonError, RwLock};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::actor::Actor;
use mingjing_store::context::{Clock, Context, Rng};
use mingjing_store::store::Store;

use crate::admin::password_hash::PasswordHasher;
use crate::admin::rules::AdminRules;
use crate::admin::seal::DataKey;
use crate::casework::record_event::check_reason;
use crate::error::ServiceError;
use crate::foresight::candidates::{CandidateSource, Candidates};
use crate::idempotency::Once;
use crate::law_source::{LawInForce, LoadedLaw, RefusedLaw};
use crate::retention::Retention;
use crate::spool::Spool;

/// 服务：各用例所用的一切。
pub struct Services {
    /// 库。
    pub store: Store,
    law: RwLock<LawInForce>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    passwords: PasswordHasher,
    rules: AdminRules,
    data_key: Option<DataKey>,
    spool: Option<Spool>,
    retention: Retention,
    candidates: Candidates,
}

impl Services {
    /// 由打开的库、加载好的法典、时钟与随机数构成。
    pub fn new(
        store: Store,
        lawbook: Arc<Lawbook>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        let law = LawInForce {
            law: LoadedLaw {
                lawbook,
                overlay: Vec::new(),
            },
            since: clock.now(),
            refused: None,
        };
        Services {
            store,
            law: RwLock::new(law),
            clock,
            rng,
            passwords: PasswordHasher::default(),
            rules: AdminRules::default(),
            data_key: None,
            spool: None,
            retention: Retention::default(),
            candidates: Candidates::default(),
        }
    }

    /// 带上候选的法典：换法典之前试算要它。
    #[must_use]
    pub fn with_candidates(mut self, source: Arc<dyn CandidateSource>) -> Self {
        self.candidates = Candidates::new(source);
        self
    }

    /// 候选的法典；没有配置的一部也没有。
    pub(crate) const fn candidates(&self) -> &Candidates {
        &self.candidates
    }

    /// 带上暂存处：后台到期删原文件要它。
    #[must_use]
    pub fn with_spool(mut self, spool: Spool) -> Self {
        self.spool = Some(spool);
        self
    }

    /// 暂存处；没有的不删原文件。
    pub(crate) const fn spool(&self) -> Option<&Spool> {
        self.spool.as_ref()
    }

    /// 换上别的保存期限。
    #[must_use]
    pub const fn with_retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// 保存期限。
    pub const fn retention(&self) -> &Retention {
        &self.retention
    }

    /// 带上数据密钥：设置、核对动态口令要它；命令行上别的事不要。
    #[must_use]
    pub fn with_data_key(mut self, key: DataKey) -> Self {
        self.data_key = Some(key);
        self
    }

    /// The data key; whoever put the services together without one did not mean to serve.
    pub(crate) fn data_key(&self) -> Result<&DataKey, ServiceError> {
        let key = self.data_key.as_ref();
        key.ok_or_else(|| ServiceError::internal("the services have no data key"))
    }

    /// 换上别的账号管理规定。
    #[must_use]
    pub fn with_admin_rules(mut self, rules: AdminRules) -> Self {
        self.rules = rules;
        self
    }

    /// 账号管理的规定。
    pub const fn rules(&self) -> &AdminRules {
        &self.rules
    }

    /// 口令的摘要器。
    pub const fn passwords(&self) -> &PasswordHasher {
        &self.passwords
    }

    /// Randomness: passwords, tokens, secrets.
    pub(crate) fn rng(&self) -> &dyn Rng {
        self.rng.as_ref()
    }

    /// 施行中的法典。
    pub fn lawbook(&self) -> Arc<Lawbook> {
        let held = self.law.read();
        let held = held.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held.law.lawbook)
    }

    /// 换上另一版法典；已有的判断由重评逐案更新。
    pub fn put_lawbook(&self, lawbook: Arc<Lawbook>) {
        self.take_law(LoadedLaw {
            lawbook,
            overlay: Vec::new(),
        });
    }

    /// 换上另一部，连同它叠加的文件；以前没有用上的改动不再说。
    pub fn take_law(&self, law: LoadedLaw) {
        let since = self.clock.now();
        let held = self.law.write();
        *held.unwrap_or_else(PoisonError::into_inner) = LawInForce {
            law,
            since,
            refused: None,
        };
    }

    /// 记下一次没有用上的改动；施行中的照旧。
    pub fn refuse_law(&self, faults: Vec<String>) {
        let at = self.clock.now();
        let held = self.law.write();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        held.refused = Some(RefusedLaw { at, faults });
    }

    pub(crate) fn law_in_force(&self) -> LawInForce {
        let held = self.law.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// 一次请求。`account` MUST be the account of the actor.
    pub fn request(
        &self,
        actor: Actor,
        account: Option<Id<kind::Account>>,
        trace_id: impl Into<String>,
    ) -> RequestContext {
        RequestContext {
            actor,
            account,
            trace_id: trace_id.into(),
            now: self.clock.now(),
            once: None,
            reason: None,
        }
    }

    /// 系统自己的一次任务：没有账号，也没有任何授权；只能用于不问权限的用例。
    pub fn system(&self, trace_id: impl Into<String>) -> RequestContext {
        self.request(Actor::anonymous(), None, trace_id)
    }

    /// 随机的十六个字节：给暂存的文件起名。
    pub fn nonce(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.rng.fill(&mut bytes);
        bytes
    }

    /// 存储想知道的：谁、何时、哪一次，随机数从哪里来。
    pub fn context(&self, request: &RequestContext) -> Context {
        Context {
            clock: self.clock.clone(),
            rng: self.rng.clone(),
            account: request.account,
            trace_id: request.trace_id.clone(),
        }
    }
}

/// 一次请求：谁、何时、哪一次。
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// 行为人。
    pub actor: Actor,
    /// 账号；没有登录的、系统自己的为 `None`。
    pub account: Option<Id<kind::Account>>,
    /// 追踪号。
    pub trace_id: String,
    /// 此刻。
    pub now: Moment,
    /// 带着幂等键的：改动经 `perform` 的用例据此只做一次。
    pub once: Option<Once>,
    /// 写明的理由：经 `perform` 的用例把它记进审计。
    pub reason: Option<Reason>,
}

/// 理由：写了字的，不超过限额。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// 正文里 `reason` 一项写的理由。
    pub fn parse(text: &str) -> Result<Self, ServiceError> {
        check_reason("reason", text)?;
        Ok(Reason(text.trim().to_owned()))
    }

    /// 文字。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RequestContext {
    /// 同一次请求，写明理由。
    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        RequestContext {
            reason: Some(reason),
            ..self
        }
    }

    /// 今天，按北京时间。
    pub fn today(&self) -> Date {
        self.now.timestamp().date()
    }
}
