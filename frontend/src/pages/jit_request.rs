//! Access to many machines at once: the "Request access" page of Defender for Cloud, with what
//! becomes of each port beside it.

mod outcome;
mod row;
mod saved;
mod send;

use leptos::prelude::*;
use shared::access::{NewAccess, Reason};
use shared::resource_id::VmId;
use shared::source::Source;
use shared::vm::VmDetails;

use crate::api::{self, ApiError};
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::code::code;
use crate::components::failure::failure;
use crate::components::field::{ReasonField, mistake, required_mark};
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::skeleton::skeleton;
use crate::page::{Page, value_of};
use crate::router::use_router;
use crate::session::use_session;
use crate::view::{Element, IntoView, View, anew, el, several};
use crate::{chosen, format};

use row::{Row, ports_table, rows_of};
use saved::{Selection, saved_selections};

/// How many machines are read at a time.
const AT_ONCE: usize = 4;

/// Access to many machines at once.
pub fn jit_request_page() -> View {
    // A link that names a machine is about no other, be it readable or not.
    let named = value_of(&use_router().query().get_untracked(), "vm");
    let vms = named.map_or_else(chosen::kept, |vm| vm.parse::<VmId>().into_iter().collect());
    let desk = Desk::new();
    desk.begin(vms, None);
    let blade = Blade {
        title: "Request access",
        aspect: None,
        subtitle: Some("Just-in-time VM access"),
        glyph: Glyph::Key,
        crumbs: &[("My access", Page::MyAccess), ("Just-in-time VM access", Page::Jit)],
    };
    blade.around(several![move || saved_selections(desk), move || match (
        desk.waited_for.get(),
        desk.vms.with(Vec::len)
    ) {
        (_, 0) => nothing_chosen().into_view(),
        (0, _) => anew(move || form(desk)),
        (left, all) => several![
            el("p").attr("role", "status").child(format!("Reading machine {} of {all}…", all - left + 1)),
            skeleton(6),
        ],
    },])
}

/// What is asked for, and what became of it.
#[derive(Clone, Copy)]
struct Desk {
    /// The machines, in the order in which they were chosen.
    vms: RwSignal<Vec<VmId>>,
    /// How many of them were left out, since there are too many.
    left_out: RwSignal<usize>,
    /// What is known of each.
    details: StoredValue<Vec<(VmId, Result<VmDetails, ApiError>)>>,
    /// How many have not been read.
    waited_for: RwSignal<usize>,
    /// What was saved of the ports, where a saved selection is used.
    selection: StoredValue<Option<Selection>>,
    rows: StoredValue<Vec<Row>>,
    /// Whether something is on.
    any: RwSignal<bool>,
    reason: RwSignal<String>,
    reason_wrong: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    /// Saved selections, to be shown anew after one changed.
    saved: RwSignal<u32>,
    /// The address that this device is seen at.
    mine: Source,
    announcer: Announcer,
}

impl Desk {
    fn new() -> Self {
        Self {
            vms: RwSignal::new(Vec::new()),
            left_out: RwSignal::new(0),
            details: StoredValue::new(Vec::new()),
            waited_for: RwSignal::new(0),
            selection: StoredValue::new(None),
            rows: StoredValue::new(Vec::new()),
            any: RwSignal::new(false),
            reason: RwSignal::new(String::new()),
            reason_wrong: RwSignal::new(None),
            busy: RwSignal::new(false),
            saved: RwSignal::new(0),
            mine: Source::address(use_session().address.address),
            announcer: use_announcer(),
        }
    }

    /// Begins with these machines, set as in `selection` if that is one that was saved.
    fn begin(self, mut vms: Vec<VmId>, selection: Option<Selection>) {
        self.left_out.set(vms.len().saturating_sub(NewAccess::MOST_VMS));
        vms.truncate(NewAccess::MOST_VMS);
        self.details.set_value(Vec::new());
        self.rows.set_value(Vec::new());
        self.selection.set_value(selection);
        self.waited_for.set(vms.len());
        let left = StoredValue::new(vms.iter().rev().cloned().collect::<Vec<VmId>>());
        self.vms.set(vms);
        for _ in 0..AT_ONCE {
            self.read_next(left);
        }
    }

    /// Reads one of the machines that are left, and then the next.
    fn read_next(self, left: StoredValue<Vec<VmId>>) {
        let Some(Some(vm)) = left.try_update_value(Vec::pop) else { return };
        let asked = vm.clone();
        api::vms::details(&asked, move |answer| {
            // The page may be gone by now, or have begun with other machines.
            let is_ours = self.vms.try_with_untracked(|vms| vms.contains(&vm)) == Some(true);
            if is_ours && left.try_with_value(|_| ()).is_some() {
                let read = self.details.try_update_value(|details| {
                    if !details.iter().any(|(known, _)| *known == vm) {
                        details.push((vm, answer));
                    }
                    details.len()
                });
                let all = self.vms.with_untracked(Vec::len);
                self.waited_for.set(all.saturating_sub(read.unwrap_or_default()));
                self.read_next(left);
            }
        });
    }

