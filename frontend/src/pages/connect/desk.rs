//! What the parts of the page share: what is known, what is chosen, and what can be done.

mod choose;
mod follow;
mod go_on;
mod machine;

use std::net::IpAddr;

use jiff::Timestamp;
use leptos::prelude::*;
use shared::access::{AccessRequest, Displaced, RequestId};
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::preflight::Preflight;
use shared::problem::Violation;
use shared::source::Source;
use shared::vm::{Network, VmDetails};

use super::form::{Form, Method, Origin};
use super::length;
use super::limits::Limits;
use super::state::{By, Card, Known};
use crate::api::ApiError;
use crate::api::access_requests::Watch;
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::rdp_file::RdpFile;
use crate::session::{ServerClock, use_server_clock, use_session};

pub use go_on::sign_in_and_go_on;

/// The id of the line that says where access stands, which takes the focus when it changes for good.
pub const STATUS: &str = "connect-status";
/// The id of the dialog that asks before somebody else loses their access.
pub const CONFIRM: &str = "connect-confirm";
/// Under which the last reason is kept in this browser.
const REASON_KEPT_AS: &str = "postern-reason";

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The machine.
    pub details: RwSignal<VmDetails>,
    /// What is chosen.
    pub form: RwSignal<Form>,
    /// Where the card stands.
    pub card: Memo<Card>,
    /// The request that is followed.
    pub request: RwSignal<Option<AccessRequest>>,
    /// My requests on this machine, newest first, once they are known.
    pub recent: RwSignal<Vec<AccessRequest>>,
    /// What is wrong with which field.
    pub wrong: RwSignal<Vec<Violation>>,
    /// What others may lose, as it stands in the question about it.
    pub displaced: RwSignal<Vec<Displaced>>,
    /// Why no request could be made.
    pub unsent: RwSignal<Option<ApiError>>,
    /// Why the machine could not be read, or started.
    pub trouble: RwSignal<Option<ApiError>>,
    /// Whether the live connection is broken.
    pub lost: RwSignal<bool>,
    /// Whether the machine is being read again.
    pub refreshing: RwSignal<bool>,
    /// Whether the network rules are being asked.
    pub checking: RwSignal<bool>,
    /// Whether the machine has been told to start.
    pub starting: RwSignal<bool>,
    sending: RwSignal<bool>,
    /// What the network rules said last, and about what.
    checked: RwSignal<Option<(Chosen, Preflight)>>,
    kept: StoredValue<Kept, LocalStorage>,
}

/// What no part of the page looks at by itself.
struct Kept {
    here: IpAddr,
    tick: Signal<Timestamp>,
    clock: ServerClock,
    announcer: Announcer,
    file: RdpFile,
    not_extended: RwSignal<String>,
    watch: Option<Watch>,
    asked: Option<Asked>,
    /// Where what a request took the place of was connected to.
    led: Option<(RequestId, (String, Port))>,
    polls: u32,
    /// Whether the machine is looked at again in a moment.
    looks_again: bool,
}

/// The ports and the source that are chosen.
type Chosen = (Vec<Port>, Option<Source>);

/// A request that was made on this page.
#[derive(Debug, Clone, Copy)]
struct Asked {
    id: RequestId,
    wants_file: bool,
}

impl Desk {
    /// A desk for a machine, with choices from the page's address.
    pub fn new(details: VmDetails, query: impl Fn(&str) -> Option<String>) -> Self {
        let (here, clock) = (use_session().address.address, use_server_clock());
        let remembered = |key: &str| {
            query(key).or_else(|| (key == "reason").then(|| browser::remembered(REASON_KEPT_AS)).flatten())
        };
        let form = RwSignal::new(Form::of_query(remembered, &details, here));
        let details = RwSignal::new(details);
        let (request, sending) = (RwSignal::new(None::<AccessRequest>), RwSignal::new(false));
        let recent = RwSignal::new(Vec::<AccessRequest>::new());
        let tick = clock.tick();
        let card = Memo::new(move |_| {
            if sending.get() {
                return Card::Requesting { late: false };
            }
            let (method, port, source) = form.with(|form| (form.method, form.port, form.source(here).ok()));
            details.with(|details| {
                request.with(|request| {
                    recent.with(|recent| {
                        let request = request.as_ref();
                        let extended = request.and_then(|request| request.extends);
                        let extended = recent.iter().find(|recent| Some(recent.id) == extended);
                        Card::of(Known { details, method, port, source, request, extended, now: tick.get() })
                    })
                })
            })
        });
        let desk = Self {
            details,
            form,
            card,
            request,
            recent,
            wrong: RwSignal::new(Vec::new()),
            displaced: RwSignal::new(Vec::new()),
            unsent: RwSignal::new(None),
            trouble: RwSignal::new(None),
            lost: RwSignal::new(false),
            refreshing: RwSignal::new(false),
            checking: RwSignal::new(false),
            starting: RwSignal::new(false),
            sending,
            checked: RwSignal::new(None),
            kept: StoredValue::new_local(Kept {
                here,
                tick,
                clock,
                announcer: use_announcer(),
                file: RdpFile::new(),
                not_extended: RwSignal::new(String::new()),
                watch: None,
                asked: None,
                led: None,
                polls: 0,
                looks_again: false,
            }),
        };
        desk.find_bastion();
        desk.keep_checking();
        desk.follow_what_is_mine();
        desk.load_recent();
        on_cleanup(move || desk.kept.update_value(|kept| kept.watch = None));
        desk
    }

