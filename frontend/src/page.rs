//! The pages there are, and their paths.

mod complying;
mod jit;
mod past;
mod signing_in;
mod text;
mod wanted;

use shared::access::{AccessRequest, RequestId};
use shared::handoff::HandoffId;
use shared::resource_id::VmId;
use uuid::Uuid;

pub use complying::Complying;
pub use jit::{By, JitWanted};
pub use past::Past;
pub use signing_in::{returning, sign_in, sign_in_as_another};
pub use text::{escaped, unescaped, value_of, values_of};
pub use wanted::{Narrowed, Wanted};

/// A page of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What is open for me now.
    MyAccess,
    /// The list of those machines that are wanted.
    Vms(Wanted),
    /// The Connect page of a machine.
    Connect(VmId),
    /// How just-in-time access is set up on a machine.
    Configuration(VmId),
    /// How all machines stand with just-in-time access.
    Jit,
    /// The ports of several machines at once.
    JitPolicy,
    /// Access to several machines at once.
    JitRequest,
    /// Those requests that are looked back at, as a query has it ([`Past`]).
    Requests(String),
    /// One request from its beginning to its end.
    Request(RequestId),
    /// What was done about just-in-time access.
    Audit,
    /// The same, on one machine.
    Activity(VmId),
    /// Who is not protected yet, by Azure Policy and as Postern sees it.
    Compliance,
    /// What is written to the owners of machines that are not.
    ComplianceAsk,
    /// What a month or a quarter was like.
    Reports,
    /// A request as text for those who script; what it is for stands behind the `#`.
    RequestCode,
    /// What one has prepared for others, and the way to prepare more.
    Handoffs,
    /// What somebody prepared for whoever was given the link.
    Given(HandoffId),
    /// What stands where a link to that was cut off.
    CutOff,
    /// Where one is signed in.
    Sessions,
    /// In whose name files are handed out.
    About,
}

impl Page {
    /// The list of all machines.
    pub fn all_vms() -> Self {
        Self::Vms(Wanted::default())
    }

    /// All requests there are.
    pub fn all_requests() -> Self {
        Self::Requests(String::new())
    }

    /// Those for a machine.
    pub fn requests_for(vm: &VmId) -> Self {
        Self::Requests(format!("vm={}", escaped(&vm.to_string())))
    }

    /// The list of the machines that `words` find.
    pub fn vms_like(words: &str) -> Self {
        Self::Vms(Wanted::default().with_words(words))
    }

