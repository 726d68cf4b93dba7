//! The card: one method of connecting, from where one sits to the command one runs.

use leptos::prelude::*;

use super::ask::Ask;
use super::client::ClientSection;
use super::desk::Desk;
use super::destination::{DestinationSection, PrerequisitesSection};
use super::form::Method;
use super::notices::{self, Remedy};
use super::session_bar::SessionBar;
use super::source::SourceSection;
use super::state::By;
use crate::browser;
use crate::components::button::Button;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::info::Info;
use crate::components::message_bar::{MessageBar, Tone};
use crate::components::tag::Tag;

/// The id of the heading, which takes the focus when another method is chosen.
const METHOD: &str = "method";

/// The card of the method that is chosen, and the way to the other one.
#[component]
pub fn ConnectCard(desk: Desk) -> impl IntoView {
    let method = Memo::new(move |_| desk.form.with(|form| form.method));
    let is_usual = move || desk.details.with(|details| Method::for_vm(&details.vm)) == method.get();
    let open = Memo::new(move |_| (desk.target().0, desk.card.with(|card| card.open().copied())));
    view! {
        <section class="card connect" aria-labelledby=METHOD>
            <header class="connect__head">
                <span class="connect__glyph"><Icon glyph=Signal::derive(move || glyph(method.get()))/></span>
                <h2 id=METHOD tabindex="-1">{move || method.get().name()}</h2>
                <Info id="about-method" about="this method">{move || about(method.get())}</Info>
                <span class="connect__tags">
                    {move || is_usual().then(|| view! { <Tag>"Most popular"</Tag> })}
                    <Tag>"Local machine"</Tag>
                </span>
            </header>
            <SourceSection desk/>
            <DestinationSection desk/>
            <PrerequisitesSection desk/>
            {move || match open.get().1 {
                Some(open) => view! {
                    <SessionBar desk open/>
                    {(open.by == By::SomebodyElse).then(|| view! { <Ask desk/> })}
                }.into_any(),
                None => view! { <Ask desk/> }.into_any(),
            }}
            <ClientSection desk/>
        </section>
        <details class="connect__more">
            <summary><Icon glyph=Glyph::Chevron/>"More ways to connect (1)"</summary>
            {move || {
                let other = method.get().other();
                view! {
                    <div class="card connect__other">
                        <span class="connect__glyph"><Icon glyph=glyph(other)/></span>
                        <div>
                            <h3>{other.name()}</h3>
                            <p class="quiet">{about(other)}</p>
                        </div>
                        <Button on_press=move |()| {
                            desk.switch(other);
                            browser::focus(METHOD);
                        }>{format!("Use {}", other.name())}</Button>
                    </div>
                }
            }}
        </details>
    }
}

fn glyph(method: Method) -> Glyph {
    match method {
        Method::Rdp => Glyph::Screen,
        Method::Ssh => Glyph::Terminal,
    }
}

fn about(method: Method) -> &'static str {
    match method {
        Method::Rdp => "Connect with the Remote Desktop client of your device, straight to the VM.",
        Method::Ssh => "Connect with the SSH client of your device, straight to the VM.",
    }
}

/// What is worth knowing before, above the card.
#[component]
pub fn Notices(desk: Desk) -> impl IntoView {
    let notices = Memo::new(move |_| {
        let port = desk.form.with(|form| form.port);
        desk.details.with(|details| {
            desk.preflight.with(|preflight| notices::notices(details, preflight.as_ref(), port))
        })
    });
    view! {
        <div class="connect__notices">
        {move || desk.lost.get().then(|| view! {
            <MessageBar tone=Tone::Warning>
                "Connection to Postern lost. Times below may be out of date."
            </MessageBar>
        })}
        {move || desk.trouble.get().map(|error| view! {
            <Failure error on_retry=Callback::new(move |()| desk.refresh())/>
        })}
        {move || notices.get().into_iter().map(|notice| view! {
            <MessageBar tone=notice.tone>
                <p>{notice.words}</p>
                {notice.remedy.map(|Remedy::Start| view! {
                    <Button glyph=Glyph::Play busy=desk.starting on_press=move |()| desk.start()>"Start VM"</Button>
                })}
            </MessageBar>
        }).collect_view()}
        </div>
    }
}
