//! How each type of the wire is read. A struct that gains a field does not compile until it has
//! one here too.

use super::read::{WRONG, from_text};
use super::{FromJson, Json, Unreadable};
use crate::access::{
    AccessRequest, Beneficiary, CreatedAccess, Displaced, Ending, Reason, RequestId, Status, Technique,
    Watched,
};
use crate::bastion::{Bastion, BastionId, ByBastion, ShareableLink, Sku, Ways};
use crate::configuration::{JitConfiguration, Version};
use crate::duration::AccessDuration;
use crate::explanation::{AccessExplanation, Obstacle, RuleVerdict};
use crate::handoff::HandoffId;
use crate::policy::{JitPolicy, PortRule};
use crate::port::{Port, Protocol};
use crate::preflight::{Check, Diagnosis, PortReach, Preflight, Reach, RuleRef, Verdict};
use crate::problem::{Problem, ProblemKind, Violation};
use crate::redirection::Redirection;
use crate::resource_id::VmId;
use crate::session::{Detection, Person, RdpPublisher, SeenAddress, Session, SignedIn};
use crate::source::Source;
use crate::verb::Verb;
use crate::vm::{
    Facets, Grant, JitState, May, Network, Os, PowerState, RequestLimits, SubscriptionName,
    UnreadableSubscription, Unsupported, Vm, VmDetails, VmPage,
};

/// Structs that are objects with fields of the same names.
macro_rules! objects {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl FromJson for $type {
            fn from_json(json: &Json) -> Result<Self, Unreadable> {
                Ok(Self { $($field: json.field(stringify!($field))?),* })
            }
        }
    )*};
}

/// Types whose only form is text.
macro_rules! texts {
    ($($type:ident)*) => {$(
        impl FromJson for $type {
            fn from_json(json: &Json) -> Result<Self, Unreadable> {
                from_text(json)
            }
        }
    )*};
}

/// Enums that are one of some names, and what any other name means.
macro_rules! names {
    ($($type:ident { $($name:literal => $variant:ident,)* _ => $other:expr })*) => {$(
        impl FromJson for $type {
            fn from_json(json: &Json) -> Result<Self, Unreadable> {
                let Json::Text(name) = json else { return Err(WRONG) };
                match name.as_str() {
                    $($name => Ok(Self::$variant),)*
                    _ => $other,
                }
            }
        }
    )*};
}

mod activity;
mod compliance;
mod handoff;
mod history;
mod jit_list;
mod policy_change;
mod report;

texts! { AccessDuration BastionId Beneficiary HandoffId Protocol Reason Redirection RequestId Source Version VmId }

names! {
    Verb {
        "see" => See,
        "request" => Request,
        "request-for-others" => RequestForOthers,
        "start" => Start,
        "configure" => Configure,
        "audit" => Audit,
        "comply" => Comply,
        "enable-defender" => EnableDefender,
        _ => Err(WRONG)
    }
    Os { "windows" => Windows, "linux" => Linux, _ => Ok(Self::Unknown) }
    PowerState {
        "starting" => Starting,
        "running" => Running,
        "stopping" => Stopping,
        "stopped" => Stopped,
        "deallocating" => Deallocating,
        "deallocated" => Deallocated,
        _ => Ok(Self::Unknown)
    }
    Sku {
        "developer" => Developer,
        "basic" => Basic,
        "standard" => Standard,
        "premium" => Premium,
        _ => Ok(Self::Unknown)
    }
    Verdict { "fine" => Fine, "warning" => Warning, "obstacle" => Obstacle, "unknown" => Unknown, _ => Err(WRONG) }
    Technique { "shorten" => Shorten, "remove_rule" => RemoveRule, _ => Err(WRONG) }
    Ending { "expired" => Expired, "replaced" => Replaced, "extended" => Extended, "closed" => Closed, "withdrawn" => Withdrawn, _ => Err(WRONG) }
    ProblemKind {
        "urn:postern:problem:signed-out" => SignedOut,
        "urn:postern:problem:forbidden" => Forbidden,
        "urn:postern:problem:not-found" => NotFound,
        "urn:postern:problem:malformed" => Malformed,
        "urn:postern:problem:guardrail" => Guardrail,
        "urn:postern:problem:conflict" => Conflict,
        "urn:postern:problem:replaces-others" => ReplacesOthers,
        "urn:postern:problem:changed-meanwhile" => ChangedMeanwhile,
        "urn:postern:problem:foreign-origin" => ForeignOrigin,
        "urn:postern:problem:too-large" => TooLarge,
        "urn:postern:problem:too-many-requests" => TooMany,
        "urn:postern:problem:unsupported" => Unsupported,
        "urn:postern:problem:azure-busy" => AzureBusy,
        "urn:postern:problem:not-on-record" => NotOnRecord,
        "urn:postern:problem:step-up-required" => StepUpRequired,
        "urn:postern:problem:bad-token" => BadToken,
        "urn:postern:problem:azure-unavailable" => AzureUnavailable,
        "urn:postern:problem:not-signed" => NotSigned,
        _ => Ok(Self::Unexpected)
    }
}

