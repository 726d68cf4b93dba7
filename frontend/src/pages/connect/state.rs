//! Where the card stands, worked out from what is known.

use jiff::Timestamp;
use shared::access::{AccessRequest, Ending, RequestId, Status};
use shared::port::Port;
use shared::source::Source;
use shared::vm::{Grant, JitState, Unsupported, VmDetails};

use super::form::Method;
use super::limits::Limits;

/// Where the card stands, for one port and one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Card {
    /// Just-in-time access cannot open anything on the machine.
    Unsupported(Unsupported),
    /// No JIT policy names the machine.
    NotSetUp,
    /// Whether one does could not be read.
    Unread,
    /// The policy does not cover the port.
    PortNotCovered {
        /// What it covers.
        covered: Vec<Port>,
    },
    /// No access rule lets the person request the port.
    NotAllowed,
    /// Nothing is open for this source: it can be requested.
    Idle {
        /// For whom else the port is open or opening.
        others: Vec<Grant>,
    },
    /// Azure has not answered yet.
    Requesting {
        /// Whether it has been silent for so long that one may ask again.
        late: bool,
    },
    /// Azure agreed and writes the rule.
    Opening {
        /// When it agreed; unknown where Postern was not asked.
        since: Option<Timestamp>,
        /// Whether it takes longer than usual.
        slow: bool,
    },
    /// The port is open.
    Open(Open),
    /// The port is being closed early.
    Closing {
        /// When it is closed at the latest; `None` while Azure has not agreed.
        until: Option<Timestamp>,
    },
    /// Azure said no.
    Refused {
        /// Why.
        reason: String,
    },
    /// Azure gave no answer.
    Failed {
        /// What happened.
        reason: String,
    },
    /// It was open, or about to be, and is not any more.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        how: Ending,
    },
}

/// A port that is open for the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// For whose addresses; wider than the source, perhaps.
    pub source: Source,
    /// Until when.
    pub until: Timestamp,
    /// Whose request it was.
    pub by: By,
    /// The request that is opening to make it last longer.
    pub extending: Option<RequestId>,
}

/// Whose request opened a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Mine.
    Me {
        /// Its name, which the `.rdp` file goes by.
        id: RequestId,
        /// When I asked, if that is known yet.
        at: Option<Timestamp>,
    },
    /// Somebody else's.
    SomebodyElse {
        /// Whether I could make one too.
        requestable: bool,
    },
}

/// What the card's state is worked out from.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The machine.
    pub details: &'a VmDetails,
    /// How one wants to connect.
    pub method: Method,
    /// The port that is chosen.
    pub port: Port,
    /// The source that is chosen, if what is chosen is one.
    pub source: Option<Source>,
    /// The latest request that was made or followed here.
    pub request: Option<&'a AccessRequest>,
    /// The one that it makes last longer, if it does.
    pub extended: Option<&'a AccessRequest>,
    /// The server's time.
    pub now: Timestamp,
}

impl Card {
    /// Works it out. What is going on goes before what stands in the way of a new request, and
    /// that goes before how the last one ended.
    pub fn of(known: Known<'_>) -> Self {
        let request = known.request.filter(|request| known.is_about(request));
        if let Some(extended) = request.and_then(|request| known.extended_by(request)) {
            return Self::Open(extended);
        }
        if let Some(going_on) = request.and_then(|request| going_on(request, known.now)) {
            return going_on;
        }
        if let Some(granted) = known.granted() {
            return granted;
        }
        if let Some(obstacle) = known.obstacle() {
            return obstacle;
        }
        match request.and_then(|request| over(request, known.now)) {
            Some(over) => over,
            None => Self::Idle { others: known.grants().cloned().collect() },
        }
    }

    /// Whether a new request can be made.
    pub fn can_request(&self) -> bool {
        match self {
            Self::Idle { .. } | Self::Refused { .. } | Self::Failed { .. } | Self::Ended { .. } => true,
            // What somebody else opened ends when theirs does, and brings no file.
            Self::Open(open) => open.by == By::SomebodyElse { requestable: true },
            Self::Requesting { late } => *late,
            Self::NotSetUp
            | Self::Unsupported(_)
            | Self::Unread
            | Self::PortNotCovered { .. }
            | Self::NotAllowed
            | Self::Opening { .. }
            | Self::Closing { .. } => false,
        }
    }

    /// Whether what was requested here is on its way.
    pub fn is_coming(&self) -> bool {
        matches!(self, Self::Requesting { .. } | Self::Opening { .. })
    }

    /// Whether what is open is about to last longer.
    pub fn is_extended(&self) -> bool {
        self.open().is_some_and(|open| open.extending.is_some())
    }

