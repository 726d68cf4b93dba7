//! How just-in-time access is set up on a machine: on, off, and which ports.

mod changes;
mod desk;
mod draft;
mod drafting;
mod table;

use leptos::prelude::*;
use shared::policy::JitPolicy;
use shared::policy_change::Change;
use shared::resource_id::VmId;
use shared::vm::Unsupported;

use crate::browser;
use crate::components::blade::Blade;
use crate::components::button::{Button, Look};
use crate::components::code::code;
use crate::components::dialog::dialog;
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::components::resource_menu::resource_menu;
use crate::components::skeleton::skeleton;
use crate::format;
use crate::page::{self, Page};
use crate::view::{Element, IntoView, View, anew, el, several};

use desk::Desk;

pub use changes::{Kind, changes, described};
pub use draft::{Draft, sentence};
pub use drafting::Drafting;
pub use table::{editor, ports_table};

/// The id of the heading above the ports, which takes the focus when what it was on goes.
pub const HEADING: &str = "jit";
/// The id of the question whether to disable it.
const DISABLE: &str = "disable";

/// The Configuration page of a machine.
pub fn configuration_page(vm: VmId) -> View {
    let name = vm.name().to_string();
    let menu = resource_menu(&vm, &Page::Configuration(vm.clone()));
    let desk = Desk::new(vm);
    desk.load();
    let blade = Blade {
        title: &name,
        aspect: Some("Configuration"),
        subtitle: Some("Virtual machine"),
        glyph: Glyph::Settings,
        crumbs: &[("My access", Page::MyAccess), ("Virtual machines", Page::all_vms())],
    };
    let refresh = Button::new("Refresh", move || desk.load()).look(Look::Quiet).glyph(Glyph::Refresh);
    blade.around(several![menu, el("div").class("commands").child(refresh.busy(desk.loading)), move || {
        match desk.known.get() {
            None => el("div").class("card").child(skeleton(8)).into_view(),
            Some(Err(error)) => failure_with_retry(&error, move || desk.load()).into_view(),
            Some(Ok(_)) => section(desk),
        }
    }])
}

fn section(desk: Desk) -> View {
    // Whatever is typed must not make the fields anew.
    let editing = Memo::new(move |_| desk.drafting.draft.with(Option::is_some));
    let body = move || -> View {
        if editing.get() {
            let edited = anew(move || {
                code("edited", move || {
                    desk.edited().map(|edited| desk.scripted(&Change::Set(edited))).into_iter().collect()
                })
            });
            return several![
                desk.drafting.told(),
                move || editor(desk.drafting),
                move || pending(desk),
                edited
            ];
        }
        match desk.standing() {
            Some(policy) => enabled(desk, &policy),
            None => not_enabled(desk),
        }
    };
    let conflicting = move || {
        let is_edited = editing.get();
        desk.conflict.get().then(|| conflict(desk, is_edited))
    };
    let card = el("section")
        .class("card configuration")
        .attr("aria-labelledby", HEADING)
        .child(el("h2").id(HEADING).attr("tabindex", "-1").child("Just-in-time VM access"))
        .child(conflicting)
        .child(move || desk.trouble.get().as_ref().map(failure))
        .child(body);
    let disable = Button::new("Disable", move || {
        browser::close_dialog(DISABLE);
        desk.disable();
    });
    let disabling = move || vec![desk.scripted(&Change::Disable)];
    let question = el("p").child("Its ports leave the policy, and whatever is open through just-in-time access closes. The network security group's own rules decide then who gets in.");
    several![
        card,
        dialog(
            DISABLE,
            "Disable just-in-time access on this machine?",
            several![question, code("disabling", disabling)],
            disable.look(Look::Primary)
        )
    ]
}

fn not_enabled(desk: Desk) -> View {
    let usual = desk.usual();
    let port = usual.ports.first().map_or(0, |rule| rule.port.number());
    if !desk.may_configure() {
        return several![
            el("p").child("Just-in-time access is not enabled on this machine."),
            message_bar(
                Tone::Locked,
                "No access rule lets you configure it. Ask whoever keeps Postern's access rules."
            ),
        ];
    }
    if let Some(Unsupported { reason, remedy }) = desk.unsupported() {
        return several![
            el("p").child("Just-in-time access cannot be enabled on this machine."),
            message_bar(Tone::Warning, several![el("p").child(reason), el("p").child(remedy)]),
        ];
    }
    let enable =
        Button::new("Enable just-in-time", move || desk.enable()).look(Look::Primary).busy(desk.busy);
    let choose = Button::new("Choose the ports first", move || desk.begin(&JitPolicy::proposed()));
    several![
        el("p").child("To improve security, enable just-in-time access."),
        el("p").class("quiet").child(format!("That closes port {port} until somebody requests it, for three hours at most and from the source they name.")),
        el("div").class("configuration__actions").child(enable).child(choose),
        code("enabling", move || vec![desk.scripted(&Change::Set(desk.usual()))]),
        message_bar(Tone::Info, "Just-in-time VM access secures your VM's management ports and grants access on demand, for a limited time, to addresses that were approved."),
    ]
}

