//! `Microsoft.ResourceGraph`: one query over many subscriptions.

use http::HeaderName;
use jiff::SignedDuration;
use jiff::civil::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::arm::{Answer, ArmClient, ArmError};
use super::wire::Tolerant;

const PATH: &str = "providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

/// How many rows a page has; Azure gives no more.
const ROWS: u32 = 1000;

/// How many subscriptions one query is about; Azure recommends fewer than 300.
const SUBSCRIPTIONS: usize = 299;

/// How many pages one query can have.
const MOST_PAGES: usize = 1000;

/// Resource Graph. It is a few seconds to minutes behind Azure, and says nothing of
/// subscriptions that may not be read.
#[derive(Debug, Clone)]
pub struct ResourceGraph(pub(super) ArmClient);

impl ResourceGraph {
    /// Runs a query over `subscriptions` and hands over its rows as they come. The query must
    /// project `id` and be sorted, or paging does not work. A row that cannot be understood is
    /// left out with a warning.
    pub async fn query<T: DeserializeOwned>(
        &self,
        subscriptions: &[Uuid],
        query: &str,
        mut row: impl FnMut(T),
    ) -> Result<(), ArmError> {
        for batch in subscriptions.chunks(SUBSCRIPTIONS) {
            let mut skip_token = None;
            for pages in 0.. {
                if pages == MOST_PAGES {
                    return Err(ArmError::unexpected(format!("the answer has more than {MOST_PAGES} pages")));
                }
                let page: WirePage<T> = self.page(batch, query, skip_token.as_deref()).await?;
                page.data.0.into_iter().for_each(&mut row);
                skip_token = page.skip_token.filter(|token| !token.is_empty());
                if skip_token.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn page<T: DeserializeOwned>(
        &self,
        subscriptions: &[Uuid],
        query: &str,
        skip_token: Option<&str>,
    ) -> Result<WirePage<T>, ArmError> {
        let options = WireOptions { top: ROWS, result_format: "objectArray", skip_token };
        let body = WireQuery { subscriptions, query, options };
        let (page, quota) =
            self.0.query(PATH, &body, |answer| Ok((answer.json()?, Quota::of(answer)))).await?;
        if let Quota::UsedUp { resets_after } = quota {
            self.0.hold_back_queries(PATH, resets_after);
        }
        Ok(page)
    }
}

/// How many queries are left to us, as the answer to one of them tells.
#[derive(Debug, PartialEq, Eq)]
enum Quota {
    Some,
    UsedUp { resets_after: SignedDuration },
}

impl Quota {
    fn of(answer: &Answer) -> Self {
        let header = |name| answer.header(&HeaderName::from_static(name));
        let remaining = header("x-ms-user-quota-remaining").and_then(|text| text.parse::<u32>().ok());
        if remaining != Some(0) {
            return Self::Some;
        }
        let resets_after = header("x-ms-user-quota-resets-after").and_then(|text| text.parse::<Time>().ok());
        Self::UsedUp { resets_after: resets_after.map_or(SignedDuration::from_secs(5), since_midnight) }
    }
}

fn since_midnight(time: Time) -> SignedDuration {
    time.duration_since(Time::midnight())
}

#[derive(Serialize)]
struct WireQuery<'a> {
    subscriptions: &'a [Uuid],
    query: &'a str,
    options: WireOptions<'a>,
}

#[derive(Serialize)]
struct WireOptions<'a> {
    #[serde(rename = "$top")]
    top: u32,
    #[serde(rename = "resultFormat")]
    result_format: &'static str,
    #[serde(rename = "$skipToken", skip_serializing_if = "Option::is_none")]
    skip_token: Option<&'a str>,
}

#[derive(Deserialize)]
struct WirePage<T> {
    #[serde(bound = "T: DeserializeOwned")]
    data: Tolerant<T>,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::StatusCode;

    use super::*;

    fn quota(headers: &[(&'static str, &'static str)]) -> Quota {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        Quota::of(&Answer { status: StatusCode::OK, headers: headers.collect(), body: Bytes::new() })
    }

    #[test]
    fn a_quota_that_is_used_up_says_when_it_is_back() {
        let used_up = |seconds| Quota::UsedUp { resets_after: SignedDuration::from_secs(seconds) };
        let remaining = "x-ms-user-quota-remaining";
        let resets = "x-ms-user-quota-resets-after";
        assert_eq!(quota(&[]), Quota::Some);
        assert_eq!(quota(&[(remaining, "1"), (resets, "00:00:05")]), Quota::Some);
        assert_eq!(quota(&[(remaining, "0"), (resets, "00:01:05")]), used_up(65));
        assert_eq!(quota(&[(remaining, "0"), (resets, "soon")]), used_up(5));
        assert_eq!(quota(&[(remaining, "none")]), Quota::Some);
    }
}
