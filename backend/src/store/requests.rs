//! Requests for access: who, why, and where they stand.

use std::sync::LazyLock;

use jiff::Timestamp;
use shared::access::{AccessRequest, RequestId, Status};
use shared::resource_id::VmId;
use shared::text;
use sqlx::any::{AnyQueryResult, AnyRow};
use sqlx::{AnyConnection, AnyPool, Row};

use super::history::people;
use super::{StoreError, moments, most};
use crate::azure::security::PolicyId;
use crate::session::PersonKey;

/// A request, and what Postern needs to know of it that the page does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The request.
    pub request: AccessRequest,
    /// Who made it, by the name that never changes.
    pub requester: PersonKey,
    /// The policy that Azure keeps it in.
    pub policy: PolicyId,
}

/// Which requests are wanted. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those for this machine.
    pub vm: Option<VmId>,
    /// Only this person's.
    pub requester: Option<PersonKey>,
    /// Only those that are not over.
    pub unfinished_only: bool,
    /// Only those older than this one: the last of the page before.
    pub before: Option<RequestId>,
}

/// Whether a change found things as it expected them.
#[must_use = "somebody else may have been first"]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// It did, and they are changed.
    Done,
    /// Somebody else has changed them since; nothing was done.
    Overtaken,
}

impl Swap {
    /// What became of a change that touches a row only if it is as expected.
    pub(super) fn of(changed: &AnyQueryResult) -> Self {
        if changed.rows_affected() == 0 { Self::Overtaken } else { Self::Done }
    }

    /// That it is done, where somebody who was first could not have been let in between.
    pub fn done(self) -> Result<(), StoreError> {
        match self {
            Self::Done => Ok(()),
            Self::Overtaken => Err(StoreError::unreadable("something that changed while it was held")(
                "another program writes to the database",
            )),
        }
    }
}

/// The table of requests.
#[derive(Debug, Clone, Copy)]
pub struct RequestTable<'a>(pub(super) &'a AnyPool);

/// A query for requests that fulfil a condition, newest first, with the placeholders `$1` to `$6`:
/// machine, realm, subject, `1` for unfinished ones only, the oldest known id, how many.
macro_rules! newest_first {
    ($condition:literal) => {
        concat!(
            "SELECT realm, subject, policy, body FROM requests WHERE ",
            $condition,
            " AND ($5 = '' OR id < $5) ORDER BY id DESC LIMIT $6"
        )
    };
}

/// How many requests are looked up at a time.
const AT_ONCE: usize = 100;

/// A query for as many requests, by their ids, put together from nothing but numbers.
static ALL_OF: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<String> = (1..=AT_ONCE).map(|place| format!("${place}")).collect();
    format!("SELECT realm, subject, policy, body FROM requests WHERE id IN ({})", places.join(", "))
});

impl RequestTable<'_> {
    /// Keeps a new request.
    pub async fn insert(self, record: &RequestRecord) -> Result<(), StoreError> {
        insert(&mut *self.0.acquire().await?, record).await
    }

    /// Writes what has become of a request, if it still stands where it `was`.
    pub async fn update(self, request: &AccessRequest, was: &Status) -> Result<Swap, StoreError> {
        update(&mut *self.0.acquire().await?, request, was).await
    }

    /// The request with this name.
    pub async fn get(self, id: RequestId) -> Result<Option<RequestRecord>, StoreError> {
        get(&mut *self.0.acquire().await?, id).await
    }

    /// Those of the requests with these names that there are, in any order.
    pub async fn all_of(self, ids: &[RequestId]) -> Result<Vec<RequestRecord>, StoreError> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let mut query = sqlx::query(ALL_OF.as_str());
            for place in 0..AT_ONCE {
                query = query.bind(ids.get(place).map(ToString::to_string).unwrap_or_default());
            }
            for row in &query.fetch_all(self.0).await? {
                found.push(read(row)?);
            }
        }
        Ok(found)
    }

    /// At most `limit` of the requests that `filter` lets through, newest first.
    pub async fn list(self, filter: &Filter, limit: usize) -> Result<Vec<RequestRecord>, StoreError> {
        list(&mut *self.0.acquire().await?, filter, limit).await
    }

    /// Every request that is not over, newest first: what a new process must go on watching.
    pub async fn unfinished(self) -> Result<Vec<RequestRecord>, StoreError> {
        self.list(&Filter { unfinished_only: true, ..Filter::default() }, usize::MAX).await
    }
}

