//! Looking requests up, long after they were made.

use jiff::Timestamp;
use shared::access::{AccessRequest, Beneficiary, RequestId};
use shared::resource_id::VmId;
use shared::text;

use super::requests::{folded, read};
use super::{RequestRecord, RequestTable, StoreError, most};
use crate::session::PersonKey;

/// Which requests are looked for. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Only this person's own.
    pub requester: Option<PersonKey>,
    /// Only those for this machine.
    pub vm: Option<VmId>,
    /// Only those for machines with this in their names.
    pub vm_named: Option<String>,
    /// Only those in which somebody with this in their name asked, was asked for, or prepared it.
    pub person: Option<String>,
    /// Only those that stand at one of these: names of states. None means all.
    pub states: Vec<String>,
    /// Only those made since.
    pub since: Option<Timestamp>,
    /// Only those made before.
    pub until: Option<Timestamp>,
    /// Only those older than this one: the last of the page before.
    pub before: Option<RequestId>,
}

/// A query for requests, newest first, whose narrowest condition stands in a form that its index
/// can be used for. Placeholders `$1` to `$11`: machine, realm, subject, pattern for the machine's
/// id, pattern for people, states, the first moment that counts, the last one, moment and id of the
/// last of the page before, how many.
///
/// An index is walked between two moments. The last one stands there by itself, and is that of the
/// page before if there is one: all that came before would be gone through again for every page.
macro_rules! newest_first {
    ($narrowest:literal) => {
        concat!(
            "SELECT realm, subject, policy, body FROM requests WHERE ",
            $narrowest,
            " AND ($4 = '' OR vm LIKE $4 ESCAPE '!') AND ($5 = '' OR people LIKE $5 ESCAPE '!')
             AND ($6 = '' OR $6 LIKE '%,' || state || ',%')
             AND created_at >= $7 AND created_at <= $8
             AND (created_at < $9 OR id < $10)
             ORDER BY created_at DESC, id DESC LIMIT $11"
        )
    };
}

impl Search {
    fn statement(&self) -> &'static str {
        match (&self.vm, &self.requester) {
            (Some(_), _) => newest_first!("vm = $1 AND ($2 = '' OR (realm = $2 AND subject = $3))"),
            (None, Some(_)) => newest_first!("$1 = '' AND realm = $2 AND subject = $3"),
            (None, None) => newest_first!("$1 = '' AND $2 = '' AND $3 = ''"),
        }
    }
}

impl RequestTable<'_> {
    /// At most `limit` of the requests that are looked for, newest first.
    pub async fn search(self, search: &Search, limit: usize) -> Result<Vec<RequestRecord>, StoreError> {
        let last = match search.before {
            Some(id) => match self.get(id).await? {
                Some(record) => record.request.requested_at.as_microsecond(),
                None => return Ok(Vec::new()),
            },
            None => i64::MAX,
        };
        let until = search.until.map_or(i64::MAX, |until| until.as_microsecond().saturating_sub(1));
        let (realm, subject) =
            search.requester.as_ref().map_or(("", ""), |person| (&person.realm, &person.subject));
        let states = &search.states;
        let states = if states.is_empty() { String::new() } else { format!(",{},", states.join(",")) };
        let rows = sqlx::query(search.statement())
            .bind(search.vm.as_ref().map(folded).unwrap_or_default())
            .bind(realm)
            .bind(subject)
            .bind(search.vm_named.as_deref().map(named).unwrap_or_default())
            .bind(search.person.as_deref().map(inside).unwrap_or_default())
            .bind(states)
            .bind(search.since.map_or(i64::MIN, Timestamp::as_microsecond))
            .bind(until.min(last))
            .bind(last)
            .bind(search.before.map(|id| id.to_string()).unwrap_or_default())
            .bind(most(limit))
            .fetch_all(self.0)
            .await?;
        rows.iter().map(read).collect()
    }
}

/// Everybody who is named in a request, as they are looked up.
pub(super) fn people(request: &AccessRequest) -> String {
    let by = &request.requested_by;
    let beneficiary = request.requested_for.as_ref().map(Beneficiary::as_str);
    let preparer = request.handed_over.as_ref().map(|handed_over| handed_over.by.username.as_str());
    let named = [Some(by.name.as_str()), Some(&by.username), beneficiary, preparer];
    text::folded(&named.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// A pattern for the ids of machines with this in their names.
fn named(text: &str) -> String {
    format!("%/virtualmachines/{}", inside(text))
}

/// A pattern for what has this text somewhere in it.
fn inside(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text::folded(text).chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern + "%"
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Row};

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_page_begins_in_the_index_where_the_one_before_ended() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {}", Search::default().statement());
        let plan = sqlx::query(AssertSqlSafe(explain)).fetch_all(store.requests().0).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|step| step.try_get("detail").unwrap()).collect();
        let walked = "SEARCH requests USING INDEX requests_by_time (created_at>? AND created_at<?)";
        assert_eq!(steps, [walked]);
    }
}
