//! Microsoft.Management: the tree of management groups above the subscriptions.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{call::Call, error::ArmError, paging, reply::Reply};
use crate::{
    rbac,
    world::{World, management_group_id},
};

const KIND: &str = "Microsoft.Management/managementGroups";
const READ: &str = "Microsoft.Management/managementGroups/read";

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    if call.target.scope != "/" {
        return Err(call.not_simulated());
    }
    match (&call.method, &call.target.lower()[..]) {
        (&Method::GET, ["managementgroups"]) => list(call, world),
        (&Method::GET, ["managementgroups", name]) => get(call, world, name),
        (&Method::GET, ["managementgroups", name, "descendants"]) => descendants(call, world, name),
        _ => Err(call.not_simulated()),
    }
}

/// Those they may read; nobody is refused.
fn list(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.only_options(&["$skiptoken"])?;
    let readable =
        all(world).filter(|(name, _)| rbac::allows(world, &call.who, READ, &management_group_id(name)));
    let rows: Vec<Value> = readable
        .map(|(name, display)| {
            let properties = json!({ "tenantId": world.tenant.id, "displayName": display });
            json!({ "id": management_group_id(name), "type": KIND, "name": name, "properties": properties })
        })
        .collect();
    paging::short(call, &rows, world.behaviour.page_size, "$skiptoken")
}

fn get(call: &Call<'_>, world: &World, name: &str) -> Result<Reply, ArmError> {
    call.only_options(&[])?;
    // `$expand` and `$recurse` would tell its children.
    if call.query("$expand").is_some() || call.query("$recurse").is_some() {
        return Err(call.not_simulated());
    }
    let (name, display, parent) = readable(call, world, name)?;
    let parent = parent.map(
        |(name, display)| json!({ "id": management_group_id(name), "name": name, "displayName": display }),
    );
    Ok(Reply::ok(json!({
        "id": management_group_id(name),
        "type": KIND,
        "name": name,
        "properties": {
            "tenantId": world.tenant.id,
            "displayName": display,
            "details": { "version": 1, "parent": parent },
        },
    })))
}

/// All groups below it, parents first, and then all subscriptions.
fn descendants(call: &Call<'_>, world: &World, name: &str) -> Result<Reply, ArmError> {
    call.only_options(&["$skiptoken", "$top"])?;
    let (name, ..) = readable(call, world, name)?;
    let size = call.number("$top")?.unwrap_or(usize::MAX).min(world.behaviour.page_size);
    // Chains begin with the nearest, which is what something is in.
    let is_below = |chain: &[(&str, &str)]| chain.iter().any(|(above, _)| above.eq_ignore_ascii_case(name));
    let row = |id: String, kind: &str, name: &str, display: &str, chain: &[(&str, &str)]| {
        let parent = chain.first().map(|(parent, _)| json!({ "id": management_group_id(parent) }));
        json!({
            "id": id,
            "type": kind,
            "name": name,
            "properties": { "displayName": display, "parent": parent },
        })
    };
    let groups = all(world).filter_map(|(group, display)| {
        let chain = world.groups_from(group);
        let above = chain.get(1..).unwrap_or_default();
        is_below(above).then(|| row(management_group_id(group), KIND, group, display, above))
    });
    let subscriptions = world.subscriptions.values().filter_map(|subscription| {
        let above = world.ancestors(subscription);
        let kind = "Microsoft.Management/managementGroups/subscriptions";
        let shown = || row(subscription.resource_id(), kind, &subscription.id, &subscription.name, &above);
        is_below(&above).then(shown)
    });
    let rows: Vec<Value> = groups.chain(subscriptions).collect();
    paging::short(call, &rows, size, "$skiptoken")
}

/// The tenant's root, and all others.
fn all(world: &World) -> impl Iterator<Item = (&str, &str)> {
    let others = world.management_groups.iter();
    let others =
        others.map(|group| (group.name.as_str(), group.display_name.as_deref().unwrap_or(&group.name)));
    world.groups_from(&world.tenant.id).into_iter().chain(others)
}

/// A name and what people call it.
type Named<'world> = (&'world str, &'world str);

/// A group and its parent. One that is not there looks like one that they may not read, unless they
/// may read all.
fn readable<'world>(
    call: &Call<'_>,
    world: &'world World,
    name: &str,
) -> Result<(&'world str, &'world str, Option<Named<'world>>), ArmError> {
    let id = management_group_id(name);
    call.require(world, READ, &id)?;
    let chain = world.groups_from(name);
    let Some((name, display)) = chain.first() else {
        return Err(ArmError::new(StatusCode::NOT_FOUND, "NotFound", format!("'{id}' not found")));
    };
    Ok((name, display, chain.get(1).copied()))
}