/// The request with this name.
pub(crate) async fn get(
    connection: &mut AnyConnection,
    id: RequestId,
) -> Result<Option<RequestRecord>, StoreError> {
    let row = sqlx::query("SELECT realm, subject, policy, body FROM requests WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// When this person made their last requests since `since`, newest first; at most `limit`.
/// What was asked for at once, for several machines, counts once.
pub(crate) async fn made_at(
    connection: &mut AnyConnection,
    person: &PersonKey,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<Timestamp>, StoreError> {
    let sql = "SELECT DISTINCT created_at FROM requests
         WHERE realm = $1 AND subject = $2 AND created_at > $3
         ORDER BY created_at DESC LIMIT $4";
    moments(connection, sql, person, since, limit).await
}

/// At most `limit` of the requests that `filter` lets through, newest first.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<RequestRecord>, StoreError> {
    // The narrowest condition comes first, in a form that its index can be used for.
    let sql = match (&filter.vm, &filter.requester) {
        (Some(_), _) => newest_first!(
            "vm = $1 AND ($2 = '' OR (realm = $2 AND subject = $3))
             AND ($4 = 0 OR state IN ('requesting', 'opening', 'open', 'closing'))"
        ),
        (None, Some(_)) => newest_first!(
            "$1 = '' AND realm = $2 AND subject = $3
             AND ($4 = 0 OR state IN ('requesting', 'opening', 'open', 'closing'))"
        ),
        (None, None) if filter.unfinished_only => newest_first!(
            "$1 = '' AND $2 = '' AND $3 = '' AND $4 = 1
             AND state IN ('requesting', 'opening', 'open', 'closing')"
        ),
        (None, None) => newest_first!("$1 = '' AND $2 = '' AND $3 = '' AND $4 = 0"),
    };
    let (realm, subject) =
        filter.requester.as_ref().map_or(("", ""), |person| (&person.realm, &person.subject));
    let rows = sqlx::query(sql)
        .bind(filter.vm.as_ref().map(folded).unwrap_or_default())
        .bind(realm)
        .bind(subject)
        .bind(i64::from(filter.unfinished_only))
        .bind(filter.before.map(|id| id.to_string()).unwrap_or_default())
        .bind(most(limit))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(connection: &mut AnyConnection, record: &RequestRecord) -> Result<(), StoreError> {
    let RequestRecord { request, requester, policy } = record;
    sqlx::query(
        "INSERT INTO requests (id, vm, realm, subject, policy, created_at, ends_at, state, correlation_id, body, people)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(request.id.to_string())
    .bind(folded(&request.vm))
    .bind(&requester.realm)
    .bind(&requester.subject)
    .bind(policy.to_string())
    .bind(request.requested_at.as_microsecond())
    .bind(request.ends_at.as_microsecond())
    .bind(request.status.name())
    .bind(&request.correlation_id)
    .bind(json(request))
    .bind(people(request))
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn update(
    connection: &mut AnyConnection,
    request: &AccessRequest,
    was: &Status,
) -> Result<Swap, StoreError> {
    let updated = sqlx::query(
        "UPDATE requests SET ends_at = $3, state = $4, correlation_id = $5, body = $6 WHERE id = $1 AND state = $2",
    )
    .bind(request.id.to_string())
    .bind(was.name())
    .bind(request.ends_at.as_microsecond())
    .bind(request.status.name())
    .bind(&request.correlation_id)
    .bind(json(request))
    .execute(connection)
    .await?;
    Ok(Swap::of(&updated))
}

pub(super) fn read(row: &AnyRow) -> Result<RequestRecord, StoreError> {
    let (policy, body): (&str, &str) = (row.try_get("policy")?, row.try_get("body")?);
    Ok(RequestRecord {
        request: serde_json::from_str(body).map_err(StoreError::unreadable("a request"))?,
        requester: PersonKey { realm: row.try_get("realm")?, subject: row.try_get("subject")? },
        policy: policy.parse().map_err(StoreError::unreadable("the policy of a request"))?,
    })
}

fn json(request: &AccessRequest) -> String {
    serde_json::to_string(request).expect("a request is plain data")
}

/// The machine as it is looked up: ARM compares without regard to case. It is folded here, as for
/// every other comparison of ids: the databases do not agree on letters beyond ASCII.
pub(super) fn folded(vm: &VmId) -> String {
    text::folded(&vm.to_string())
}
