//! Selections that are saved, to be requested again. They stay in the browser.

use leptos::prelude::*;
use shared::duration::AccessDuration;
use shared::port::Port;
use shared::resource_id::VmId;
use web_sys::Event;

use super::Desk;
use crate::browser;
use crate::components::button::{Button, Look};
use crate::view::{Element, View, el, several};

/// What they are kept under: a line per port, with tabs between its fields.
const KEPT_AS: &str = "postern.selections";

/// How many can be saved.
const MOST: usize = 20;

/// Ports of machines, as they were asked for, under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    name: String,
    ports: Vec<SavedPort>,
}

/// A port as it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedPort {
    vm: VmId,
    port: Port,
    pub whence: String,
    pub range: String,
    pub length: AccessDuration,
}

impl Selection {
    /// What was saved of a port.
    pub fn of(&self, vm: &VmId, port: Port) -> Option<&SavedPort> {
        self.ports.iter().find(|saved| saved.vm == *vm && saved.port == port)
    }

    fn vms(&self) -> Vec<VmId> {
        let mut vms: Vec<VmId> = Vec::new();
        for saved in &self.ports {
            if !vms.contains(&saved.vm) {
                vms.push(saved.vm.clone());
            }
        }
        vms
    }
}

fn read(text: &str) -> Vec<Selection> {
    let mut all: Vec<Selection> = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, vm, port, whence, range, length] = fields[..] else { continue };
        let (Ok(vm), Ok(port), Ok(length)) = (vm.parse(), port.parse(), length.parse()) else { continue };
        let (whence, range) = (whence.to_owned(), range.to_owned());
        let saved = SavedPort { vm, port, whence, range, length };
        match all.iter_mut().find(|known| known.name == name) {
            Some(known) => known.ports.push(saved),
            None => all.push(Selection { name: name.to_owned(), ports: vec![saved] }),
        }
    }
    all
}

fn written(all: &[Selection]) -> String {
    let lines = all.iter().flat_map(|selection| {
        selection.ports.iter().map(|saved| {
            let SavedPort { vm, port, whence, range, length } = saved;
            let range: String = range.chars().filter(|character| !character.is_control()).collect();
            format!("{}\t{vm}\t{port}\t{whence}\t{range}\t{length}", selection.name)
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn all() -> Vec<Selection> {
    read(&browser::remembered(KEPT_AS).unwrap_or_default())
}

/// What is saved, to be used or forgotten.
pub fn saved_selections(desk: Desk) -> View {
    desk.saved.track();
    let all = all();
    if all.is_empty() {
        return several![];
    }
    let item = |selection: Selection| {
        let name = selection.name.clone();
        let forget = move || {
            let left: Vec<Selection> = self::all().into_iter().filter(|known| known.name != name).collect();
            browser::remember(KEPT_AS, &written(&left));
            desk.announcer.say(format!("{name} is forgotten."));
            desk.saved.update(|times| *times += 1);
        };
        let named = selection.name.clone();
        let words = format!("{} ({})", selection.name, selection.ports.len());
        let take = move || desk.begin(selection.vms(), Some(selection.clone()));
        el("li").class("many__saved").child(Button::new(words, take).look(Look::Quiet)).child(
            Button::new(
                several!["Forget", el("span").class("visually-hidden").child(format!(" {named}"))],
                forget,
            )
            .look(Look::Quiet),
        )
    };
    several![
        el("section")
            .attr("aria-labelledby", "saved")
            .child(el("h2").id("saved").class("many__title").child("Saved selections"))
            .child(el("ul").class("many__saves").child(all.into_iter().map(item).collect::<View>()))
    ]
}

/// The field by which what is on is saved.
pub fn save(desk: Desk) -> Element {
    let name = RwSignal::new(String::new());
    let save = move || {
        let wanted: String =
            name.get_untracked().chars().filter(|character| !character.is_control()).take(60).collect();
        let wanted = wanted.trim().to_owned();
        let ports =
            desk.rows.get_value().into_iter().filter(|row| row.on.get_untracked()).map(|row| SavedPort {
                vm: row.vm.get_value(),
                port: row.port,
                whence: row.whence.get_untracked(),
                range: row.range.get_untracked(),
                length: row.length.get_untracked(),
            });
        let ports: Vec<SavedPort> = ports.collect();
        if wanted.is_empty() || ports.is_empty() {
            browser::focus("selection");
            desk.announcer.say("Give the selection a name, and switch a port on.");
            return;
        }
        let mut known: Vec<Selection> = all().into_iter().filter(|known| known.name != wanted).collect();
        known.insert(0, Selection { name: wanted.clone(), ports });
        known.truncate(MOST);
        browser::remember(KEPT_AS, &written(&known));
        name.set(String::new());
        desk.announcer.say(format!("Saved as {wanted}."));
        desk.saved.update(|times| *times += 1);
    };
    el("div")
        .class("many__save")
        .child(
            el("input")
                .id("selection")
                .class("input")
                .attr("aria-label", "Name of this selection")
                .attr("placeholder", "Name of this selection")
                .attr("maxlength", "60")
                .attr("autocomplete", "off")
                .prop("value", move || name.get())
                .on("input", move |event: Event| name.set(event_target_value(&event))),
        )
        .child(Button::new("Save selection", save))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1";

    #[test]
    fn what_is_saved_comes_back() {
        let line = format!("Friday patching\t{VM}\t3389\trange\t203.0.113.0/24\tPT2H");
        let kept = read(&format!("{line}\n{line}\tmore\nodd\nFriday patching\t{VM}\t22\tmy\t\tPT1H"));
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].vms(), [VM.parse().unwrap()]);
        let rdp = kept[0].of(&VM.parse().unwrap(), Port::RDP).unwrap();
        assert_eq!(
            (rdp.whence.as_str(), rdp.range.as_str(), rdp.length.minutes()),
            ("range", "203.0.113.0/24", 120)
        );
        assert_eq!(read(&written(&kept)), kept);
    }
}
