//! Lists, which come in pages.

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::answer::Answer;
use super::call::Call;
use super::{ArmClient, ArmError};
use crate::azure::wire::Tolerant;

/// How many pages a list may have. Azure's have up to a thousand entries each.
const MOST_PAGES: usize = 1000;

impl ArmClient {
    /// Reads a list to its end. An entry that cannot be understood is left out with a warning, so
    /// that it does not hide the others.
    pub(in crate::azure) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, ArmError> {
        let (entries, is_whole) = self.list_pages(path, MOST_PAGES).await?;
        if is_whole {
            return Ok(entries);
        }
        Err(ArmError::unexpected(format!("the list has more than {MOST_PAGES} pages")))
    }

    /// Reads so many pages of a list at most, and says whether that was all of it.
    pub(in crate::azure) async fn list_pages<T: DeserializeOwned>(
        &self,
        path: &str,
        most: usize,
    ) -> Result<(Vec<T>, bool), ArmError> {
        let mut entries = Vec::new();
        let mut next = Some(self.endpoint.join(path)?);
        for _ in 0..most {
            let Some(url) = next else { break };
            let page: WirePage<T> = self.send(&Call::new(Method::GET, url), Answer::json).await?;
            entries.extend(page.value.0);
            next = page.next_link.filter(|link| !link.is_empty()).map(|link| self.own(&link)).transpose()?;
        }
        Ok((entries, next.is_none()))
    }

    /// Reads a list of `Microsoft.PolicyInsights` to its end: it is asked for by POSTs without a body,
    /// for the pages after the first too.
    pub(in crate::azure) async fn query_list<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<Vec<T>, ArmError> {
        let mut entries = Vec::new();
        let mut next = Some(self.endpoint.join(path)?);
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Ok(entries) };
            let page: WireRecords<T> = self.send(&Call::new(Method::POST, url), Answer::json).await?;
            entries.extend(page.value.0);
            next = page.next_link.filter(|link| !link.is_empty()).map(|link| self.own(&link)).transpose()?;
        }
        Err(ArmError::unexpected(format!("the list has more than {MOST_PAGES} pages")))
    }

    /// A link in an answer, if it leads to the host that the token is for.
    pub(super) fn own(&self, link: &str) -> Result<Url, ArmError> {
        let url = Url::parse(link).map_err(ArmError::unexpected)?;
        if self.endpoint.is_origin_of(&url) {
            return Ok(url);
        }
        let host = url.host_str().unwrap_or_default();
        Err(ArmError::unexpected(format!("a link leads to another host, `{host}`")))
    }
}

#[derive(Deserialize)]
struct WirePage<T> {
    #[serde(bound = "T: DeserializeOwned")]
    value: Tolerant<T>,
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

#[derive(Deserialize)]
struct WireRecords<T> {
    #[serde(bound = "T: DeserializeOwned")]
    value: Tolerant<T>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}
