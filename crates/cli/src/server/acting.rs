//! 在命令行上做事的人：能直接动库的，不必登录；权限是做这几件事所要的，审计里没有账号。
//!
//! Whoever can open the database and read the key can do all of this anyway; going through the services he leaves the
//! same audit records as anybody, without an account.

use anyhow::Context as _;
use mingjing_policy::actor::Actor;
use mingjing_policy::grant::{AccountId, Grant, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::context::{RequestContext, Services};

/// No account has this name: theirs begin with their kind.
const NAME: &str = "command_line";

/// 命令行上的一次操作，以这个角色、在全平台。
pub(crate) fn request(services: &Services, role: Role) -> anyhow::Result<RequestContext> {
    let account = AccountId::parse(NAME).context("a name of our own")?;
    let from = services.system("cli").today();
    let grant = Grant {
        role,
        org: OrgPath::root(),
        line: None,
        term: Term { from, to: None },
    };
    let actor = Actor::signed_in(account, vec![grant]);
    Ok(services.request(actor, None, "cli"))
}
