//! How machines comply, and where the policy is assigned.

use super::super::read::{WRONG, from_text};
use super::super::{FromJson, Json, Unreadable};
use crate::compliance::{
    AssignableScope, Assignment, AssignmentList, AssignmentName, AssignmentScope, AssignmentVerdict,
    ComplianceDay, ComplianceFacets, ComplianceGroup, ComplianceHistory, CompliancePage, ComplianceRow,
    ComplianceState, LeftOut, LiveState, Remediation, RemediationMessage, RemediationOutcome, Scan, ScanList,
    ScopeKind, StateCounts,
};

texts! { AssignmentScope }

names! {
    ComplianceState {
        "non-compliant" => NonCompliant,
        "conflicting" => Conflicting,
        "not-started" => NotStarted,
        "exempt" => Exempt,
        "compliant" => Compliant,
        _ => Ok(Self::Unknown)
    }
    LiveState {
        "exposed" => Exposed,
        "bypassed" => Bypassed,
        "unsupported" => Unsupported,
        "not-needed" => NotNeeded,
        "protected" => Protected,
        _ => Ok(Self::Unknown)
    }
    RemediationOutcome {
        "preview" => Preview,
        "accepted" => Accepted,
        "not-sent" => NotSent,
        _ => Err(WRONG)
    }
    ScopeKind {
        "management_group" => ManagementGroup,
        "subscription" => Subscription,
        "resource_group" => ResourceGroup,
        _ => Err(WRONG)
    }
}

objects! {
    CompliancePage { items, next, total, counts, groups, owner_tag, as_of, live_as_of, unreadable, facets }
    StateCounts { non_compliant, compliant, exempt, other, not_covered }
    ComplianceGroup { name, subscription_name, owner, machines, high }
    ComplianceFacets { assignments, groups, owners, subscriptions }
    AssignmentName { name, id }
    ComplianceRow {
        id, subscription_name, owner, state, evaluated_at, verdicts, live, severity, open_ports, detail,
        difference, may_configure
    }
    AssignmentVerdict { assignment, state, evaluated_at }
    ComplianceHistory { items, assignments, partial }
    ComplianceDay { day, counts }
    ScanList { items, subscriptions, as_of }
    Scan { subscription, begun_at, begun_by, ended_at, problem }
    AssignmentList { items, scopes, as_of, unreadable }
    AssignableScope { kind, name, scope }
    Remediation { messages, left_out, owner_tag, mail, webhooks }
    RemediationMessage { owner, to, no_mail, subject, text, link, vms, outcome }
    LeftOut { vm, why }
    Assignment {
        id, display_name, scope, scope_name, initiative, effect, enforced, counts, evaluated_at, may_remove
    }
}
