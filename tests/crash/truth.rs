//! What is on record, held against what Azure knows.

use std::collections::{HashMap, HashSet};
use std::ops::AddAssign;
use std::time::Duration;

use backend::audit::verify::verify;
use backend::audit::{Action, Outcome};
use backend::store::{EntryKind, Filter, RequestRecord};
use jiff::Timestamp;
use shared::access::{AccessRequest, Ending, RequestId, Status};
use tests::app::Installed;
use uuid::Uuid;

/// How long it may take until everything is settled, by the clock on the wall.
const PATIENCE: Duration = Duration::from_mins(1);

/// How much happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sums {
    /// Entries of the trail.
    pub entries: u64,
    /// Calls that asked Azure to open ports.
    pub initiates: u64,
    /// Requests that Azure took on.
    pub opened: u64,
    /// Requests that it did not.
    pub not_opened: u64,
    /// Requests that were closed early.
    pub closed: u64,
    /// Machines that were to be started.
    pub starts: u64,
    /// Intents without an outcome after the last kill.
    pub left_behind: u64,
    /// Answers that came before the process was killed.
    pub answered: u64,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.initiates += other.initiates;
        self.opened += other.opened;
        self.not_opened += other.not_opened;
        self.closed += other.closed;
        self.starts += other.starts;
        self.left_behind += other.left_behind;
        self.answered += other.answered;
    }
}

/// How many intents have no outcome.
pub async fn left_behind(installed: &Installed) -> u64 {
    installed.store.entries().unresolved(Timestamp::MAX).await.unwrap().len() as u64
}

/// Waits until every intent has an outcome and no request is on its way any more.
pub async fn settled(installed: &Installed) {
    let mut looks = tokio::time::interval(Duration::from_millis(100));
    let settled = async {
        loop {
            looks.tick().await;
            let unfinished = installed.store.requests().unfinished().await.unwrap();
            let on_the_way = |record: &RequestRecord| !matches!(record.request.status, Status::Open { .. });
            if left_behind(installed).await == 0 && !unfinished.iter().any(on_the_way) {
                return;
            }
        }
    };
    if tokio::time::timeout(PATIENCE, settled).await.is_err() {
        let intents = installed.store.entries().unresolved(Timestamp::MAX).await.unwrap();
        let requests = installed.store.requests().unfinished().await.unwrap();
        panic!("not settled after {PATIENCE:?}: {intents:?} {requests:?}");
    }
}

/// An attempt, as the trail has it.
pub struct Attempt {
    /// What was tried.
    pub action: Action,
    begun: Timestamp,
    /// What came of it.
    pub outcome: Option<Outcome>,
}

/// A grant, as Azure has it.
struct Granted {
    started_at: Timestamp,
    ports: Vec<u16>,
    /// Until when, if it was not ended before its time.
    live: bool,
}

/// Holds everything that is on record against what Azure knows.
pub async fn check(installed: &Installed, seed: u64) -> Sums {
    let report = verify(&installed.store, &[]).await.unwrap();
    assert!(report.is_sound(), "seed {seed}: {:?}", report.findings);
    let attempts = attempts(installed).await;
    let granted = granted(installed);
    let requests = installed.store.requests().list(&Filter::default(), usize::MAX).await.unwrap();
    let requests: HashMap<RequestId, AccessRequest> =
        requests.into_iter().map(|record| (record.request.id, record.request)).collect();
    let mut sums = Sums { entries: report.entries, ..Sums::default() };

    let mut opens = HashMap::new();
    let mut to_close = HashSet::new();
    for Attempt { action, begun, outcome } in attempts.values() {
        let outcome = outcome.as_ref().expect("it was waited for");
        match action {
            Action::Open { request, .. } => {
                let twice = opens.insert(request.id, *begun);
                assert!(twice.is_none(), "seed {seed}: {} was attempted twice", request.id);
                is_true(&requests[&request.id], outcome, granted.get(&request.id), seed);
                sums.opened += u64::from(granted.contains_key(&request.id));
                sums.not_opened += u64::from(!granted.contains_key(&request.id));
            }
            // Nobody in these tests does any of that.
            Action::ShareableLink { .. }
            | Action::Configure { .. }
            | Action::Split { .. }
            | Action::EnableDefender { .. }
            | Action::AssignPolicy { .. }
            | Action::RemoveAssignment { .. }
            | Action::ScanCompliance { .. }
            | Action::AskOwner { .. } => panic!("nobody wanted {action:?}"),
            Action::Close { request, .. } => {
                to_close.insert(request.id);
            }
            Action::StartVm { .. } => {
                let told = matches!(outcome, Outcome::Done { .. } | Outcome::Unknown { .. });
                assert!(told, "seed {seed}: nothing was wrong with starting machines, but {outcome:?}");
                sums.starts += 1;
            }
        }
    }
    assert_eq!(opens.len(), requests.len(), "seed {seed}: every request has its intent");
    for request in requests.values() {
        if !is_closed(request) {
            continue;
        }
        assert!(to_close.contains(&request.id), "seed {seed}: nobody wanted that closed: {request:?}");
        let (name, address) = (request.vm.name().as_str(), request.source.to_string());
        let address = address.parse().expect("every wish is for one address");
        let admitted = request.ports.iter().any(|port| installed.azure.admits(name, port.number(), address));
        assert!(!admitted, "seed {seed}: closed and open: {request:?}");
        sums.closed += 1;
    }

    let mut asked = HashMap::new();
    for call in installed.initiates() {
        let id = named_in(call.json()["justification"].as_str().unwrap());
        let begun = opens.get(&id);
        assert!(begun.is_some_and(|begun| *begun <= call.at), "seed {seed}: no intent before {call:?}");
        *asked.entry(id).or_insert(0) += 1;
        sums.initiates += 1;
    }
    assert!(asked.values().all(|times| *times == 1), "seed {seed}: asked for more than once: {asked:?}");
    sums
}

