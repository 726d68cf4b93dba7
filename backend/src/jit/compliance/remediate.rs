//! Asking those who answer for machines to protect them, as somebody wishes.
//!
//! What is asked stands in the audit trail, and goes out because it does ([`crate::notify`]): so nothing
//! is sent that is not on record, and nothing on record is forgotten.

use std::collections::{HashMap, HashSet};

use shared::compliance::{
    LeftOut, NewRemediation, Remediation, RemediationMessage, RemediationOutcome, RemediationWay,
};
use shared::problem::Violation;
use shared::resource_id::VmId;

use crate::audit::{Action, Wanted};
use crate::compliance::{self, Asker, Asking, Finding, Judged};
use crate::jit::{Caller, Jit, JitError};
use crate::notify::BY_MAIL;

/// How many machines an entry of the audit trail names of what was refused as a whole.
const NAMED: usize = 50;

/// Why nobody is asked about a machine that the caller may not know of.
const NOT_THEIRS: &str =
    "There is no such machine, or no access rule lets you see how it complies with policies.";

impl Jit {
    /// Tells what is, or would be, written to the owners of machines, and has it sent.
    pub async fn remediation(&self, by: &Caller, new: NewRemediation) -> Result<Remediation, JitError> {
        let sends = new.way != RemediationWay::Preview;
        let written = match self.way_is_open(&new) {
            Ok(()) => self.written(by, &new).await,
            Err(error) => Err(error),
        };
        match written {
            Ok((askings, left_out)) if sends => self.send(by, &new, askings, left_out).await,
            Ok((askings, left_out)) => Ok(self.as_told(&new, askings, left_out)),
            Err(error) => {
                if sends {
                    let vms = new.vms.iter().take(NAMED).cloned().collect();
                    let wanted = Wanted::AskOwners { vms, machines: new.vms.len() };
                    self.put_refusal_on_record(&by.actor(), wanted, &error).await?;
                }
                Err(error)
            }
        }
    }

    /// Whether the settings have what it takes.
    fn way_is_open(&self, new: &NewRemediation) -> Result<(), JitError> {
        let wrong = |field: &str, detail: String| {
            let violation = Violation { field: field.to_owned(), detail, offer: None };
            Err(JitError::Guardrails(vec![violation]))
        };
        let webhooks = &self.remediation.webhooks;
        match (new.way, &new.webhook) {
            (RemediationWay::Webhook, Some(name)) if webhooks.contains(name) => Ok(()),
            (RemediationWay::Webhook, _) if webhooks.is_empty() => wrong(
                "webhook",
                "no webhook of Postern’s settings takes this: one does whose “on” has remediation; copy the messages instead".to_owned(),
            ),
            (RemediationWay::Webhook, _) => {
                wrong("webhook", format!("name one of the webhooks that take this: {}", webhooks.join(", ")))
            }
            (_, Some(_)) => wrong("webhook", "a webhook is named only where the way is webhook".to_owned()),
            (RemediationWay::Mail, None) if !self.remediation.mail => wrong(
                "way",
                "Postern’s settings have no mail server ([smtp]); copy the messages, or choose a webhook".to_owned(),
            ),
            (RemediationWay::Mail | RemediationWay::Preview, None) => Ok(()),
        }
    }

    /// What is written to whom, and which machines nobody is asked about.
    async fn written(
        &self,
        by: &Caller,
        new: &NewRemediation,
    ) -> Result<(Vec<Asking>, Vec<LeftOut>), JitError> {
        if new.way != RemediationWay::Preview {
            // Nobody is to be asked to do what is done.
            self.inventory.fresh().await?;
        }
        let sight = self.sight(&by.user).await?;
        let mut seen = HashSet::new();
        let wanted: Vec<VmId> = new.vms.iter().filter(|vm| seen.insert(*vm)).cloned().collect();
        let (name, username) = (by.user.person.name.clone(), by.user.person.username.clone());
        let site = self.api.url.clone();
        let written = sight.aside(move |sight, visible, _| {
            let known: HashMap<&VmId, &Judged<'_>> =
                visible.iter().map(|judged| (&judged.entry.vm.id, judged)).collect();
            let (mut findings, mut left_out) = (Vec::new(), Vec::new());
            for vm in wanted {
                let found = known.get(&vm).ok_or(NOT_THEIRS);
                match found.and_then(|judged| Ok((judged.owner.map(str::to_owned), Finding::of(judged)?))) {
                    Ok(finding) => findings.push(finding),
                    Err(why) => left_out.push(LeftOut { vm, why: why.to_owned() }),
                }
            }
            let asker = Asker::Person(&name, &username);
            (compliance::askings(findings, asker, &sight.tag, &site), left_out)
        });
        written.await
    }

    async fn send(
        &self,
        by: &Caller,
        new: &NewRemediation,
        askings: Vec<Asking>,
        left_out: Vec<LeftOut>,
    ) -> Result<Remediation, JitError> {
        let actions: Vec<Action> =
            askings.iter().flat_map(|asking| self.asked(asking, new.webhook.as_deref(), None)).collect();
        if !actions.is_empty() {
            // What is on record before anything was ever told would not be told.
            self.store.outbox().begin().await?;
            self.audit.ask_owners(&by.actor(), actions).await?;
        }
        Ok(self.as_told(new, askings, left_out))
    }

    /// What is put on record of asking an owner: by a webhook, or a mail to each address of theirs.
    pub(super) fn asked(&self, asking: &Asking, webhook: Option<&str>, week: Option<&str>) -> Vec<Action> {
        let action = |target: &str, to: String| Action::AskOwner {
            target: target.to_owned(),
            to,
            asking: Box::new(asking.clone()),
            week: week.map(str::to_owned),
        };
        if let Some(name) = webhook {
            return vec![action(name, String::new())];
        }
        let to = self.remediation.addresses.of(asking.owner.as_deref()).unwrap_or_default();
        to.iter().map(|address| action(BY_MAIL, address.to_string())).collect()
    }

    fn as_told(&self, new: &NewRemediation, askings: Vec<Asking>, left_out: Vec<LeftOut>) -> Remediation {
        let message = |asking: Asking| {
            let (to, no_mail) = match self.remediation.addresses.of(asking.owner.as_deref()) {
                _ if !self.remediation.mail => {
                    (Vec::new(), Some("Postern’s settings have no mail server ([smtp]).".to_owned()))
                }
                Ok(to) => (to.iter().map(ToString::to_string).collect(), None),
                Err(why) => (Vec::new(), Some(why)),
            };
            let outcome = match new.way {
                RemediationWay::Preview => RemediationOutcome::Preview,
                RemediationWay::Mail if no_mail.is_some() => RemediationOutcome::NotSent,
                RemediationWay::Mail | RemediationWay::Webhook => RemediationOutcome::Accepted,
            };
            let Asking { owner, subject, text, link, machines, .. } = asking;
            let vms = machines.into_iter().map(|finding| finding.id).collect();
            RemediationMessage { owner, to, no_mail, subject, text, link, vms, outcome }
        };
        Remediation {
            messages: askings.into_iter().map(message).collect(),
            left_out,
            owner_tag: self.owner_tag.as_str().to_owned(),
            mail: self.remediation.mail,
            webhooks: self.remediation.webhooks.clone(),
        }
    }
}