    /// The address of this browser.
    pub fn here(self) -> IpAddr {
        self.kept.with_value(|kept| kept.here)
    }

    /// The file, and why there is none.
    pub fn file(self) -> RdpFile {
        self.kept.with_value(|kept| kept.file)
    }

    /// Why what is open was not made to last longer; empty if nothing went wrong with that.
    pub fn not_extended(self) -> RwSignal<String> {
        self.kept.with_value(|kept| kept.not_extended)
    }

    /// The server's time, every second.
    pub fn tick(self) -> Signal<Timestamp> {
        self.kept.with_value(|kept| kept.tick)
    }

    /// The port and the source that are chosen.
    pub fn target(self) -> (Port, Option<Source>) {
        let here = self.here();
        self.form.with(|form| (form.port, form.source(here).ok()))
    }

    /// The ports that are chosen, as far as they can be requested together.
    pub fn ports(self) -> Vec<Port> {
        self.form.with(|form| self.details.with(|details| form.ports(details)))
    }

    /// Where a request of mine is open, only its ports count: another may be ticked and not be part of it.
    fn chosen(self) -> Chosen {
        let mut ports = self.ports();
        let by = self.card.with(|card| card.open().map(|open| open.by));
        if let Some(By::Me { id, .. }) = by {
            let known = self.known(id).map(|request| request.ports);
            // Of one that was made elsewhere no more is known at first than that it is open here.
            let of_it = known.unwrap_or_else(|| vec![ports[0]]);
            ports.retain(|port| of_it.contains(port));
        }
        (ports, self.target().1)
    }

    /// What others have open, or opening, on the ports that are chosen; or what I have, if it is
    /// `mine`. Azure may end it when a newer request for the port is made.
    pub fn displaced_by(self, mine: bool) -> Vec<Displaced> {
        let (ports, now) = (self.ports(), self.tick().get());
        self.details.with(|details| {
            let grants = details.grants.iter();
            let there = grants.filter(|grant| {
                grant.mine.is_some() == mine && ports.contains(&grant.port) && grant.until > now
            });
            there
                .map(|grant| Displaced {
                    vm: details.vm.id.clone(),
                    port: grant.port,
                    sources: grant.sources.clone(),
                    until: grant.until,
                })
                .collect()
        })
    }

    /// A request of mine, as it is known here.
    pub fn known(self, id: RequestId) -> Option<AccessRequest> {
        let is_it = |request: &&AccessRequest| request.id == id;
        let followed = self.request.with(|request| request.as_ref().filter(is_it).cloned());
        followed.or_else(|| self.recent.with(|recent| recent.iter().find(is_it).cloned()))
    }

    /// Where one connected to before the request took the place of the one that it makes last longer,
    /// if that was seen here.
    pub fn led(self, id: RequestId) -> Option<(String, Port)> {
        self.kept.with_value(|kept| kept.led.clone()).filter(|(newer, _)| *newer == id).map(|(_, led)| led)
    }

    /// For how long a request of mine may be made to last. What somebody prepared lasts as long as
    /// they said.
    pub fn lengths(self, id: RequestId, ports: &[Port], source: Source) -> Vec<(AccessDuration, String)> {
        let known = self.known(id);
        if known.as_ref().is_some_and(|request| request.handed_over.is_some()) {
            return Vec::new();
        }
        let by_bastion = known.as_ref().is_some_and(|request| request.bastion.is_some());
        let method = if by_bastion { Method::Bastion } else { Method::Rdp };
        let ports = known.as_ref().map_or(ports, |request| &request.ports);
        let limits = self.details.with(|details| Limits::of(details, ports, method));
        limits.map(|limits| length::chips(limits.longest(Some(source)))).unwrap_or_default()
    }

    /// The ranges with a name that may be chosen.
    pub fn networks(self) -> Vec<Network> {
        self.limits().map(|limits| limits.networks()).unwrap_or_default()
    }

    /// What stands for a source that is given as text.
    pub fn origin_of(self, text: &str) -> Origin {
        let ranges: Vec<Source> = self.networks().into_iter().map(|network| network.range).collect();
        Origin::of_text(text, &ranges, self.here())
    }

    fn say(self, words: impl Into<String>) {
        let announcer = self.kept.with_value(|kept| kept.announcer);
        announcer.say(words);
    }

    /// The limits for the ports that are chosen, if they can be requested at all.
    pub fn limits(self) -> Option<Limits> {
        let method = self.form.with(|form| form.method);
        self.details.with(|details| Limits::of(details, &self.ports(), method))
    }
}
