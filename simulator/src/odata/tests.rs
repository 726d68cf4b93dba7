mod any_text;

use super::*;

fn schema() -> Schema {
    let columns = [
        ("resourceId", Kind::Text),
        ("complianceState", Kind::Text),
        ("isCompliant", Kind::Flag),
        ("timestamp", Kind::Time),
        ("policyDefinitionGroupNames", Kind::List),
    ];
    Schema(columns.map(|(name, kind)| (name.to_owned(), kind)).to_vec())
}

fn row(id: &str, state: &str, at: &str) -> Group {
    let cells = [
        ("resourceId", Cell::Text(id.to_owned())),
        ("complianceState", Cell::Text(state.to_owned())),
        ("isCompliant", Cell::Flag(state == "Compliant")),
        ("timestamp", Cell::Time(at.parse().unwrap())),
    ];
    Group { cells: cells.map(|(name, cell)| (name.to_owned(), cell)).to_vec() }
}

fn rows() -> Vec<Group> {
    vec![
        row("/vms/a", "Compliant", "2030-01-01T00:00:00Z"),
        row("/vms/b", "NonCompliant", "2030-01-02T00:00:00Z"),
        row("/vms/c", "Exempt", "2030-01-03T00:00:00Z"),
        row("/vms/it's", "NonCompliant", "2030-01-04T00:00:00Z"),
    ]
}

fn found(text: &str) -> Vec<String> {
    let filter = filter(text, &schema()).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    let rows = rows();
    let rows = rows.iter().filter(|row| filter.lets_through(*row));
    rows.map(|row| match row.cell("resourceId") {
        Cell::Text(id) => id.trim_start_matches("/vms/").to_owned(),
        other => panic!("{other:?}"),
    })
    .collect()
}

