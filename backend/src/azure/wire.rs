//! How Azure's JSON departs from what is documented: lists that are `null`, entries of a kind
//! nobody heard of, times without a zone.

use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tracing::warn;

/// A list in which `null` is empty and an entry that cannot be understood is left out.
#[derive(Debug, Clone)]
pub(super) struct Tolerant<T>(pub(super) Vec<T>);

impl<T> Default for Tolerant<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Tolerant<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Vec<Box<RawValue>> = Option::deserialize(deserializer)?.unwrap_or_default();
        let mut skipped = Skipped::<T>::default();
        let entries = raw.iter().filter_map(|entry| skipped.read(entry)).collect();
        skipped.tell();
        Ok(Self(entries))
    }
}

/// Counts what was left out of one list, to warn of it once.
struct Skipped<T> {
    count: usize,
    first: Option<serde_json::Error>,
    kind: PhantomData<T>,
}

impl<T> Default for Skipped<T> {
    fn default() -> Self {
        Self { count: 0, first: None, kind: PhantomData }
    }
}

impl<T: DeserializeOwned> Skipped<T> {
    fn read(&mut self, entry: &RawValue) -> Option<T> {
        match serde_json::from_str(entry.get()) {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.count += 1;
                self.first.get_or_insert(error);
                None
            }
        }
    }

    fn tell(self) {
        if let Some(error) = self.first {
            let kind = std::any::type_name::<T>();
            warn!(kind, count = self.count, %error, "left out what could not be understood in an answer of Azure's");
        }
    }
}

/// A field that is missing, `null` or of another type than expected, without spoiling its record.
pub fn if_understood<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let raw: Option<Box<RawValue>> = Option::deserialize(deserializer)?;
    Ok(raw.and_then(|value| serde_json::from_str(value.get()).ok().flatten()))
}

/// A time, with up to seven decimals; without a zone it is meant in UTC.
pub(super) fn utc<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse::<Timestamp>()
        .or_else(|error| {
            let civil = text.parse::<DateTime>().map_err(|_| error)?;
            Ok(civil.to_zoned(TimeZone::UTC)?.timestamp())
        })
        .map_err(|error: jiff::Error| serde::de::Error::custom(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_survives_null_and_strangers() {
        let read = |json: &str| serde_json::from_str::<Tolerant<u8>>(json).unwrap().0;
        assert_eq!(read("null"), Vec::<u8>::new());
        assert_eq!(read(r#"[1, null, "two", {"three": 3}, 4]"#), vec![1, 4]);
    }

    #[test]
    fn a_list_that_is_none_is_not_taken_for_an_empty_one() {
        assert!(serde_json::from_str::<Tolerant<u8>>("{}").is_err());
    }

    #[derive(Deserialize)]
    struct Record {
        #[serde(default, deserialize_with = "if_understood")]
        field: Option<u8>,
        #[serde(deserialize_with = "utc")]
        at: Timestamp,
    }

    fn record(field: &str, at: &str) -> Record {
        serde_json::from_str(&format!(r#"{{{field} "at": "{at}"}}"#)).unwrap()
    }

    #[test]
    fn a_field_of_another_type_does_not_spoil_its_record() {
        let at = "2026-09-01T12:00:00Z";
        assert_eq!(record(r#""field": 1,"#, at).field, Some(1));
        assert_eq!(record("", at).field, None);
        assert_eq!(record(r#""field": null,"#, at).field, None);
        assert_eq!(record(r#""field": ["x"],"#, at).field, None);
    }

    #[test]
    fn a_time_may_have_seven_decimals_and_no_zone() {
        let expected: Timestamp = "2026-09-01T10:58:11.1203344Z".parse().unwrap();
        assert_eq!(record("", "2026-09-01T10:58:11.1203344Z").at, expected);
        assert_eq!(record("", "2026-09-01T10:58:11.1203344").at, expected);
        assert_eq!(record("", "2026-09-01T12:58:11.1203344+02:00").at, expected);
    }
}
