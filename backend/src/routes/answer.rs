//! What several routes answer with.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use http::HeaderName;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use shared::access::Watched;

/// A file to save under a name.
pub type File = ([(HeaderName, String); 2], String);

/// A request as it changes, as events. `watching` is held for as long as anybody listens.
pub fn events(
    changes: impl Stream<Item = Watched> + Send + 'static,
    watching: impl Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = changes.map(move |watched| {
        let _until_the_stream_ends = &watching;
        Ok(Event::default().event("request").json_data(watched).expect("a request is plain data"))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// A Remote Desktop file, and the name that it is saved under.
pub fn rdp_file((name, file): (String, String)) -> File {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, "application/x-rdp".to_owned()), (CONTENT_DISPOSITION, disposition)], file)
}