    /// Whether any rule that counts here wants a reason, and what a good one looks like.
    fn wants_reason(self) -> (bool, Option<String>) {
        self.details.with_value(|details| {
            let limits = || {
                let read = details.iter().filter_map(|(_, read)| read.as_ref().ok());
                read.flat_map(|details| &details.may.request)
            };
            let hint = limits().find_map(|limits| limits.reason_hint.clone());
            (limits().any(|limits| limits.reason_required), hint)
        })
    }

    /// The reason as it goes along; nothing, and told why, if it cannot.
    fn reason(self) -> Result<Option<Reason>, ()> {
        let text = self.reason.get_untracked();
        let wrong = match text.parse::<Reason>() {
            Ok(reason) => {
                self.reason_wrong.set(None);
                return Ok(Some(reason));
            }
            Err(_) if text.trim().is_empty() && !self.wants_reason().0 => {
                self.reason_wrong.set(None);
                return Ok(None);
            }
            Err(wrong) => wrong.to_string(),
        };
        self.reason_wrong.set(Some(wrong));
        crate::browser::focus("reason");
        Err(())
    }
}

fn nothing_chosen() -> Element {
    el("div")
        .class("empty")
        .child(el("p").class("empty__title").child("No virtual machines are chosen."))
        .child(
            el("p")
                .class("quiet")
                .child("Tick them in the list of just-in-time VM access and choose “Request access” there."),
        )
        .child(
            el("a")
                .class(Look::Secondary.class())
                .attr("href", Page::Jit.path())
                .child("Just-in-time VM access"),
        )
}

fn form(desk: Desk) -> View {
    let vms = desk.vms.get_untracked();
    let groups: View = vms.iter().map(|vm| machine(desk, vm)).collect();
    desk.refresh_any();
    let left_out = desk.left_out.get_untracked();
    let too_many = (left_out > 0).then(|| {
        let most = NewAccess::MOST_VMS;
        message_bar(
            Tone::Warning,
            format!("At most {most} virtual machines are requested at a time: {left_out} of those chosen are left out."),
        )
    });
    let (required, hint) = desk.wants_reason();
    let required = Signal::stored(required);
    let reason = ReasonField {
        value: desk.reason.into(),
        type_in: Box::new(move |text| desk.reason.set(text)),
        required,
        hint: Signal::stored(hint),
        invalid: Signal::derive(move || desk.reason_wrong.with(Option::is_some)),
        wrong: el("div").id("reason-wrong").child(move || desk.reason_wrong.get().as_deref().map(mistake)),
    };
    let open = Button::new("Open ports", move || desk.open())
        .look(Look::Primary)
        .busy(desk.busy)
        .disabled(Signal::derive(move || !desk.any.get()));
    if desk.rows.with_value(Vec::is_empty) {
        return several![too_many, groups];
    }
    several![
        too_many,
        el("p")
            .class("many__ask")
            .child("Please select the ports that you would like to open per virtual machine."),
        groups,
        el("div")
            .class("many__foot")
            .child(
                el("label")
                    .class("field__label")
                    .attr("for", "reason")
                    .child("Request justification")
                    .child(required_mark(required)),
            )
            .child(reason)
            .child(open)
            .child(saved::save(desk)),
        code("many", move || desk.scripted()),
    ]
}

/// One machine and its ports.
fn machine(desk: Desk, vm: &VmId) -> Element {
    let read = desk
        .details
        .with_value(|details| details.iter().find(|(known, _)| known == vm).map(|(_, read)| read.clone()));
    let name = vm.name().to_string();
    let head = el("summary")
        .class("many__head")
        .child(el("strong").child(name.clone()))
        .child(el("span").class("quiet").child(format!(" {}", vm.resource_group())));
    let body: View = match read {
        None => several![],
        Some(Err(error)) => failure(&error).into_view(),
        Some(Ok(details)) => {
            let rows = rows_of(desk, &details);
            desk.rows.update_value(|all| all.extend(rows.iter().copied()));
            if rows.is_empty() {
                message_bar(Tone::Info, why_not(&details)).into_view()
            } else {
                ports_table(desk, &name, &rows).into_view()
            }
        }
    };
    el("details")
        .class("many")
        .attr("open", true)
        .child(head)
        .child(el("div").class("many__body").child(body))
}

/// Why there is no port of a machine to ask for.
fn why_not(details: &VmDetails) -> String {
    match (&details.unsupported, &details.policy) {
        (Some(unsupported), _) => format!("{} {}", unsupported.reason, unsupported.remedy),
        (None, None) => "Just-in-time access is not enabled on this VM.".to_owned(),
        (None, Some(policy)) => {
            let ports: Vec<_> = policy.ports.iter().map(|rule| rule.port).collect();
            let ports = format::ports(&ports);
            format!("No access rule lets you request access to this VM. Its policy covers: {ports}.")
        }
    }
}
