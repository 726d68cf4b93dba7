//! Azure: the credential, the permissions of its identity, and the Defender plan.

use std::collections::{BTreeMap, BTreeSet};

use shared::access::Technique;
use shared::resource_id::ArmName;
use uuid::Uuid;

use super::role::{Need, needs, never};
use super::{Finding, in_full};
use crate::azure::Azure;
use crate::azure::arm::{ArmClient, ArmError};
use crate::azure::authorization::Permission;
use crate::azure::credential::credential;
use crate::azure::http_client::Timeouts;
use crate::azure::security::Plan;
use crate::azure::subscriptions::Subscription;
use crate::clock::Clock;
use crate::config::{AzureSettings, IdentityMode};
use crate::inventory::Inventory;
use crate::rules::Rules;

/// How many resource groups of a subscription are asked about.
const MOST_GROUPS: usize = 25;

pub async fn examine(
    settings: &AzureSettings,
    (mode, close): (IdentityMode, Option<Technique>),
    rules: &Rules,
    http: reqwest::Client,
    timeouts: Timeouts,
    clock: &Clock,
    tell: &mut impl FnMut(Finding),
) {
    let credential = match credential(&settings.credential, &settings.cloud, &http, timeouts, clock) {
        Ok(credential) => credential,
        Err(error) => {
            return tell(Finding::wrong(
                format!("`azure.credential` cannot be used: {}.", in_full(&error)),
                "Correct the settings in [azure.credential].",
            ));
        }
    };
    let azure = Azure::new(ArmClient::new(http, &settings.cloud, credential, clock.clone()));
    let subscriptions = match azure.subscriptions.list().await {
        Ok(subscriptions) => subscriptions,
        Err(error) => return tell(unreachable(&error)),
    };
    if subscriptions.is_empty() {
        return tell(Finding::wrong(
            "Azure accepts the credential, but its identity sees no subscription.",
            "Assign it the role that `postern doctor --role` prints, on the subscriptions it is to serve.",
        ));
    }
    tell(Finding::fine(format!(
        "Azure accepts the credential; its identity sees {}.",
        counted(subscriptions.len(), "subscription")
    )));
    let groups = groups_with_machines(&azure, rules, clock, tell).await;
    for subscription in &subscriptions {
        plan(&azure, subscription, tell).await;
        let groups = groups.get(&subscription.id).cloned().unwrap_or_default();
        permissions(&azure, (&needs(rules, mode, close), &never(mode)), subscription, &groups, tell).await;
    }
}

fn unreachable(error: &ArmError) -> Finding {
    let fix = match error {
        ArmError::Token(_) => {
            "Check [azure.credential]: the tenant, the client id and the secret, which may have expired."
        }
        _ => "Let this machine connect to Azure Resource Manager, and try again.",
    };
    Finding::wrong(format!("Azure cannot be asked: {}.", in_full(error)), fix)
}

/// The resource groups that have machines, by subscription.
async fn groups_with_machines(
    azure: &Azure,
    rules: &Rules,
    clock: &Clock,
    tell: &mut impl FnMut(Finding),
) -> BTreeMap<Uuid, BTreeSet<ArmName>> {
    let mut groups: BTreeMap<Uuid, BTreeSet<ArmName>> = BTreeMap::new();
    match Inventory::new(azure.clone(), clock.clone(), jiff::SignedDuration::ZERO).snapshot().await {
        Ok(snapshot) => {
            let mut machines = 0;
            for entry in snapshot.vms() {
                machines += 1;
                let id = &entry.vm.id;
                groups.entry(id.subscription()).or_default().insert(id.resource_group().clone());
            }
            tell(Finding::fine(format!("It sees {}.", counted(machines, "virtual machine"))));
            let depending = rules.on_management_groups();
            if let (Some(missing), [_, ..]) = (&snapshot.ancestry.missing, &depending[..]) {
                let depending = depending.join("”, “");
                tell(Finding::wrong(
                    format!(
                        "{missing}. Access rules on management groups hold nowhere there: “{depending}”."
                    ),
                    "Let the identity read those subscriptions, or name them in the rules instead of management groups.",
                ));
            }
        }
        Err(error) => tell(Finding::wrong(
            format!("The virtual machines cannot be listed: {}.", in_full(&error)),
            "Azure Resource Graph answers whoever may read the machines; check the role of the identity.",
        )),
    }
    groups
}

