//! The page, as files in the binary. A debug build reads them from `dist/` instead, each time.

mod encoding;
mod headers;

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use rust_embed::Embed;
use shared::site::Module;

use crate::error::ApiError;
use encoding::Encoding;

pub use headers::security_headers;

#[derive(Embed)]
#[folder = "../dist"]
struct Embedded;

/// The pages that start one module of the site each.
const INDEXES: [&str; 5] = [
    "connect/index.html",
    "admin/index.html",
    "records/index.html",
    "review/index.html",
    "office/index.html",
];

/// A file of the site.
struct File {
    bytes: Cow<'static, [u8]>,
    media: String,
    etag: HeaderValue,
}

/// Answers with a file, with the page for addresses that are the page's own business, or with 404.
/// To be the fallback of the router, behind everything else.
pub async fn serve(request: Request) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    answer(embedded, &parts.method, parts.uri.path(), &parts.headers).ok_or(ApiError::NoSuchPath)
}

fn embedded(path: &str) -> Option<File> {
    let file = Embedded::get(path)?;
    let media = file.metadata.mimetype();
    let charset = if media.starts_with("text/") { "; charset=utf-8" } else { "" };
    let hash = BASE64_URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash());
    Some(File {
        media: format!("{media}{charset}"),
        etag: HeaderValue::try_from(format!("\"{hash}\"")).expect("a hash in base64 is plain text"),
        bytes: file.data,
    })
}

fn answer(
    find: impl Fn(&str) -> Option<File>,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let name = path.strip_prefix('/')?;
    let is_file = !name.is_empty() && !Encoding::ALL.iter().any(|encoding| name.ends_with(encoding.suffix()));
    let (name, plain) = match find(name).filter(|_| is_file) {
        Some(file) => (name, file),
        None if is_page(name, headers) => (index_of(path), find(index_of(path))?),
        None => return None,
    };
    let encoded = Encoding::accepted(headers)
        .find_map(|encoding| Some((encoding, find(&format!("{name}{}", encoding.suffix()))?)));
    let policy =
        INDEXES.contains(&name).then(|| headers::page_policy(&String::from_utf8_lossy(&plain.bytes)));
    let (encoding, file) = match encoded {
        Some((encoding, file)) => (Some(encoding), File { media: plain.media, ..file }),
        None => (None, plain),
    };
    let mut response = send(file, method, headers);
    let set = response.headers_mut();
    set.insert(VARY, HeaderValue::from_static("accept-encoding"));
    set.insert(CACHE_CONTROL, HeaderValue::from_static(keep_for(name)));
    if let Some(policy) = policy {
        set.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Some(encoding) = encoding
        && set.contains_key(CONTENT_TYPE)
    {
        set.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    Some(response)
}

/// What starts the module that shows the page at `path`.
fn index_of(path: &str) -> &'static str {
    match Module::of(path) {
        Module::Connect => INDEXES[0],
        Module::Admin => INDEXES[1],
        Module::Records => INDEXES[2],
        Module::Review => INDEXES[3],
        Module::Office => INDEXES[4],
    }
}

/// Whether an address without a file is one that the page itself knows what to show for.
fn is_page(name: &str, headers: &HeaderMap) -> bool {
    let ours = ["api", "auth", "healthz", "readyz", "metrics"];
    let (first, last) = (name.split('/').next(), name.rsplit('/').next());
    let wants_page = headers
        .get_all(ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
    name.is_empty()
        || (wants_page
            && first.is_none_or(|first| !ours.contains(&first))
            && last.is_none_or(|last| !last.contains('.')))
}

fn send(file: File, method: &Method, headers: &HeaderMap) -> Response {
    if is_known(headers, &file.etag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, file.etag)]).into_response();
    }
    let length = HeaderValue::from(file.bytes.len());
    let media = HeaderValue::try_from(file.media).expect("media types are plain text");
    let body = if *method == Method::HEAD { Body::empty() } else { Body::from(file.bytes) };
    ([(CONTENT_TYPE, media), (CONTENT_LENGTH, length), (ETAG, file.etag)], body).into_response()
}

/// Whether the browser has this very file already.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|known| known.to_str().ok());
    known.flat_map(|known| known.split(',')).any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag
    })
}

/// A name with a hash in it never stands for another content.
fn keep_for(name: &str) -> &'static str {
    let hashed = name.split(['/', '-', '.', '_']).any(|word| {
        word.len() >= 12
            && word.bytes().all(|b| b.is_ascii_hexdigit())
            && word.bytes().any(|b| b.is_ascii_digit())
    });
    if hashed { "public, max-age=31536000, immutable" } else { "no-cache" }
}

#[cfg(test)]
mod tests;
