//! Changes of many machines, and them and requests as text.

use super::super::read::{WRONG, from_text};
use super::super::{FromJson, Json, Unreadable};
use crate::code::Code;
use crate::policy_change::{
    Amendment, Change, ChangeId, ChangePlan, ChangedVm, Difference, Fate, Meaning, Merge, PlannedVm,
    PolicyChange, Progress,
};

texts! { ChangeId }

names! {
    Meaning {
        "unchanged" => Unchanged,
        "enabled" => Enabled,
        "changed" => Changed,
        "disabled" => Disabled,
        "split" => Split,
        "impossible" => Impossible,
        _ => Err(WRONG)
    }
    Progress { "working" => Working, "cancelling" => Cancelling, "over" => Over, _ => Err(WRONG) }
}

objects! {
    Amendment { port, protocol, sources, longest }
    Merge { ports, amend, remove }
    Difference { added, changed, removed }
    ChangePlan { items, gone, as_of }
    Code { powershell, az, curl, bicep }
    PlannedVm {
        vm, policy_id, own_policy_id, shared_with, from, to, unread, version, means, ports, warnings,
        obstacle
    }
    PolicyChange { id, change, asked_by, asked_at, progress, machines, settled, items }
    ChangedVm { vm, policy_id, own_policy_id, from, to, means, fate }
}

impl FromJson for Change {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json {
            Json::Text(name) if name == "disable" => Ok(Self::Disable),
            Json::Text(name) if name == "forget" => Ok(Self::Forget),
            Json::Text(name) if name == "split" => Ok(Self::Split),
            _ if *json.get("set") != Json::Null => json.field("set").map(Self::Set),
            _ => json.field("merge").map(Self::Merge),
        }
    }
}

impl FromJson for Fate {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "waiting" => Ok(Self::Waiting),
            "working" => Ok(Self::Working),
            "done" => Ok(Self::Done),
            "unchanged" => Ok(Self::Unchanged),
            "overtaken" => Ok(Self::Overtaken { standing: json.field("standing")? }),
            "refused" => Ok(Self::Refused { reason: json.field("reason")? }),
            "failed" => Ok(Self::Failed { reason: json.field("reason")? }),
            "cancelled" => Ok(Self::Cancelled),
            _ => Err(WRONG),
        }
    }
}
