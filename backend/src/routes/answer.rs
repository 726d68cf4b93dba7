//! What several routes answer with.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use http::HeaderName;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

/// Something to save under a name.
pub type Saved<B> = ([(HeaderName, String); 2], B);

/// A file to save under a name.
pub type File = Saved<String>;

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
    saved("application/x-rdp", &name, file)
}

/// A table for spreadsheets, and the name that it is saved under.
pub fn table<B>(name: &str, lines: B) -> Saved<B> {
    saved("text/csv; charset=utf-8", name, lines)
}

fn saved<B>(media: &str, name: &str, body: B) -> Saved<B> {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, disposition)], body)
}
