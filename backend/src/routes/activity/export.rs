//! What was done as a file, a stretch of time at a time.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use serde_json::json;
use shared::activity::Activity;
use shared::vm::UnreadableSubscription;

use super::super::answer;
use crate::jit::{JitError, Stretch};

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Table,
    /// A line of JSON each.
    Lines,
}

/// What the columns are called.
const COLUMNS: [&str; 19] = [
    "at",
    "operation",
    "status",
    "origin",
    "name",
    "account",
    "requested_for",
    "address",
    "vms",
    "resource_group",
    "subscription",
    "ports",
    "source",
    "until",
    "reason",
    "detail",
    "policy",
    "correlation_id",
    "request",
];

/// The file in pieces: the columns' names, a piece for each stretch, and what is missing in it.
pub fn pieces(
    stretches: impl Stream<Item = Result<Stretch, JitError>> + Send + 'static,
    form: Form,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send + 'static {
    let head = match form {
        Form::Table => answer::table_lines([COLUMNS.map(str::to_owned)]),
        Form::Lines => Ok(Bytes::new()),
    };
    let state = (Box::pin(stretches), BTreeMap::new(), false);
    let body = stream::try_unfold(state, move |(mut stretches, mut missing, is_over)| async move {
        if is_over {
            return Ok(None);
        }
        let (piece, is_over) = match stretches.next().await.transpose().map_err(io::Error::other)? {
            Some(Stretch { items, unreadable }) => {
                missing.extend(unreadable.into_iter().map(|told| (told.id, told)));
                (form.items(&items)?, false)
            }
            None => (form.missing(missing.values())?, true),
        };
        Ok(Some((piece, (stretches, missing, is_over))))
    });
    // A piece without anything in it would end the body.
    stream::iter([head]).chain(body).filter(|piece| {
        let is_something = piece.as_ref().map_or(true, |piece| !piece.is_empty());
        async move { is_something }
    })
}

impl Form {
    fn items(self, items: &[Activity]) -> io::Result<Bytes> {
        match self {
            Self::Table => answer::table_lines(items.iter().map(cells)),
            Self::Lines => lines(items.iter()),
        }
    }

    /// That something may be missing stands where whoever reads it cannot overlook it.
    fn missing<'a>(self, missing: impl Iterator<Item = &'a UnreadableSubscription>) -> io::Result<Bytes> {
        match self {
            Self::Table => answer::table_lines(missing.map(|UnreadableSubscription { id, name, reason }| {
                let mut cells = [const { String::new() }; COLUMNS.len()];
                "azure-log-unreadable".clone_into(&mut cells[1]);
                cells[10] = id.to_string();
                cells[15] = format!("{name}: {reason}");
                cells
            })),
            Self::Lines => lines(missing.map(|missing| json!({ "unreadable": missing }))),
        }
    }
}

fn lines(items: impl Iterator<Item = impl serde::Serialize>) -> io::Result<Bytes> {
    let mut lines = Vec::new();
    for item in items {
        serde_json::to_writer(&mut lines, &item)?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}

fn cells(item: &Activity) -> [String; COLUMNS.len()] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let vms: Vec<&str> = item.vms.iter().map(|vm| vm.name().as_str()).collect();
    let ports: Vec<String> = item.ports.iter().map(ToString::to_string).collect();
    [
        item.at.to_string(),
        item.operation.name().to_owned(),
        item.status.name().to_owned(),
        item.origin.name().to_owned(),
        text(&item.name),
        text(&item.account),
        text(&item.requested_for),
        text(&item.address),
        vms.join("; "),
        item.vms.first().map_or_else(String::new, |vm| vm.resource_group().to_string()),
        item.subscription.to_string(),
        ports.join("; "),
        text(&item.source),
        item.until.map_or_else(String::new, |until| until.to_string()),
        text(&item.reason),
        text(&item.detail),
        text(&item.policy),
        text(&item.correlation_id),
        item.request.map_or_else(String::new, |request| request.to_string()),
    ]
}