async fn plan(azure: &Azure, subscription: &Subscription, tell: &mut impl FnMut(Finding)) {
    let name = &subscription.name;
    let fix =
        "Turn on Microsoft Defender for Servers Plan 2 for it, in Defender for Cloud, Environment settings.";
    tell(match azure.security.plan(subscription.id).await {
        Ok(Plan::Plan2 { trial_left: None }) => {
            Finding::fine(format!("{name} has Defender for Servers Plan 2."))
        }
        Ok(Plan::Plan2 { trial_left: Some(left) }) => Finding::fine(format!(
            "{name} has Defender for Servers Plan 2, free of charge for another {} days.",
            left.as_hours() / 24
        )),
        Ok(Plan::Other) => Finding::wrong(
            format!(
                "{name} does not have Defender for Servers Plan 2: just-in-time access does not work in it."
            ),
            fix,
        ),
        Err(ArmError::Forbidden { .. }) => Finding::doubtful(
            format!("Postern may not read which Defender plan {name} has."),
            "Grant its identity Microsoft.Security/pricings/read; `postern doctor --role` prints the whole role.",
        ),
        Err(error) => Finding::doubtful(
            format!("Which Defender plan {name} has could not be told: {}.", in_full(&error)),
            "Try again.",
        ),
    });
}

async fn permissions(
    azure: &Azure,
    (needs, never): (&[Need], &[(&'static str, &'static str)]),
    subscription: &Subscription,
    groups: &BTreeSet<ArmName>,
    tell: &mut impl FnMut(Finding),
) {
    let mut missing: BTreeMap<&str, (&str, Vec<&str>)> = BTreeMap::new();
    let mut excess: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut asked = 0;
    for group in groups.iter().take(MOST_GROUPS) {
        let permissions = match azure.authorization.permissions(subscription.id, group).await {
            Ok(permissions) => permissions,
            // Whoever has no role there at all may not even ask.
            Err(ArmError::Forbidden { .. } | ArmError::NotFound) => Vec::new(),
            Err(error) => {
                tell(Finding::doubtful(
                    format!(
                        "What Postern may do in {group} of {} could not be told: {}.",
                        subscription.name,
                        in_full(&error)
                    ),
                    "Try again.",
                ));
                continue;
            }
        };
        asked += 1;
        let may = |action: &str| permissions.iter().any(|role: &Permission| role.allows(action));
        for need in needs.iter().filter(|need| !may(need.action)) {
            missing.entry(need.action).or_insert_with(|| (need.otherwise, Vec::new())).1.push(group.as_str());
        }
        for (_, could) in never.iter().filter(|(action, _)| may(action)) {
            excess.entry(could).or_default().push(group.as_str());
        }
    }
    if asked == 0 {
        return;
    }
    let name = &subscription.name;
    for (action, (otherwise, groups)) in &missing {
        tell(Finding::wrong(
            format!("In {name} Postern's identity lacks {action}{}: {otherwise}.", among(groups, asked)),
            "Assign it the role that `postern doctor --role` prints, on the subscription or these groups. JIT is authorised on the policy, which lies in the group: a role on the machine alone is not enough.",
        ));
    }
    for (could, groups) in &excess {
        tell(Finding::doubtful(
            format!(
                "In {name} Postern's identity could {could}{}, which Postern never does.",
                among(groups, asked)
            ),
            "Take Owner and Contributor from it, and assign the role that `postern doctor --role` prints.",
        ));
    }
    if missing.is_empty() && excess.is_empty() {
        let left_out = groups.len().saturating_sub(MOST_GROUPS);
        let rest =
            if left_out > 0 { format!(" ({left_out} more were not asked about)") } else { String::new() };
        tell(Finding::fine(format!(
            "In {name} its identity may do what it needs in {}{rest}, and not more.",
            counted(asked, "resource group")
        )));
    }
}

/// In which of `asked` groups; nothing if in all.
fn among(groups: &[&str], asked: usize) -> String {
    match groups {
        all if all.len() == asked => String::new(),
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!(" in {first}, {second}, {third} and {} more groups", rest.len())
        }
        some => format!(" in {}", some.join(", ")),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
