//! Lists in pages with a `nextLink`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{call::Call, error::ArmError, reply::Reply};
use crate::{
    rbac,
    world::{Resource, Shelf, World},
};

/// One page of what they may see of a shelf below the scope of the call.
pub(super) fn list<T: Resource>(
    call: &Call<'_>,
    world: &World,
    shelf: &Shelf<T>,
    action: &str,
    keep: impl Fn(&T) -> bool,
    show: impl Fn(&T) -> Value,
) -> Result<Reply, ArmError> {
    let scope = call.target.container();
    if !rbac::allows_somewhere(world, &call.who, action, &scope) {
        return Err(ArmError::forbidden(&call.who, action, &scope));
    }
    let sees_all = rbac::allows(world, &call.who, action, &scope);
    let after = call.query("$skipToken").map(decode).transpose()?;
    let size = world.behaviour.page_size.max(1);
    let mut rows = shelf
        .within(&scope, after.as_deref())
        .filter(|(_, resource)| sees_all || rbac::allows(world, &call.who, action, resource.id()))
        .filter(|(_, resource)| keep(resource));
    let page: Vec<(&str, &T)> = rows.by_ref().take(size).collect();
    let last = page.last().map(|(key, _)| *key);
    let mut body = json!({ "value": page.iter().map(|(_, resource)| show(resource)).collect::<Value>() });
    if let Some(last) = last.filter(|_| rows.next().is_some()) {
        body["nextLink"] = link(call, "$skipToken", last).into();
    }
    Ok(Reply::ok(body))
}

/// One page of rows that are so few that each page lists them anew; `nextLink` is null on the last.
pub(super) fn short(call: &Call<'_>, rows: &[Value], size: usize, option: &str) -> Result<Reply, ArmError> {
    let start: usize = match call.query(option).map(decode).transpose()? {
        Some(at) => at.parse().map_err(|_| invalid())?,
        None => 0,
    };
    let rest = rows.get(start..).ok_or_else(invalid)?;
    let page = &rest[..rest.len().min(size.max(1))];
    let next = (page.len() < rest.len()).then(|| link(call, option, &(start + page.len()).to_string()));
    Ok(Reply::ok(json!({ "value": page, "nextLink": next })))
}

/// The address of the page behind `last`; `option` is how the service spells the token's name.
pub(super) fn link(call: &Call<'_>, option: &str, last: &str) -> String {
    let token = URL_SAFE_NO_PAD.encode(last);
    let query = call.query_without(option);
    format!("{}{}?{query}&{option}={token}", call.base, encode(&call.target.path))
}

pub(super) fn decode(token: &str) -> Result<String, ArmError> {
    let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(invalid)
}

fn invalid() -> ArmError {
    ArmError::bad_request("InvalidSkipToken", "The provided skip token is invalid.")
}

/// A decoded path, fit for a URL again.
fn encode(path: &str) -> String {
    path.replace('%', "%25").replace(' ', "%20").replace('?', "%3F").replace('#', "%23")
}
