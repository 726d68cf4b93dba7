//! What was done about just-in-time access.

use super::super::read::WRONG;
use super::super::{FromJson, Json, Unreadable};
use crate::activity::{Activity, ActivityPage, ActivityStatus, Operation, Origin};

names! {
    Operation {
        "initiate" => Initiate,
        "update" => Update,
        "delete" => Delete,
        "close" => Close,
        "start" => Start,
        "link" => Link,
        "ask" => Ask,
        _ => Ok(Self::Other)
    }
    ActivityStatus {
        "started" => Started,
        "accepted" => Accepted,
        "succeeded" => Succeeded,
        "failed" => Failed,
        "refused" => Refused,
        _ => Ok(Self::Unknown)
    }
    Origin {
        "both" => Both,
        "outside" => Outside,
        "not-asked" => NotAsked,
        "not-yet" => NotYet,
        "too-old" => TooOld,
        "not-read" => NotRead,
        "own-only" => OwnOnly,
        "missing" => Missing,
        _ => Err(WRONG)
    }
}

objects! {
    ActivityPage { items, next, unreadable, azure_since, own_since, as_of }
    Activity {
        id, at, operation, status, origin, name, account, requested_for, address, vms, policy, ports, source,
        until, reason, detail, request, correlation_id, subscription
    }
}
