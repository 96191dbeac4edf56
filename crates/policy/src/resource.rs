//! 对象：要判断的那一件东西，只带判断所需的几项。

use serde::{Deserialize, Serialize};

use crate::grant::{AccountId, Line};
use crate::org::OrgPath;
use crate::permission::ResourceKind;

/// 密级标注。国家秘密不进本系统，这里没有它的位置（R-257）。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// 普通。
    Ordinary,
    /// 密级件：商业秘密、个人隐私等；本机关之外的人须逐件批准才能看内容。
    Restricted,
}

/// 对象。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// 种类。
    pub kind: ResourceKind,
    /// 属于哪个机构；全平台的东西属于 [`OrgPath::root`]。
    pub org: OrgPath,
    /// 被监督机关在哪里：只有监督事项有，送达了它之后才有；自此它看得到送达的，也才可以答复。
    pub supervised: Option<OrgPath>,
    /// 属于哪条线。
    pub line: Option<Line>,
    /// 密级标注。
    pub secrecy: Secrecy,
    /// 已经公开。
    pub is_published: bool,
    /// 属于哪个账号：账号本身、会话的账号、汇入批次的提交人、人员的账号。
    pub owner: Option<AccountId>,
    /// 承办人；立案时写上立案的人。
    pub handlers: Vec<AccountId>,
    /// 审核人。
    pub reviewers: Vec<AccountId>,
    /// 作出决定的人。
    pub deciders: Vec<AccountId>,
    /// 逐件批准可以看的账号：密级件、举报人身份；只放当日有效的。
    pub released_to: Vec<AccountId>,
    /// 两步之事的第一步是谁做的；受托而做的，连同委托人。
    pub requested_by: Vec<AccountId>,
}

impl Resource {
    /// 一件普通的东西，其余各项自行填写。
    pub fn new(kind: ResourceKind, org: OrgPath) -> Resource {
        Resource {
            kind,
            org,
            supervised: None,
            line: None,
            secrecy: Secrecy::Ordinary,
            is_published: false,
            owner: None,
            handlers: Vec::new(),
            reviewers: Vec::new(),
            deciders: Vec::new(),
            released_to: Vec::new(),
            requested_by: Vec::new(),
        }
    }

    /// 全平台的东西：配置、备份、法典、指标等。
    pub fn of_platform(kind: ResourceKind) -> Resource {
        Resource::new(kind, OrgPath::root())
    }

    /// 是否与这个账号有关：由其承办，或属于它。
    pub fn is_related_to(&self, account: &AccountId) -> bool {
        self.owner.as_ref() == Some(account) || self.handlers.contains(account)
    }
}
