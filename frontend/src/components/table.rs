//! Tables, whose rows become cards where there is no room for columns. The roles say what the
//! elements say already: as cards, they would lose it.

use crate::view::{Element, IntoView, View, el};

/// A table in its frame, which has these classes beside its own. A column without a name holds what
/// can be done.
pub fn table(name: &str, classes: &str, columns: &[&'static str], rows: View) -> Element {
    let column = |name: &&'static str| match *name {
        "" => head(el("span").class("visually-hidden").child("Actions")),
        name => head(name),
    };
    framed(name, classes, columns.iter().map(column).collect(), rows)
}

/// The same, with headings of other kinds.
pub fn framed(name: &str, classes: &str, heads: View, rows: View) -> Element {
    let heads = el("tr").attr("role", "row").child(heads);
    let table = el("table")
        .class("table")
        .attr("role", "table")
        .attr("aria-label", name.to_owned())
        .child(el("thead").attr("role", "rowgroup").child(heads))
        .child(el("tbody").attr("role", "rowgroup").child(rows));
    el("div").class(format!("table-frame {classes}")).child(table)
}

/// What stands above a column.
pub fn head(name: impl IntoView) -> Element {
    el("th").attr("scope", "col").attr("role", "columnheader").child(name)
}

/// A row, and what it is about: the name of its card.
pub fn row(about: impl IntoView) -> Element {
    let heading = el("th").attr("scope", "row").attr("role", "rowheader").child(about);
    el("tr").attr("role", "row").child(heading)
}

/// A cell. On a card, its label stands before it, if it has one.
pub fn cell(label: &'static str) -> Element {
    el("td").attr("role", "cell").attr("data-label", (!label.is_empty()).then_some(label))
}
