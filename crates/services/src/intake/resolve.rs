//! 认机关：名单里的名称先按认定，再按登记簿里恰好同名的一个；认不出的不猜，也不建。

use std::collections::{BTreeSet, HashMap};

use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::body_mapping::RegisteredBody;
use mingjing_store::import::Batch;
use mingjing_store::tx::Read;

use crate::context::RequestContext;
use crate::error::ServiceError;

/// Where a row belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A body of the register, or the place of whoever sent the list when no body is named.
    At { body: Option<String>, path: String },
    /// Nobody has said which body that is.
    Unknown,
    /// The sender may not bring in cases of that body.
    OutOfReach,
}

/// The names of one source, and who may bring in what.
pub(super) struct Resolver {
    known: HashMap<Option<String>, Place>,
    scope: Scope,
    account: Option<mingjing_policy::grant::AccountId>,
    source: String,
    default_body: Option<String>,
    default_path: String,
}

impl Resolver {
    pub(super) fn new(request: &RequestContext, batch: &Batch, action: Action) -> Self {
        Resolver {
            known: HashMap::new(),
            scope: scope(
                &request.actor,
                action,
                ResourceKind::Import,
                request.today(),
            ),
            account: request.actor.account.clone(),
            source: batch.of.source.clone(),
            default_body: batch.of.body.clone(),
            default_path: batch.of.org_path.clone(),
        }
    }

    /// Learns the names that are not known yet.
    pub(super) async fn learn(
        &mut self,
        read: &Read,
        names: BTreeSet<Option<String>>,
    ) -> Result<(), ServiceError> {
        let unknown = names
            .into_iter()
            .filter(|name| !self.known.contains_key(name));
        let unknown: Vec<Option<String>> = unknown.collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let mappings = read.list_body_mappings(&self.source).await?;
        let mapped: HashMap<&str, &str> = mappings
            .iter()
            .map(|m| (m.name.as_str(), m.body.as_str()))
            .collect();
        let mut ids: Vec<&str> = mapped.values().copied().collect();
        ids.extend(self.default_body.as_deref());
        let by_id = read.list_bodies_by_id(&ids).await?;
        let names: Vec<&str> = unknown.iter().flatten().map(String::as_str).collect();
        let named = read.list_bodies_named(&names).await?;
        for name in &unknown {
            let place = match name {
                None => match &self.default_body {
                    Some(id) => self.at_body(by_id.get(id)),
                    None => self.at(None, &self.default_path),
                },
                Some(name) => match mapped.get(name.as_str()) {
                    Some(id) => self.at_body(by_id.get(*id)),
                    None => self.at_body(only(&named, name)),
                },
            };
            self.known.insert(name.clone(), place);
        }
        Ok(())
    }

    /// The place of a name that was learnt.
    pub(super) fn place(&self, name: Option<&str>) -> Place {
        let place = self.known.get(&name.map(str::to_owned));
        place.cloned().unwrap_or(Place::Unknown)
    }

    fn at_body(&self, body: Option<&RegisteredBody>) -> Place {
        match body {
            Some(body) => self.at(Some(body.id.clone()), &body.path),
            None => Place::Unknown,
        }
    }

    /// Whether the sender may bring in cases of that place.
    pub(super) fn reaches(&self, path: &str) -> bool {
        let Ok(org) = OrgPath::parse(path) else {
            return false;
        };
        let resource = Resource {
            owner: self.account.clone(),
            ..Resource::new(ResourceKind::Import, org)
        };
        self.scope.contains(&resource)
    }

    fn at(&self, body: Option<String>, path: &str) -> Place {
        if self.reaches(path) {
            Place::At {
                body,
                path: path.to_owned(),
            }
        } else {
            Place::OutOfReach
        }
    }
}

/// The one body of that name; of two nobody knows which is meant.
fn only<'a>(bodies: &'a [RegisteredBody], name: &str) -> Option<&'a RegisteredBody> {
    let mut found = bodies.iter().filter(|body| body.name == name);
    found.next().filter(|_| found.next().is_none())
}
