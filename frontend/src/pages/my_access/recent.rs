//! Where I was lately.

use shared::access::AccessRequest;
use shared::resource_id::VmId;

use crate::format;
use crate::page::Page;
use crate::pins::Pins;
use crate::session::use_server_clock;
use crate::view::{Element, IntoView, View, el};

/// How many machines are worth remembering.
const MOST: usize = 8;

/// The machines that were asked for lately, each once, the latest first.
pub fn recent_vms(requests: &[AccessRequest], pins: Pins) -> Element {
    let now = use_server_clock().now();
    let latest = latest_per_vm(requests);
    let row = |request: &AccessRequest| {
        let connect = Page::Connect(request.vm.clone()).path();
        let ago = format::ago(now.duration_since(request.requested_at));
        el("li")
            .class("recent__row")
            .child(el("a").class("link").attr("href", connect).child(request.vm.name().to_string()))
            .child(el("span").class("quiet").child(request.vm.resource_group().to_string()))
            .child(el("span").class("quiet").child(format!("requested {ago}")))
            .child(pins.button(request.vm.clone()))
    };
    let nothing =
        || el("p").class("quiet").child("The virtual machines you request access to are listed here.");
    el("section")
        .class("section")
        .attr("aria-labelledby", "recent")
        .child(el("h2").id("recent").child("Recent virtual machines"))
        .child(latest.is_empty().then(nothing))
        .child(el("ul").class("recent").child(latest.iter().map(row).collect::<View>()))
}

/// The machines that are kept at hand; nothing where there are none.
pub fn pinned_vms(pins: Pins) -> View {
    let row = move |vm: VmId| {
        let link = el("a").class("link").attr("href", Page::Connect(vm.clone()).path());
        el("li")
            .class("recent__row")
            .child(link.child(vm.name().to_string()))
            .child(el("span").class("quiet").child(vm.resource_group().to_string()))
            .child(pins.button(vm))
    };
    let section = move || {
        let all = pins.all();
        (!all.is_empty()).then(|| {
            el("section")
                .class("section")
                .attr("aria-labelledby", "pinned")
                .child(el("h2").id("pinned").child("Pinned virtual machines"))
                .child(el("ul").class("recent").child(all.into_iter().map(row).collect::<View>()))
        })
    };
    section.into_view()
}

fn latest_per_vm(requests: &[AccessRequest]) -> Vec<AccessRequest> {
    let mut latest: Vec<AccessRequest> = Vec::new();
    // What somebody was given is not theirs to ask for again.
    for request in requests.iter().filter(|request| request.handed_over.is_none()) {
        if latest.len() < MOST && !latest.iter().any(|known| known.vm == request.vm) {
            latest.push(request.clone());
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my_access::samples::request;

    #[test]
    fn each_machine_is_there_once_with_its_latest_request() {
        let newest_first = [request(3, "web-01"), request(2, "db-01"), request(1, "WEB-01")];
        assert_eq!(latest_per_vm(&newest_first), [request(3, "web-01"), request(2, "db-01")]);
    }

    #[test]
    fn a_busy_week_is_cut_to_the_latest() {
        let many: Vec<_> = (0..20).map(|n| request(100 - n, &format!("vm-{n}"))).collect();
        assert_eq!(latest_per_vm(&many), many[..MOST]);
    }
}
