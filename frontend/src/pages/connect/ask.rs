//! Asking: for how long, why, and the button.

use leptos::prelude::*;
use shared::duration::AccessDuration;

use super::desk::Desk;
use super::form::{Method, field};
use super::length::{self, Length, Unit};
use super::row::{Row, Wrong, invalid};
use super::state::Card;
use super::texts;
use crate::components::button::{Button, Look};
use crate::components::failure::Failure;
use crate::components::message_bar::{MessageBar, Tone};
use crate::format;

/// For how long, why, and the button.
#[component]
pub fn Ask(desk: Desk) -> impl IntoView {
    let requestable = Memo::new(move |_| desk.limits().is_some());
    let busy = Signal::derive(move || {
        desk.card.with(|card| matches!(card, Card::Requesting | Card::Opening { .. }))
    });
    let cannot = Signal::derive(move || !desk.card.with(Card::can_request));
    view! {
        {move || requestable.get().then(|| view! {
            <h3 class="connect__heading">"Access"</h3>
            <Duration desk/>
            <Reason desk/>
        })}
        <Unplaced desk/>
        {move || desk.unsent.get().map(|error| view! { <Failure error/> })}
        <div class="connect__submit">
            <Button look=Look::Primary disabled=cannot busy on_press=move |()| desk.submit()>
                {move || label(desk)}
            </Button>
            {move || (!cannot.get()).then(|| view! { <span class="quiet connect__keys">"Ctrl+Enter"</span> })}
        </div>
    }
}

fn label(desk: Desk) -> &'static str {
    let method = desk.form.with(|form| form.method);
    desk.card.with(|card| match (card, method) {
        (Card::Refused { .. } | Card::Failed { .. } | Card::Ended { .. }, _) => "Request again",
        (Card::Requesting, _) => "Requesting access…",
        (Card::Opening { .. }, _) => "Opening…",
        (_, Method::Rdp) => "Request and download",
        (_, Method::Ssh) => "Request access",
    })
}

/// What is wrong with the request as a whole, or with something that has no control here.
#[component]
fn Unplaced(desk: Desk) -> impl IntoView {
    move || {
        let unplaced =
            desk.wrong.get().into_iter().filter(|wrong| !field::PLACED.contains(&wrong.field.as_str()));
        unplaced
            .map(|wrong| view! { <MessageBar tone=Tone::Error>{texts::sentence(&wrong.detail)}</MessageBar> })
            .collect_view()
    }
}

#[component]
fn Duration(desk: Desk) -> impl IntoView {
    let longest = Memo::new(move |_| {
        let source = desk.target().1;
        desk.limits().map_or(AccessDuration::LONGEST, |limits| limits.longest(source))
    });
    let chosen = Memo::new(move |_| desk.form.with(|form| form.length.parse().ok()));
    let ends = move || {
        let now = desk.tick().get();
        let ends = now.saturating_add(chosen.get()?.length()).ok()?;
        Some(format!("Ends at {} (your time)", format::when(ends, now)))
    };
    let unit = move |unit: Unit| desk.form.with(|form| form.length.unit == unit);
    view! {
        <Row label="Access duration" id="about-duration" control="duration" about="Counted from the moment Azure is asked. When it is over the port closes; what is connected by then stays connected.">
            <div class="row__line">
                <div class="chips" role="group" aria-label="Access duration">
                    {move || length::chips(longest.get()).into_iter().map(|(duration, name)| view! {
                        <button
                            type="button"
                            class="chip"
                            aria-pressed=move || (chosen.get() == Some(duration)).to_string()
                            on:click=move |_| desk.choose(field::DURATION, |form| form.length = Length::of(duration))
                        >
                            {name}
                        </button>
                    }).collect_view()}
                </div>
                <span class="connect__length">
                    <input
                        id="duration"
                        class="input"
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        aria-describedby="duration-wrong"
                        aria-invalid=move || invalid(desk, field::DURATION)
                        prop:value=move || desk.form.with(|form| form.length.number.clone())
                        on:input=move |event| {
                            let number = event_target_value(&event);
                            desk.choose(field::DURATION, |form| form.length.number = number);
                        }
                        on:change=move |_| desk.judge(field::DURATION)
                    />
                    <select
                        class="input"
                        aria-label="Unit of the access duration"
                        on:change=move |event| {
                            if let Some(unit) = Unit::named(&event_target_value(&event)) {
                                desk.choose(field::DURATION, |form| form.length.unit = unit);
                                desk.judge(field::DURATION);
                            }
                        }
                    >
                        {Unit::ALL.map(|each| view! {
                            <option value=each.name() selected=move || unit(each)>{each.name()}</option>
                        }).into_iter().collect_view()}
                    </select>
                </span>
            </div>
            <Wrong desk field=field::DURATION id="duration-wrong"/>
            {move || ends().map(|ends| view! { <p class="field__hint">{ends}</p> })}
        </Row>
    }
}

#[component]
fn Reason(desk: Desk) -> impl IntoView {
    let required = Signal::derive(move || desk.limits().is_some_and(|limits| limits.reason_required()));
    let hint = move || desk.limits().and_then(|limits| limits.reason_hint());
    view! {
        <Row label="Reason" id="about-reason" control="reason" required about="One line, such as a ticket number and a few words. It goes into the audit trail here and at Azure. The last one is remembered in this browser.">
            <input
                id="reason"
                class="input connect__reason-box"
                type="text"
                maxlength=shared::access::Reason::LONGEST.to_string()
                autocomplete="off"
                aria-describedby="reason-hint reason-wrong"
                aria-invalid=move || invalid(desk, field::REASON)
                aria-required=move || required.get().then_some("true")
                prop:value=move || desk.form.with(|form| form.reason.clone())
                on:input=move |event| {
                    let reason = event_target_value(&event);
                    desk.choose(field::REASON, |form| form.reason = reason);
                }
            />
            <Wrong desk field=field::REASON id="reason-wrong"/>
            <p id="reason-hint" class="field__hint">
                {move || hint().map_or_else(|| if required.get() { String::new() } else { "Optional".to_owned() }, |hint| texts::sentence(&hint))}
            </p>
        </Row>
    }
}
