//! `$orderby`. Unlike `OData`'s, the documented default of Azure Policy is `desc`.

use super::{Fault, Row, Schema};

/// One column to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub column: String,
    pub is_descending: bool,
}

/// Reads an `$orderby`.
pub fn orders(text: &str, schema: &Schema) -> Result<Vec<Order>, Fault> {
    text.split(',')
        .map(|part| {
            let mut words = part.split_whitespace();
            let name = words.next().ok_or_else(|| Fault("A property is missing.".to_owned()))?;
            let is_descending = match words.next() {
                None | Some("desc") => true,
                Some("asc") => false,
                Some(other) => return Err(Fault(format!("'{other}' is neither 'asc' nor 'desc'."))),
            };
            match words.next() {
                None => Ok(Order { column: schema.single(name)?.0.to_owned(), is_descending }),
                Some(other) => Err(Fault(format!("'{other}' is not expected."))),
            }
        })
        .collect()
}

impl Order {
    /// Sorts rows; those that are equal stay as they are.
    pub fn sort<R: Row>(orders: &[Self], rows: &mut [R]) {
        rows.sort_by(|a, b| {
            let each = orders.iter().map(|order| {
                let (a, b) = (a.cell(&order.column), b.cell(&order.column));
                if order.is_descending { b.cmp(&a) } else { a.cmp(&b) }
            });
            each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
    }
}