/// Whether a request and its outcome say what Azure knows.
fn is_true(request: &AccessRequest, outcome: &Outcome, granted: Option<&Granted>, seed: u64) {
    let told = format!("seed {seed}: {request:?} {outcome:?}");
    match granted {
        None => {
            // Unknown is what became of a call whose answer nobody got.
            assert!(!matches!(outcome, Outcome::Done { .. }), "{told}");
            assert!(matches!(request.status, Status::Failed { .. } | Status::Refused { .. }), "{told}");
        }
        Some(granted) => {
            assert!(matches!(outcome, Outcome::Done { .. }), "{told}");
            let open = matches!(request.status, Status::Open { .. });
            let ended = matches!(request.status, Status::Ended { .. });
            assert!(open || ended, "{told}");
            // A rule that is deleted does not change what Azure remembers.
            assert!(open == granted.live || is_closed(request), "{told}");
            assert_eq!(
                granted.ports,
                request.ports.iter().copied().map(u16::from).collect::<Vec<_>>(),
                "{told}"
            );
            assert!(granted.started_at >= request.requested_at, "{told}");
        }
    }
}

fn is_closed(request: &AccessRequest) -> bool {
    matches!(request.status, Status::Ended { how: Ending::Closed, .. })
}

pub async fn attempts(installed: &Installed) -> HashMap<Uuid, Attempt> {
    let entries = installed.store.entries().before(i64::MAX, usize::MAX).await.unwrap();
    let mut attempts: HashMap<Uuid, Attempt> = HashMap::new();
    for entry in entries.into_iter().rev() {
        match entry.content.kind {
            EntryKind::Intent(id) => {
                let action = serde_json::from_value(entry.content.body).unwrap();
                let attempt = Attempt { action, begun: entry.content.at, outcome: None };
                assert!(attempts.insert(id, attempt).is_none());
            }
            EntryKind::Outcome(id) => {
                let attempt = attempts.get_mut(&id).expect("an outcome comes after its intent");
                assert!(attempt.outcome.is_none());
                attempt.outcome = Some(serde_json::from_value(entry.content.body).unwrap());
            }
            EntryKind::Refusal | EntryKind::Event => {}
        }
    }
    attempts
}

/// What Azure has opened, by the name of the request. Nothing is opened twice.
fn granted(installed: &Installed) -> HashMap<RequestId, Granted> {
    let now = installed.azure.now();
    let world = installed.azure.world();
    let mut granted = HashMap::new();
    for request in world.policies().iter().flat_map(|policy| &policy.requests) {
        let id = named_in(request.justification.as_deref().unwrap());
        let ports = request.machines.iter().flat_map(|machine| &machine.ports);
        let live = ports.clone().all(|port| port.cut.is_none() && port.ends_at > now);
        let ports = ports.map(|port| port.number).collect();
        let twice = granted.insert(id, Granted { started_at: request.started_at, ports, live });
        assert!(twice.is_none(), "{id} was opened twice");
    }
    granted
}

/// The request that a justification names.
fn named_in(justification: &str) -> RequestId {
    let (_, name) = justification.rsplit_once("request ").expect("it names the request");
    name.trim_end_matches(')').parse().expect("it is an id")
}
