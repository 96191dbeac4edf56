//! 角色：一个账号凭授权担任的职责。

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::org::OrgPath;

/// 角色。前两个不用授予：人人都是公众，登录了就是登录账号。
///
/// Who handles, reviews or decides a *given case* is a relation of the case
/// ([`crate::resource::Resource::handlers`]), not a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 公众：不用登录。
    Public,
    /// 登录账号：任何登录了的账号。
    Member,
    /// 执法人员。
    Officer,
    /// 主办人员：可以主办案件的执法人员。
    LeadOfficer,
    /// 承办机构负责人。
    UnitHead,
    /// 机关负责人。
    AuthorityHead,
    /// 法制审核人员。
    LegalReviewer,
    /// 内勤人员：维护本机关的主体、人员、证件、事项。
    BodyClerk,
    /// 司法行政监督人员。
    Supervisor,
    /// 监督机构负责人。
    SupervisorLead,
    /// 上级业务主管部门人员：按条线指导下级。
    LineSupervisor,
    /// 司法所协助人员：协助，不作结论。
    StreetAssistant,
    /// 社会监督员。
    SocialSupervisor,
    /// 法规人员：维护法典。
    Jurist,
    /// 汇入账号：别的系统送数据来用的账号，不是人。
    Importer,
    /// 系统管理员。
    SystemAdmin,
    /// 安全保密管理员。
    SecurityAdmin,
    /// 安全审计员。
    AuditAdmin,
}

/// 角色的归类，决定能否兼任、能否委托。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleClass {
    /// 不用授予的。
    Implicit,
    /// 业务角色：执法、监督、社会监督、法规。
    Business,
    /// 系统对系统的账号。
    Service,
    /// 三员：系统、安全保密、审计。
    Admin,
}

impl RoleClass {
    /// 要授予的各类，按权限表的次序。
    pub const GRANTED: [RoleClass; 3] = [RoleClass::Business, RoleClass::Service, RoleClass::Admin];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            RoleClass::Implicit => "implicit",
            RoleClass::Business => "business",
            RoleClass::Service => "service",
            RoleClass::Admin => "admin",
        }
    }

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            RoleClass::Implicit => "不用授予",
            RoleClass::Business => "业务",
            RoleClass::Service => "汇入",
            RoleClass::Admin => "三员",
        }
    }
}

/// 哪一类业务：委托只在同类的人之间。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Circle {
    /// 执法主体里办案的人。
    Enforcement,
    /// 监督的人。
    Supervision,
    /// 自成一类的。
    Alone(Role),
}

/// 三员分立与兼任的规矩，逐句；授予、收回与判断都照此（`is_incompatible_with`、`decide`）。
pub const SEPARATION: [&str; 4] = [
    "系统管理员、安全保密管理员、安全审计员互不兼任，也不兼业务；一个账号同时有了，授权全部不算。",
    "三员看不到案件内容，谁也不能改审计记录。",
    "谁都不能处置自己的账号。",
    "汇入账号只做汇入；三员与汇入账号不能委托，也不能受托。",
];

/// 一个角色只能授在什么样的机构上。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placement {
    /// 不能授予。
    Nowhere,
    /// 主体或其内设机构。
    BodyOrUnit,
    /// 主体本身。
    Body,
    /// 乡镇、街道，或其下的机构。
    Town,
    /// 任何机构，包括区划。
    Anywhere,
}

impl Placement {
    /// 授在这个机构上是否合适。
    pub fn fits(self, org: &OrgPath) -> bool {
        match self {
            Placement::Nowhere => false,
            Placement::BodyOrUnit => org.body().is_some(),
            Placement::Body => org.body().as_ref() == Some(org),
            Placement::Town => org.is_in_town(),
            Placement::Anywhere => true,
        }
    }

    /// 中文说明，用在报错里。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Placement::Nowhere => "不能授予",
            Placement::BodyOrUnit => "执法主体或其内设机构",
            Placement::Body => "执法主体本身",
            Placement::Town => "乡镇、街道或其下的机构",
            Placement::Anywhere => "任何机构",
        }
    }
}

