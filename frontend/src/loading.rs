//! Lists as they are loaded, page by page.

mod paged;

use leptos::prelude::*;

pub use paged::{Paged, PagedList};

use crate::api::ApiError;

/// What of a list is on its way.
#[derive(Clone, Copy)]
pub struct Loading {
    /// Whether anything is.
    pub busy: RwSignal<bool>,
    failure: RwSignal<Option<ApiError>>,
    /// Counts what was asked for, so that an answer which was overtaken is known as such.
    asked: StoredValue<u32>,
}

/// What there is to show.
pub enum Face {
    /// Nothing yet.
    Waiting,
    /// Nothing, and why.
    Failed(ApiError),
    /// The list; while another one is under way, the one before.
    Loaded,
}

impl Loading {
    /// Nothing was asked for yet.
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), failure: RwSignal::new(None), asked: StoredValue::new(0) }
    }

    /// Something is asked for: by which number, to be given back with the answer.
    pub fn begin(self) -> u32 {
        let number = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(number);
        self.busy.set(true);
        number
    }

    /// Whether an answer is still waited for. The page may be gone by now, or have asked for something
    /// else.
    pub fn is_waited_for(self, number: u32) -> bool {
        self.asked.try_get_value() == Some(number)
    }

    /// The answer is there, and taken.
    pub fn end(self, failure: Option<ApiError>) {
        self.failure.set(failure);
        self.busy.set(false);
    }

    /// Whether nothing is on its way and nothing went wrong, without following either.
    pub fn is_idle(self) -> bool {
        !self.busy.get_untracked() && self.failure.with_untracked(Option::is_none)
    }

    /// What there is to show where something `is_there`, or is not.
    pub fn face(self, is_there: bool) -> Face {
        match (is_there, self.failure.get()) {
            (true, _) => Face::Loaded,
            (false, Some(error)) => Face::Failed(error),
            (false, None) => Face::Waiting,
        }
    }

    /// Why what is there could not be brought up to date.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }
}
