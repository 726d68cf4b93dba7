//! Who is signed in and where they seem to be.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::verb::Verb;

/// What the page knows of the person who looks at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Who they are.
    pub person: Person,
    /// The address their browser comes from, as the server sees it.
    pub address: SeenAddress,
    /// What some access rule lets them do somewhere; nothing if no rule is about them.
    pub may: Vec<Verb>,
    /// Whether access can be closed before its time here.
    pub can_close: bool,
    /// In whose name `.rdp` files are signed; nobody's, if they are not.
    pub rdp_publisher: Option<RdpPublisher>,
    /// Whether they are to be signed and cannot be: the key vault that signs has not been reached.
    /// None is handed out until it is.
    pub cannot_sign: bool,
    /// When they must sign in again, whatever they do.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// The server's time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
}

/// In whose name `.rdp` files are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RdpPublisher {
    /// The name that Windows shows.
    #[cfg_attr(feature = "openapi", schema(example = "Contoso IT"))]
    pub name: String,
    /// The SHA-256 of the certificate, in capital hexadecimal digits.
    pub sha256: String,
    /// Its SHA-1, for clients from before July 2026.
    pub sha1: String,
    /// When the certificate ends.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub not_after: Timestamp,
}

/// A person as others may see them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The name to show.
    pub name: String,
    /// What they sign in with, such as `operator@contoso.com`.
    pub username: String,
}

/// A session of the person who asks, so that they can tell their own from another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// What it is ended by. It lets nobody in.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When they signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
    /// When it was last used, give or take a minute.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub last_seen_at: Timestamp,
    /// When it ends, whatever happens.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// From where they signed in.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "203.0.113.7"))]
    pub address: IpAddr,
    /// With which browser, such as `Firefox on Windows`, as far as it said so.
    pub browser: Option<String>,
}

/// An address and how the server came to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenAddress {
    /// The address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "203.0.113.7"))]
    pub address: IpAddr,
    /// How it was found.
    pub how: Detection,
}

/// How the server found a client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Detection {
    /// It is the other end of the connection.
    Direct,
    /// A proxy that the configuration trusts said so.
    Proxy {
        /// The proxy's address.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        proxy: IpAddr,
    },
}