objects! {
    Session { person, address, may, can_close, rdp_publisher, cannot_sign, expires_at, now }
    RdpPublisher { name, sha256, sha1, not_after }
    Person { name, username }
    SignedIn { id, current, since, last_seen_at, expires_at, address, browser }
    SeenAddress { address, how }
    Vm { id, subscription_name, location, os, power, private_address, public_address, fqdn, jit }
    VmDetails { vm, public_ipv6, private_ipv6, admin_username, computer_name, entra_sign_in, firewall_address, unsupported, policy, grants, may, as_of }
    Unsupported { reason, remedy }
    JitPolicy { ports }
    PortRule { port, protocol, sources, longest }
    JitConfiguration { vm, policy, policy_id, shared_with, shared_with_hidden, unread, version, may_configure, as_of }
    Grant { port, sources, until, open, mapped_port, mine, requested_by }
    May { start, configure, request, request_for_others }
    RequestLimits {
        rule, ports, longest, widest, networks, anywhere, bastion, reason_required, reason_hint, redirections,
        guests
    }
    Network { name, range }
    VmPage { items, next, total, as_of, unreadable, facets }
    Facets { subscriptions, locations }
    SubscriptionName { name, id }
    UnreadableSubscription { id, name, reason }
    Preflight { port, source, reach, exposed_by, also, refused_source, diagnosis }
    PortReach { port, reach }
    Diagnosis { headline, verdict, checks, report }
    Check { name, verdict, finding, fix }
    RuleRef { nsg, rule, priority, made_by_jit }
    CreatedAccess { items }
    Watched { now, request }
    AccessRequest {
        id, vm, ports, source, bastion, shareable_link, reason, requested_by, requested_for, handed_over, requested_at, opened_at, ends_at, rule, broad,
        redirections, status, correlation_id, extends, replaced_by, shut, not_closed
    }
    Displaced { vm, port, sources, until }
    Ways { bastion, portal }
    Bastion { id, sku, why, network, native_client, shareable_link }
    ShareableLink { url, reason }
    Violation { field, detail, offer }
    AccessExplanation { allowed, rule, broad, violations, rules }
    RuleVerdict { rule, obstacles }
}

impl FromJson for Port {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        Self::try_from(u16::from_json(json)?).map_err(|_| WRONG)
    }
}

impl FromJson for Problem {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        Ok(Self {
            kind: json.field("type")?,
            title: json.field("title")?,
            status: json.field("status")?,
            detail: json.field("detail")?,
            violations: json.field::<Option<_>>("violations")?.unwrap_or_default(),
            replaces: json.field::<Option<_>>("replaces")?.unwrap_or_default(),
            // The page reads it anew.
            standing: None,
            login: json.field("login")?,
            request_id: json.field("request_id")?,
        })
    }
}

impl FromJson for Detection {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("by") {
            "direct" => Ok(Self::Direct),
            "proxy" => Ok(Self::Proxy { proxy: json.field("proxy")? }),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for Obstacle {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("obstacle") {
            "scope" => Ok(Self::Scope { detail: json.field("detail")? }),
            "verb" => Ok(Self::Verb { detail: json.field("detail")? }),
            "limit" => Ok(Self::Limit { violation: json.field("violation")? }),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for JitState {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "configured" => Ok(Self::Configured { ports: json.field("ports")? }),
            "not_configured" => Ok(Self::NotConfigured),
            "unknown" => Ok(Self::Unknown),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for ByBastion {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "reached" => Ok(Self::Reached { bastion: json.field("bastion")? }),
            "unreached" => Ok(Self::Unreached { reason: json.field("reason")? }),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for Reach {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "accessible" => Ok(Self::Accessible),
            "blocked" => Ok(Self::Blocked { by: json.field("by")? }),
            "unfiltered" => Ok(Self::Unfiltered),
            "unreachable" => Ok(Self::Unreachable { reason: json.field("reason")? }),
            "unverified" => Ok(Self::Unverified { reason: json.field("reason")? }),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for Status {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "requesting" => Ok(Self::Requesting),
            "opening" => Ok(Self::Opening { since: json.field("since")? }),
            "open" => Ok(Self::Open { since: json.field("since")? }),
            "closing" => Ok(Self::Closing {
                since: json.field("since")?,
                until: json.field("until")?,
                technique: json.field("technique")?,
                open_since: json.field("open_since")?,
            }),
            "refused" => Ok(Self::Refused { at: json.field("at")?, reason: json.field("reason")? }),
            "failed" => Ok(Self::Failed { at: json.field("at")?, reason: json.field("reason")? }),
            "ended" => Ok(Self::Ended { at: json.field("at")?, how: json.field("how")? }),
            _ => Err(WRONG),
        }
    }
}
