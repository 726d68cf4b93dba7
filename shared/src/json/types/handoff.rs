//! What is prepared for somebody else.

use super::super::read::WRONG;
use super::super::{FromJson, Json, Unreadable};
use crate::access::HandedOver;
use crate::handoff::{Handoff, HandoffState, HandoffView, Over, PreparedHandoff};

names! {
    Over { "used" => Used, "revoked" => Revoked, "expired" => Expired, "locked" => Locked, _ => Err(WRONG) }
}

objects! {
    HandedOver { by, handoff, guest }
    Handoff {
        id, vm, ports, duration, requested_for, guest, reason, prepared_by, prepared_at, expires_at, state
    }
    PreparedHandoff { handoff, link, qr, message, code }
}

impl FromJson for HandoffState {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("state") {
            "prepared" => Ok(Self::Prepared),
            "redeemed" => Ok(Self::Redeemed { at: json.field("at")?, request: json.field("request")? }),
            "revoked" => Ok(Self::Revoked { at: json.field("at")?, by: json.field("by")? }),
            "expired" => Ok(Self::Expired { at: json.field("at")? }),
            "locked" => Ok(Self::Locked { at: json.field("at")? }),
            _ => Err(WRONG),
        }
    }
}

impl FromJson for HandoffView {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        match json.text("view") {
            "who_are_you" => Ok(Self::WhoAreYou { guest: json.field("guest")? }),
            "not_yours" => Ok(Self::NotYours),
            "you_prepared" => Ok(Self::YouPrepared { handoff: json.field("handoff")? }),
            "ready" => Ok(Self::Ready {
                handoff: json.field("handoff")?,
                address: json.field("address")?,
                now: json.field("now")?,
            }),
            "opened" => Ok(Self::Opened {
                handoff: json.field("handoff")?,
                request: Box::new(json.field("request")?),
                destinations: json.field("destinations")?,
                reach: json.field("reach")?,
                can_close: json.field("can_close")?,
                now: json.field("now")?,
            }),
            "over" => Ok(Self::Over { why: json.field("why")?, guest: json.field("guest")? }),
            _ => Err(WRONG),
        }
    }
}
