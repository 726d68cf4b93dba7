//! What has been chosen on the page, as the page's address keeps it.

mod method;
mod odd;
mod origin;
mod ports;

use std::net::IpAddr;

use shared::access::{AccessRequest, NewAccess, Reason, Target};
use shared::bastion::{Bastion, ByBastion, Ways, Whence};
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::problem::Violation;
use shared::redirection::Redirection;
use shared::source::Source;
use shared::vm::VmDetails;

use super::length::{self, Length};
use super::limits::Limits;
use crate::format;
use crate::page::escaped;

use ports::together;

pub use method::Method;
pub use origin::Origin;

/// The fields of a request, as the service names them when one is wrong.
pub mod field {
    /// The source.
    pub const SOURCE: &str = "source";
    /// The duration.
    pub const DURATION: &str = "duration";
    /// The reason.
    pub const REASON: &str = "reason";
    /// The port.
    pub const PORT: &str = "vms[0].ports[0]";
    /// What is shared with the machine.
    pub const REDIRECTIONS: &str = "redirections";
    /// All that have a place of their own on the page.
    pub const PLACED: [&str; 5] = [SOURCE, DURATION, REASON, PORT, REDIRECTIONS];
}

/// What has been chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// How to connect.
    pub method: Method,
    /// To which port.
    pub port: Port,
    /// Which ports are to be opened with it, as far as they can be.
    pub more: Vec<Port>,
    /// From where.
    pub origin: Origin,
    /// For how long.
    pub length: Length,
    /// Why.
    pub reason: String,
    /// What of this device the machine may use. No link chooses that for anybody: it is not in the
    /// page's address.
    pub redirections: Vec<Redirection>,
    /// The ways that lead through Azure, once they were asked for.
    pub ways: Option<Ways>,
    /// Whether a shareable link through it is wanted.
    pub link: bool,
}

impl Form {
    /// What the page's address says, and else what is usual for the machine.
    pub fn of_query(query: impl Fn(&str) -> Option<String>, details: &VmDetails, here: IpAddr) -> Self {
        let ports = query("port").unwrap_or_default();
        let mut ports = ports.split(',').filter_map(|text| text.parse().ok());
        let port = ports.next();
        let more: Vec<Port> = ports.collect();
        let named = |name: String| Method::ALL.into_iter().find(|method| method.query() == name);
        let of_port = || Method::ALL.into_iter().find(|method| port.is_some() && method.port() == port);
        let method = query("method").and_then(named).or_else(of_port);
        let method = method.unwrap_or_else(|| Method::for_vm(&details.vm));
        let port = port.or(method.port()).unwrap_or_else(|| details.vm.usual_port());
        let limits = Limits::of(details, &together(details, method, port, &more), method);
        let networks: Vec<Source> =
            limits.iter().flat_map(Limits::networks).map(|network| network.range).collect();
        let origin = query("source").map_or(Origin::Device, |text| Origin::of_text(&text, &networks, here));
        let longest =
            limits.map_or(AccessDuration::LONGEST, |limits| limits.longest(origin.source(here).ok()));
        let length = query("for")
            .or_else(|| query("duration"))
            .and_then(|text| length::short(&text))
            .map_or_else(|| Length::usual(longest), Length::of);
        let reason = query("reason").unwrap_or_default().replace(char::is_control, " ");
        let redirections = Vec::new();
        Self { method, port, more, origin, length, reason, redirections, ways: None, link: false }
    }

    /// Shows what was asked for, while it is on its way.
    pub fn take(&mut self, request: &AccessRequest) {
        // Counted from just before it was put down.
        let seconds = request.ends_at.duration_since(request.requested_at).as_secs();
        if let Ok(duration) = AccessDuration::from_minutes((seconds + 30) / 60) {
            self.length = Length::of(duration);
        }
        self.reason = request.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    }

    /// The query of an address that brings somebody to the same choices. An address of one's own
    /// is left out: whoever opens it has another.
    pub fn query(&self) -> String {
        let source = match &self.origin {
            _ if self.method == Method::Bastion => None,
            Origin::Device => None,
            Origin::Network(range) => Some(range.to_string()),
            Origin::Typed(text) => Some(text.trim().to_owned()),
            Origin::Anywhere => Some(Source::ANY.to_string()),
        };
        let all = [&[self.port][..], &self.more].concat();
        let is_usual = all.len() == 1 && self.method.port() == Some(self.port);
        let parts = [
            ("method", Some(self.method.query().to_owned())),
            ("port", (!is_usual).then(|| format::listed(&all))),
            ("source", source),
            ("for", self.length.parse().ok().map(|duration| Length::of(duration).short())),
            ("reason", Some(self.reason.trim().to_owned())),
        ];
        let pairs: Vec<String> = parts
            .into_iter()
            .filter_map(|(key, value)| value.filter(|value| !value.is_empty()).map(|value| (key, value)))
            .map(|(key, value)| format!("{key}={}", escaped(&value)))
            .collect();
        format!("?{}", pairs.join("&"))
    }

