//! What several routes answer with.

use std::convert::Infallible;
use std::io;

use axum::response::sse::{Event, KeepAlive, Sse};
use bytes::Bytes;
use csv::{Terminator, WriterBuilder};
use futures_util::Stream;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use http::HeaderName;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;

use crate::audit::export::harmless;
use crate::limits::Watching;
use crate::session::{CurrentUser, Sessions};

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

/// What is written in pieces, for as long as the session lasts. It breaks off, as something
/// unfinished, where a piece fails, and when the session is over. `writing` is held until then.
pub fn in_pieces(
    sessions: &Sessions,
    user: &CurrentUser,
    pieces: BoxStream<'static, Result<Bytes, io::Error>>,
    writing: Watching,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + use<> {
    // What comes after the last piece tells that the session has lasted until then.
    let pieces = pieces.map_ok(Some).chain(stream::iter([Ok(None)]));
    let over = stream::iter([Err(io::Error::other("the session is over"))]);
    let pieces = sessions.during(user, pieces).chain(over);
    stream::try_unfold((Box::pin(pieces), writing), |(mut pieces, writing)| async move {
        let piece = pieces.try_next().await?.flatten();
        Ok(piece.map(|piece| (piece, (pieces, writing))))
    })
}

/// Lines of a table for spreadsheets, with no formula in any cell.
pub fn table_lines<const COLUMNS: usize>(
    lines: impl IntoIterator<Item = [String; COLUMNS]>,
) -> io::Result<Bytes> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        table.write_record(line.map(harmless))?;
    }
    Ok(table.into_inner().map_err(csv::IntoInnerError::into_error)?.into())
}

/// Lines of JSON, and the name that they are saved under.
pub fn json_lines<B>(name: &str, lines: B) -> Saved<B> {
    saved("application/jsonl", name, lines)
}

/// A table for spreadsheets, and the name that it is saved under.
pub fn table<B>(name: &str, lines: B) -> Saved<B> {
    saved("text/csv; charset=utf-8", name, lines)
}

fn saved<B>(media: &str, name: &str, body: B) -> Saved<B> {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, media.to_owned()), (CONTENT_DISPOSITION, disposition)], body)
}
