//! Requests for access: from the wish to the open port.
//!
//! [`Jit::request`] is the main road: look, judge, write down, act, write down what came of it,
//! and watch. Nothing here knows of HTTP.

mod acting;
mod activity;
mod asker;
mod bastion;
mod close;
mod code;
mod compliance;
mod configure;
mod defender;
mod details;
mod displaced;
mod error;
mod explain;
mod extend;
mod follow;
mod handoff;
mod history;
mod list;
mod open;
mod patience;
mod progress;
mod refusal;
mod report;
mod request;
mod source_match;
mod start;
mod verdict;
mod visible;
mod watch;

use std::sync::Arc;

use futures_util::future::join;
use shared::access::{AccessRequest, RequestId, Status, Technique};
use shared::bastion::Whence;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::preflight::Preflight;
use shared::resource_id::VmId;
use shared::session::SeenAddress;
use shared::verb::Verb;
use shared::vm::VmDetails;

use crate::audit::{Actor, AuditLog};
use crate::azure::Azure;
use crate::azure::cloud::Portal;
use crate::clock::Clock;
use crate::code::Api;
use crate::compliance::OwnerTag;
use crate::config::{RemediationSettings, ReportsSettings};
use crate::guardrails::{Through, Wish};
use crate::handoff::HandoffSettings;
use crate::inventory::{Inventory, LiveVm};
use crate::limits::GrantLimits;
use crate::preflight::{self, Facts};
use crate::rdp::{NotSigned, RdpFile, Signing, file_name, remote_desktop_port};
use crate::rules::{RulesInForce, RulesOf, Who};
use crate::session::{CurrentUser, PersonKey};
use crate::store::Store;

use bastion::Whereby;
use details::details;
use history::RulesReader;

pub use acting::ActingAs;
pub use activity::{ActivityFilter, Place as ActivityPlace, Stretch};
use asker::Asker;
pub use compliance::ComplianceStates;
pub use configure::{Changes, Retry, Seen as SeenConfiguration, Turns};
pub use error::JitError;
pub use explain::{Inquiry, explained, told};
pub use handoff::{Recipient, no_such_link};
pub use patience::Patience;
pub use report::WantedReport;
pub use source_match::{SourceMatching, SourceSetting};
pub use watch::Watchers;

/// The service behind every page that is about access.
#[derive(Clone)]
pub struct Jit {
    /// Azure itself, as Postern's own identity sees it.
    pub azure: Azure,
    /// In whose name it is asked to change something.
    pub acting_as: ActingAs,
    /// What there is in it.
    pub inventory: Inventory,
    /// Who may do what.
    pub rules: RulesInForce,
    /// How Azure reads the sources of a policy.
    pub source_matching: SourceMatching,
    /// What Azure does not keep.
    pub store: Store,
    /// The trail of what was tried.
    pub audit: AuditLog,
    /// Whoever follows what Azure does.
    pub watchers: Watchers,
    /// In whose name Remote Desktop files are signed, if they are.
    pub signing: Signing,
    /// Where people find machines in the Azure portal, if there is one.
    pub portal: Option<Portal>,
    /// Whether Bastions may be asked for links that need no sign-in at Azure.
    pub shareable_links: bool,
    /// How many requests one person may make.
    pub limits: GrantLimits,
    /// How what is prepared for others is handed over.
    pub handoffs: HandoffSettings,
    /// The tag that says who answers for a machine.
    pub owner_tag: Arc<OwnerTag>,
    /// Whom to ask to protect machines, and when.
    pub remediation: Arc<RemediationSettings>,
    /// What reports go by where nobody chose otherwise.
    pub reports: Arc<ReportsSettings>,
    /// What Azure Policy said lately.
    pub compliance_states: ComplianceStates,
    /// How access is closed before its time, if it is.
    pub close_by: Option<Technique>,
    /// Whose turn it is to change which policy.
    pub turns: Turns,
    /// Changes of many machines that go on.
    pub changes: Changes,
    /// How programs call this service.
    pub api: Api,
    /// The time.
    pub clock: Clock,
    /// How long Azure is given.
    pub patience: Patience,
}

/// Somebody who is signed in, and where they are calling from.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: CurrentUser,
    /// From where.
    pub address: SeenAddress,
}

