//! How all machines stand with just-in-time access, as one person may see it: a pure function of
//! inventory, rules and filter.

mod plans;
mod sheet;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId};
use shared::jit_list::{Configured, JitFacets, JitRow, OpenPort, Severity, Standing as Told, Tab, TabCounts};
use shared::policy::PortRule;
use shared::resource_id::VmId;
use shared::source::Source;
use shared::verb::Verb;
use shared::vm::{PowerState, SubscriptionName};
use uuid::Uuid;

use crate::guardrails::{InNameOf, belongs_to, named_in};
use crate::inventory::{InventoryVm, Open, Snapshot, Standing};
use crate::rules::RulesOf;

pub use plans::{may_enable, plan, plans};
pub use sheet::sheet;

/// Which machines are wanted, and in what order. An empty list of values does not restrict.
#[derive(Debug, Clone, Default)]
pub struct JitFilter {
    /// The tab.
    pub tab: Tab,
    /// Words that must all occur in the name, group, subscription, address or a tag.
    pub words: Vec<String>,
    /// Subscriptions.
    pub subscriptions: Vec<Uuid>,
    /// Resource groups.
    pub groups: Vec<String>,
    /// Regions.
    pub locations: Vec<String>,
    /// Power states.
    pub power: Vec<PowerState>,
    /// Only those with a port that is open now.
    pub open_now: bool,
    /// Only those whose policy lets any source ask.
    pub any_source: bool,
    /// What they are ordered by.
    pub key: Key,
    /// The other way round.
    pub descending: bool,
}

/// What machines are ordered by. Those that are equal come by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Their name.
    #[default]
    Name,
    /// Their resource group.
    Group,
    /// The name of their subscription.
    Subscription,
    /// Their region.
    Location,
    /// How many requests were approved.
    Approved,
    /// When the latest of those was.
    LastAccess,
    /// How much they need just-in-time access, the most first.
    Severity,
    /// Why they stand where they stand.
    Reason,
}

/// Where a page of the list begins.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// How many machines come before.
    pub offset: usize,
    /// The last of those, as it was then: where it stands now counts.
    pub after: Option<VmId>,
}

/// The requests that are known to be closed, whatever Azure says, and in whose name it was asked.
#[derive(Debug)]
pub struct Closed {
    /// The requests.
    pub requests: HashMap<RequestId, AccessRequest>,
    /// In whose name.
    pub in_name_of: InNameOf,
}

impl Closed {
    fn knows(&self, open: &Open) -> bool {
        let Some(entry) = open.named.as_deref() else { return false };
        let request = named_in(entry).and_then(|id| self.requests.get(&id));
        request.is_some_and(|request| belongs_to(entry, request, self.in_name_of))
    }
}

/// The machines that match, in order, and how many match in each tab.
pub struct Matching<'a> {
    /// Those of the tab.
    pub vms: Vec<&'a InventoryVm>,
    /// How many there are in each.
    pub counts: TabCounts,
}

/// The machines that those whom `rules` are about may see.
pub fn visible<'a>(snapshot: &'a Snapshot, rules: &RulesOf<'_>) -> Vec<&'a InventoryVm> {
    snapshot.vms().filter(|entry| rules.may_see(snapshot.place(entry))).collect()
}

/// The requests of Postern's that are said to be open on any of these machines.
pub fn said_to_be_open<'a>(
    machines: impl Iterator<Item = &'a InventoryVm>,
    now: Timestamp,
) -> HashSet<RequestId> {
    let open = machines.filter_map(configured).flat_map(|configured| &configured.open);
    open.filter(|open| now < open.port.until).filter_map(|open| named_in(open.named.as_deref()?)).collect()
}

/// Those of the machines that `filter` lets through. What the requests in `closed` opened is known
/// to be shut, whatever Azure says.
pub fn matching<'a>(
    visible: &[&'a InventoryVm],
    filter: &JitFilter,
    now: Timestamp,
    closed: &Closed,
) -> Matching<'a> {
    let words: Vec<String> = filter.words.iter().map(|word| word.to_lowercase()).collect();
    let mut counts = TabCounts::default();
    let mut vms = Vec::new();
    for entry in visible.iter().copied().filter(|entry| filter.lets_through(entry, &words, now, closed)) {
        let tab = tab(entry);
        *match tab {
            Some(Tab::Configured) => &mut counts.configured,
            Some(Tab::NotConfigured) => &mut counts.not_configured,
            Some(Tab::Unsupported) => &mut counts.unsupported,
            None => &mut counts.unknown,
        } += 1;
        if tab == Some(filter.tab) {
            vms.push(entry);
        }
    }
    filter.order(&mut vms);
    Matching { vms, counts }
}

/// The part of the list that begins at `start`, at most `limit` long, and where to go on.
pub fn page<'a, 'v>(
    vms: &'v [&'a InventoryVm],
    start: &Start,
    limit: usize,
) -> (&'v [&'a InventoryVm], Option<String>) {
    let known = start.after.as_ref().and_then(|id| vms.iter().position(|entry| entry.vm.id == *id));
    let begin = known.map_or(start.offset, |place| place + 1).min(vms.len());
    let end = (begin + limit).min(vms.len());
    let items = &vms[begin..end];
    let next = items.last().filter(|_| end < vms.len()).map(|last| format!("{end} {}", last.vm.id));
    (items, next)
}

