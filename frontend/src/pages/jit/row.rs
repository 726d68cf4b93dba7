//! A machine in the list.

use shared::jit_list::{Configured, JitRow, Severity, Standing};
use shared::port::Port;
use shared::vm::{Os, Unsupported};
use wasm_bindgen::JsCast;
use web_sys::{Element as DomElement, Event, HtmlElement, KeyboardEvent};

use super::chosen::Chosen;
use super::menu::Menu;
use crate::components::icon::{Glyph, icon};
use crate::components::status_line::{Tone, status_line};
use crate::components::table::cell;
use crate::format;
use crate::page::Page;
use crate::session::use_server_clock;
use crate::view::{Element, View, el, several};

/// The row of a machine. Its menu opens with the right button and with the keys for that, too.
pub fn row(row: JitRow, chosen: Chosen, menu: Menu) -> Element {
    let id = row.id.to_string();
    let cells = match &row.standing {
        Standing::Configured(configured) => of_configured(configured),
        Standing::NotConfigured { severity, reason } => {
            let (tone, word) = severity_of(*severity);
            several![
                where_it_is(&row),
                cell("Severity").child(status_line(tone, word)),
                cell("Reason").child(clamped(reason.clone())),
            ]
        }
        Standing::Unsupported(Unsupported { reason, remedy }) => {
            several![where_it_is(&row), cell("Reason").child(clamped(format!("{reason} {remedy}"))),]
        }
    };
    let link = el("a")
        .class("link machine")
        .attr("href", Page::Connect(row.id.clone()).path())
        .child(icon(if row.os == Os::Windows { Glyph::Screen } else { Glyph::Terminal }))
        .child(row.id.name().to_string());
    let place = matches!(row.standing, Standing::Configured(_)).then(|| {
        let place = format!("{} · {}", row.id.resource_group(), row.subscription_name);
        el("span").class("jit__place quiet").child(place)
    });
    let tick = chosen.is_offered().then(|| tick(row.clone(), chosen));
    let more = el("td").attr("role", "cell").class("jit__dots").child(menu.button(row));
    el("tr")
        .key(id)
        .class("jit__row")
        .on("contextmenu", |event: Event| open_menu(&event))
        .on("keydown", |event: KeyboardEvent| {
            if event.key() == "ContextMenu" || (event.shift_key() && event.key() == "F10") {
                open_menu(&event);
            }
        })
        .child(tick)
        .child(el("th").attr("scope", "row").attr("role", "rowheader").child(link).child(place))
        .child(cells)
        .child(more)
}

fn tick(row: JitRow, chosen: Chosen) -> Element {
    let (known, name) = (row.id.to_string(), row.id.name().to_string());
    let input = el("input")
        .attr("type", "checkbox")
        .attr("aria-label", format!("Select {name}"))
        .prop("checked", move || chosen.has(&known))
        .on("change", move |_: Event| chosen.toggle(&row));
    el("td").attr("role", "cell").class("jit__tick").child(el("label").class("jit__box").child(input))
}

/// Presses the button of the row that the event is in.
fn open_menu(event: &Event) {
    let element = event.target().and_then(|target| target.dyn_into::<DomElement>().ok());
    let row = element.and_then(|element| element.closest("tr").ok().flatten());
    let button = row.and_then(|row| row.query_selector(".jit__dots button").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        button.click();
    }
}

fn where_it_is(row: &JitRow) -> View {
    several![
        cell("Resource group").child(clamped(row.id.resource_group().to_string())),
        cell("Subscription name").child(clamped(row.subscription_name.clone())),
    ]
}

/// Words of which only the beginning may be seen; the row's menu has all of them.
fn clamped(words: String) -> Element {
    el("span").class("jit__words").attr("title", words.clone()).child(words)
}

