//! Command lines of a POSIX shell: those of the Azure CLI and of curl.

use super::Api;
use super::term::{JSON, Term};

/// The moment so many minutes from when it runs, as `$end`. What follows `||` is for those whose
/// `date` is not that of macOS.
pub fn end_in(minutes: u16) -> String {
    let form = "+%Y-%m-%dT%H:%M:%SZ";
    let seconds = u32::from(minutes) * 60;
    format!(
        "end=$(date -u -v+{minutes}M {form} 2>/dev/null ||\n  date -u -d \"@$(($(date +%s) + {seconds}))\" {form})\n"
    )
}

/// A call to Azure in which the body may hold variables.
pub fn az_with(method: &str, path: &str, body: &Term) -> String {
    format!("{} \\\n  --body '{}'\n", az(method, path), body.written(&JSON, 1))
}

/// A call to Azure with a body of any length.
pub fn az_sending(method: &str, path: &str, body: &Term) -> String {
    format!("{} \\\n  --body @- {}", az(method, path), here(body))
}

/// A call to Azure.
pub fn az_plain(method: &str, path: &str) -> String {
    format!("az rest --method {method} \\\n  --url {}\n", quoted(path))
}

fn az(method: &str, path: &str) -> String {
    format!("{} \\\n  --headers 'Content-Type=application/json'", az_plain(method, path).trim_end())
}

/// A call to Postern. `$TOKEN` says who asks.
pub fn curl(api: &Api, path: &str, body: &Term) -> String {
    let url = api.url.join(path).map_or_else(|_| path.to_owned(), String::from);
    format!(
        "curl --fail-with-body {} \\\n  --header \"Authorization: Bearer $TOKEN\" \\\n  --header 'Content-Type: application/json' \\\n  --data-binary @- {}",
        quoted(&url),
        here(body)
    )
}

/// Where the token comes from.
pub fn token(api: &Api) -> String {
    match &api.scope {
        Some(scope) => format!(
            "TOKEN is an access token of yours for Postern, with the scope {scope}: docs/install.md, “Programs that call the API”."
        ),
        None => "This Postern takes no access tokens yet: sign_in.api_scope is not set. See docs/install.md, “Programs that call the API”.".to_owned(),
    }
}

/// JSON as what a command reads. A line of it is never the word that ends it, and nothing in it is
/// expanded.
fn here(body: &Term) -> String {
    format!("<<'JSON'\n{}\nJSON\n", body.written(&JSON, 0))
}

/// Text as one word.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests;
