//! What several routes answer with.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use http::HeaderName;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

/// A file to save under a name.
pub type File = ([(HeaderName, String); 2], String);

/// Something as it changes, as events of this name. `watching` is held for as long as anybody
/// listens.
pub fn events<T: Serialize>(
    name: &'static str,
    changes: impl Stream<Item = T> + Send + 'static,
    watching: impl Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = changes.map(move |change| {
        let _until_the_stream_ends = &watching;
        Ok(Event::default().event(name).json_data(change).expect("what is told is plain data"))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// A Remote Desktop file, and the name that it is saved under.
pub fn rdp_file((name, file): (String, String)) -> File {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, "application/x-rdp".to_owned()), (CONTENT_DISPOSITION, disposition)], file)
}
