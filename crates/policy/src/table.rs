//! 权限表：角色 × 动作 × 对象，格里写范围；没有的一格就是不许。
//!
//! The only place where a permission is given. `docs/permission-matrix.md` prints it; change both in one commit.

use crate::permission::Action::{self, *};
use crate::permission::ResourceKind::{self, *};
use crate::role::Role::{self, *};

/// 一案之中的职责：办、审、定由不同的人（R-095）。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseDuty {
    /// 承办。
    Handling,
    /// 审核。
    Reviewing,
    /// 决定。
    Deciding,
}

impl CaseDuty {
    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            CaseDuty::Handling => "承办",
            CaseDuty::Reviewing => "审核",
            CaseDuty::Deciding => "决定",
        }
    }
}

/// 一行的附加条件，看的是这一件东西与哪些人有关。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// 没有。
    Free,
    /// 在本案没有另外两种职责。
    Separated(CaseDuty),
    /// 第一步由另一人做过。
    SecondPerson,
    /// 不是自己的账号。
    OthersAccount,
    /// 逐件批准过。
    Released,
}

impl Guard {
    /// 权限表里的写法。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Guard::Free => "",
            Guard::Separated(CaseDuty::Handling) => "未审核、未决定本案",
            Guard::Separated(CaseDuty::Reviewing) => "未承办、未决定本案",
            Guard::Separated(CaseDuty::Deciding) => "未承办、未审核本案",
            Guard::SecondPerson => "由另一人申请",
            Guard::OthersAccount => "不对本人账号",
            Guard::Released => "逐件批准",
        }
    }
}

/// 一格的范围。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// 已公开的。
    Published,
    /// 本人：在本机关之内由本人承办的，或属于本人账号的。
    Own,
    /// 本人；本机关开放的，连同本机构的。
    OwnOrUnit,
    /// 本机构：授权所在的主体或内设机构，及其下。
    Unit,
    /// 本机关：授权所在的主体，及其下。
    Body,
    /// 被监督的本机关：送达了本机关的监督事项。
    Supervised,
    /// 本级及下级：授权所在的区划，及其下。
    Division,
    /// 本条线：本级及下级之中同一条线的。
    Line,
    /// 本乡镇：授权所在的乡镇、街道，及其下。
    Town,
    /// 授权范围：授权写明的机构，及其下；全平台的事须授在全平台。
    Granted,
    /// 全部。
    All,
}

impl Reach {
    /// 全部范围，由窄到宽。
    pub const ALL: [Reach; 11] = [
        Reach::Published,
        Reach::Own,
        Reach::OwnOrUnit,
        Reach::Unit,
        Reach::Body,
        Reach::Supervised,
        Reach::Division,
        Reach::Line,
        Reach::Town,
        Reach::Granted,
        Reach::All,
    ];

    /// 权限表里的写法。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Reach::Published => "已公开",
            Reach::Own => "本人",
            Reach::OwnOrUnit => "本人（可开放本机构）",
            Reach::Unit => "本机构",
            Reach::Body => "本机关",
            Reach::Supervised => "被监督的本机关",
            Reach::Division => "本级及下级",
            Reach::Line => "本条线",
            Reach::Town => "本乡镇",
            Reach::Granted => "授权范围",
            Reach::All => "全部",
        }
    }

    /// 是否只及于本机关之内；密级件对此范围之外的人只见题名。
    pub const fn is_inside_body(self) -> bool {
        match self {
            Reach::Own | Reach::OwnOrUnit | Reach::Unit | Reach::Body | Reach::Supervised => true,
            Reach::Published
            | Reach::Division
            | Reach::Line
            | Reach::Town
            | Reach::Granted
            | Reach::All => false,
        }
    }
}

/// 权限表的一行。
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// 对象。
    pub kind: ResourceKind,
    /// 动作。
    pub action: Action,
    /// 谁，在什么范围内；一个角色至多一格。
    pub cells: &'static [(Role, Reach)],
    /// 附加条件。
    pub guard: Guard,
}

const fn row(kind: ResourceKind, action: Action, cells: &'static [(Role, Reach)]) -> Row {
    Row {
        kind,
        action,
        cells,
        guard: Guard::Free,
    }
}

impl Row {
    const fn only(self, guard: Guard) -> Row {
        Row { guard, ..self }
    }

    /// 一格：这个角色的范围；没有即不许。
    pub fn reach_of(&self, role: Role) -> Option<Reach> {
        self.cells
            .iter()
            .find(|(holder, _)| *holder == role)
            .map(|(_, reach)| *reach)
    }
}

/// 这一行的内容；`None` 是没有这种许可，对谁都不许。
pub fn find_row(kind: ResourceKind, action: Action) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.kind == kind && row.action == action)
}

