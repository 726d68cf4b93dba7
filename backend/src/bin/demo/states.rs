//! A page that leads to every state of the Connect page.

use std::fmt::Write as _;

use anyhow::Context;
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use serde::Deserialize;
use simulator::World;

/// Which states there are, and which machine shows each.
const STATES: &str = include_str!("../../../demo/states.toml");

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
li { margin: .5rem 0; }
p { margin: 0; }
";

#[derive(Debug, Deserialize)]
struct States {
    #[serde(rename = "state")]
    states: Vec<State>,
}

/// A state, and how to get to see it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    name: String,
    vm: String,
    #[serde(default)]
    query: String,
    see: String,
}

/// The page, at `/demo`.
pub fn page(world: &World) -> anyhow::Result<Router> {
    let page = Html(html(world)?);
    let policy =
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    Ok(Router::new().route("/demo", get(|| async move { ([(CONTENT_SECURITY_POLICY, policy)], page) })))
}

fn html(world: &World) -> anyhow::Result<String> {
    let States { states } = toml::from_str(STATES).context("the list of states")?;
    let mut items = String::new();
    for State { name, vm, query, see } in states {
        let machine = world.vm(&vm).with_context(|| format!("the world has no machine {vm}"))?;
        let path = connect_path(&machine.id).with_context(|| format!("{vm} has an odd id"))?;
        let query = if query.is_empty() { query } else { format!("?{query}") };
        write!(items, "<li><a href=\"{path}{query}\">{name}: {vm}</a><p>{see}</p></li>")?;
    }
    Ok(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>States of the Connect page · Postern</title><style>{STYLE}</style><h1>States of the Connect page</h1><p>Sign in as Operator. Each of these machines shows one.</p><ol>{items}</ol></html>"
    ))
}

/// Where the Connect page of a machine is.
fn connect_path(id: &str) -> Option<String> {
    let segments: Vec<&str> = id.split('/').collect();
    let ["", _, subscription, _, group, _, _, _, name] = segments[..] else { return None };
    Some(format!("/vms/{subscription}/{group}/{name}/connect"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_machine_in_the_demo() {
        let html = html(&World::contoso()).unwrap();
        assert!(html.contains("/contoso-states-rg/state-blocked/connect\">Granted, but blocked"), "{html}");
        assert!(html.matches("<li>").count() > 15);
    }
}