    /// What is open, if the port is.
    pub fn open(&self) -> Option<&Open> {
        if let Self::Open(open) = self { Some(open) } else { None }
    }
}

impl Known<'_> {
    fn is_about(&self, request: &AccessRequest) -> bool {
        request.ports.contains(&self.port)
            && !request.shut.contains(&self.port)
            && self.source.is_some_and(|source| request.source.contains(&source))
    }

    /// What Azure lists for the port and is not over. The request that was followed here is known
    /// better than from this list.
    fn grants(&self) -> impl Iterator<Item = &Grant> {
        let followed = self.request.map(|request| request.id);
        self.details.grants.iter().filter(move |grant| {
            grant.port == self.port
                && grant.until > self.now
                && (grant.mine.is_none() || grant.mine != followed)
        })
    }

    /// What is open until a request that makes it last longer is open in its place. Azure lists it as
    /// replaced from the moment it is asked, and its rule stands until the newer one does.
    fn extended_by(&self, request: &AccessRequest) -> Option<Open> {
        let old = self.extended.filter(|old| {
            let is_coming = matches!(request.status, Status::Requesting | Status::Opening { .. });
            let stands = matches!(
                old.status,
                Status::Open { .. } | Status::Ended { how: Ending::Replaced | Ending::Extended, .. }
            );
            is_coming && request.extends == Some(old.id) && stands && old.ends_at > self.now
        })?;
        let by = By::Me { id: old.id, at: Some(old.requested_at) };
        Some(Open { source: old.source, until: old.ends_at, by, extending: Some(request.id) })
    }

    fn granted(&self) -> Option<Card> {
        let source = self.source?;
        let covering = |grant: &&Grant| grant.sources.iter().any(|granted| granted.contains(&source));
        // Mine before others', the open before the opening, and of those the one that lasts longest.
        let grant = self
            .grants()
            .filter(covering)
            .max_by_key(|grant| (grant.mine.is_some(), grant.open, grant.until))?;
        match (grant.open, grant.mine) {
            (true, mine) => Some(Card::Open(Open {
                source: grant.sources.iter().find(|granted| granted.contains(&source)).copied()?,
                until: grant.until,
                by: match mine {
                    Some(id) => By::Me { id, at: None },
                    None => By::SomebodyElse { requestable: self.obstacle().is_none() },
                },
                extending: None,
            })),
            (false, Some(_)) => Some(Card::Opening { since: None, slow: false }),
            (false, None) => None,
        }
    }

    fn obstacle(&self) -> Option<Card> {
        if let Some(unsupported) = &self.details.unsupported {
            return Some(Card::Unsupported(unsupported.clone()));
        }
        let Some(policy) = &self.details.policy else {
            let unread = self.details.vm.jit == JitState::Unknown;
            return Some(if unread { Card::Unread } else { Card::NotSetUp });
        };
        if policy.rule_for(self.port).is_none() {
            return Some(Card::PortNotCovered {
                covered: policy.ports.iter().map(|rule| rule.port).collect(),
            });
        }
        Limits::of(self.details, &[self.port], self.method).is_none().then_some(Card::NotAllowed)
    }
}

fn going_on(request: &AccessRequest, now: Timestamp) -> Option<Card> {
    match &request.status {
        Status::Requesting => Some(Card::Requesting { late: Status::is_slow(request.requested_at, now) }),
        _ if request.ends_at <= now => None,
        Status::Opening { since } => {
            Some(Card::Opening { since: Some(*since), slow: Status::is_slow(*since, now) })
        }
        Status::Open { .. } => Some(Card::Open(Open {
            source: request.source,
            until: request.ends_at,
            by: By::Me { id: request.id, at: Some(request.requested_at) },
            extending: None,
        })),
        Status::Closing { until, .. } => Some(Card::Closing { until: *until }),
        Status::Refused { .. } | Status::Failed { .. } | Status::Ended { .. } => None,
    }
}

fn over(request: &AccessRequest, now: Timestamp) -> Option<Card> {
    match &request.status {
        Status::Refused { reason, .. } => Some(Card::Refused { reason: reason.clone() }),
        Status::Failed { reason, .. } => Some(Card::Failed { reason: reason.clone() }),
        Status::Ended { at, how } => Some(Card::Ended { at: *at, how: *how }),
        // The clock is faster than the news.
        Status::Opening { .. } | Status::Open { .. } | Status::Closing { .. } if request.ends_at <= now => {
            Some(Card::Ended { at: request.ends_at, how: Ending::Expired })
        }
        Status::Requesting | Status::Opening { .. } | Status::Open { .. } | Status::Closing { .. } => None,
    }
}

#[cfg(test)]
mod tests;