    /// The Bastion that reaches the machine, once it is known.
    pub fn bastion(&self) -> Option<&Bastion> {
        match self.ways.as_ref()?.bastion {
            ByBastion::Reached { ref bastion } => Some(bastion),
            ByBastion::Unreached { .. } => None,
        }
    }

    /// Whether the source cannot be judged yet: which Bastion reaches the machine is being found out.
    pub fn is_looking(&self) -> bool {
        self.method == Method::Bastion && self.ways.is_none()
    }

    /// Whether no Bastion reaches the machine, by which one wants to come.
    pub fn is_unreached(&self) -> bool {
        self.method == Method::Bastion && self.ways.is_some() && self.bastion().is_none()
    }

    /// For whom the port is to be opened; if there is nobody yet, why not.
    pub fn source(&self, here: IpAddr) -> Result<Source, String> {
        if self.method != Method::Bastion {
            return self.origin.source(here);
        }
        match self.ways.as_ref().map(|ways| &ways.bastion) {
            None => Err("Wait until the Bastion is found that reaches this VM.".to_owned()),
            Some(ByBastion::Unreached { reason }) => Err(reason.clone()),
            Some(ByBastion::Reached { bastion }) => bastion.network.ok_or_else(|| bastion.why.clone()),
        }
    }

    /// The same as the service takes it: the range of a Bastion it reads by itself.
    pub fn whence(&self, source: Source) -> Whence {
        let bastion = self.bastion().filter(|_| self.method == Method::Bastion);
        bastion.map_or(Whence::Source(source), |bastion| Whence::Bastion(bastion.id.clone()))
    }

    /// The request that was filled in, or all that is wrong with it.
    pub fn request(&self, details: &VmDetails, here: IpAddr) -> Result<NewAccess, Vec<Violation>> {
        let ports = self.ports(details);
        let limits = Limits::of(details, &ports, self.method);
        let source = self.judged_source(limits.as_ref(), here);
        let duration = self.judged_duration(limits.as_ref(), source.as_ref().ok().copied());
        let reason = self.judged_reason(limits.as_ref());
        match (source, duration, reason) {
            (Ok(source), Ok(duration), Ok(reason)) => {
                let target = Target { vm: details.vm.id.clone(), ports };
                Ok(NewAccess {
                    vms: vec![target],
                    source: self.whence(source),
                    duration,
                    reason,
                    requested_for: None,
                    redirections: self.shared(limits.as_ref()),
                    shareable_link: self.link && self.method == Method::Bastion,
                    replaces: Vec::new(),
                })
            }
            (source, duration, reason) => {
                Err([source.err(), duration.err(), reason.err()].into_iter().flatten().collect())
            }
        }
    }

    /// What is shared: nothing that cannot be chosen any more, such as where another port is.
    fn shared(&self, limits: Option<&Limits>) -> Vec<Redirection> {
        let offered = limits.filter(|_| self.method == Method::Rdp).map(Limits::redirections);
        let mut offered = offered.unwrap_or_default();
        offered.retain(|redirection| self.redirections.contains(redirection));
        offered
    }

    fn judged_source(&self, limits: Option<&Limits>, here: IpAddr) -> Result<Source, Violation> {
        let meant = || self.origin.meant().filter(|_| self.method != Method::Bastion);
        let source = self
            .source(here)
            .map_err(|detail| Violation { offer: meant(), ..violation(field::SOURCE, detail) })?;
        match limits.map(|limits| limits.judge(source)) {
            Some(Err((detail, offer))) => Err(Violation {
                offer: offer.map(|offer| offer.to_string()),
                ..violation(field::SOURCE, detail)
            }),
            Some(Ok(())) | None => Ok(source),
        }
    }

    fn judged_duration(
        &self,
        limits: Option<&Limits>,
        source: Option<Source>,
    ) -> Result<AccessDuration, Violation> {
        let longest = limits.map(|limits| limits.longest(source));
        let duration = self.length.parse();
        let is_too_long = |longest: &AccessDuration| match &duration {
            Ok(duration) => longest < duration,
            // Longer than Azure allows anywhere, which may be longer than here.
            Err(_) => self.length.is_too_long(),
        };
        match longest.filter(is_too_long) {
            Some(longest) => {
                let by = limits.and_then(|limits| limits.shortest(longest));
                let by = by.map(|port| format!(": port {port} may be open no longer"));
                let words =
                    format!("Access can last at most {} here{}.", longest.words(), by.unwrap_or_default());
                Err(Violation { offer: Some(longest.to_string()), ..violation(field::DURATION, words) })
            }
            None => duration.map_err(|detail| violation(field::DURATION, detail)),
        }
    }

    fn judged_reason(&self, limits: Option<&Limits>) -> Result<Option<Reason>, Violation> {
        let required = limits.is_some_and(Limits::reason_required);
        match self.reason.parse() {
            Ok(reason) => Ok(Some(reason)),
            Err(_) if self.reason.trim().is_empty() && !required => Ok(None),
            Err(error) => Err(violation(field::REASON, error.to_string())),
        }
    }
}

fn violation(field: &str, detail: String) -> Violation {
    Violation { field: field.to_owned(), detail, offer: None }
}

#[cfg(test)]
mod tests;