fn of_configured(of: &Configured) -> View {
    let now = use_server_clock().now();
    let last = of.last_access.map_or_else(|| "N/A".to_owned(), |at| format::when(at, now));
    let mut ports: Vec<Port> = of.ports.iter().map(|rule| rule.port).collect();
    ports.sort_unstable();
    let ports = if ports.is_empty() { "–".to_owned() } else { format::ports(&ports) };
    let through = if of.firewall { "Azure Firewall" } else { "NSG" };
    let danger = danger(of).map(|(tone, words)| status_line(tone, clamped(words)));
    let open = (!of.open.is_empty()).then(|| {
        let mut open: Vec<Port> = of.open.iter().map(|open| open.port).collect();
        open.dedup();
        el("span").class("jit__open").child(format!("{} open now", format::ports(&open)))
    });
    let details = el("div").child(el("span").child(format!("{through} · {ports}"))).child(open).child(danger);
    several![
        cell("Approved").child(format::count(of.approved.into(), "request", "requests")),
        cell("Last access").class("nowrap").child(last),
        cell("Connection details").child(details.class("jit__details")),
        cell("Last user").child(clamped(of.last_user.clone().unwrap_or_else(|| "–".to_owned()))),
    ]
}

/// What of a policy does not hold, in a few words.
fn danger(of: &Configured) -> Option<(Tone, String)> {
    if of.unsupported.is_some() {
        return Some((Tone::Warning, "Opens nothing".to_owned()));
    }
    let first = of.risks.first()?;
    let words = match of.risks.len() {
        1 => format!("Defeated by {} ({})", first.rule.rule, first.rule.priority),
        number => format!("Defeated by {number} rules"),
    };
    Some((Tone::Error, words))
}

/// Everything that is to be said of a machine, in full sentences.
pub fn notes(standing: &Standing) -> Vec<String> {
    match standing {
        Standing::NotConfigured { reason, .. } => vec![reason.clone()],
        Standing::Unsupported(Unsupported { reason, remedy }) => vec![reason.clone(), remedy.clone()],
        Standing::Configured(of) => {
            let risks = of.risks.iter().map(|risk| risk.detail.clone());
            let unsupported =
                of.unsupported.iter().flat_map(|told| [told.reason.clone(), told.remedy.clone()]);
            let unsure =
                of.unsure.iter().map(|why| format!("Whether a rule defeats the policy is not known. {why}"));
            let shared = (of.shared_with > 0).then(|| {
                let others = format::count(of.shared_with.into(), "other machine", "other machines");
                format!("Its policy is shared with {others}.")
            });
            risks.chain(unsupported).chain(unsure).chain(shared).collect()
        }
    }
}

/// How much a machine needs just-in-time access. One that does not need it is not called protected.
fn severity_of(severity: Severity) -> (Tone, &'static str) {
    match severity {
        Severity::High => (Tone::Error, "High"),
        Severity::Low => (Tone::Warning, "Low"),
        Severity::Healthy => (Tone::Success, "Not needed"),
        Severity::Unknown => (Tone::Pending, "Not known"),
    }
}

#[cfg(test)]
mod tests {
    use shared::jit_list::Risk;
    use shared::preflight::RuleRef;

    use super::*;

    fn configured(risks: usize) -> Configured {
        let rule = RuleRef {
            nsg: "web-nsg".to_owned(),
            rule: "AllowRDP".to_owned(),
            priority: 300,
            made_by_jit: false,
        };
        let risk = Risk { rule, ports: vec![Port::RDP], detail: "It lets anybody in.".to_owned() };
        Configured {
            policy_id: String::new(),
            ports: Vec::new(),
            shared_with: 1,
            firewall: false,
            approved: 0,
            last_access: None,
            last_user: None,
            open: Vec::new(),
            risks: vec![risk; risks],
            unsure: None,
            unsupported: None,
        }
    }

    #[test]
    fn a_policy_that_is_defeated_says_by_what() {
        assert_eq!(danger(&configured(0)), None);
        assert_eq!(danger(&configured(1)), Some((Tone::Error, "Defeated by AllowRDP (300)".to_owned())));
        assert_eq!(danger(&configured(2)), Some((Tone::Error, "Defeated by 2 rules".to_owned())));
        assert_eq!(
            notes(&Standing::Configured(configured(1))),
            ["It lets anybody in.", "Its policy is shared with 1 other machine."]
        );
    }

    #[test]
    fn nothing_to_lock_down_is_not_called_protected() {
        assert_eq!(severity_of(Severity::Healthy), (Tone::Success, "Not needed"));
    }
}
