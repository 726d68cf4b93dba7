//! By which way somebody comes: from an address of their own, or through a Bastion.

use secrecy::{ExposeSecret, SecretString};
use shared::access::{RequestId, Status};
use shared::bastion::{Bastion, BastionId, ByBastion, ShareableLink, Ways, Whence};
use shared::problem::Violation;
use shared::resource_id::VmId;
use shared::source::Source;
use url::Url;

use super::{Caller, Jit, JitError};
use crate::azure::network::Link;
use crate::inventory::{LiveVm, ReachedBastion};
use crate::rules::RulesOf;
use crate::store::LinkState;

/// For whom ports are to be opened.
pub(super) struct Whereby {
    /// From where connections come.
    pub source: Source,
    /// The Bastion whose range that is.
    pub bastion: Option<BastionId>,
}

impl Jit {
    /// The ways to a machine that lead through Azure.
    pub async fn ways(&self, by: &Caller, vm: &VmId) -> Result<Ways, JitError> {
        let rules = self.rules.now();
        let rules = rules.of(by.user.who());
        let machine = self.visible(&rules, vm).await?;
        let bastion = match self.inventory.bastion_of(&machine, None).await {
            Ok(reached) => ByBastion::Reached { bastion: self.told(&reached, &rules, &machine) },
            Err(reason) => ByBastion::Unreached { reason },
        };
        Ok(Ways { bastion, portal: self.portal.as_ref().map(|portal| portal.page_of(&machine.vm.id)) })
    }

    fn told(&self, reached: &ReachedBastion, rules: &RulesOf<'_>, machine: &LiveVm) -> Bastion {
        let may_have_link = self.shareable_links && rules.allow_link(machine.place());
        let why = match &reached.range {
            Ok(_) => reached.why.clone(),
            Err(reason) => format!("{} {reason}", reached.why),
        };
        Bastion {
            id: reached.id.clone(),
            sku: reached.host.sku,
            why,
            network: reached.range.as_ref().ok().copied(),
            native_client: reached.native_client(),
            shareable_link: may_have_link && reached.shares_links() && reached.range.is_ok(),
        }
    }

    /// For whom ports of the machine are to be opened. The range of a Bastion is read from Azure.
    pub(super) async fn whereby(
        &self,
        machine: &LiveVm,
        whence: &Whence,
        link: bool,
    ) -> Result<Whereby, Violation> {
        let wrong = |field: &str, detail: String| Violation { field: field.to_owned(), detail, offer: None };
        let bastion = match whence {
            Whence::Bastion(bastion) => bastion,
            Whence::Source(_) if link => {
                let detail =
                    "a shareable link leads through a Bastion; ask for access through one".to_owned();
                return Err(wrong("shareable_link", detail));
            }
            Whence::Source(source) => return Ok(Whereby { source: *source, bastion: None }),
        };
        let reached = self.inventory.bastion_of(machine, Some(bastion)).await;
        let reached = reached.map_err(|reason| wrong("source", without_stop(&reason)))?;
        if link && !self.shareable_links {
            let detail = "shareable links are switched off in the settings of Postern".to_owned();
            return Err(wrong("shareable_link", detail));
        }
        if link && !reached.shares_links() {
            let detail = format!("the Bastion {} shares no links", bastion.name());
            return Err(wrong("shareable_link", detail));
        }
        let source = reached.range.map_err(|reason| wrong("source", without_stop(&reason)))?;
        Ok(Whereby { source, bastion: Some(reached.id) })
    }
}

impl Jit {
    /// The shareable link of one of the caller's requests. Azure is asked for it each time: it is
    /// kept nowhere.
    pub async fn shareable_link(&self, by: &Caller, id: RequestId) -> Result<ShareableLink, JitError> {
        let request = self.request_of(&by.user.key, id).await?;
        let Some(bastion) = request.bastion.as_ref().filter(|_| request.shareable_link) else {
            return Err(JitError::NotFound);
        };
        if request.status.is_final() || request.ends_at <= self.clock.now() {
            return Err(JitError::Conflict("this access is over, and its link with it".to_owned()));
        }
        let none = |reason: &str| ShareableLink { url: None, reason: Some(reason.to_owned()) };
        match self.store.links().get(id).await? {
            None => {
                return Ok(none(
                    "Azure made no link for this access; the audit trail says why. Use another way to connect.",
                ));
            }
            Some(link) if link.state == LinkState::Wanted => {
                return Ok(none(match request.status {
                    Status::Open { .. } => {
                        "The link is not made yet. There is one for each VM: if somebody else has it, it comes when theirs is gone."
                    }
                    _ => "The link comes once access is open.",
                }));
            }
            Some(_) => {}
        }
        Ok(match self.azure.network.link(bastion, &request.vm).await? {
            Link::There(url) if is_web_address(&url) => {
                ShareableLink { url: Some(url.expose_secret().to_owned()), reason: None }
            }
            Link::There(_) => none("Azure told a link that leads nowhere a browser should go."),
            Link::NotThere(_) => none("Azure does not show the link yet. Try again in a moment."),
        })
    }
}

/// Whether a browser may be sent there.
fn is_web_address(url: &SecretString) -> bool {
    let url = Url::parse(url.expose_secret());
    url.is_ok_and(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none())
}

/// A sentence as violations have it.
fn without_stop(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}