impl Jit {
    /// One machine as it is now.
    pub async fn vm(&self, by: &Caller, vm: &VmId) -> Result<VmDetails, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        let grants = self.grants(&by.user, &rules, &machine).await?;
        Ok(details(&rules, &machine, grants))
    }

    /// What stands between the caller and `port`, coming from `whence`, and `others` that are to be
    /// opened with it.
    pub async fn preflight(
        &self,
        by: &Caller,
        vm: &VmId,
        port: Port,
        others: &[Port],
        whence: &Whence,
    ) -> Result<Preflight, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        let way = self.whereby(&machine, whence, false).await;
        let Whereby { source, bastion } = way.map_err(|broken| JitError::Guardrails(vec![broken]))?;
        let grants = self.grants(&by.user, &rules, &machine);
        let (filters, grants) = join(self.inventory.filters(&machine), grants).await;
        let judgement = |port: Port| {
            let wish = Wish {
                username: &by.user.person.username,
                requested_for: None,
                prepared: None,
                seen: Some(by.address.address),
                ports: &[port],
                source,
                through: bastion.as_ref().map(|bastion| Through { bastion, link: false }),
                duration: AccessDuration::SHORTEST,
                reason: None,
                redirections: &[],
                field: "vms[0]",
            };
            explained(&machine, &rules, &self.source_matching, &wish)
        };
        let judged: Vec<_> = others.iter().map(|other| (*other, judgement(*other))).collect();
        let grants = grants?;
        let closing = self.closing(&grants).await?;
        let facts = Facts {
            person: &by.user.person,
            seen: by.address,
            machine: &details(&rules, &machine, grants),
            bastion: bastion.as_ref(),
            filters: &filters,
            judgement: &judgement(port),
            port,
            source,
            closing: &closing,
            now: self.clock.now(),
        };
        let others: Vec<_> =
            judged.iter().map(|(port, judgement)| Facts { port: *port, judgement, ..facts }).collect();
        Ok(preflight::examine_together(&facts, &others))
    }

    /// Whoever reads the rules around a request, to be looked back at.
    fn rules_reader(&self) -> RulesReader {
        let (inventory, store) = (self.inventory.clone(), self.store.clone());
        RulesReader { inventory, store, clock: self.clock.clone() }
    }

    /// The machine, if the caller may have it started.
    async fn startable(&self, by: &Caller, vm: &VmId) -> Result<Arc<LiveVm>, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        if !rules.allow(Verb::Start, machine.place()) {
            let done = Verb::Start.done_to(vm.name().as_str());
            return Err(JitError::Forbidden(format!("no access rule lets you {done}")));
        }
        Ok(machine)
    }

    /// One of the caller's requests. Those of others are answered like those that do not exist.
    pub async fn request_of(&self, by: &PersonKey, id: RequestId) -> Result<AccessRequest, JitError> {
        let record = self.store.requests().get(id).await?.filter(|record| record.requester == *by);
        record.map(|record| record.request).ok_or(JitError::NotFound)
    }

    /// The file to connect with, and its name, as long as the request is open or about to be.
    pub async fn rdp_file(&self, by: &Caller, id: RequestId) -> Result<(String, String), JitError> {
        let request = self.request_of(&by.user.key, id).await?;
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        self.rdp_file_of(&request, &rules).await
    }

    async fn rdp_file_of(
        &self,
        request: &AccessRequest,
        rules: &RulesOf<'_>,
    ) -> Result<(String, String), JitError> {
        if !matches!(request.status, Status::Opening { .. } | Status::Open { .. }) {
            return Err(JitError::Conflict(
                "this access is not open any more, or not yet; request it again".to_owned(),
            ));
        }
        if let Some(bastion) = &request.bastion {
            return Err(JitError::Conflict(format!(
                "this access goes through the Bastion {}, and no file leads there; use one of the commands of the Connect page",
                bastion.name()
            )));
        }
        let open: Vec<Port> =
            request.ports.iter().copied().filter(|port| !request.shut.contains(port)).collect();
        let port = remote_desktop_port(&open).ok_or_else(|| {
            JitError::Conflict("this access is to no open port that Remote Desktop connects to".to_owned())
        })?;
        // Whoever was handed the access may see what it is to, for as long as it lasts.
        let machine = match &request.handed_over {
            Some(_) => self.inventory.live(&request.vm).await?.ok_or(JitError::NotFound)?,
            None => self.visible(rules, &request.vm).await?,
        };
        let details = details(rules, &machine, self.grants_of(request, &machine));
        let file = RdpFile::for_request(&details, port, request);
        let file = file.map_err(|error| JitError::Conflict(error.to_string()))?;
        let written = self.signing.sign(&file).await;
        let written = written.map_err(|NotSigned| JitError::NotSigned { address: file.address() })?;
        Ok((file_name(request.vm.name().as_str()), written))
    }
}

impl Caller {
    /// The person as the audit trail knows them.
    pub fn actor(&self) -> Actor {
        Actor::user(&self.user, self.address.address)
    }
}

impl CurrentUser {
    /// The person as access rules see them.
    pub fn who(&self) -> Who<'_> {
        Who {
            username: &self.person.username,
            object_id: &self.key.subject,
            roles: &self.roles,
            groups: &self.groups,
        }
    }
}
