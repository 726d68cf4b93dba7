//! The functions: their names, what they take, and what they give.

mod call;

use std::borrow::Cow;

use serde_json::Value;

use crate::kql::schema::Type;

/// A function of the language.
pub(super) struct Function {
    name: &'static str,
    takes: Takes,
    gives: Gives,
    pub call: fn(&[Cow<'_, Value>]) -> Value,
}

/// What may stand in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepts {
    Any,
    /// Anything, and a bool as Kusto spells it.
    Spelled,
    Text,
    Long,
    Bool,
    Dynamic,
}

enum Takes {
    These(&'static [Accepts]),
    /// The first ones, and the last only if wanted.
    TheseAndMaybe(&'static [Accepts], Accepts),
    AtLeast(usize, Accepts),
    /// Predicate, value, predicate, value, …, value.
    Cases,
}

enum Gives {
    Always(Type),
    /// The type that all arguments from this place on share.
    CommonFrom(usize),
    CommonOfCases,
}

impl Function {
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// What the argument at `place` may be.
    pub fn accepts(&self, place: usize) -> Accepts {
        match &self.takes {
            Takes::These(all) => all.get(place).copied().unwrap_or(Accepts::Any),
            Takes::TheseAndMaybe(first, last) => first.get(place).copied().unwrap_or(*last),
            Takes::AtLeast(_, all) => *all,
            Takes::Cases => Accepts::Any,
        }
    }

    /// The type of the result, or why the arguments are wrong.
    pub fn check(&self, arguments: &[Type]) -> Result<Type, String> {
        let name = self.name;
        let count = arguments.len();
        let wanted = match &self.takes {
            Takes::These(all) if count != all.len() => Some(format!("{} argument(s)", all.len())),
            Takes::TheseAndMaybe(first, _) if count < first.len() || first.len() + 1 < count => {
                Some(format!("{} or {} arguments", first.len(), first.len() + 1))
            }
            Takes::AtLeast(least, _) if count < *least => Some(format!("at least {least} argument(s)")),
            Takes::Cases if count < 3 || count.is_multiple_of(2) => {
                Some("pairs of predicate and value, and a last value".to_owned())
            }
            _ => None,
        };
        if let Some(wanted) = wanted {
            return Err(format!("{name}(): expects {wanted}, got {count}."));
        }
        for (place, kind) in arguments.iter().enumerate() {
            if !self.accepts_type(place, count, *kind) {
                let kind = kind.keyword();
                return Err(format!("{name}(): argument {} cannot be of type {kind}.", place + 1));
            }
        }
        let common = match self.gives {
            Gives::Always(kind) => return Ok(kind),
            Gives::CommonFrom(place) => common(arguments.iter().skip(place)),
            Gives::CommonOfCases => common(arguments.iter().skip(1).step_by(2).chain(arguments.last())),
        };
        common.ok_or_else(|| format!("{name}(): the values must be of one type; add explicit casts."))
    }

    fn accepts_type(&self, place: usize, count: usize, kind: Type) -> bool {
        if matches!(self.takes, Takes::Cases) {
            return !place.is_multiple_of(2) || place + 1 == count || kind == Type::Bool;
        }
        match self.accepts(place) {
            Accepts::Any | Accepts::Spelled => true,
            Accepts::Text => kind.is_text(),
            Accepts::Long => matches!(kind, Type::Long | Type::Dynamic),
            Accepts::Bool => kind == Type::Bool,
            Accepts::Dynamic => kind == Type::Dynamic,
        }
    }
}

/// The type that all share; a dynamic goes with any.
fn common<'a>(kinds: impl Iterator<Item = &'a Type>) -> Option<Type> {
    let mut kinds = kinds.copied();
    let first = kinds.next()?;
    kinds.try_fold(first, |common, kind| match (common, kind) {
        (common, kind) if common == kind => Some(common),
        (Type::Dynamic, _) | (_, Type::Dynamic) => Some(Type::Dynamic),
        _ => None,
    })
}

const fn function(
    name: &'static str,
    takes: Takes,
    gives: Gives,
    call: fn(&[Cow<'_, Value>]) -> Value,
) -> Function {
    Function { name, takes, gives, call }
}

const ANY: Takes = Takes::These(&[Accepts::Any]);
const TEXT: Takes = Takes::These(&[Accepts::Text]);
const DYNAMIC: Takes = Takes::These(&[Accepts::Dynamic]);
const CHOICE: Takes = Takes::These(&[Accepts::Bool, Accepts::Any, Accepts::Any]);

static FUNCTIONS: [Function; 27] = [
    function("tostring", Takes::These(&[Accepts::Spelled]), Gives::Always(Type::String), call::tostring),
    function("tolower", TEXT, Gives::Always(Type::String), call::tolower),
    function("toupper", TEXT, Gives::Always(Type::String), call::toupper),
    function("toint", ANY, Gives::Always(Type::Long), call::toint),
    function("tolong", ANY, Gives::Always(Type::Long), call::tolong),
    function("toreal", ANY, Gives::Always(Type::Real), call::toreal),
    function("todouble", ANY, Gives::Always(Type::Real), call::toreal),
    function("tobool", ANY, Gives::Always(Type::Bool), call::tobool),
    function("toboolean", ANY, Gives::Always(Type::Bool), call::tobool),
    function("todynamic", ANY, Gives::Always(Type::Dynamic), call::parse_json),
    function("parse_json", ANY, Gives::Always(Type::Dynamic), call::parse_json),
    function("isempty", ANY, Gives::Always(Type::Bool), call::isempty),
    function("isnotempty", ANY, Gives::Always(Type::Bool), call::isnotempty),
    function("isnull", ANY, Gives::Always(Type::Bool), call::isnull),
    function("isnotnull", ANY, Gives::Always(Type::Bool), call::isnotnull),
    function("not", Takes::These(&[Accepts::Bool]), Gives::Always(Type::Bool), call::not),
    function("array_length", DYNAMIC, Gives::Always(Type::Long), call::array_length),
    function("bag_keys", DYNAMIC, Gives::Always(Type::Dynamic), call::bag_keys),
    function("strlen", TEXT, Gives::Always(Type::Long), call::strlen),
    function("strcat", Takes::AtLeast(1, Accepts::Spelled), Gives::Always(Type::String), call::strcat),
    function(
        "split",
        Takes::TheseAndMaybe(&[Accepts::Text, Accepts::Text], Accepts::Long),
        Gives::Always(Type::Dynamic),
        call::split,
    ),
    function(
        "replace_string",
        Takes::These(&[Accepts::Text, Accepts::Text, Accepts::Text]),
        Gives::Always(Type::String),
        call::replace_string,
    ),
    function(
        "substring",
        Takes::TheseAndMaybe(&[Accepts::Text, Accepts::Long], Accepts::Long),
        Gives::Always(Type::String),
        call::substring,
    ),
    function("iff", CHOICE, Gives::CommonFrom(1), call::iff),
    function("iif", CHOICE, Gives::CommonFrom(1), call::iff),
    function("case", Takes::Cases, Gives::CommonOfCases, call::case),
    function("coalesce", Takes::AtLeast(2, Accepts::Any), Gives::CommonFrom(0), call::coalesce),
];