/// A machine as the one whom `rules` are about may see it. `last_user` is who was in last, if they
/// may know.
pub fn row(
    snapshot: &Snapshot,
    rules: &RulesOf<'_>,
    entry: &InventoryVm,
    last_user: Option<String>,
    now: Timestamp,
    closed: &Closed,
) -> Option<JitRow> {
    let standing = match &entry.standing {
        Standing::Unknown => return None,
        Standing::NotConfigured(need) => {
            Told::NotConfigured { severity: need.severity, reason: need.reason.clone() }
        }
        Standing::Unsupported(unsupported) => Told::Unsupported((**unsupported).clone()),
        Standing::Configured(of) => Told::Configured(Configured {
            policy_id: entry.policy.as_ref().map(ToString::to_string).unwrap_or_default(),
            ports: of.ports.to_vec(),
            shared_with: of.shared_with,
            firewall: of.firewall,
            approved: of.approved,
            last_access: of.last.as_ref().map(|last| last.at),
            last_user,
            open: open(&of.open, now, closed).collect(),
            risks: of.risks.rules.clone(),
            unsure: of.risks.unsure.clone(),
            unsupported: of.unsupported.as_deref().cloned(),
        }),
    };
    let place = || snapshot.place(entry);
    Some(JitRow {
        id: entry.vm.id.clone(),
        subscription_name: entry.vm.subscription_name.clone(),
        location: entry.vm.location.clone(),
        os: entry.vm.os,
        power: entry.vm.power,
        standing,
        may_request: rules.allow(Verb::Request, place()),
        may_configure: rules.allow(Verb::Configure, place()),
    })
}

/// What the filters can be set to.
pub fn facets(visible: &[&InventoryVm]) -> JitFacets {
    let vms = || visible.iter().map(|entry| &entry.vm);
    let mut known = HashSet::new();
    let subscriptions = vms().filter(|vm| known.insert(vm.id.subscription()));
    let mut subscriptions: Vec<SubscriptionName> = subscriptions
        .map(|vm| SubscriptionName { name: vm.subscription_name.clone(), id: vm.id.subscription() })
        .collect();
    subscriptions.sort_unstable();
    let groups: BTreeSet<_> = vms().map(|vm| vm.id.resource_group()).collect();
    let locations: BTreeSet<&str> = vms().map(|vm| vm.location.as_str()).collect();
    JitFacets {
        subscriptions,
        groups: groups.into_iter().map(ToString::to_string).collect(),
        locations: locations.into_iter().map(str::to_owned).collect(),
    }
}

fn tab(entry: &InventoryVm) -> Option<Tab> {
    match entry.standing {
        Standing::Unknown => None,
        Standing::Configured(_) => Some(Tab::Configured),
        Standing::NotConfigured(_) => Some(Tab::NotConfigured),
        Standing::Unsupported(_) => Some(Tab::Unsupported),
    }
}

fn configured(entry: &InventoryVm) -> Option<&crate::inventory::Configured> {
    match &entry.standing {
        Standing::Configured(configured) => Some(configured),
        Standing::Unknown | Standing::NotConfigured(_) | Standing::Unsupported(_) => None,
    }
}

fn open<'a>(open: &'a [Open], now: Timestamp, closed: &'a Closed) -> impl Iterator<Item = OpenPort> + 'a {
    let is_open = move |open: &&Open| now < open.port.until && !closed.knows(open);
    open.iter().filter(is_open).map(|open| open.port)
}

impl JitFilter {
    fn lets_through(&self, entry: &InventoryVm, words: &[String], now: Timestamp, closed: &Closed) -> bool {
        let vm = &entry.vm;
        let group = vm.id.resource_group().as_str();
        let is_open = || configured(entry).is_some_and(|of| open(&of.open, now, closed).next().is_some());
        let takes_any = |rule: &PortRule| rule.sources.iter().any(Source::is_anywhere);
        among(&self.subscriptions, |id| *id == vm.id.subscription())
            && among(&self.groups, |wanted| wanted.eq_ignore_ascii_case(group))
            && among(&self.locations, |location| location.eq_ignore_ascii_case(&vm.location))
            && among(&self.power, |power| *power == vm.power)
            && (!self.any_source || configured(entry).is_some_and(|of| of.ports.iter().any(takes_any)))
            && (!self.open_now || is_open())
            && words.iter().all(|word| entry.found_by.contains(word))
    }

    /// Puts machines that are in order of their names into the order that is wanted.
    fn order(&self, vms: &mut [&InventoryVm]) {
        match self.key {
            Key::Name => {}
            Key::Group => vms.sort_by_cached_key(|entry| entry.vm.id.resource_group().clone()),
            Key::Subscription => vms.sort_by_cached_key(|entry| entry.vm.subscription_name.to_lowercase()),
            Key::Location => vms.sort_by_key(|entry| entry.vm.location.as_str()),
            Key::Approved => vms.sort_by_key(|entry| configured(entry).map(|of| of.approved)),
            Key::LastAccess => {
                vms.sort_by_key(|entry| configured(entry).and_then(|of| Some(of.last.as_ref()?.at)));
            }
            Key::Severity => vms.sort_by_key(|entry| severity(entry)),
            Key::Reason => vms.sort_by_key(|entry| reason(entry)),
        }
        if self.descending {
            vms.reverse();
        }
    }
}

fn severity(entry: &InventoryVm) -> Option<Severity> {
    match &entry.standing {
        Standing::NotConfigured(need) => Some(need.severity),
        Standing::Unknown | Standing::Configured(_) | Standing::Unsupported(_) => None,
    }
}

fn reason(entry: &InventoryVm) -> &str {
    match &entry.standing {
        Standing::NotConfigured(need) => &need.reason,
        Standing::Unsupported(unsupported) => &unsupported.reason,
        Standing::Unknown | Standing::Configured(_) => "",
    }
}

fn among<T>(wanted: &[T], is: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(is)
}
