//! `$filter` of the activity log: five forms, and “no other syntax is allowed”.

use jiff::Timestamp;
use uuid::Uuid;

use super::refused;
use crate::{
    arm::error::ArmError,
    resource_id,
    world::{Event, KEPT},
};

/// What is looked for: a stretch of time, and one thing more at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    from: Timestamp,
    until: Timestamp,
    only: Option<Only>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Only {
    Group(String),
    Resource(String),
    Provider(String),
    Correlation(Uuid),
}

impl Filter {
    pub(super) fn parse(text: Option<&str>, now: Timestamp) -> Result<Self, ArmError> {
        let text = text.ok_or_else(|| refused("The $filter query parameter is required."))?;
        let filter = Self::read(text).ok_or_else(|| {
            refused(format!("The $filter '{text}' is not valid: only eventTimestamp ge '…' and eventTimestamp le '…', and after that one of resourceGroupName, resourceUri, resourceProvider and correlationId eq '…' are allowed."))
        })?;
        if filter.until < filter.from {
            return Err(refused("The start time must be before the end time."));
        }
        if filter.from < now - KEPT {
            return Err(refused("The start time cannot be more than 90 days in the past."));
        }
        Ok(filter)
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("eventTimestamp ge '")?;
        let (from, rest) = rest.split_once("' and eventTimestamp le '")?;
        let (until, rest) = rest.split_once('\'')?;
        let only = if rest.is_empty() { None } else { Some(Only::read(rest.strip_prefix(" and ")?)?) };
        Some(Self { from: moment(from)?, until: moment(until)?, only })
    }

    pub(super) fn lets_through(&self, event: &Event) -> bool {
        (self.from..=self.until).contains(&event.at)
            && match &self.only {
                None => true,
                Some(Only::Group(group)) => {
                    resource_id::group(&event.resource).is_some_and(|own| own.eq_ignore_ascii_case(group))
                }
                Some(Only::Resource(id)) => resource_id::same(&event.resource, id),
                Some(Only::Provider(provider)) => resource_id::after(&event.resource, "providers")
                    .is_some_and(|own| own.eq_ignore_ascii_case(provider)),
                Some(Only::Correlation(id)) => event.correlation_id == *id,
            }
    }
}

impl Only {
    fn read(clause: &str) -> Option<Self> {
        let (field, value) = clause.split_once(" eq '")?;
        let value = value.strip_suffix('\'').filter(|value| !value.is_empty() && !value.contains('\''))?;
        match field {
            "resourceGroupName" => Some(Self::Group(value.to_owned())),
            "resourceUri" => resource_id::subscription(value).map(|_| Self::Resource(value.to_owned())),
            "resourceProvider" => Some(Self::Provider(value.to_owned())),
            "correlationId" => value.parse().ok().map(Self::Correlation),
            _ => None,
        }
    }
}

/// A time in UTC, as it is written there.
fn moment(text: &str) -> Option<Timestamp> {
    text.strip_suffix('Z').and_then(|_| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2030-01-01T12:00:00Z";
    const DAY: &str =
        "eventTimestamp ge '2029-12-31T00:00:00Z' and eventTimestamp le '2030-01-01T00:00:00.1234567Z'";

    fn parse(text: &str) -> Result<Filter, String> {
        Filter::parse(Some(text), NOW.parse().unwrap()).map_err(|error| error.message)
    }

    #[test]
    fn five_forms_are_taken() {
        for only in [
            "",
            " and resourceGroupName eq 'rg'",
            " and resourceUri eq '/subscriptions/1/resourceGroups/rg'",
            " and resourceProvider eq 'Microsoft.Security'",
            " and correlationId eq '8edd93e1-2103-40b4-bd70-6e34e586362d'",
        ] {
            assert!(parse(&format!("{DAY}{only}")).is_ok(), "{only}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let (from, until) = DAY.split_once(" and ").unwrap();
        for wrong in [
            String::new(),
            from.to_owned(),
            until.to_owned(),
            format!("{until} and {from}"),
            DAY.replace('\'', ""),
            DAY.replace('\'', "\""),
            DAY.replace(" ge ", " gt "),
            DAY.replace(" and ", " AND "),
            DAY.replace("00Z'", "00+01:00'"),
            DAY.replace("2029-12-31T00:00:00Z", "yesterday"),
            format!("{DAY} "),
            format!("({DAY})"),
            format!("{DAY} and caller eq 'somebody@contoso.com'"),
            format!("{DAY} and operationName eq 'x'"),
            format!("{DAY} and status eq 'Failed'"),
            format!("{DAY} and resourceGroupName ne 'rg'"),
            format!("{DAY} and resourceGroupName eq ''"),
            format!("{DAY} and resourceGroupName eq 'it''s'"),
            format!("{DAY} and resourceUri eq 'web-1'"),
            format!("{DAY} and correlationId eq 'abc'"),
            format!("{DAY} or resourceGroupName eq 'rg'"),
            format!("{DAY} and resourceGroupName eq 'rg' and resourceProvider eq 'Microsoft.Security'"),
        ] {
            assert!(parse(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_stretch_of_time_begins_at_most_ninety_days_ago_and_ends_after_that() {
        let old = DAY.replace("2029-12-31", "2029-10-02");
        assert!(parse(&old).unwrap_err().contains("90 days"));
        assert!(parse(&DAY.replace("2029-12-31", "2029-10-04")).is_ok());
        assert!(parse(&DAY.replace("2029-12-31", "2030-01-02")).unwrap_err().contains("before the end"));
    }
}
