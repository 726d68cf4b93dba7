//! How the doors behave.

/// How far above its own number a port listens if its own cannot be had: 22 at 20022.
pub const PORT_OFFSET: u16 = 20_000;

/// How the doors behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// What a peer meets who is not admitted.
    pub refusal: Refusal,
    /// At which numbers the ports listen.
    pub ports: Ports,
}

/// What a peer meets who is not admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refusal {
    /// The connection is reset at once, so that clients and tests need not wait.
    #[default]
    Reset,
    /// The connection is never answered, so that clients time out as they do with Azure.
    Drop,
}

/// At which numbers the ports listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ports {
    /// At their own. Where that is not allowed (numbers below 1024 often need root) or taken
    /// (by an SSH server on all addresses, for one), [`PORT_OFFSET`] higher.
    #[default]
    Own,
    /// At any that are free, so that any number of data planes can run beside each other.
    Free,
}
