//! Where one is signed in, and the way out of each place.

mod table;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::session::SignedIn;

use crate::api::{self, ApiError};
use crate::browser;
use crate::components::announcer::{Announcer, use_announcer};
use crate::components::blade::{Blade, HEADING};
use crate::components::button::{Button, Look};
use crate::components::failure::{failure, failure_with_retry};
use crate::components::icon::Glyph;
use crate::components::skeleton::skeleton;
use crate::page::Page;
use crate::view::{Element, IntoView, View, el, several};

use table::places_table;

/// Where one is signed in.
pub fn sessions_page() -> View {
    let places = Places::load_anew();
    let refresh = Button::new("Refresh", move || places.load())
        .look(Look::Quiet)
        .glyph(Glyph::Refresh)
        .busy(places.loading);
    let blade = Blade {
        title: "Where you are signed in",
        aspect: None,
        subtitle: None,
        glyph: Glyph::Person,
        crumbs: &[("My access", Page::MyAccess)],
    };
    blade.around(several![
        el("div").class("commands").child(refresh),
        move || places.trouble.get().as_ref().map(failure),
        move || match places.known.get() {
            None => skeleton(3).into_view(),
            Some(Err(error)) => failure_with_retry(&error, move || places.load()).into_view(),
            Some(Ok(known)) => loaded(places, &known),
        },
    ])
}

fn loaded(places: Places, known: &[SignedIn]) -> View {
    let is_alone = known.iter().all(|place| place.current);
    several![
        (!known.is_empty()).then(|| places_table(places, known)),
        is_alone.then(|| el("p").class("quiet sessions__note").child("You are signed in nowhere else.")),
        el("div").class("sessions__everywhere").child(way_out(
            places,
            Whence::Everywhere,
            "Sign out everywhere",
            "every place, this one included".to_owned(),
        )),
    ]
}

/// From where somebody signs out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Whence {
    /// From here.
    Here,
    /// From the place that the list calls this.
    There(String),
    /// From all places.
    Everywhere,
}

/// What is known of the places, and what is being done about them.
#[derive(Clone, Copy)]
struct Places {
    known: RwSignal<Option<Result<Vec<SignedIn>, ApiError>>>,
    loading: RwSignal<bool>,
    /// What has been asked for once, and is done when it is asked for again.
    asked: RwSignal<Option<Whence>>,
    doing: RwSignal<Option<Whence>>,
    trouble: RwSignal<Option<ApiError>>,
    announcer: Announcer,
}

impl Places {
    fn load_anew() -> Self {
        let places = Self {
            known: RwSignal::new(None),
            loading: RwSignal::new(false),
            asked: RwSignal::new(None),
            doing: RwSignal::new(None),
            trouble: RwSignal::new(None),
            announcer: use_announcer(),
        };
        places.load();
        places
    }

    fn load(self) {
        self.loading.set(true);
        spawn_local(async move {
            let known = api::session::list().await;
            // The page may be gone by now.
            if self.loading.try_set(false).is_none() {
                self.trouble.set(None);
                self.known.set(Some(known));
            }
        });
    }

    /// The first press asks, the second does it.
    fn press(self, whence: Whence, what: &str) {
        if self.asked.with_untracked(|asked| asked.as_ref() == Some(&whence)) {
            self.asked.set(None);
            self.sign_out(&whence);
        } else if self.doing.with_untracked(Option::is_none) {
            self.announcer.say(format!("Press again to sign out of {what}."));
            self.asked.set(Some(whence));
        }
    }

    fn sign_out(self, whence: &Whence) {
        self.doing.set(Some(whence.clone()));
        let then = move |done: Result<String, ApiError>| {
            if self.doing.is_disposed() {
                return;
            }
            match done {
                Ok(url) if url.is_empty() => {
                    self.announcer.say("Signed out there.");
                    // The button goes with its place.
                    browser::focus(HEADING);
                    self.load();
                }
                Ok(url) => return browser::leave_for(&url),
                Err(error) => self.trouble.set(Some(error)),
            }
            self.doing.set(None);
        };
        match whence {
            Whence::Here => api::session::sign_out(false, then),
            Whence::There(id) => api::session::end(id, move |done| then(done.map(|_| String::new()))),
            Whence::Everywhere => api::session::sign_out(true, then),
        }
    }
}

/// The button to sign out with. `what` it ends is read out with it.
fn way_out(places: Places, whence: Whence, words: &'static str, what: String) -> Element {
    let (asked, doing, mine) = (whence.clone(), whence.clone(), whence.clone());
    let is_asked = move || places.asked.with(|now| now.as_ref() == Some(&asked));
    let label = {
        let is_asked = is_asked.clone();
        move || if is_asked() { "Really sign out?" } else { words }
    };
    let name = {
        let what = what.clone();
        move || format!("{} – {what}", if is_asked() { "Really sign out?" } else { words })
    };
    let busy = Signal::derive(move || places.doing.with(|now| now.as_ref() == Some(&doing)));
    Button::new(label, move || places.press(whence.clone(), &what))
        .busy(busy)
        .element()
        .attr("aria-label", name)
        // Whoever goes on to something else did not mean it.
        .on("blur", move |_: web_sys::Event| {
            if places.asked.with_untracked(|asked| asked.as_ref() == Some(&mine)) {
                places.asked.set(None);
            }
        })
}
