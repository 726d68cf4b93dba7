//! How all machines stand with just-in-time access.

use super::super::read::WRONG;
use super::super::{FromJson, Json, Unreadable};
use crate::defender::{DefenderPlan, SubscriptionPlan};
use crate::jit_list::{
    Configured, JitFacets, JitPage, JitRow, OpenPort, Risk, Severity, Standing, TabCounts,
};
use crate::vm::Unsupported;

names! {
    Severity { "high" => High, "low" => Low, "healthy" => Healthy, _ => Ok(Self::Unknown) }
    DefenderPlan { "plan2" => Plan2, "plan1" => Plan1, "free" => Free, _ => Err(WRONG) }
}

objects! {
    JitPage { items, next, total, counts, as_of, unreadable, facets, plans }
    TabCounts { configured, not_configured, unsupported, unknown }
    JitFacets { subscriptions, groups, locations }
    JitRow { id, subscription_name, location, os, power, standing, may_request, may_configure }
    Configured {
        policy_id, ports, shared_with, firewall, approved, last_access, last_user, open, risks, unsure,
        unsupported
    }
    OpenPort { port, until }
    Risk { rule, ports, detail }
    SubscriptionPlan { subscription, plan, trial_days, told, step, machines, may_enable }
}

impl FromJson for Standing {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("tab") {
            "configured" => Configured::from_json(json).map(Self::Configured),
            "not-configured" => {
                Ok(Self::NotConfigured { severity: json.field("severity")?, reason: json.field("reason")? })
            }
            "unsupported" => Unsupported::from_json(json).map(Self::Unsupported),
            _ => Err(WRONG),
        }
    }
}