// Who sees the cases: those of the body by their place in it, supervisors by their division or line. No admin.
const CASE_READERS: &[(Role, Reach)] = &[
    (Officer, Reach::OwnOrUnit),
    (LeadOfficer, Reach::OwnOrUnit),
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const FINDING_READERS: &[(Role, Reach)] = &[
    (Officer, Reach::OwnOrUnit),
    (LeadOfficer, Reach::OwnOrUnit),
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
    (StreetAssistant, Reach::Town),
];
const LIST_EXPORTERS: &[(Role, Reach)] = &[
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
// Who supervises sees the whole matter; who is supervised sees that there is one, and what was served.
const SUPERVISORS: &[(Role, Reach)] = &[
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const MATTER_LISTERS: &[(Role, Reach)] = &[
    (AuthorityHead, Reach::Supervised),
    (LegalReviewer, Reach::Supervised),
    (BodyClerk, Reach::Supervised),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const BUREAU: &[(Role, Reach)] = &[
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
];
const BUREAU_LEAD: &[(Role, Reach)] = &[(SupervisorLead, Reach::Division)];
// Whoever sees the cases of a body sees what is complained of to it, too; the clerk registers it. What is said of a body
// belongs to the division of those who supervise it: no role of that body reaches there.
const COMPLAINT_READERS: &[(Role, Reach)] = &[
    (Officer, Reach::OwnOrUnit),
    (LeadOfficer, Reach::OwnOrUnit),
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (BodyClerk, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const COMPLAINT_RECORDERS: &[(Role, Reach)] = &[
    (Officer, Reach::Own),
    (LeadOfficer, Reach::Own),
    (UnitHead, Reach::Unit),
    (BodyClerk, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
];
const COMPLAINT_HEADS: &[(Role, Reach)] = &[
    (AuthorityHead, Reach::Body),
    (SupervisorLead, Reach::Division),
];
// Bodies, organisations and items are disclosed before enforcement (事前公开): anybody may look them up.
const REGISTER_READERS: &[(Role, Reach)] = EVERYBODY;
// Names and cards of people are no open list inside the platform; the portal discloses what must be disclosed.
const PEOPLE_READERS: &[(Role, Reach)] = &[
    (Officer, Reach::Body),
    (LeadOfficer, Reach::Body),
    (UnitHead, Reach::Body),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (BodyClerk, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const IMPORT_READERS: &[(Role, Reach)] = &[
    (BodyClerk, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (Importer, Reach::Granted),
];
const ERASURE_READERS: &[(Role, Reach)] = &[
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (SecurityAdmin, Reach::Granted),
    (AuditAdmin, Reach::Granted),
];
// Drafts are masked: whoever looks after the disclosure of a body, and those who supervise it, may see them.
const DISCLOSURE_READERS: &[(Role, Reach)] = &[
    (Officer, Reach::OwnOrUnit),
    (LeadOfficer, Reach::OwnOrUnit),
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (BodyClerk, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
];
const DISCLOSURE_PREPARERS: &[(Role, Reach)] = &[
    (LeadOfficer, Reach::Own),
    (UnitHead, Reach::Unit),
    (BodyClerk, Reach::Body),
];
const ACCOUNT_READERS: &[(Role, Reach)] = &[
    (Member, Reach::Own),
    (SystemAdmin, Reach::Granted),
    (SecurityAdmin, Reach::Granted),
    (AuditAdmin, Reach::Granted),
];
const PROOF_READERS: &[(Role, Reach)] = &[
    (Public, Reach::Published),
    (Officer, Reach::OwnOrUnit),
    (LeadOfficer, Reach::OwnOrUnit),
    (UnitHead, Reach::Unit),
    (AuthorityHead, Reach::Body),
    (LegalReviewer, Reach::Body),
    (Supervisor, Reach::Division),
    (SupervisorLead, Reach::Division),
    (LineSupervisor, Reach::Line),
    (AuditAdmin, Reach::Granted),
];
const CLERKS_AND_BUREAU: &[(Role, Reach)] =
    &[(BodyClerk, Reach::Body), (SupervisorLead, Reach::Division)];
const EVERYBODY: &[(Role, Reach)] = &[(Public, Reach::All)];
const SYSTEM_ADMIN: &[(Role, Reach)] = &[(SystemAdmin, Reach::Granted)];
const SECURITY_ADMIN: &[(Role, Reach)] = &[(SecurityAdmin, Reach::Granted)];
const AUDIT_ADMIN: &[(Role, Reach)] = &[(AuditAdmin, Reach::Granted)];

/// 权限表。
pub const TABLE: &[Row] = &[
    row(Case, List, CASE_READERS),
    row(Case, Read, CASE_READERS),
    row(
        Case,
        RecordEvent,
        &[
            (Officer, Reach::Own),
            (LeadOfficer, Reach::Own),
            (UnitHead, Reach::Unit),
        ],
    )
    .only(Guard::Separated(CaseDuty::Handling)),
    row(Case, GiveReview, &[(LegalReviewer, Reach::Body)])
        .only(Guard::Separated(CaseDuty::Reviewing)),
    row(Case, Decide, &[(AuthorityHead, Reach::Body)]).only(Guard::Separated(CaseDuty::Deciding)),
    row(Case, Override, &[(AuthorityHead, Reach::Body)]).only(Guard::Separated(CaseDuty::Deciding)),
    row(
        Case,
        Correct,
        &[(LeadOfficer, Reach::Own), (UnitHead, Reach::Unit)],
    )
    .only(Guard::Separated(CaseDuty::Handling)),
    row(
        Case,
        RevealPersonal,
        &[
            (Officer, Reach::Own),
            (LeadOfficer, Reach::Own),
            (UnitHead, Reach::Unit),
            (AuthorityHead, Reach::Body),
            (LegalReviewer, Reach::Body),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(
        Case,
        RevealReporter,
        &[
            (LeadOfficer, Reach::Own),
            (AuthorityHead, Reach::Body),
            (SupervisorLead, Reach::Division),
        ],
    )
    .only(Guard::Released),
    row(Case, Export, LIST_EXPORTERS),
    row(
        Case,
        Bundle,
        &[
            (LeadOfficer, Reach::Own),
            (UnitHead, Reach::Unit),
            (AuthorityHead, Reach::Body),
            (LegalReviewer, Reach::Body),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Finding, List, FINDING_READERS),
    row(Finding, Read, FINDING_READERS),
    row(Finding, Export, LIST_EXPORTERS),
    row(
        Finding,
        Annotate,
        &[
            (Officer, Reach::Own),
            (LeadOfficer, Reach::Own),
            (UnitHead, Reach::Unit),
            (AuthorityHead, Reach::Body),
            (LegalReviewer, Reach::Body),
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
            (LineSupervisor, Reach::Line),
            (StreetAssistant, Reach::Town),
        ],
    ),
    row(
        Finding,
        Conclude,
        &[
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Supervision, List, MATTER_LISTERS),
    row(Supervision, Read, SUPERVISORS),
    row(Supervision, Create, SUPERVISORS),
    row(Supervision, RecordEvent, SUPERVISORS),
    // Opening a file, opinions, decisions, striking a notice: what the state table gives to the head of the bureau.
    row(Supervision, Decide, BUREAU_LEAD),
    row(
        Supervision,
        Answer,
        &[
            (AuthorityHead, Reach::Supervised),
            (LegalReviewer, Reach::Supervised),
            (BodyClerk, Reach::Supervised),
        ],
    ),
    row(Supervision, Override, BUREAU_LEAD),
    row(Supervision, Correct, BUREAU),
    row(Supervision, RevealPersonal, BUREAU_LEAD),
    row(Supervision, Export, SUPERVISORS),
    row(Supervision, Bundle, BUREAU_LEAD),
    row(Complaint, List, COMPLAINT_READERS),
    row(Complaint, Read, COMPLAINT_READERS),
    row(
        Complaint,
        Create,
        &[
            (BodyClerk, Reach::Body),
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Complaint, RecordEvent, COMPLAINT_RECORDERS),
    row(Complaint, Decide, COMPLAINT_HEADS),
    row(Complaint, Override, COMPLAINT_HEADS),
    row(
        Complaint,
        Correct,
        &[
            (UnitHead, Reach::Unit),
            (BodyClerk, Reach::Body),
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Complaint, RevealPersonal, COMPLAINT_RECORDERS),
    // Whoever handles it asks, another one releases it; only to whom it was released, and once.
    row(Complaint, Request, COMPLAINT_RECORDERS),
    row(Complaint, Approve, COMPLAINT_HEADS).only(Guard::SecondPerson),
    row(Complaint, RevealReporter, COMPLAINT_RECORDERS).only(Guard::Released),
    row(
        Complaint,
        Export,
        &[
            (UnitHead, Reach::Unit),
            (AuthorityHead, Reach::Body),
            (BodyClerk, Reach::Body),
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Complaint, Bundle, COMPLAINT_HEADS),
    // Counted anew over the whole platform; whoever asks sees of it what they see anyway.
    row(
        Finding,
        Run,
        &[
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(Rule, List, EVERYBODY),
    row(Rule, Read, EVERYBODY),
    row(Organisation, List, REGISTER_READERS),
    row(Organisation, Read, REGISTER_READERS),
    row(Organisation, Maintain, &[(SupervisorLead, Reach::Division)]),
    row(Body, List, REGISTER_READERS),
    row(Body, Read, REGISTER_READERS),
    row(Body, Maintain, CLERKS_AND_BUREAU),
    row(Personnel, List, PEOPLE_READERS),
    row(Personnel, Read, PEOPLE_READERS),
    row(Personnel, Maintain, CLERKS_AND_BUREAU),
    row(Card, List, PEOPLE_READERS),
    row(Card, Read, PEOPLE_READERS),
    row(Card, Maintain, CLERKS_AND_BUREAU),
    row(Item, List, REGISTER_READERS),
    row(Item, Read, REGISTER_READERS),
    row(Item, Maintain, &[(BodyClerk, Reach::Body)]),
    row(Import, List, IMPORT_READERS),
    row(Import, Read, IMPORT_READERS),
    row(Import, DryRun, IMPORT_READERS),
    row(
        Import,
        Run,
        &[
            (BodyClerk, Reach::Body),
            (SupervisorLead, Reach::Division),
            (Importer, Reach::Granted),
        ],
    ),
    row(
        Import,
        MapBodies,
        &[
            (Supervisor, Reach::Division),
            (SupervisorLead, Reach::Division),
        ],
    ),
    row(LogProof, Read, PROOF_READERS),
    row(Checkpoint, List, EVERYBODY),
    row(Checkpoint, Read, EVERYBODY),
    row(Erasure, List, ERASURE_READERS),
    row(Erasure, Read, ERASURE_READERS),
    row(
        Erasure,
        Request,
        &[
            (AuthorityHead, Reach::Body),
            (LegalReviewer, Reach::Body),
            (SecurityAdmin, Reach::Granted),
        ],
    ),
    row(
        Erasure,
        Approve,
        &[
            (AuthorityHead, Reach::Body),
            (SecurityAdmin, Reach::Granted),
        ],
    )
    .only(Guard::SecondPerson),
    row(Disclosure, List, DISCLOSURE_READERS),
    row(Disclosure, Read, DISCLOSURE_READERS),
    row(Disclosure, Request, DISCLOSURE_PREPARERS),
    row(
        Disclosure,
        Approve,
        &[(AuthorityHead, Reach::Body), (LegalReviewer, Reach::Body)],
    )
    .only(Guard::SecondPerson),
    row(Disclosure, Publish, DISCLOSURE_PREPARERS),
    row(
        Disclosure,
        Withdraw,
        &[
            (UnitHead, Reach::Unit),
            (AuthorityHead, Reach::Body),
            (LegalReviewer, Reach::Body),
            (BodyClerk, Reach::Body),
        ],
    ),
    row(Account, List, ACCOUNT_READERS),
    row(Account, Read, ACCOUNT_READERS),
    row(Account, Create, SYSTEM_ADMIN),
    row(
        Account,
        Disable,
        &[
            (SystemAdmin, Reach::Granted),
            (SecurityAdmin, Reach::Granted),
        ],
    )
    .only(Guard::OthersAccount),
    row(Account, Unlock, SECURITY_ADMIN).only(Guard::OthersAccount),
    row(Account, Reset, SECURITY_ADMIN).only(Guard::OthersAccount),
    row(Account, GrantRole, SECURITY_ADMIN).only(Guard::OthersAccount),
    row(
        Session,
        List,
        &[
            (Member, Reach::Own),
            (SecurityAdmin, Reach::Granted),
            (AuditAdmin, Reach::Granted),
        ],
    ),
    row(
        Session,
        Revoke,
        &[(Member, Reach::Own), (SecurityAdmin, Reach::Granted)],
    ),
    row(AuditTrail, Read, AUDIT_ADMIN),
    row(AuditTrail, Export, AUDIT_ADMIN),
    row(
        Lawbook,
        Read,
        &[(Jurist, Reach::Granted), (SystemAdmin, Reach::Granted)],
    ),
    row(Lawbook, Reload, &[(Jurist, Reach::Granted)]),
    // Counts over the cases below, none of confidential ones; which cases they are needs the right to read findings.
    row(Lawbook, Simulate, &[(Jurist, Reach::Granted)]),
    row(Job, List, SYSTEM_ADMIN),
    row(Job, Read, SYSTEM_ADMIN),
    row(Job, Retry, SYSTEM_ADMIN),
    row(Backup, List, SYSTEM_ADMIN),
    row(Backup, Run, SYSTEM_ADMIN),
    row(
        Config,
        Read,
        &[
            (SystemAdmin, Reach::Granted),
            (SecurityAdmin, Reach::Granted),
            (AuditAdmin, Reach::Granted),
        ],
    ),
    row(Config, Maintain, SYSTEM_ADMIN),
    row(Metrics, Read, SYSTEM_ADMIN),
];
