//! Resource Graph's own limit: about fifteen queries in five seconds for each caller.
//!
//! Headers as in "Guidance for throttled requests in Azure Resource Graph".

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{arm::error::ArmError, rbac::Principal};

const QUERIES: u32 = 15;
const WINDOW: SignedDuration = SignedDuration::from_secs(5);

/// What each caller has used of the present window.
#[derive(Debug, Default)]
pub(super) struct Quota {
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Timestamp,
    used: u32,
}

impl Quota {
    /// Takes one query; the headers tell how many are left and until when.
    pub(super) fn take(
        &self,
        who: &Principal,
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, ArmError> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(who.object_id.clone()).or_insert(Window { since: now, used: 0 });
        if window.since + WINDOW <= now {
            *window = Window { since: now, used: 0 };
        }
        let seconds = (window.since + WINDOW).duration_since(now).as_secs_f64().ceil();
        let resets = ("x-ms-user-quota-resets-after", format!("00:00:0{seconds}"));
        if QUERIES <= window.used {
            let error = ArmError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "RateLimiting",
                "Please provide below info when asking for support: timestamp, correlationId.",
            )
            .detail(json!({
                "code": "RateLimiting",
                "message": "Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see help for more details: https://aka.ms/resourcegraph-throttling",
            }))
            .header("retry-after", seconds.to_string())
            .header("x-ms-user-quota-remaining", "0")
            .header(resets.0, resets.1);
            return Err(error);
        }
        window.used += 1;
        Ok(vec![("x-ms-user-quota-remaining", (QUERIES - window.used).to_string()), resets])
    }
}
