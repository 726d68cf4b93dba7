//! What a change would mean, machine by machine, before anything is changed.

use leptos::prelude::*;
use shared::policy::JitPolicy;
use shared::policy_change::{Change, Meaning, PlannedVm};
use shared::port::Port;
use shared::resource_id::VmId;
use shared::source::Source;

use super::bench::{Bench, Planned};
use super::{card, machines};
use crate::api::code::Scripted;
use crate::components::button::{Button, Look};
use crate::components::code::code;
use crate::components::status_line::{Tone, status_line};
use crate::format;
use crate::pages::configuration::{changed, changes, sentence, unread};
use crate::view::{Element, IntoView, View, el, several};

/// What saving would change, and the ways on and back.
pub fn review(bench: Bench, Planned { change, plan, again }: &Planned) -> View {
    let splits = *change == Change::Split;
    let vms: Vec<VmId> = plan.items.iter().map(|item| item.vm.clone()).collect();
    let asked = Scripted::change(&vms, change);
    // Where a machine stood before it left its policy, only the change knows that tried it first.
    let code = (!splits || again.is_none()).then(|| code("change", move || vec![asked.clone()]));
    let able = plan.items.iter().filter(|item| item.obstacle.is_none());
    let able = able.filter(|item| !splits || item.means == Meaning::Split).count();
    let rows: View = plan.items.iter().map(|item| row(item, splits)).collect();
    let disables = *change == Change::Disable;
    let (title, deed) = match change {
        Change::Split => ("Policies of their own", "Move"),
        Change::Disable => ("What disabling means", "Disable on"),
        _ => ("What saving changes", "Save"),
    };
    let save = format!("{deed} {}", machines(able));
    let save = Button::new(save, move || bench.save());
    let save = save.look(Look::Primary).busy(bench.busy).disabled(Signal::stored(able == 0));
    let words = "Machines that share a policy with these and are not named here stay as they are.";
    let shared = !splits && plan.items.iter().any(|item| item.shared_with > 0);
    card(
        title,
        several![
            splits.then(what_splitting_does),
            disables.then(|| el("p").child(DISABLING)),
            shared.then(|| el("p").class("quiet").child(words)),
            wide(&plan.items),
            el("ul").class("machines").child(rows),
            el("div")
                .class("configuration__actions")
                .child(save)
                .child(Button::new("Back", move || bench.back()).disabled(bench.busy)),
            code,
        ],
    )
}

/// What becomes of machines on which it is disabled.
pub const DISABLING: &str = "Their ports leave the policies, and whatever is open through just-in-time access closes. The network security groups' own rules decide then who gets in.";

fn what_splitting_does() -> View {
    let sentence = |words: &'static str| el("p").child(words);
    several![
        sentence("Each of these machines leaves the policy that it shares and gets one of its own, with the same ports. The machines that are not named here stay as they are."),
        sentence("That takes two writes. For the moment between them no policy protects the machine, and the rules of its network security group decide who gets in. If the second does not succeed, it goes back to where it was."),
        el("p").class("quiet").child("What Azure remembers of requests of the past stays with the shared policy, and goes with it when the last machine leaves. Postern keeps its own record."),
    ]
}

fn row(item: &PlannedVm, splits: bool) -> Element {
    let list = changes(item.from.as_ref(), item.to.as_ref());
    let becomes: View = match (&item.obstacle, list.is_empty()) {
        (Some(obstacle), _) => el("p").class("field__error").child(sentence(obstacle)).into_view(),
        (None, _) if item.means == Meaning::Split => el("p").child(moves(item)).into_view(),
        (None, true) if splits => el("p").class("quiet").child("It has its policy to itself.").into_view(),
        (None, true) => el("p").class("quiet").child("Nothing changes.").into_view(),
        (None, false) => el("ul")
            .class("configuration__changes")
            .child(list.into_iter().map(changed).collect::<View>())
            .into_view(),
    };
    let off = item.means == Meaning::Disabled && item.obstacle.is_none();
    let off = off.then(|| el("p").child(status_line(Tone::Warning, "Just-in-time access is disabled")));
    let warnings = item.warnings.iter().filter(|_| item.obstacle.is_none());
    let warnings: View =
        warnings.map(|words| el("p").child(status_line(Tone::Warning, words.clone()))).collect();
    let name = el("h3").child(item.vm.name().to_string());
    el("li").child(name).child(off).child(becomes).child(warnings).child(unread(&item.unread))
}

/// How many machines are named where many have something in common.
const MOST_NAMED: usize = 5;

/// What may be requested from anywhere from then on: once for all machines of which that is so.
fn wide(items: &[PlannedVm]) -> View {
    let mut wide: Vec<(String, Vec<&str>)> = Vec::new();
    for item in items {
        let Some(ports) = widened(item) else { continue };
        let name = item.vm.name().as_str();
        match wide.iter_mut().find(|(known, _)| *known == ports) {
            Some((_, names)) => names.push(name),
            None => wide.push((ports, vec![name])),
        }
    }
    let told = |(ports, names): (String, Vec<&str>)| {
        let more = names.len().saturating_sub(MOST_NAMED);
        let on = if names.len() == items.len() {
            String::new()
        } else if more > 0 {
            format!("{} and {more} more: ", names[..MOST_NAMED].join(", "))
        } else {
            format!("{}: ", names.join(", "))
        };
        let words = format!(
            "{on}{ports} may be requested from any source from then on. Address ranges are narrower."
        );
        el("p").child(status_line(Tone::Warning, words))
    };
    wide.into_iter().map(told).collect()
}

/// The ports that anybody's address may be let in to from then on, and not before.
fn widened(item: &PlannedVm) -> Option<String> {
    let anywhere = |policy: &Option<JitPolicy>, port: Port| {
        let rule = policy.as_ref().and_then(|policy| policy.rule_for(port));
        rule.is_some_and(|rule| rule.sources.iter().any(Source::is_anywhere))
    };
    let ports = item.to.iter().flat_map(|policy| &policy.ports).map(|rule| rule.port);
    let wide: Vec<Port> =
        ports.filter(|port| anywhere(&item.to, *port) && !anywhere(&item.from, *port)).collect();
    (!wide.is_empty() && item.obstacle.is_none()).then(|| format::ports(&wide))
}

/// From which policy to which.
fn moves(item: &PlannedVm) -> String {
    let name =
        |id: &Option<String>| id.as_ref().and_then(|id| id.rsplit('/').next()).unwrap_or_default().to_owned();
    let own = name(&item.own_policy_id);
    match item.from {
        Some(_) => {
            format!("Leaves the policy {} and gets {own}, for this machine alone.", name(&item.policy_id))
        }
        None => format!("Is in no policy now, and gets {own}, with the ports that it had."),
    }
}
