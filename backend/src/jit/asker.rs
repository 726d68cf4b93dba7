//! Who asks for access, and by whose right.

use std::net::IpAddr;

use shared::access::{Beneficiary, HandedOver, NewAccess};
use shared::session::Person;

use super::Caller;
use crate::audit::Actor;
use crate::guardrails::Prepared;
use crate::session::{CurrentUser, PersonKey};

/// Whose a request is, and by whose right it is let through: mostly those are the same.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    /// Whose rules are asked, and in whose name Azure is, unless in Postern's own.
    pub(super) right: CurrentUser,
    /// Whose the request is.
    pub(super) key: PersonKey,
    /// What others see of them.
    pub(super) person: Person,
    /// The same for the audit trail.
    pub(super) actor: Actor,
    /// Where they come from.
    pub(super) address: IpAddr,
    /// For whom they ask, if not for themselves.
    pub(super) requested_for: Option<Beneficiary>,
    /// Who prepared it for them, if somebody did.
    pub(super) handed_over: Option<HandedOver>,
}

impl Asker {
    /// Somebody who asks by their own right.
    pub(super) fn of(by: &Caller, new: &NewAccess) -> Self {
        Self {
            right: by.user.clone(),
            key: by.user.key.clone(),
            person: by.user.person.clone(),
            actor: by.actor(),
            address: by.address.address,
            requested_for: by.somebody_else(new.requested_for.as_ref()).cloned(),
            handed_over: None,
        }
    }

    /// By whose right, if that is another's.
    pub(super) fn prepared(&self) -> Option<Prepared<'_>> {
        let handed_over = self.handed_over.as_ref()?;
        Some(Prepared { by: &handed_over.by.username, guest: handed_over.guest })
    }
}
