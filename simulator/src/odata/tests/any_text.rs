//! Any text at all: it is read or refused, and what was written down from an expression reads the same.

use proptest::prelude::*;

use super::*;
use crate::odata::parse::{Comparison, Filter};

fn leaf() -> impl Strategy<Value = Filter> {
    let comparison = prop_oneof![
        Just(Comparison::Equal),
        Just(Comparison::Unequal),
        Just(Comparison::Greater),
        Just(Comparison::GreaterOrEqual),
        Just(Comparison::Less),
        Just(Comparison::LessOrEqual),
    ];
    let text = any::<String>().prop_map(Cell::Text);
    prop_oneof![
        (comparison, text.clone()).prop_map(|(comparison, value)| Filter::Compare(
            "resourceId".to_owned(),
            comparison,
            value
        )),
        any::<bool>().prop_map(|flag| {
            Filter::Compare("isCompliant".to_owned(), Comparison::Equal, Cell::Flag(flag))
        }),
        prop::collection::vec(text, 1..4).prop_map(|values| Filter::In("complianceState".to_owned(), values)),
    ]
}

fn any_filter() -> impl Strategy<Value = Filter> {
    leaf().prop_recursive(4, 20, 2, |inner| {
        let both = (inner.clone(), inner.clone());
        prop_oneof![
            both.clone().prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
            both.prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

fn written(filter: &Filter) -> String {
    let literal = |cell: &Cell| match cell {
        Cell::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Cell::Flag(flag) => flag.to_string(),
        other => panic!("{other:?} is not made here"),
    };
    match filter {
        Filter::And(a, b) => format!("({}) and ({})", written(a), written(b)),
        Filter::Or(a, b) => format!("({}) or ({})", written(a), written(b)),
        Filter::Not(inner) => format!("not ({})", written(inner)),
        Filter::In(column, values) => {
            format!("{column} in ({})", values.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        Filter::Compare(column, comparison, value) => {
            let operator = match comparison {
                Comparison::Equal => "eq",
                Comparison::Unequal => "ne",
                Comparison::Greater => "gt",
                Comparison::GreaterOrEqual => "ge",
                Comparison::Less => "lt",
                Comparison::LessOrEqual => "le",
            };
            format!("{column} {operator} {}", literal(value))
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        _ = filter(&text, &schema());
        _ = stages(&text, &schema());
        _ = orders(&text, &schema());
        _ = columns(&text, &schema());
    }

    #[test]
    fn nearly_an_expression_is_read_or_refused(
        text in "(not |\\(|\\)|isCompliant|complianceState| eq | in | and | or |'x'|true|,|/|groupby|aggregate|\\$count as n| ){0,30}"
    ) {
        _ = filter(&text, &schema());
        _ = stages(&text, &schema());
    }

    #[test]
    fn what_was_written_down_reads_the_same(wanted in any_filter()) {
        let text = written(&wanted);
        prop_assert_eq!(filter(&text, &schema()), Ok(wanted), "{}", text);
    }
}