fn enabled(desk: Desk, policy: &JitPolicy) -> View {
    let standing = policy.clone();
    let actions = desk.may_configure().then(|| {
        el("div")
            .class("configuration__actions")
            .child(Button::new("Edit ports", move || desk.begin(&standing)).look(Look::Primary))
            .child(Button::new("Disable just-in-time", || browser::open_dialog(DISABLE)).busy(desk.busy))
    });
    several![
        el("p")
            .child("Just-in-time VM access is enabled. These ports are closed until somebody requests them."),
        ports_table(policy),
        unread(&desk.unread()),
        shared_with(desk),
        actions,
    ]
}

/// How many other machines are in the same policy.
fn shared_with(desk: Desk) -> Option<Element> {
    let (name, others) = desk.policy()?;
    let words = match others {
        0 => format!("Policy {name}, for this machine alone."),
        number => {
            let others = format::count(number, "other machine", "other machines");
            format!("Policy {name}, shared with {others}. Whatever you change here leaves them as they are.")
        }
    };
    let may_leave = others > 0 && desk.may_configure();
    let link = may_leave.then(|| {
        el("a").class("link").attr("href", page::splitting(Some(&desk.vm()))).child("Give it its own policy")
    });
    Some(el("p").class("quiet").child(words).child(" ").child(link))
}

/// What is set up and not understood here, if anything is.
pub fn unread(texts: &[String]) -> Option<Element> {
    let words = "Postern does not understand all of what Azure has here. It stays as it is, unless you disable just-in-time access or set a port of the same number:";
    let list: View = texts.iter().map(|text| el("li").child(el("code").child(text.clone()))).collect();
    (!texts.is_empty())
        .then(|| el("div").class("unread").child(el("p").child(words)).child(el("ul").child(list)))
}

/// What saving would change, and the ways out.
fn pending(desk: Desk) -> View {
    let wanted = desk.drafting.draft.with(|draft| draft.as_ref().map(draft::Draft::read));
    let changes = match &wanted {
        Some(Ok(wanted)) => changes(desk.standing().as_ref(), Some(wanted)),
        Some(Err(_)) | None => Vec::new(),
    };
    let nothing = matches!(wanted, Some(Ok(_))) && changes.is_empty();
    let list = (!changes.is_empty()).then(|| {
        let list = el("ul").class("configuration__changes").attr("aria-label", "What saving changes");
        several![
            el("h3").child("What saving changes"),
            list.child(changes.into_iter().map(changed).collect::<View>())
        ]
    });
    let save = Button::new("Save", move || desk.save()).look(Look::Primary).busy(desk.busy);
    let save = save.disabled(Signal::stored(nothing));
    several![
        list,
        nothing.then(|| el("p").class("quiet").child("Nothing is changed yet.")),
        el("div")
            .class("configuration__actions")
            .child(save)
            .child(Button::new("Discard", move || desk.discard()).disabled(desk.busy)),
    ]
}

/// What becomes of a port, in a list of such.
pub fn changed((kind, words): (Kind, String)) -> Element {
    el("li").child(el("strong").child(kind.word())).child(" ").child(words)
}

/// What somebody else made of it meanwhile, beside one's own.
fn conflict(desk: Desk, is_edited: bool) -> View {
    let theirs = desk
        .standing()
        .map_or_else(|| el("p").child("Just-in-time access is disabled."), |policy| ports_table(&policy));
    several![
        message_bar(
            Tone::Warning,
            "Somebody changed this while you edited it, and nothing was overwritten. This is what it is now. Below, what you edited is brought into that: save it, or discard it."
        ),
        el("h3").child("As it is now"),
        theirs,
        is_edited.then(|| el("h3").child("With what you edited")),
    ]
}
