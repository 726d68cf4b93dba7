//! Who is told what, and how.

use std::str::FromStr;

use lettre::Address;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Message;
use crate::store::NewLetter;

/// What others can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// Azure opened ports, or may have.
    Grant,
    /// Something was asked for and not done.
    Refusal,
    /// Access was closed before its time.
    Closing,
    /// Just-in-time access was set up differently.
    PolicyChange,
    /// An owner is to be asked to protect machines, by this very webhook.
    Remediation,
}

impl FromStr for Occasion {
    type Err = NoOccasion;

    fn from_str(text: &str) -> Result<Self, NoOccasion> {
        match text {
            "grant" => Ok(Self::Grant),
            "refusal" => Ok(Self::Refusal),
            "closing" => Ok(Self::Closing),
            "policy-change" => Ok(Self::PolicyChange),
            "remediation" => Ok(Self::Remediation),
            _ => Err(NoOccasion),
        }
    }
}

/// The text is none of the things that others are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is none of grant, refusal, closing, policy-change and remediation")]
pub struct NoOccasion;

/// Somebody who is told something.
#[derive(Debug, Clone)]
pub struct Target {
    /// What the settings call them.
    pub name: String,
    /// What they are told of.
    pub on: Vec<Occasion>,
    /// How.
    pub way: Way,
}

/// How somebody is told.
#[derive(Debug, Clone)]
pub enum Way {
    /// By mail, one for each address.
    Mail(Vec<Address>),
    /// By a call of theirs.
    Webhook {
        /// Where it goes.
        url: Url,
        /// What it is signed with.
        secret: SecretString,
    },
}

impl Target {
    pub(super) fn letters(&self, message: &Message) -> Vec<NewLetter> {
        if !self.on.contains(&message.event) {
            return Vec::new();
        }
        let body = serde_json::to_string(message).expect("a message is plain data");
        let to = |recipient| NewLetter { target: self.name.clone(), recipient, body: body.clone() };
        match &self.way {
            Way::Mail(addresses) => addresses.iter().map(|address| to(address.to_string())).collect(),
            Way::Webhook { .. } => vec![to(String::new())],
        }
    }
}
