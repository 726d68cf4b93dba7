//! The Azure client and the inventory against the simulated Azure, over HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod bench;

mod credentials;
mod initiate;
mod inventory;
mod live;
mod providers;
mod retries;