#[test]
fn comparisons_are_joined_as_odata_joins_them() {
    for (text, expected) in [
        ("complianceState eq 'NonCompliant'", &["b", "it's"][..]),
        ("ComplianceState eq 'noncompliant'", &["b", "it's"]),
        ("complianceState ne 'NonCompliant'", &["a", "c"]),
        ("isCompliant eq true or resourceId eq '/VMS/B'", &["a", "b"]),
        (
            "complianceState eq 'Exempt' or complianceState eq 'NonCompliant' and resourceId eq '/vms/b'",
            &["b", "c"],
        ),
        (
            "(complianceState eq 'Exempt' or complianceState eq 'NonCompliant') and resourceId eq '/vms/b'",
            &["b"],
        ),
        ("not (complianceState eq 'NonCompliant') and isCompliant eq false", &["c"]),
        ("complianceState in ('Exempt', 'Compliant')", &["a", "c"]),
        ("timestamp ge 2030-01-02T00:00:00Z and timestamp lt 2030-01-04T00:00:00Z", &["b", "c"]),
        ("timestamp gt 2030-01-03T00:00:00Z", &["it's"]),
        ("timestamp le 2030-01-01T01:00:00+01:00", &["a"]),
        ("resourceId eq '/vms/it''s'", &["it's"]),
        ("resourceId eq null", &[]),
        ("((((resourceId gt '/vms/b'))))", &["c", "it's"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_in_it_is_refused() {
    let deep = format!("{}isCompliant eq true{}", "(".repeat(60), ")".repeat(60));
    for wrong in [
        "",
        "isCompliant",
        "isCompliant eq",
        "isCompliant eq 'true'",
        "isCompliant gt false",
        "isCompliant EQ true",
        "isCompliant eq true AND isCompliant eq true",
        "complianceState eq NonCompliant",
        "complianceState eq \"NonCompliant\"",
        "complianceState eq 'NonCompliant",
        "complianceState has 'x'",
        "complianceState in ()",
        "timestamp ge '2030-01-01T00:00:00Z'",
        "timestamp ge 2030-13-01T00:00:00Z",
        "startswith(resourceId, '/vms')",
        "contains(resourceId, 'a') eq true",
        "colour eq 'red'",
        "policyDefinitionGroupNames eq 'x'",
        "not isCompliant eq true",
        "(isCompliant eq true",
        "isCompliant eq true)",
        "isCompliant eq true isCompliant eq true",
        "'a' eq complianceState",
        "1 eq 1",
        &deep,
    ] {
        assert!(filter(wrong, &schema()).is_err(), "{wrong}");
    }
}

fn applied(text: &str) -> Vec<Group> {
    let (stages, _) = stages(text, &schema()).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    stages.iter().fold(rows(), |rows, stage| match stage {
        Stage::Filter(filter) => rows.into_iter().filter(|row| filter.lets_through(row)).collect(),
        Stage::Group { by, counts } => Group::of(&rows, by, counts),
    })
}

#[test]
fn rows_are_put_together_and_counted() {
    let groups = applied("groupby((ComplianceState), aggregate($count as Many))");
    let told: Vec<(Cell, Cell)> =
        groups.iter().map(|group| (group.cell("complianceState"), group.cell("Many"))).collect();
    let text = |text: &str| Cell::Text(text.to_owned());
    assert_eq!(
        told,
        [
            (text("Compliant"), Cell::Number(1)),
            (text("Exempt"), Cell::Number(1)),
            (text("NonCompliant"), Cell::Number(2))
        ]
    );
    let states =
        applied("groupby((resourceId, complianceState))/groupby((complianceState), aggregate($count as n))");
    assert_eq!(states.len(), 3);
    let all = applied("aggregate($count as n)");
    assert_eq!(all, [Group { cells: vec![("n".to_owned(), Cell::Number(4))] }]);
    let some = applied("filter(isCompliant eq false and (resourceId ne '/vms/c'))/aggregate($count as n)");
    assert_eq!(some[0].cell("n"), Cell::Number(2));
    assert_eq!(applied("filter(complianceState eq 'x')/groupby((resourceId))"), []);
}

#[test]
fn after_a_group_there_are_its_columns_and_no_others() {
    let (_, after) = stages("groupby((complianceState), aggregate($count as n))", &schema()).unwrap();
    assert!(orders("n desc, complianceState", &after).is_ok());
    assert!(orders("resourceId", &after).is_err());
    assert_eq!(columns("N, ComplianceState", &after).unwrap(), ["n", "complianceState"]);
}

#[test]
fn other_transformations_are_refused() {
    for wrong in [
        "",
        "compute(1 as x)",
        "groupby(complianceState)",
        "groupby(())",
        "groupby((complianceState), topcount(1, n))",
        "groupby((complianceState), aggregate($count))",
        "groupby((complianceState), aggregate(resourceId with countdistinct as n))",
        "groupby((colour))",
        "groupby((policyDefinitionGroupNames))",
        "groupby((complianceState))/",
        "groupby((complianceState))/groupby((resourceId))",
        "filter(isCompliant eq true) groupby((complianceState))",
        "aggregate($count as n",
    ] {
        assert!(stages(wrong, &schema()).is_err(), "{wrong}");
    }
}

#[test]
fn rows_are_sorted_downwards_unless_told_otherwise() {
    let sorted = |text: &str| {
        let mut rows = rows();
        Order::sort(&orders(text, &schema()).unwrap(), &mut rows);
        rows.iter().map(|row| format!("{:?}", row.cell("resourceId"))).collect::<Vec<_>>()
    };
    assert!(sorted("timestamp")[0].contains("it's"));
    assert!(sorted("timestamp asc")[0].contains("/vms/a"));
    assert!(sorted("complianceState, resourceId asc")[0].contains("/vms/b"));
    for wrong in ["colour", "timestamp upwards", "timestamp asc now", "timestamp,,", ""] {
        assert!(orders(wrong, &schema()).is_err(), "{wrong}");
    }
}
