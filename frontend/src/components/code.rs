//! What is chosen on a page as text, for those who would rather script it.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::code::Code;
use wasm_bindgen::JsCast;
use web_sys::Event;

use super::button::Button;
use super::copy::worded_copy_button;
use super::failure::failure;
use super::skeleton::skeleton;
use crate::api::ApiError;
use crate::api::code::{Scripted, written};
use crate::view::{IntoView, View, el, several};

/// What there is to write now.
type Asked = Rc<dyn Fn() -> Vec<Scripted>>;

/// What was written last.
struct Written {
    of: Vec<Scripted>,
    /// Nothing while it is being written.
    answer: Option<Result<Code, ApiError>>,
}

type Told = RwSignal<Option<Written>>;

/// Opens to what `asked` says as text. It is written when somebody opens it, and again when they ask
/// for that after something has changed. `id` is its own on the page.
pub fn code(id: &'static str, asked: impl Fn() -> Vec<Scripted> + 'static) -> View {
    let asked: Asked = Rc::new(asked);
    let told = RwSignal::new(None);
    let of_now = asked.clone();
    let toggled = move |event: Event| {
        let details = event.target().map(JsCast::unchecked_into::<web_sys::Element>);
        if details.is_some_and(|details| details.has_attribute("open")) {
            write(told, untrack(|| of_now()));
        }
    };
    el("details")
        .class("code")
        .on("toggle", toggled)
        .child(el("summary").child("Copy as code"))
        .child(code_of(id, told, asked))
        .into_view()
}

/// The same, always open, of something that does not change.
pub fn open_code(id: &'static str, asked: Scripted) -> View {
    let told = RwSignal::new(None);
    let asked = vec![asked];
    write(told, asked.clone());
    code_of(id, told, Rc::new(move || asked.clone()))
}

fn write(told: Told, asked: Vec<Scripted>) {
    let is_known = |told: &Option<Written>| {
        told.as_ref().is_some_and(|told| told.of == asked && !matches!(told.answer, Some(Err(_))))
    };
    if asked.is_empty() || told.with_untracked(is_known) {
        return;
    }
    told.set(Some(Written { of: asked.clone(), answer: None }));
    spawn_local(async move {
        let mut answer: Option<Result<Code, ApiError>> = None;
        for one in &asked {
            let more = written(one).await;
            answer = Some(match (answer, more) {
                (Some(Ok(all)), Ok(more)) => Ok(joined(all, more)),
                (Some(Err(error)), _) => Err(error),
                (_, more) => more,
            });
        }
        // The page may be gone by now, or something else be asked for.
        _ = told.try_update(|told| {
            if let Some(told) = told.as_mut().filter(|told| told.of == asked) {
                told.answer = answer;
            }
        });
    });
}

/// One text after the other.
fn joined(all: Code, more: Code) -> Code {
    Code {
        powershell: all.powershell + "\n" + &more.powershell,
        az: all.az + "\n" + &more.az,
        curl: all.curl + "\n" + &more.curl,
        bicep: [all.bicep, more.bicep].concat(),
    }
}

fn code_of(id: &'static str, told: Told, asked: Asked) -> View {
    let chosen = RwSignal::new(0);
    (move || {
        let now = asked();
        if now.is_empty() {
            let words = "There is something to write once everything is filled in.";
            return el("p").class("quiet").child(words).into_view();
        }
        let stale = || {
            let now = now.clone();
            let words = "Something has changed since this was written.";
            let again = Button::new("Write it again", move || write(told, now.clone()));
            several![el("p").class("quiet").child(words), again]
        };
        told.with(|known| match known {
            None => View::NOTHING,
            Some(known) if known.of != now => stale(),
            Some(known) => match &known.answer {
                None => skeleton(4).into_view(),
                Some(Err(error)) => failure(error).into_view(),
                Some(Ok(code)) => languages(id, code, chosen),
            },
        })
    })
    .into_view()
}

/// The choice between the languages, and what is written in the one that is chosen.
fn languages(id: &'static str, code: &Code, chosen: RwSignal<usize>) -> View {
    let all = [
        ("PowerShell", vec![code.powershell.clone()]),
        ("Azure CLI", vec![code.az.clone()]),
        ("curl", vec![code.curl.clone()]),
        ("Bicep", code.bicep.clone()),
    ];
    let there = all.into_iter().enumerate().filter(|(_, (_, texts))| !texts.is_empty());
    let (chips, texts): (Vec<View>, Vec<(usize, View)>) = there
        .map(|(index, (name, texts))| {
            let radio = el("input")
                .attr("type", "radio")
                .attr("name", id)
                .prop("checked", move || chosen.get() == index)
                .on("change", move |_: Event| chosen.set(index));
            let shown = texts.into_iter().map(|text| block(name, text)).collect();
            (el("label").class("chip").child(radio).child(name).into_view(), (index, shown))
        })
        .unzip();
    several![
        el("div").class("chips").attr("role", "radiogroup").attr("aria-label", "Language").child(chips),
        texts
            .into_iter()
            .map(|(index, shown)| { el("div").prop("hidden", move || chosen.get() != index).child(shown) })
            .collect::<View>(),
    ]
}

/// One text, which can be scrolled with the keyboard, and the button that copies it.
fn block(name: &'static str, text: String) -> View {
    let shown = el("pre")
        .class("code__text mono")
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", name)
        .child(text.clone());
    several![shown, worded_copy_button(text, name)]
}
