//! The names that columns get when the query gives them none.

use serde_json::Value;

use crate::kql::fault::Fault;
use crate::kql::syntax::{Assignment, Expr, Name, Node};

/// Names the columns of one operator. The query may not choose a name that is already taken.
#[derive(Default)]
pub(super) struct Namer {
    taken: Vec<String>,
    unnamed: usize,
}

impl Namer {
    pub fn name(&mut self, assignment: &Assignment) -> Result<String, Fault> {
        let name = match &assignment.name {
            Some(Name { text, span }) if self.taken.contains(text) => {
                return Err(Fault::meaning(*span, format!("The column '{text}' is named twice.")));
            }
            Some(Name { text, .. }) => text.clone(),
            None => self.derive(&assignment.value),
        };
        self.taken.push(name.clone());
        Ok(name)
    }

    /// `properties.a[0].b` becomes `properties_a_0_b`; a cast keeps the name of what it casts.
    fn derive(&mut self, expr: &Expr) -> String {
        path(expr).unwrap_or_else(|| {
            self.unnamed += 1;
            format!("Column{}", self.unnamed)
        })
    }
}

/// The name of the column, path or cast of one.
pub(super) fn path(expr: &Expr) -> Option<String> {
    const CASTS: [&str; 8] =
        ["tostring", "toint", "tolong", "toreal", "todouble", "tobool", "toboolean", "todynamic"];
    match &expr.node {
        Node::Column(name) => Some(name.clone()),
        Node::Member(of, name) => Some(format!("{}_{name}", path(of)?)),
        Node::Element(of, index) => match &index.node {
            Node::Literal(Value::Number(index)) => Some(format!("{}_{index}", path(of)?)),
            _ => None,
        },
        Node::Call(function, arguments) if CASTS.contains(&function.as_str()) => path(arguments.first()?),
        _ => None,
    }
}
