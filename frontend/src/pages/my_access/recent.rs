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
pub fn RecentVms(requests: Vec<AccessRequest>) -> impl IntoView {
    let latest = latest_per_vm(requests);
    if latest.is_empty() {
        return ().into_any();
    }
    let now = use_server_clock().now();
    view! {
        <section class="section" aria-labelledby="recent">
            <h2 id="recent">"Recent virtual machines"</h2>
            <ul class="recent">
                {latest
                    .into_iter()
                    .map(|request| view! {
                        <li>
                            <a class="link" href=Page::Connect(request.vm.clone()).path()>
                                {request.vm.name().to_string()}
                            </a>
                            <span class="quiet">
                                {format!("{} · {}", request.vm.resource_group(), format::ago(now.duration_since(request.requested_at)))}
                            </span>
                        </li>
                    })
                    .collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

fn latest_per_vm(mut requests: Vec<AccessRequest>) -> Vec<AccessRequest> {
    requests.sort_by_key(|request| std::cmp::Reverse(request.requested_at));
    let mut latest: Vec<AccessRequest> = Vec::new();
    for request in requests {
        if latest.len() < MOST && !latest.iter().any(|known| known.vm == request.vm) {
            latest.push(request);
        }
    }
    latest
}
