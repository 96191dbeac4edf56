//! 由谁办：说一个机关的，归监督它的机构，不归它自己；举报违法行为的，归写明的机关，没有写明的归那个地区的监督机构。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::actor::Actor;
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_store::org_node::OrgNode;
use mingjing_store::tx::Read;

use crate::admin::grant::grants_of;
use crate::complaint::code::mark;
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};

/// The roles of those who supervise: where one of them stands within a body, that body is the bureau itself.
const BUREAU: [Role; 2] = [Role::Supervisor, Role::SupervisorLead];

/// What a complaint says of where it belongs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said<'a> {
    /// The body complained of.
    pub(crate) against: Option<&'a str>,
    /// The body that is asked to look into something.
    pub(crate) receiver: Option<&'a str>,
    /// The code of a division.
    pub(crate) region: Option<&'a str>,
}

/// Who handles it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Where it stands in the tree.
    pub(crate) path: OrgPath,
    /// The body that handles it; none where those who supervise do.
    pub(crate) body: Option<String>,
    /// The division of those who supervise.
    pub(crate) unit: Option<String>,
    /// The code of the division, which tells the parameters.
    pub(crate) region: Option<String>,
    /// What it is called.
    pub(crate) name: String,
    /// What its numbers begin with.
    pub(crate) code: String,
    /// By which its numbers are counted.
    pub(crate) id: String,
}

impl Place {
    pub(crate) async fn find(
        read: &Read,
        said: &Said<'_>,
        today: Date,
    ) -> Result<Place, ServiceError> {
        if let Some(against) = said.against {
            let body = path_of(read, against, "against_body", today).await?;
            return Place::over(read, &body, today).await;
        }
        if let Some(receiver) = said.receiver {
            return Place::at_body(read, receiver, today).await;
        }
        let Some(region) = said.region else {
            let message = "没有写所反映的机关，也没有写地区；请至少写一样";
            return Err(invalid("region", FieldCode::Missing, message));
        };
        let division = read.find_division(region, today).await?;
        let missing = || {
            invalid(
                "region",
                FieldCode::NoSuchTarget,
                "没有登记这个地区；请核对",
            )
        };
        Ok(Place::of_division(&division.ok_or_else(missing)?))
    }

    /// The nearest division above the body whose bureau is not that body.
    async fn over(read: &Read, body: &OrgPath, today: Date) -> Result<Place, ServiceError> {
        let mut division = body.division();
        if read.has_grants_within(body, &BUREAU, today).await?
            && let Some(above) = above(&division)
        {
            division = above;
        }
        let node = read.find_org_by_path(&division, today).await?;
        let node = node.ok_or_else(|| {
            ServiceError::refused("所反映的机关没有登记在哪个地区之下，找不到监督它的机构")
        })?;
        Ok(Place::of_division(&node))
    }

    fn of_division(node: &OrgNode) -> Place {
        Place {
            path: node.path.clone(),
            body: None,
            unit: Some(node.id.to_string()),
            region: Some(node.code.clone()),
            name: node.name.clone(),
            code: node.code.clone(),
            id: node.id.to_string(),
        }
    }

    async fn at_body(read: &Read, body: &str, today: Date) -> Result<Place, ServiceError> {
        let path = path_of(read, body, "receiver", today).await?;
        let division = read.find_org_by_path(&path.division(), today).await?;
        let names = read.list_body_names(&[body].into()).await?;
        let region = division.as_ref().map(|node| node.code.clone());
        let code = region.clone().unwrap_or_default();
        Ok(Place {
            path,
            body: Some(body.to_owned()),
            unit: None,
            region,
            name: names.get(body).cloned().unwrap_or_default(),
            code: format!("{code}-{}", mark(body)),
            id: body.to_owned(),
        })
    }
}

/// The division above; the topmost has none.
fn above(division: &OrgPath) -> Option<OrgPath> {
    let text = division.as_str().trim_end_matches('/');
    let (parent, _) = text.rsplit_once('/')?;
    let parent = OrgPath::parse(&format!("{parent}/")).ok()?;
    (parent.as_str().len() > 1).then_some(parent)
}

/// Where a body stands today.
pub(crate) async fn path_of(
    read: &Read,
    id: &str,
    member: &str,
    today: Date,
) -> Result<OrgPath, ServiceError> {
    let is_body = Id::<kind::Body>::parse(id).is_ok();
    let places = match is_body {
        true => read.list_places(id).await?,
        false => Vec::new(),
    };
    let held = places
        .iter()
        .find(|place| place.from <= today && place.until.is_none_or(|until| today < until));
    let Some(held) = held else {
        let message = "登记簿里没有这个机关，或今天已经撤销；请核对";
        return Err(invalid(member, FieldCode::NoSuchTarget, message));
    };
    OrgPath::parse(&held.path).map_err(ServiceError::internal)
}

/// Where the body stands against which a complaint is.
pub(crate) async fn against_path(
    read: &Read,
    against: Option<&str>,
) -> Result<Option<OrgPath>, ServiceError> {
    let Some(body) = against else {
        return Ok(None);
    };
    let path = read.find_standing_path(body).await?;
    let path = path.map(|path| OrgPath::parse(&path)).transpose();
    path.map_err(ServiceError::internal)
}

/// Nobody of the body complained of takes part, whatever else he is.
pub(crate) fn require_outside(
    actor: &Actor,
    against: Option<&OrgPath>,
    today: Date,
) -> Result<(), ServiceError> {
    let Some(against) = against else {
        return Ok(());
    };
    let mut held = actor.grants.iter().filter(|grant| grant.holds_on(today));
    match held.any(|grant| against.contains(&grant.org)) {
        true => Err(ServiceError::refused(
            "您在所反映的机关任职，不能办理对它的投诉；请由监督机构的其他人办理",
        )),
        false => Ok(()),
    }
}

/// None of the accounts belongs to the body complained of.
pub(crate) async fn require_accounts_outside(
    read: &Read,
    (accounts, against): (&[Id<kind::Account>], Option<&OrgPath>),
    at: &Pointer,
    today: Date,
) -> Result<(), ServiceError> {
    let Some(against) = against else {
        return Ok(());
    };
    let mut errors = Vec::new();
    for (index, account) in accounts.iter().enumerate() {
        let home = read.find_account(*account).await?.map(|known| known.org);
        let grants = grants_of(read, *account).await?;
        let mut held = grants.iter().filter(|grant| grant.holds_on(today));
        let is_inside = held.any(|grant| against.contains(&grant.org))
            || home.is_some_and(|home| against.contains(&home));
        if is_inside {
            let message = "这个账号属于所反映的机关，不能承办对它的投诉（回避）；请指定别人";
            let pointer = at.clone().index(index);
            errors.push(FieldError::new(pointer, FieldCode::NotAllowed, message));
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Invalid(errors)),
    }
}

fn invalid(member: &str, code: FieldCode, message: &str) -> ServiceError {
    ServiceError::invalid(Pointer::body().member(member), code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_division_above_is_found_and_the_topmost_has_none() {
        let of = |path: &str| above(&OrgPath::parse(path).unwrap());
        let above = of("/410000/410100/").unwrap();
        assert_eq!(above.as_str(), "/410000/");
        assert_eq!(of("/410000/"), None);
    }
}
