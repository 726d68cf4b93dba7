//! `summarize`: how many machines and policies there are of each kind, in all and for each assignment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    columns::{Record, schema},
    invalid, query,
    scope::{Range, Scope},
};
use crate::{
    arm::{call::Call, error::ArmError, reply::Reply},
    compliance::State,
    odata, time,
    world::World,
};

const READ: &str = "Microsoft.PolicyInsights/policyStates/summarize/read";

pub(super) fn answer(call: &Call<'_>, world: &World) -> Result<Reply, ArmError> {
    call.only_options(&["$top", "$from", "$to", "$filter"])?;
    let scope = Scope::parse(call, world, READ)?;
    let range = Range::parse(call, world, call.now)?;
    let mut records = scope.records(world, range, true);
    if let Some(text) = call.query("$filter") {
        let filter = odata::filter(text, &schema()).map_err(|fault| invalid("$filter", &fault))?;
        records.retain(|record| filter.lets_through(record));
    }
    let all: Vec<&Record<'_>> = records.iter().collect();
    let uri = |more: &str| queries(call, range, more);
    let mut by_assignment: BTreeMap<&str, Vec<&Record<'_>>> = BTreeMap::new();
    for record in &all {
        by_assignment.entry(&record.assignment.id).or_default().push(record);
    }
    let most = call.number("$top")?.unwrap_or(usize::MAX);
    let assignments = by_assignment.values().take(most).map(|records| assignment(records, &uri));
    let context = query::context(call, "summary");
    Ok(Reply::ok(json!({
        "@odata.context": context,
        "@odata.count": 1,
        "value": [{
            "@odata.id": null,
            "@odata.context": format!("{context}/$entity"),
            "results": results(&all, &uri("")),
            "policyAssignments": assignments.collect::<Value>(),
        }],
    })))
}

fn assignment(records: &[&Record<'_>], uri: &impl Fn(&str) -> String) -> Value {
    let Some(first) = records.first() else { return Value::Null };
    let id = first.assignment.id.to_ascii_lowercase();
    let here = format!(" and PolicyAssignmentId eq '{id}'");
    let mut by_policy: BTreeMap<(&str, &str), Vec<&Record<'_>>> = BTreeMap::new();
    let mut by_group: BTreeMap<&str, Vec<&Record<'_>>> = BTreeMap::new();
    for record in records {
        let (name, member) = (record.part.definition.name, record.part.member);
        by_policy.entry((name, member.map_or("", |member| member.reference))).or_default().push(record);
        if let Some(member) = member {
            by_group.entry(member.group).or_default().push(record);
        }
    }
    let policies = by_policy.iter().filter_map(|((_, reference), records)| {
        let part = records.first()?.part;
        let definition = part.definition.id().to_ascii_lowercase();
        let more = format!("{here} and PolicyDefinitionId eq '{definition}'");
        Some(json!({
            "policyDefinitionId": definition,
            "policyDefinitionReferenceId": reference.to_ascii_lowercase(),
            "policyDefinitionGroupNames": [part.member.map_or("", |member| member.group).to_ascii_lowercase()],
            "effect": "auditifnotexists",
            "results": results(records, &uri(&more)),
        }))
    });
    let groups = by_group.iter().map(|(name, records)| {
        json!({ "policyGroupName": name.to_ascii_lowercase(), "results": results(records, &uri(&here)) })
    });
    let set = first.part.member.map(|_| first.assignment.what.id().to_ascii_lowercase());
    json!({
        "policyAssignmentId": id,
        "policySetDefinitionId": set.unwrap_or_default(),
        "results": results(records, &uri(&here)),
        "policyDefinitions": policies.collect::<Value>(),
        "policyGroups": groups.collect::<Value>(),
    })
}

/// A resource or a policy is what the worst of its states is.
fn results(records: &[&Record<'_>], uri: &str) -> Value {
    let machines = records.iter().map(|record| (record.vm.id.as_str().to_owned(), record.state));
    let policies = records.iter().map(|record| (policy(record), record.state));
    let groups =
        records.iter().filter_map(|record| Some((record.part.member?.group.to_owned(), record.state)));
    let (machines, policies, groups) = (worst(machines), worst(policies), worst(groups));
    let bad = |states: &BTreeMap<String, State>| {
        states.values().filter(|state| **state == State::NonCompliant).count()
    };
    json!({
        "queryResultsUri": uri,
        "nonCompliantResources": bad(&machines),
        "nonCompliantPolicies": bad(&policies),
        "resourceDetails": details(&machines),
        "policyDetails": details(&policies),
        "policyGroupDetails": details(&groups),
    })
}

fn policy(record: &Record<'_>) -> String {
    let reference = record.part.member.map_or("", |member| member.reference);
    format!("{} {reference} {}", record.part.definition.name, record.assignment.id)
}

fn worst(states: impl Iterator<Item = (String, State)>) -> BTreeMap<String, State> {
    // `NonCompliant` before `Compliant` before `Exempt`.
    let weight = |state: State| match state {
        State::NonCompliant => 2,
        State::Compliant => 1,
        State::Exempt => 0,
    };
    let mut worst: BTreeMap<String, State> = BTreeMap::new();
    for (name, state) in states {
        let known = worst.entry(name).or_insert(state);
        if weight(*known) < weight(state) {
            *known = state;
        }
    }
    worst
}

fn details(states: &BTreeMap<String, State>) -> Value {
    let kinds: BTreeSet<State> = states.values().copied().collect();
    let row = |kind: State| {
        let count = states.values().filter(|state| **state == kind).count();
        json!({ "complianceState": kind.name().to_ascii_lowercase(), "count": count })
    };
    kinds.into_iter().map(row).collect()
}

/// The address of the query that lists what was counted as not compliant.
fn queries(call: &Call<'_>, range: Range, more: &str) -> String {
    let given = call.query("$filter").map(|filter| format!("({filter}) and ")).unwrap_or_default();
    format!(
        "{}{}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults?api-version={}&$from={}&$to={}&$filter={given}IsCompliant eq false{more}",
        call.base,
        call.target.scope,
        call.query("api-version").unwrap_or_default(),
        time::seconds(range.from),
        time::seconds(range.to),
    )
}
