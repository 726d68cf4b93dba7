//! `queryResults`: states, or what they add up to, in pages that are asked for with POST too.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    columns::{Record, schema, value},
    invalid,
    scope::{Range, Scope},
};
use crate::{
    arm::{call::Call, error::ArmError, paging, reply::Reply},
    odata::{self, Fault, Group, Order, Row, Schema, Stage},
    world::World,
};

const READ: &str = "Microsoft.PolicyInsights/policyStates/queryResults/read";

/// See `policyStatesResource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Latest,
    All,
}

const OPTIONS: [&str; 9] =
    ["$top", "$orderby", "$select", "$from", "$to", "$filter", "$apply", "$expand", "$skiptoken"];

pub(super) fn answer(call: &Call<'_>, world: &World, which: Which) -> Result<Reply, ArmError> {
    call.only_options(&OPTIONS)?;
    let scope = Scope::parse(call, world, READ)?;
    let (start, now) = position(call)?;
    let range = Range::parse(call, world, now)?;
    let schema = schema();
    let filter = call.query("$filter").map(|text| odata::filter(text, &schema)).transpose();
    let filter = filter.map_err(|fault| invalid("$filter", &fault))?;
    let has_details = expand(call, &scope)?;
    let mut records = scope.records(world, range, which == Which::Latest);
    if let Some(filter) = filter {
        records.retain(|record| filter.lets_through(record));
    }
    let page = Page { call, world, start, now, which };
    match call.query("$apply") {
        None => {
            let select = selected(call, &schema)?;
            page.of(&schema, records, |record| {
                let mut shown = record.show(select.as_deref());
                if has_details {
                    shown.insert("policyEvaluationDetails".to_owned(), record.details());
                }
                shown
            })
        }
        Some(text) => {
            let (stages, schema) = odata::stages(text, &schema).map_err(|fault| invalid("$apply", &fault))?;
            let select = selected(call, &schema)?;
            page.of(&schema, add_up(records, &stages), |group| {
                let cells = group.cells.iter().filter(|(name, _)| {
                    select.as_ref().is_none_or(|select| select.iter().any(|wanted| wanted == name))
                });
                cells.map(|(name, cell)| (name.clone(), value(cell.clone()))).collect()
            })
        }
    }
}

/// Runs the stages of `$apply`; one of them at least puts rows together, or all rows stay single.
fn add_up(mut records: Vec<Record<'_>>, stages: &[Stage]) -> Vec<Group> {
    let mut groups: Option<Vec<Group>> = None;
    for stage in stages {
        match (stage, &mut groups) {
            (Stage::Filter(filter), None) => records.retain(|record| filter.lets_through(record)),
            (Stage::Filter(filter), Some(groups)) => groups.retain(|group| filter.lets_through(group)),
            (Stage::Group { by, counts }, None) => groups = Some(Group::of(&records, by, counts)),
            (Stage::Group { by, counts }, Some(rows)) => *rows = Group::of(rows, by, counts),
        }
    }
    let single = |record: &Record<'_>| Group {
        cells: schema().0.into_iter().map(|(name, _)| (name.clone(), record.cell(&name))).collect(),
    };
    groups.unwrap_or_else(|| records.iter().map(single).collect())
}

struct Page<'call> {
    call: &'call Call<'call>,
    world: &'call World,
    start: usize,
    now: Timestamp,
    which: Which,
}

impl Page<'_> {
    /// One page of rows, sorted if that was asked for.
    fn of<R: Row>(
        &self,
        schema: &Schema,
        mut rows: Vec<R>,
        show: impl Fn(&R) -> Map<String, Value>,
    ) -> Result<Reply, ArmError> {
        let Self { call, world, start, now, which } = self;
        if let Some(text) = call.query("$orderby") {
            let orders = odata::orders(text, schema).map_err(|fault| invalid("$orderby", &fault))?;
            Order::sort(&orders, &mut rows);
        }
        rows.truncate(call.number("$top")?.unwrap_or(usize::MAX));
        let rest = rows.get(*start..).unwrap_or_default();
        let page = &rest[..rest.len().min(world.behaviour.states_page.max(1))];
        let next = (page.len() < rest.len()).then(|| {
            let place = format!("{} {now}", start + page.len());
            paging::link(call, "$skiptoken", &place)
        });
        let name = if *which == Which::Latest { "latest" } else { "default" };
        let context = context(call, name);
        let shown = page.iter().map(|row| {
            let mut shown = Map::new();
            shown.insert("@odata.id".to_owned(), Value::Null);
            shown.insert("@odata.context".to_owned(), format!("{context}/$entity").into());
            shown.extend(show(row));
            Value::Object(shown)
        });
        Ok(Reply::ok(json!({
            "@odata.nextLink": next,
            "@odata.context": context,
            "@odata.count": page.len(),
            "value": shown.collect::<Value>(),
        })))
    }
}

pub(super) fn context(call: &Call<'_>, name: &str) -> String {
    let scope = call.target.scope.trim_end_matches('/');
    format!("{}{scope}/providers/Microsoft.PolicyInsights/policyStates/$metadata#{name}", call.base)
}

fn selected(call: &Call<'_>, schema: &Schema) -> Result<Option<Vec<String>>, ArmError> {
    let columns = call.query("$select").map(|text| odata::columns(text, schema)).transpose();
    columns.map_err(|fault| invalid("$select", &fault))
}

/// Whether details are asked for, which only one resource tells.
fn expand(call: &Call<'_>, scope: &Scope) -> Result<bool, ArmError> {
    match call.query("$expand") {
        None => Ok(false),
        Some(text) if scope.is_resource() && text.eq_ignore_ascii_case("PolicyEvaluationDetails") => Ok(true),
        Some(text) => {
            let message = format!("'{text}' cannot be expanded at this scope.");
            Err(invalid("$expand", &Fault(message)))
        }
    }
}

/// Where the page before ended, and when the first one was asked for.
fn position(call: &Call<'_>) -> Result<(usize, Timestamp), ArmError> {
    let Some(token) = call.query("$skiptoken") else { return Ok((0, call.now)) };
    let text = paging::decode(token)?;
    let position = text.split_once(' ').and_then(|(at, now)| Some((at.parse().ok()?, now.parse().ok()?)));
    position.ok_or_else(|| invalid("$skiptoken", &Fault("it is not one of this query.".to_owned())))
}
