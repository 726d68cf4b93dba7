//! From where: this device, a network with a name, or something typed.

use leptos::prelude::*;
use shared::source::Source;

use super::desk::Desk;
use super::form::{Origin, field};
use super::row::{Row, Wrong, invalid};
use super::texts;
use crate::components::copy::CopyButton;
use crate::components::icon::{Glyph, Icon};
use crate::session::use_session;

/// The value of the choice to type something. No source looks like it.
const TYPED: &str = "typed";
/// The value of the choice of this device.
const DEVICE: &str = "device";

/// The section about the machine one sits at.
#[component]
pub fn SourceSection(desk: Desk) -> impl IntoView {
    let user_agent = window().navigator().user_agent().unwrap_or_default();
    let seen = use_session().address;
    let how = texts::detected(seen.how);
    let notes = move || -> (Option<String>, Option<String>) {
        let source = desk.target().1;
        let caution =
            source.and_then(|source| desk.details.with(|details| texts::caution(source, &details.vm)));
        (source.and_then(texts::size), caution)
    };
    let is_device = move || desk.form.with(|form| form.origin == Origin::Device);
    view! {
        <h3 class="connect__heading">"Source machine"</h3>
        <Row label="Source machine OS" id="about-os" about="The operating system that this browser says it runs on. It decides which client you are offered first.">
            <span class="row__line">{texts::os_of(&user_agent)}</span>
        </Row>
        <Row label="Source IP address" id="about-source" control="source" about="The port opens for this address alone. Keep it as narrow as you can: one address is best.">
            <div class="row__line">
                <Choice desk/>
                {move || desk.target().1.filter(|source| !source.is_anywhere()).map(|source| view! {
                    <CopyButton text=source.to_string() what="source IP address"/>
                })}
                <button type="button" class="connect__help" popovertarget="vpn">"Connecting over a VPN?"</button>
            </div>
            <div id="vpn" popover="auto" class="info__text">
                "Over a VPN, the VM may see another address than the one Postern sees. If the VPN carries all traffic, connect it first and reload this page. If it only carries traffic to the VM, choose another address and enter the one your VPN gives you, or ask whoever runs the VPN."
            </div>
            <Typed desk/>
            <Wrong desk field=field::SOURCE id="source-wrong"/>
            {move || is_device().then(|| view! { <p class="field__hint">{how.clone()}</p> })}
            {move || notes().0.map(|size| view! { <p class="field__hint">{size}</p> })}
            {move || notes().1.map(|caution| view! {
                <p class="connect__caution" role="status"><Icon glyph=Glyph::Warning/>{caution}</p>
            })}
        </Row>
    }
}

#[component]
fn Choice(desk: Desk) -> impl IntoView {
    let networks = Memo::new(move |_| desk.networks());
    let anywhere = Memo::new(move |_| {
        desk.limits().is_some_and(|limits| limits.anywhere())
            || desk.form.with(|form| form.origin == Origin::Anywhere)
    });
    let here = Source::address(desk.here()).to_string();
    let chosen = move || {
        desk.form.with(|form| match &form.origin {
            Origin::Device => DEVICE.to_owned(),
            Origin::Network(range) => range.to_string(),
            Origin::Typed(_) => TYPED.to_owned(),
            Origin::Anywhere => Source::ANY.to_string(),
        })
    };
    let choose = move |value: String| {
        let origin = match value.as_str() {
            DEVICE => Origin::Device,
            TYPED => Origin::Typed(String::new()),
            "*" => Origin::Anywhere,
            range => range.parse().map_or(Origin::Device, Origin::Network),
        };
        let is_blank = origin == Origin::Typed(String::new());
        desk.choose(field::SOURCE, |form| form.origin = origin);
        if !is_blank {
            desk.judge(field::SOURCE);
        }
    };
    view! {
        <select
            id="source"
            class="input connect__source"
            aria-describedby="source-wrong"
            aria-invalid=move || invalid(desk, field::SOURCE)
            on:change=move |event| choose(event_target_value(&event))
        >
            <option value=DEVICE selected=move || chosen() == DEVICE>{format!("This device | {here}")}</option>
            {move || networks.get().into_iter().map(|network| {
                let range = network.range.to_string();
                let value = range.clone();
                view! {
                    <option value=value.clone() selected=move || chosen() == value>
                        {format!("{} | {range}", network.name)}
                    </option>
                }
            }).collect_view()}
            <option value=TYPED selected=move || chosen() == TYPED>"Another address or range…"</option>
            {move || anywhere.get().then(|| view! {
                <option value="*" selected=move || chosen() == "*">"Any address"</option>
            })}
        </select>
    }
}

#[component]
fn Typed(desk: Desk) -> impl IntoView {
    let is_typed = Memo::new(move |_| desk.form.with(|form| matches!(form.origin, Origin::Typed(_))));
    let text = move || {
        desk.form
            .with(|form| if let Origin::Typed(text) = &form.origin { text.clone() } else { String::new() })
    };
    move || {
        is_typed.get().then(|| {
            view! {
                <input
                    id="source-typed"
                    class="input connect__source mono"
                    type="text"
                    inputmode="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label="Another address or range"
                    aria-describedby="source-wrong"
                    aria-invalid=move || invalid(desk, field::SOURCE)
                    placeholder="203.0.113.7 or 203.0.113.0/24"
                    prop:value=text
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        desk.choose(field::SOURCE, |form| form.origin = Origin::Typed(typed));
                    }
                    on:change=move |_| desk.judge(field::SOURCE)
                />
            }
        })
    }
}
