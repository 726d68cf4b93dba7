//! `mv-expand` and `join`, the two operators with clauses of their own.

use super::Parser;
use crate::kql::fault::Fault;
use crate::kql::schema::Type;
use crate::kql::syntax::{Join, JoinKind, MvExpand, Name, Query};

impl Parser<'_> {
    pub(super) fn mv_expand(&mut self) -> Result<MvExpand, Fault> {
        let list = self.assignment()?;
        if self.is(",") {
            return Err(Fault::unsupported(
                self.span(),
                "mv-expand of several columns at once is not supported.",
            ));
        }
        let convert_to = if self.eat_word("to") { Some(self.typeof_clause()?) } else { None };
        let limit = if self.eat_word("limit") { Some(self.row_count()?) } else { None };
        Ok(MvExpand { list, convert_to, limit })
    }

    fn typeof_clause(&mut self) -> Result<Type, Fault> {
        self.expect_word("typeof")?;
        self.expect("(")?;
        let Name { text, span } = self.name("a type")?;
        self.expect(")")?;
        Type::from_keyword(&text).ok_or_else(|| {
            Fault::unsupported(span, format!("The type '{text}' is unknown or not supported."))
        })
    }

    pub(super) fn join(&mut self) -> Result<Join, Fault> {
        let kind = self.join_kind()?;
        let right = if self.eat("(") {
            let right = self.nested(Self::sub_query)?;
            self.expect(")")?;
            right
        } else {
            Query { source: self.name("a table or a query in parentheses")?, stages: Vec::new() }
        };
        self.expect_word("on")?;
        let mut on = vec![self.join_condition()?];
        while self.eat(",") || self.eat_word("and") {
            on.push(self.join_condition()?);
        }
        Ok(Join { kind, right, on })
    }

    fn join_kind(&mut self) -> Result<JoinKind, Fault> {
        let kind = if self.eat_word("kind") {
            self.expect("=")?;
            let Name { text, span } = self.name("a kind of join")?;
            match text.as_str() {
                "innerunique" => JoinKind::InnerUnique,
                "inner" => JoinKind::Inner,
                "leftouter" => JoinKind::LeftOuter,
                "fullouter" => JoinKind::FullOuter,
                _ => {
                    return Err(Fault::unsupported(
                        span,
                        format!("The kind of join '{text}' is not supported."),
                    ));
                }
            }
        } else {
            JoinKind::InnerUnique
        };
        if self.is_word("hint") {
            return Err(Fault::unsupported(self.span(), "Join strategies are not allowed."));
        }
        Ok(kind)
    }

    /// `key`, or `$left.key == $right.key` in either order.
    fn join_condition(&mut self) -> Result<(Name, Name), Fault> {
        let left_first = self.is_word("$left");
        if !left_first && !self.is_word("$right") {
            let key = self.name("the key of the join")?;
            return Ok((key.clone(), key));
        }
        let first = self.key_of(if left_first { "$left" } else { "$right" })?;
        self.expect("==")?;
        let second = self.key_of(if left_first { "$right" } else { "$left" })?;
        Ok(if left_first { (first, second) } else { (second, first) })
    }

    fn key_of(&mut self, side: &str) -> Result<Name, Fault> {
        self.expect_word(side)?;
        self.expect(".")?;
        self.name("the key of the join")
    }
}
