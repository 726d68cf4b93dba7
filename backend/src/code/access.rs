//! Requests for access as text.

use std::net::IpAddr;

use serde_json::json;
use shared::access::{NewAccess, Reason};
use shared::code::Code;
use uuid::Uuid;

use super::Api;
use super::remark::{Mark, remarks};
use super::shell::{az_with, curl, end_in, token};
use super::term::{POWERSHELL, Term, quoted_for_powershell as quoted};
use crate::azure::security::{PolicyId, initiate_body, initiate_path};
use crate::guardrails::Approved;

/// What would be requested, machine by machine, by whoever is seen at `seen`.
pub fn of_access(new: &NewAccess, approved: &[Approved], seen: IpAddr, api: &Api) -> Code {
    let source = approved.first().and_then(|one| whence(one, seen));
    let with = |mut sentences: Vec<String>| {
        sentences.extend(source.clone());
        sentences
    };
    let past = "Asks Azure itself, as whoever is signed in there: Postern's rules do not count, and its record shows no more than that it came past Postern. What somebody else has open on the same ports may end.";
    let right = "Takes the rights Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action and Microsoft.Compute/virtualMachines/read.";
    let shell = with(vec![past.to_owned(), format!("{right} For a POSIX shell, after az login.")]);
    let mut cmdlet =
        with(vec![past.to_owned(), format!("{right} For the module Az.Security, after Connect-AzAccount.")]);
    if new.reason.is_some() {
        cmdlet.push("The cmdlet takes no justification.".to_owned());
    }
    let asked =
        with(vec!["Asks Postern, by whose rules and on whose record it goes.".to_owned(), token(api)]);
    Code {
        powershell: remarks(Mark::Hash, &cmdlet) + &powershell(new, approved),
        az: remarks(Mark::Hash, &shell) + &az(new, approved),
        curl: remarks(Mark::Hash, &asked) + &curl(api, "/api/access-requests", &json!(new).into()),
        bicep: Vec::new(),
    }
}

/// Where the source comes from, if nobody typed it.
fn whence(one: &Approved, seen: IpAddr) -> Option<String> {
    let source = one.source();
    match one.bastion() {
        Some(bastion) => Some(format!("{source} is the range of the Bastion {}.", bastion.name())),
        None if source.single() == Some(seen.to_canonical()) => {
            Some(format!("{source} is the address that Postern saw you come from."))
        }
        None => None,
    }
}

fn az(new: &NewAccess, approved: &[Approved]) -> String {
    let mut text = end_in(new.duration.minutes());
    for one in approved {
        text += &az_with("post", &initiate_path(one.policy()), &body(new, one));
    }
    text
}

/// What Azure is sent, with an end that counts from when the text is run.
fn body(new: &NewAccess, one: &Approved) -> Term {
    let mut body = initiate_body(one);
    match justification(new) {
        Some(words) => body["justification"] = words.into(),
        None => drop(body.as_object_mut().and_then(|body| body.remove("justification"))),
    }
    Term::from(body).with_variable("endTimeUtc", "end")
}

fn justification(new: &NewAccess) -> Option<String> {
    let reason = new.reason.as_ref().map(Reason::as_str);
    match (reason, &new.requested_for) {
        (Some(reason), Some(whom)) => Some(format!("{reason} (for {whom})")),
        (None, Some(whom)) => Some(format!("for {whom}")),
        (reason, None) => reason.map(str::to_owned),
    }
}

fn powershell(new: &NewAccess, approved: &[Approved]) -> String {
    let minutes = new.duration.minutes();
    let end = format!("$end = (Get-Date).ToUniversalTime().AddMinutes({minutes}).ToString('o')\n");
    let mut context = None;
    let calls = approved.iter().map(|one| in_subscription(&mut context, one.policy()) + &start(new, one));
    end + &calls.collect::<String>()
}

fn start(new: &NewAccess, one: &Approved) -> String {
    let machines = body(new, one).take("virtualMachines").unwrap_or(Term::Null);
    format!(
        "Start-AzJitNetworkAccessPolicy {} -VirtualMachine {}\n",
        named(one.policy()),
        machines.written(&POWERSHELL, 0)
    )
}

/// The parameters of a cmdlet that name a policy.
pub fn named(policy: &PolicyId) -> String {
    format!(
        "-ResourceGroupName {} -Location {} -Name {}",
        quoted(policy.resource_group().as_str()),
        quoted(policy.location().as_str()),
        quoted(policy.name().as_str()),
    )
}

/// Has the cmdlets that follow ask in the subscription of a policy, unless they do already.
pub fn in_subscription(context: &mut Option<Uuid>, policy: &PolicyId) -> String {
    let subscription = policy.subscription();
    if context.replace(subscription) == Some(subscription) {
        return String::new();
    }
    format!("Set-AzContext -Subscription '{subscription}' | Out-Null\n")
}
