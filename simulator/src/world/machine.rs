//! Virtual machines and what powers them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Plan, Resource};

/// A virtual machine.
#[derive(Debug, Clone)]
pub struct Vm {
    pub id: String,
    pub name: String,
    pub location: String,
    pub tags: BTreeMap<String, String>,
    pub zones: Vec<String>,
    pub os: Os,
    /// What the guest agent calls the system, such as `Ubuntu`.
    pub os_name: String,
    pub os_version: String,
    pub size: String,
    pub admin: String,
    pub created_at: Timestamp,
    pub power: Power,
    /// Ids of the network interfaces; the first is the primary one.
    pub nics: Vec<String>,
    /// Whether people sign in with their Entra ID account: by which extension depends on its system.
    pub entra_sign_in: bool,
    /// The plan of Defender for Servers that it has of its own, whatever its subscription has.
    pub plan: Option<Plan>,
    /// What Defender says about just-in-time here, if not what it would work out.
    pub assessment: Option<Assessment>,
}

/// The operating system's family, spelt as Compute spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Os {
    Windows,
    Linux,
}

impl Os {
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Linux => "Linux",
        }
    }

    /// The port by which one signs in.
    pub fn port(self) -> u16 {
        match self {
            Self::Windows => 3389,
            Self::Linux => 22,
        }
    }
}

/// A verdict of Defender for Cloud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// `Healthy`, `Unhealthy` or `NotApplicable`.
    pub code: String,
    #[serde(default)]
    pub cause: String,
    #[serde(default)]
    pub description: String,
}

/// The power states of Compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PowerState {
    Starting,
    Running,
    Stopping,
    Stopped,
    Deallocating,
    Deallocated,
    Unknown,
}

impl PowerState {
    /// As in the status code `PowerState/…`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Deallocating => "deallocating",
            Self::Deallocated => "deallocated",
            Self::Unknown => "unknown",
        }
    }
}

/// A machine's power over time: what it was, and the change it is or was going through.
#[derive(Debug, Clone)]
pub struct Power {
    at_rest: PowerState,
    change: Option<Change>,
}

#[derive(Debug, Clone)]
struct Change {
    began_at: Timestamp,
    done_at: Timestamp,
    through: PowerState,
    to: PowerState,
}

impl Power {
    pub fn at_rest(state: PowerState) -> Self {
        Self { at_rest: state, change: None }
    }

    /// The state at an instant, past or present.
    pub fn at(&self, now: Timestamp) -> PowerState {
        match &self.change {
            Some(change) if change.done_at <= now => change.to,
            Some(change) if change.began_at <= now => change.through,
            Some(_) | None => self.at_rest,
        }
    }

    /// Begins to start the machine, and says when it will run. Nothing changes if it does already.
    pub fn start(&mut self, now: Timestamp, delay: SignedDuration) -> Timestamp {
        match (self.at(now), &self.change) {
            (PowerState::Running, _) => return now,
            (PowerState::Starting, Some(change)) => return change.done_at,
            _ => {}
        }
        let done_at = now + delay;
        self.at_rest = self.at(now);
        self.change =
            Some(Change { began_at: now, done_at, through: PowerState::Starting, to: PowerState::Running });
        done_at
    }
}

impl Resource for Vm {
    fn id(&self) -> &str {
        &self.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_starts_runs_and_is_remembered_as_it_was() {
        let noon: Timestamp = "2030-01-01T12:00:00Z".parse().unwrap();
        let minute = SignedDuration::from_mins(1);
        let mut power = Power::at_rest(PowerState::Deallocated);

        assert_eq!(power.start(noon, minute), noon + minute);

        assert_eq!(power.at(noon), PowerState::Starting);
        assert_eq!(power.at(noon + minute), PowerState::Running);
        assert_eq!(power.at(noon - minute), PowerState::Deallocated);
    }
}
