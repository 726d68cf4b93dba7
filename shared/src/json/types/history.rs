//! What is looked back at.

use super::super::read::WRONG;
use super::super::{FromJson, Json, Unreadable};
use crate::history::{
    Moment, OutsideRequest, OutsideRequests, RuleSeen, RulesSeen, Step, StepKind, Timeline,
};

names! {
    Moment { "before" => Before, "open" => Open, "after" => After, _ => Err(WRONG) }
    StepKind {
        "requested" => Requested,
        "accepted" => Accepted,
        "refused" => Refused,
        "failed" => Failed,
        "unanswered" => Unanswered,
        "opened" => Opened,
        "close_requested" => CloseRequested,
        "close_accepted" => CloseAccepted,
        "not_closed" => NotClosed,
        "link" => Link,
        "ended" => Ended,
        _ => Err(WRONG)
    }
}

objects! {
    Timeline { request, steps, rules }
    Step { at, what, by, from, detail, correlation_id }
    RulesSeen { moment, read_at, rules, unread }
    RuleSeen { group, name, priority, access, protocol, sources, destinations, ports, just_in_time, of_machine }
    OutsideRequests { items, as_of }
    OutsideRequest { port, sources, requestor, reason, names, requested_at, ends_at, state }
}
