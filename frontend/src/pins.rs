//! The machines that somebody keeps at hand. This browser remembers them, per person; the service
//! knows nothing of it.

use leptos::prelude::*;
use shared::resource_id::VmId;

use crate::browser;
use crate::components::button::{Button, Look};
use crate::session::use_session;
use crate::view::Element;

/// The machines that somebody keeps at hand, the latest first.
#[derive(Clone, Copy)]
pub struct Pins {
    machines: RwSignal<Vec<VmId>>,
    kept_as: StoredValue<String>,
}

impl Pins {
    /// Those of whoever is signed in.
    pub fn mine() -> Self {
        let kept_as = format!("postern-pins {}", use_session().person.username);
        let machines = browser::remembered(&kept_as).unwrap_or_default();
        let machines = machines.lines().filter_map(|line| line.parse().ok()).collect();
        Self { machines: RwSignal::new(machines), kept_as: StoredValue::new(kept_as) }
    }

    /// All of them.
    pub fn all(self) -> Vec<VmId> {
        self.machines.get()
    }

    /// What keeps a machine at hand, or lets go of it.
    pub fn button(self, vm: VmId) -> Element {
        let name = vm.name().to_string();
        let pinned = vm.clone();
        let is_pinned = move || self.machines.with(|machines| machines.contains(&pinned));
        let words = is_pinned.clone();
        Button::new(move || if words() { "Unpin" } else { "Pin" }, move || self.toggle(&vm))
            .look(Look::Quiet)
            .element()
            .attr("aria-label", move || Some(format!("{} {name}", if is_pinned() { "Unpin" } else { "Pin" })))
    }

    fn toggle(self, vm: &VmId) {
        self.machines.update(|machines| {
            let before = machines.len();
            machines.retain(|pinned| pinned != vm);
            if machines.len() == before {
                machines.insert(0, vm.clone());
            }
        });
        let lines: Vec<String> = self.machines.get_untracked().iter().map(VmId::to_string).collect();
        self.kept_as.with_value(|kept_as| browser::remember(kept_as, &lines.join("\n")));
    }
}
