//! From values to types.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Json, Unreadable};
use crate::moment;
use crate::page::Page;

/// A type the page reads from the service's answers.
pub trait FromJson: Sized {
    /// Reads it.
    fn from_json(json: &Json) -> Result<Self, Unreadable>;
}

/// Not what it should be; the field it stands in gives it a name.
pub(super) const WRONG: Unreadable = Unreadable { at: "" };

/// Reads a type from its text.
pub(super) fn from_text<T: FromStr>(json: &Json) -> Result<T, Unreadable> {
    let Json::Text(text) = json else { return Err(WRONG) };
    text.parse().map_err(|_| WRONG)
}

impl FromJson for bool {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        if let Json::Flag(flag) = json { Ok(*flag) } else { Err(WRONG) }
    }
}

impl FromJson for u32 {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        let Json::Number(number) = json else { return Err(WRONG) };
        number.parse().map_err(|_| WRONG)
    }
}

impl FromJson for u16 {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        u32::from_json(json)?.try_into().map_err(|_| WRONG)
    }
}

impl FromJson for u8 {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        u32::from_json(json)?.try_into().map_err(|_| WRONG)
    }
}

impl FromJson for String {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        if let Json::Text(text) = json { Ok(text.clone()) } else { Err(WRONG) }
    }
}

impl FromJson for Timestamp {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        let Json::Text(text) = json else { return Err(WRONG) };
        moment::parse(text).ok_or(WRONG)
    }
}

impl FromJson for Uuid {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        from_text(json)
    }
}

impl FromJson for IpAddr {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        from_text(json)
    }
}

impl FromJson for Ipv6Addr {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        from_text(json)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        if *json == Json::Null { Ok(None) } else { T::from_json(json).map(Some) }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        let Json::List(items) = json else { return Err(WRONG) };
        let mut all = Self::with_capacity(items.len());
        for item in items {
            all.push(T::from_json(item)?);
        }
        Ok(all)
    }
}

impl<T: FromJson> FromJson for Page<T> {
    fn from_json(json: &Json) -> Result<Self, Unreadable> {
        Ok(Self { items: json.field("items")?, next: json.field("next")? })
    }
}
