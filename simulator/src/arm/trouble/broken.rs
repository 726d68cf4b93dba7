//! Answers that break on the way.

use std::{
    io, mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    response::Response,
};
use bytes::Bytes;
use hyper::body::Frame;

use crate::arm::reply::Reply;

/// An answer and how it breaks on the way.
pub(in crate::arm) struct Distorted {
    reply: Reply,
    broken: Option<Broken>,
}

pub(super) enum Broken {
    /// Ends in the middle, as if that were all.
    NotJson,
    /// Ends in the middle although more was announced.
    Half,
}

impl Distorted {
    pub(super) fn new(reply: Reply, broken: Option<Broken>) -> Self {
        Self { reply, broken }
    }

    pub(in crate::arm) fn into_response(self, now: jiff::Timestamp) -> Response {
        let text = self.reply.body.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut response = self.reply.into_response(now);
        let half = text[..text.floor_char_boundary(text.len() / 2)].to_owned();
        match self.broken {
            None => {}
            Some(Broken::NotJson) => *response.body_mut() = Body::from(half),
            Some(Broken::Half) => {
                response.headers_mut().insert("content-length", text.len().into());
                *response.body_mut() = Body::new(Half::Gives(half.into()));
            }
        }
        response
    }
}

/// A body that gives half, lets it be sent, and then fails, which closes the connection.
enum Half {
    Gives(Bytes),
    Waits,
    Fails,
}

impl HttpBody for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match mem::replace(&mut *self, Self::Fails) {
            Self::Gives(half) => {
                *self = Self::Waits;
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            Self::Waits => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Fails => Poll::Ready(Some(Err(io::Error::other("cut off halfway, as asked")))),
        }
    }
}
