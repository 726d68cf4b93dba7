//! One state of one machine, with the columns that Azure gives it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    compliance::State,
    odata::{Cell, Kind, Row, Schema},
    resource_id, time,
    world::{Part, PolicyAssignment, Vm, World},
};

/// The columns in the order of answers. What Azure has no value for reads `tbd` there too.
const COLUMNS: [(&str, Kind); 30] = [
    ("timestamp", Kind::Time),
    ("resourceId", Kind::Text),
    ("policyAssignmentId", Kind::Text),
    ("policyDefinitionId", Kind::Text),
    ("effectiveParameters", Kind::Text),
    ("isCompliant", Kind::Flag),
    ("subscriptionId", Kind::Text),
    ("resourceType", Kind::Text),
    ("resourceLocation", Kind::Text),
    ("resourceGroup", Kind::Text),
    ("resourceTags", Kind::Text),
    ("policyAssignmentName", Kind::Text),
    ("policyAssignmentOwner", Kind::Text),
    ("policyAssignmentParameters", Kind::Text),
    ("policyAssignmentScope", Kind::Text),
    ("policyDefinitionName", Kind::Text),
    ("policyDefinitionAction", Kind::Text),
    ("policyDefinitionCategory", Kind::Text),
    ("policySetDefinitionId", Kind::Text),
    ("policySetDefinitionName", Kind::Text),
    ("policySetDefinitionOwner", Kind::Text),
    ("policySetDefinitionCategory", Kind::Text),
    ("policySetDefinitionParameters", Kind::Text),
    ("managementGroupIds", Kind::Text),
    ("policyDefinitionReferenceId", Kind::Text),
    ("complianceState", Kind::Text),
    ("policyDefinitionGroupNames", Kind::List),
    ("policyDefinitionVersion", Kind::Text),
    ("policySetDefinitionVersion", Kind::Text),
    ("policyAssignmentVersion", Kind::Text),
];

pub(super) fn schema() -> Schema {
    Schema(COLUMNS.map(|(name, kind)| (name.to_owned(), kind)).to_vec())
}

/// What was found about a machine at a moment.
#[derive(Debug, Clone)]
pub(super) struct Record<'world> {
    pub(super) at: Timestamp,
    pub(super) state: State,
    pub(super) vm: &'world Vm,
    pub(super) assignment: &'world PolicyAssignment,
    pub(super) part: Part,
    pub(super) world: &'world World,
}

impl Row for Record<'_> {
    fn cell(&self, column: &str) -> Cell {
        let Self { vm, assignment, part, .. } = self;
        let lower = |text: &str| Cell::Text(text.to_ascii_lowercase());
        let text = |text: &str| Cell::Text(text.to_owned());
        // Of an initiative, or an empty text as Azure has it where there is none.
        let of_set = |text: String| Cell::Text(if part.member.is_some() { text } else { String::new() });
        let set_only = |cell: Cell| if part.member.is_some() { cell } else { Cell::Null };
        match column {
            "timestamp" => Cell::Time(self.at),
            "resourceId" => lower(&vm.id),
            "policyAssignmentId" => lower(&assignment.id),
            "policyDefinitionId" => lower(&part.definition.id()),
            "isCompliant" => Cell::Flag(self.state != State::NonCompliant),
            "subscriptionId" => lower(resource_id::subscription(&vm.id).unwrap_or_default()),
            "resourceType" => text("Microsoft.Compute/virtualMachines"),
            "resourceLocation" => lower(&vm.location),
            "resourceGroup" => lower(resource_id::group(&vm.id).unwrap_or_default()),
            "resourceTags" | "policyAssignmentOwner" | "policyDefinitionCategory" => text("tbd"),
            "policyAssignmentName" => lower(&assignment.name),
            "policyAssignmentParameters" => Cell::Text(parameters(assignment)),
            "policyAssignmentScope" => lower(&assignment.scope),
            "policyDefinitionName" => lower(part.definition.name),
            "policyDefinitionAction" => text("auditifnotexists"),
            "policySetDefinitionId" => of_set(assignment.what.id().to_ascii_lowercase()),
            "policySetDefinitionName" => of_set(assignment.what.name().to_ascii_lowercase()),
            "managementGroupIds" => {
                let groups = self.world.groups_over(&vm.id);
                Cell::Text(groups.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(","))
            }
            "policyDefinitionReferenceId" => {
                of_set(part.member.map_or_else(String::new, |member| member.reference.to_ascii_lowercase()))
            }
            "complianceState" => text(self.state.name()),
            "policyDefinitionVersion" => text(part.definition.version),
            "policySetDefinitionVersion" => set_only(text(assignment.what.version())),
            "policySetDefinitionOwner" | "policySetDefinitionCategory" => set_only(text("tbd")),
            _ => Cell::Null,
        }
    }
}

impl Record<'_> {
    /// The columns, or those of them that were asked for.
    pub(super) fn show(&self, only: Option<&[String]>) -> Map<String, Value> {
        let names = COLUMNS.iter().map(|(name, _)| *name);
        let wanted = names.filter(|name| only.is_none_or(|only| only.iter().any(|wanted| wanted == name)));
        wanted
            .map(|name| {
                let value = match (name, self.part.member) {
                    ("policyDefinitionGroupNames", Some(member)) => {
                        json!([member.group.to_ascii_lowercase()])
                    }
                    ("policyDefinitionGroupNames", None) => json!([""]),
                    _ => value(self.cell(name)),
                };
                (name.to_owned(), value)
            })
            .collect()
    }

    /// Why, where the policy looked for another resource.
    pub(super) fn details(&self) -> Value {
        let id = format!(
            "{}/providers/Microsoft.Security/assessments/{}",
            self.vm.id, self.part.definition.assessment
        );
        json!({ "evaluatedExpressions": [], "ifNotExistsDetails": { "resourceId": id, "totalResources": 1 } })
    }
}

pub(super) fn value(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Flag(flag) => flag.into(),
        Cell::Number(number) => number.into(),
        Cell::Time(at) => time::ticks(at).into(),
        Cell::Text(text) => text.into(),
    }
}

fn parameters(assignment: &PolicyAssignment) -> String {
    let given = assignment.parameters.iter().map(|(name, value)| (name.clone(), json!({ "value": value })));
    Value::Object(given.collect()).to_string()
}
