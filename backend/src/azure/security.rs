//! `Microsoft.Security`: just-in-time access.

mod policy_id;

pub use policy_id::{ParsePolicyIdError, PolicyId};
