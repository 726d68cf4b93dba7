//! The file for Remote Desktop, and why there is none.

use leptos::prelude::*;
use shared::resource_id::VmId;
use web_sys::Event;

use super::button::Look;
use super::failure::failure_with_retry;
use super::icon::{Glyph, icon};
use crate::api::{self, ApiError};
use crate::browser;
use crate::view::{Element, el};

/// The id of the message that there is none, which takes the focus.
const REFUSED: &str = "no-file";

/// Files that are asked for on a page. A browser says of a refused one that it failed, and no more,
/// so it is asked for here, and once: each may be signed anew.
#[derive(Clone, Copy)]
pub struct RdpFile {
    /// Why the last one was refused.
    refused: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
    /// Which was asked for last, and what it is called.
    asked: StoredValue<(String, String)>,
}

impl RdpFile {
    /// None was asked for yet.
    pub fn new() -> Self {
        Self { refused: RwSignal::new(None), busy: RwSignal::new(false), asked: StoredValue::default() }
    }

    /// The link to the file at `url` for the machine `vm`, which opens Remote Desktop.
    pub fn link(self, look: Look, url: String, vm: &VmId) -> Element {
        let (there, vm) = (url.clone(), vm.clone());
        let press = move |event: Event| {
            event.prevent_default();
            self.fetch(there.clone(), &vm);
        };
        let busy = self.busy;
        el("a")
            .class(look.class())
            .attr("rel", "external")
            .attr("download", "")
            .attr("href", url)
            .attr("aria-busy", move || busy.get().then_some("true"))
            .on("click", press)
            .child(icon(Glyph::Download))
            .child("Download RDP file")
    }

    /// Has the browser save the file at `url`, if it is handed out.
    pub fn fetch(self, url: String, vm: &VmId) {
        self.ask(url, format!("{}.rdp", vm.name()));
    }

    fn ask(self, url: String, name: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.asked.set_value((url.clone(), name.clone()));
        api::save(
            url,
            name,
            Box::new(move |refusal| {
                // The page may be gone by now.
                if self.busy.try_set(false).is_some() {
                    return;
                }
                if refusal.is_some() {
                    request_animation_frame(|| browser::focus(REFUSED));
                }
                self.refused.set(refusal);
            }),
        );
    }

    /// Why the file at `url` was refused, if it was, with the way to try again.
    pub fn refusal(self, url: &str) -> Option<Element> {
        let error = self.refused.get().filter(|_| self.asked.with_value(|(asked, _)| asked == url))?;
        let message = failure_with_retry(&error, move || {
            let (url, name) = self.asked.get_value();
            self.ask(url, name);
        });
        Some(message.id(REFUSED).attr("tabindex", "-1"))
    }
}