impl Role {
    /// 全部角色，按权限表的次序。
    pub const ALL: [Role; 18] = [
        Role::Public,
        Role::Member,
        Role::Officer,
        Role::LeadOfficer,
        Role::UnitHead,
        Role::AuthorityHead,
        Role::LegalReviewer,
        Role::BodyClerk,
        Role::Supervisor,
        Role::SupervisorLead,
        Role::LineSupervisor,
        Role::StreetAssistant,
        Role::SocialSupervisor,
        Role::Jurist,
        Role::Importer,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// 代码，与序列化的写法相同。
    pub const fn code(self) -> &'static str {
        match self {
            Role::Public => "public",
            Role::Member => "member",
            Role::Officer => "officer",
            Role::LeadOfficer => "lead_officer",
            Role::UnitHead => "unit_head",
            Role::AuthorityHead => "authority_head",
            Role::LegalReviewer => "legal_reviewer",
            Role::BodyClerk => "body_clerk",
            Role::Supervisor => "supervisor",
            Role::SupervisorLead => "supervisor_lead",
            Role::LineSupervisor => "line_supervisor",
            Role::StreetAssistant => "street_assistant",
            Role::SocialSupervisor => "social_supervisor",
            Role::Jurist => "jurist",
            Role::Importer => "importer",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// 由代码找角色。
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Role::Public => "公众",
            Role::Member => "登录账号",
            Role::Officer => "执法人员",
            Role::LeadOfficer => "主办人员",
            Role::UnitHead => "承办机构负责人",
            Role::AuthorityHead => "机关负责人",
            Role::LegalReviewer => "法制审核人员",
            Role::BodyClerk => "内勤人员",
            Role::Supervisor => "司法行政监督人员",
            Role::SupervisorLead => "监督机构负责人",
            Role::LineSupervisor => "上级业务主管部门人员",
            Role::StreetAssistant => "司法所协助人员",
            Role::SocialSupervisor => "社会监督员",
            Role::Jurist => "法规人员",
            Role::Importer => "汇入账号",
            Role::SystemAdmin => "系统管理员",
            Role::SecurityAdmin => "安全保密管理员",
            Role::AuditAdmin => "安全审计员",
        }
    }

    /// 归类。
    pub const fn class(self) -> RoleClass {
        match self {
            Role::Public | Role::Member => RoleClass::Implicit,
            Role::Officer
            | Role::LeadOfficer
            | Role::UnitHead
            | Role::AuthorityHead
            | Role::LegalReviewer
            | Role::BodyClerk
            | Role::Supervisor
            | Role::SupervisorLead
            | Role::LineSupervisor
            | Role::StreetAssistant
            | Role::SocialSupervisor
            | Role::Jurist => RoleClass::Business,
            Role::Importer => RoleClass::Service,
            Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => RoleClass::Admin,
        }
    }

    /// 可以授在哪里。
    pub const fn placement(self) -> Placement {
        match self {
            Role::Public | Role::Member => Placement::Nowhere,
            Role::Officer
            | Role::LeadOfficer
            | Role::UnitHead
            | Role::LegalReviewer
            | Role::BodyClerk => Placement::BodyOrUnit,
            Role::AuthorityHead => Placement::Body,
            Role::StreetAssistant => Placement::Town,
            Role::Supervisor
            | Role::SupervisorLead
            | Role::LineSupervisor
            | Role::SocialSupervisor
            | Role::Jurist
            | Role::Importer
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => Placement::Anywhere,
        }
    }

    /// 是否可以委托他人：三员与汇入账号不可以。
    pub const fn is_delegable(self) -> bool {
        matches!(self.class(), RoleClass::Business)
    }

    /// 哪一类业务。
    pub const fn circle(self) -> Circle {
        match self {
            Role::Officer
            | Role::LeadOfficer
            | Role::UnitHead
            | Role::AuthorityHead
            | Role::LegalReviewer
            | Role::BodyClerk => Circle::Enforcement,
            Role::Supervisor
            | Role::SupervisorLead
            | Role::LineSupervisor
            | Role::StreetAssistant => Circle::Supervision,
            Role::Public
            | Role::Member
            | Role::SocialSupervisor
            | Role::Jurist
            | Role::Importer
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => Circle::Alone(self),
        }
    }

    /// 两个角色是否不能由一个账号同时担任：三员之间、三员与其余、汇入账号与其余。
    pub fn is_incompatible_with(self, other: Role) -> bool {
        let stands_alone =
            |role: Role| matches!(role.class(), RoleClass::Admin | RoleClass::Service);
        self != other && (stands_alone(self) || stands_alone(other))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_chinese())
    }
}
