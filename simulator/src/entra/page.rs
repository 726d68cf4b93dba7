//! The pages people see: choosing an account, errors, signed out.

use std::collections::HashMap;

use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;

use super::error::EntraError;
use crate::world::{App, Person, World};

/// The account picker: one button for each person of the world.
pub(super) fn picker(
    world: &World,
    app: &App,
    parameters: &HashMap<String, String>,
    signed_in: Option<&Person>,
    hinted: Option<&Person>,
    now: Timestamp,
) -> Response {
    if world.people.is_empty() {
        let error = EntraError::invalid_request(50034, "There is nobody in this directory to sign in as.");
        return self::error(&error, now);
    }
    let mut hidden: Vec<(&String, &String)> =
        parameters.iter().filter(|(name, _)| *name != "account").collect();
    hidden.sort();
    let hidden: Vec<String> = hidden
        .into_iter()
        .map(|(name, value)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
        })
        .collect();
    let hidden = hidden.concat();
    let people: String = world
        .people
        .iter()
        .map(|person| {
            let same =
                |other: Option<&Person>| other.is_some_and(|other| other.object_id == person.object_id);
            account(person, same(signed_in), same(hinted))
        })
        .collect();
    let main = format!(
        "<h1>Pick an account</h1><p>to continue to <strong>{}</strong></p>\
         <form method=\"post\">{hidden}<ul>{people}</ul></form>\
         <p class=\"note\">A simulated Microsoft Entra ID for the tenant {}. Nobody here is real, and no password is asked for.</p>",
        escape(&app.name),
        escape(&world.tenant.name),
    );
    page("Sign in to your account", &main).into_response()
}

fn account(person: &Person, signed_in: bool, hinted: bool) -> String {
    let initials: String =
        person.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let state = if signed_in { "<span class=\"state\">Signed in</span>" } else { "" };
    format!(
        "<li><button name=\"account\" value=\"{username}\"{focus}><span class=\"initials\" aria-hidden=\"true\">{initials}</span>\
         <span class=\"who\"><span class=\"name\">{name}</span> <span class=\"username\">{username}</span> \
         <span class=\"what\">{what}</span></span>{state}</button></li>",
        username = escape(&person.username),
        focus = if hinted { " autofocus" } else { "" },
        initials = escape(&initials),
        name = escape(&person.name),
        what = escape(&person.description),
    )
}

/// An error that the app must not or cannot be told.
pub(super) fn error(error: &EntraError, now: Timestamp) -> Response {
    let main = format!(
        "<h1>Sign in</h1><p>Sorry, but we’re having trouble signing you in.</p><p class=\"error\">{}</p>",
        escape(&error.description(now))
    );
    (StatusCode::BAD_REQUEST, page("Sign in to your account", &main)).into_response()
}

pub(super) fn signed_out() -> impl IntoResponse {
    page(
        "Sign out",
        "<h1>You signed out of your account</h1><p>It’s a good idea to close all browser windows.</p>",
    )
}

fn page(title: &str, main: &str) -> impl IntoResponse + use<> {
    let headers = [
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ];
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><main>{main}</main></body></html>"
    );
    (headers, Html(html))
}

const STYLE: &str = include_str!("page.css");

/// Text, fit for HTML and for attributes in double quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}
