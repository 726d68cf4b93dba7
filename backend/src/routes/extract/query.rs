//! The query of a URL, to be read by the types of the API.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use url::form_urlencoded;

use super::refusal::{Refusal, wrong_field};
use crate::error::ApiError;

/// Reads the query that was sent.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let pairs = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name, Text(value)));
    serde_path_to_error::deserialize(MapDeserializer::new(pairs))
        .map_err(|error| error.inner().at(error.path()))
}

/// The value of one parameter, read as its type is written.
pub fn one<T: std::str::FromStr<Err: ToString>>(field: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: T::Err| wrong_field(field, &error.to_string()))
}

/// The value of a parameter that may be left out.
pub fn maybe<T: std::str::FromStr<Err: ToString>>(
    field: &str,
    text: Option<&str>,
) -> Result<Option<T>, ApiError> {
    text.map(|text| one(field, text)).transpose()
}

/// A moment that may be left out.
pub fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let wrong =
        |text: &str| wrong_field(field, &format!("“{text}” is no moment such as 2026-11-23T09:00:00Z"));
    text.map(|text| text.parse().map_err(|_| wrong(text))).transpose()
}

/// How many entries a page may have: what was asked for, or the usual number.
pub fn page_size(limit: Option<&str>) -> Result<usize, ApiError> {
    const USUAL: usize = 50;
    let size = limit.map_or(Some(USUAL), |text| text.parse().ok());
    size.filter(|size| (1..=200).contains(size)).ok_or_else(|| {
        let limit = limit.unwrap_or_default();
        wrong_field("limit", &format!("“{limit}” is not a number from 1 to 200"))
    })
}

/// What stands behind the name of a parameter.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0.parse() {
            Ok(value) => visitor.visit_bool(value),
            Err(_) => visitor.visit_str(&self.0),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Refusal> for Text<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
