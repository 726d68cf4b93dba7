//! Where I was lately.

use leptos::prelude::*;
use shared::access::AccessRequest;

use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;

/// How many machines are worth remembering.
const MOST: usize = 8;

/// The machines that were asked for lately, each once, the latest first.
#[component]
pub fn RecentVms(#[prop(into)] requests: Signal<Vec<AccessRequest>>) -> impl IntoView {
    let clock = use_server_clock();
    let latest = Memo::new(move |_| requests.with(|requests| latest_per_vm(requests)));
    view! {
        <section class="section" aria-labelledby="recent">
            <h2 id="recent">"Recent virtual machines"</h2>
            {move || latest.with(Vec::is_empty).then(|| view! {
                <p class="quiet">"The virtual machines you request access to are listed here."</p>
            })}
            <ul class="recent">
                {move || latest.get().into_iter().map(|request| {
                    let ago = format::ago(clock.now().duration_since(request.requested_at));
                    view! {
                        <li class="recent__row">
                            <a class="link" href=Page::Connect(request.vm.clone()).path()>{request.vm.name().to_string()}</a>
                            <span class="quiet">{request.vm.resource_group().to_string()}</span>
                            <span class="quiet">{format!("requested {ago}")}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </section>
    }
}

fn latest_per_vm(requests: &[AccessRequest]) -> Vec<AccessRequest> {
    let mut latest: Vec<AccessRequest> = Vec::new();
    for request in requests {
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