    /// The page at `path` with `query`, which may begin with a question mark.
    pub fn at(path: &str, query: &str) -> Option<Self> {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments[..] {
            [] => Some(Self::MyAccess),
            ["handoffs"] => Some(Self::Handoffs),
            ["for", ref rest @ ..] => Some(match rest {
                [id] => id.parse().map_or(Self::CutOff, Self::Given),
                _ => Self::CutOff,
            }),
            ["requests"] => Some(Self::Requests(query.trim_start_matches('?').to_owned())),
            ["requests", "code"] => Some(Self::RequestCode),
            ["requests", id] => id.parse().ok().map(Self::Request),
            ["audit"] => Some(Self::Audit),
            ["compliance"] => Some(Self::Compliance),
            ["compliance", "ask"] => Some(Self::ComplianceAsk),
            ["reports"] => Some(Self::Reports),
            ["jit"] => Some(Self::Jit),
            ["jit", "policy"] => Some(Self::JitPolicy),
            ["jit", "request"] => Some(Self::JitRequest),
            ["sessions"] => Some(Self::Sessions),
            ["about"] => Some(Self::About),
            ["vms"] => Some(Self::Vms(Wanted::from_query(query))),
            ["vms", .., aspect] => {
                let vm = Self::machine_at(path, aspect)?;
                match aspect {
                    "connect" => Some(Self::Connect(vm)),
                    "configuration" => Some(Self::Configuration(vm)),
                    "activity" => Some(Self::Activity(vm)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The machine whose page of that `aspect` is at `path`.
    pub fn machine_at(path: &str, aspect: &str) -> Option<VmId> {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let mut next = || segments.next();
        let (vms, subscription, group, name) = (next()?, next()?, next()?, next()?);
        if vms != "vms" || next()? != aspect || next().is_some() {
            return None;
        }
        Some(VmId::new(
            Uuid::try_parse(subscription).ok()?,
            unescaped(group).parse().ok()?,
            unescaped(name).parse().ok()?,
        ))
    }

    /// Its path, and query if it has one.
    pub fn path(&self) -> String {
        match self {
            Self::MyAccess => "/".to_owned(),
            Self::Handoffs => "/handoffs".to_owned(),
            Self::Given(id) => format!("/for/{}", id.0.simple()),
            Self::CutOff => "/for".to_owned(),
            Self::Requests(query) if query.is_empty() => "/requests".to_owned(),
            Self::Requests(query) => format!("/requests?{query}"),
            Self::Request(id) => format!("/requests/{id}"),
            Self::RequestCode => "/requests/code".to_owned(),
            Self::Audit => "/audit".to_owned(),
            Self::Compliance => "/compliance".to_owned(),
            Self::ComplianceAsk => "/compliance/ask".to_owned(),
            Self::Reports => "/reports".to_owned(),
            Self::Activity(vm) => of_machine(vm, "activity"),
            Self::Jit => "/jit".to_owned(),
            Self::JitPolicy => "/jit/policy".to_owned(),
            Self::JitRequest => "/jit/request".to_owned(),
            Self::Sessions => "/sessions".to_owned(),
            Self::About => "/about".to_owned(),
            Self::Vms(wanted) => match wanted.query() {
                query if query.is_empty() => "/vms".to_owned(),
                query => format!("/vms?{query}"),
            },
            Self::Connect(vm) => of_machine(vm, "connect"),
            Self::Configuration(vm) => of_machine(vm, "configuration"),
        }
    }
}

fn of_machine(vm: &VmId, aspect: &str) -> String {
    let (group, name) = (escaped(vm.resource_group().as_str()), escaped(vm.name().as_str()));
    format!("/vms/{}/{group}/{name}/{aspect}", vm.subscription())
}

/// The page that shows a request as text; `request` is it as JSON. Browsers keep that to themselves.
pub fn code_of(request: &str) -> String {
    format!("{}#{}", Page::RequestCode.path(), escaped(request))
}

/// The page that says what it means to give machines policies of their own: this one, or those that
/// were chosen last.
pub fn splitting(vm: Option<&VmId>) -> String {
    let vm = vm.map(|vm| format!("&vm={}", escaped(&vm.to_string())));
    format!("{}?split=each{}", Page::JitPolicy.path(), vm.unwrap_or_default())
}

/// The page on which access to a machine is prepared for somebody else.
pub fn prepare(vm: &VmId) -> String {
    format!("{}?vm={}", Page::Handoffs.path(), escaped(&vm.to_string()))
}

impl Page {
    /// The Connect page of a request's machine with what was asked for then. What the address
    /// calls these is the form's business (`pages/connect/form.rs`).
    pub fn connecting_again(request: &AccessRequest) -> String {
        let path = Self::Connect(request.vm.clone()).path();
        let port = request.ports.first().map_or(0, |port| port.number());
        let method = if request.bastion.is_some() {
            "bastion"
        } else if port == 3389 {
            "rdp"
        } else {
            "ssh"
        };
        let reason = request.reason.as_ref().map(|reason| format!("&reason={}", escaped(reason.as_str())));
        let ports = crate::format::listed(&request.ports);
        format!("{path}?method={method}&port={ports}{}", reason.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use shared::site::Module;

    use super::*;

    fn connect() -> Page {
        let vm = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/büro(1)/providers/Microsoft.Compute/virtualMachines/vm-1";
        Page::Connect(vm.parse().unwrap())
    }

    #[test]
    fn a_machine_with_odd_characters_has_an_address_too() {
        let path = connect().path();
        assert_eq!(path, "/vms/11111111-2222-3333-4444-555555555555/b%C3%BCro%281%29/vm-1/connect");
    }

    #[test]
    fn every_page_is_found_at_its_own_path() {
        for page in [
            Page::MyAccess,
            Page::Sessions,
            Page::About,
            Page::Handoffs,
            Page::Given(HandoffId(Uuid::nil())),
            Page::CutOff,
            Page::Audit,
            Page::Compliance,
            Page::ComplianceAsk,
            Page::Reports,
            Page::Activity("/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1".parse().unwrap()),
            Page::Jit,
            Page::JitPolicy,
            Page::JitRequest,
            Page::all_requests(),
            Page::requests_for(&"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1".parse().unwrap()),
            Page::Request(RequestId(Uuid::nil())),
            Page::RequestCode,
            Page::all_vms(),
            Page::vms_like(" env=prod & 10.0 "),
            connect(),
        ] {
            let address = page.path();
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(Page::at(path, query), Some(page), "{address}");
        }
    }

    #[test]
    fn a_first_visit_needs_one_module_of_the_site() {
        let module = |page: Page| Module::of(&page.path());
        assert_eq!(module(connect()), Module::Connect);
        for page in [Page::MyAccess, Page::all_vms(), Page::Sessions, Page::About] {
            assert_eq!(module(page), Module::Office);
        }
    }

    #[test]
    fn what_is_not_a_page_is_none() {
        for path in
            ["/vm", "/vms/1/2/3/connect", "/vms/11111111-2222-3333-4444-555555555555/%2e%2e/vm/connect"]
        {
            assert_eq!(Page::at(path, ""), None, "{path}");
        }
    }

    #[test]
    fn a_link_that_was_cut_off_leads_to_a_page_that_says_so() {
        for path in ["/for", "/for/", "/for/0192", "/for/0192/x"] {
            assert_eq!(Page::at(path, ""), Some(Page::CutOff), "{path}");
        }
    }
}
