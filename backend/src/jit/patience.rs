//! How long Azure is given, and who may say what has become of a request meanwhile.
//!
//! Several replicas may share one database. The one that asks Azure for a request tells what came
//! of it; the others keep their hands off until it must have stopped, dead or alive.

use jiff::SignedDuration;

/// How long Azure may take to show a request that it has accepted, or that may have got lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience(SignedDuration);

impl Patience {
    /// This long.
    pub fn of(length: SignedDuration) -> Self {
        Self(length)
    }

    /// How old a request may be while Azure is still asked for it. Then it is let go of, whatever
    /// Azure may make of it.
    pub fn asking(self) -> SignedDuration {
        self.0 / 2
    }

    /// How old a request must be before a process that is not asking Azure for it may tell what
    /// has become of it. The time in between is for clocks that differ.
    pub fn abandoned(self) -> SignedDuration {
        self.0 * 3 / 4
    }

    /// How old a request must be for its being nowhere to be seen to mean that it never was.
    pub fn showing(self) -> SignedDuration {
        self.0
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self(SignedDuration::from_mins(2))
    }
}
