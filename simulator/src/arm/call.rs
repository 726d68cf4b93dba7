//! A call that is known to come from somebody.

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{error::ArmError, target::Target, versions};
use crate::{
    azure::Azure,
    rbac::{self, Principal},
    world::World,
};

/// What a provider needs to answer.
pub(super) struct Call<'call> {
    pub(super) azure: &'call Azure,
    pub(super) who: Principal,
    pub(super) method: Method,
    pub(super) target: Target,
    pub(super) now: Timestamp,
    /// What Resource Manager calls it, in its answer and in the activity log.
    pub(super) correlation_id: Uuid,
    /// Scheme and host as the client wrote them, for links in answers.
    pub(super) base: String,
    /// The address the call came from, for requests that name no source.
    pub(super) caller: IpAddr,
    query: Vec<(String, String)>,
    headers: &'call HeaderMap,
    body: &'call Bytes,
}

impl<'call> Call<'call> {
    #[expect(clippy::too_many_arguments, reason = "the parts of an HTTP request, put together here only")]
    pub(super) fn new(
        azure: &'call Azure,
        who: Principal,
        method: Method,
        uri: &Uri,
        target: Target,
        headers: &'call HeaderMap,
        body: &'call Bytes,
        peer: IpAddr,
    ) -> Self {
        let query =
            url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let forwarded =
            forwarded.and_then(|value| value.split(',').next()).and_then(|value| value.trim().parse().ok());
        Self {
            now: azure.clock.now(),
            correlation_id: Uuid::new_v4(),
            base: base(azure, uri, headers),
            caller: forwarded.unwrap_or(peer),
            azure,
            who,
            method,
            target,
            query,
            headers,
            body,
        }
    }

    /// A parameter of the query; names compare without regard to case.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// An option of the query, which begins with `$`, that is none of these.
    pub(super) fn unknown_option(&self, known: &[&str]) -> Option<&str> {
        let mut options = self.query.iter().map(|(key, _)| key.as_str()).filter(|key| key.starts_with('$'));
        options.find(|option| !known.iter().any(|known| known.eq_ignore_ascii_case(option)))
    }

    /// Refuses an option of the query that is none of these: what Azure would do with it is not known.
    pub(super) fn only_options(&self, known: &[&str]) -> Result<(), ArmError> {
        match self.unknown_option(known) {
            None => Ok(()),
            Some(unknown) => Err(ArmError::bad_request(
                "InvalidQueryOption",
                format!("The query option '{unknown}' is not supported for {}.", self.target.path),
            )),
        }
    }

    /// An option of the query that is a number of rows.
    pub(super) fn number(&self, option: &str) -> Result<Option<usize>, ArmError> {
        let wrong = |text: &str| {
            ArmError::bad_request(
                "InvalidQueryOption",
                format!("The value '{text}' of {option} is no number."),
            )
        };
        self.query(option).map(|text| text.parse().map_err(|_| wrong(text))).transpose()
    }

    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    /// All parameters but one, as they were.
    pub(super) fn query_without(&self, name: &str) -> String {
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in self.query.iter().filter(|(key, _)| !key.eq_ignore_ascii_case(name)) {
            rest.append_pair(key, value);
        }
        // `$` needs no escape in a query, and Azure does not escape it.
        rest.finish().replace("%24", "$")
    }

    /// Refuses if they may not.
    pub(super) fn require(&self, world: &World, action: &str, scope: &str) -> Result<(), ArmError> {
        if rbac::allows(world, &self.who, action, scope) {
            return Ok(());
        }
        Err(ArmError::forbidden(&self.who, action, scope))
    }

    /// Whether this is a change by somebody who must first sign in more strongly.
    pub(super) fn is_step_up_due(&self, world: &World) -> bool {
        let reads = matches!(self.method, Method::GET | Method::HEAD)
            || self.target.namespace.as_deref() == Some("microsoft.resourcegraph")
            || matches!(&self.target.lower()[..], ["policystates", _, "queryresults" | "summarize"]);
        let person = self.who.upn.as_deref().and_then(|upn| world.person(upn));
        !reads && !self.who.stepped_up && person.is_some_and(|person| person.step_up)
    }

    /// The body as JSON; both its type and its text are checked.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ArmError> {
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("application/json")) {
            return Err(ArmError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                format!(
                    "The content media type '{}' is not supported. Only 'application/json' is supported.",
                    content_type.unwrap_or("<null>")
                ),
            ));
        }
        serde_json::from_slice(self.body).map_err(|error| {
            ArmError::bad_request(
                "InvalidRequestContent",
                format!("The request content was invalid and could not be deserialized: '{error}'."),
            )
        })
    }

    /// Refuses a call without an api-version, or with one the provider does not know.
    pub(super) fn check_version(&self) -> Result<(), ArmError> {
        versions::check(&self.target, self.query("api-version"))
    }

    /// Refuses a resource group that does not exist, which one may only learn who sees it.
    pub(super) fn check_group(&self, world: &World) -> Result<(), ArmError> {
        let Some(group) = &self.target.group else { return Ok(()) };
        let id = self.target.container();
        if world.has_group(&id) || !rbac::sees(world, &self.who, &id) {
            return Ok(());
        }
        Err(ArmError::new(
            StatusCode::NOT_FOUND,
            "ResourceGroupNotFound",
            format!("Resource group '{group}' could not be found."),
        ))
    }

    /// 404 for a resource of a group.
    pub(super) fn not_found(&self) -> ArmError {
        let kind = self.target.rest.first().map_or("", String::as_str);
        let name = self.target.rest.get(1).map_or("", String::as_str);
        let namespace = self.target.namespace.as_deref().map_or("", versions::spelling);
        ArmError::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            format!(
                "The Resource '{namespace}/{kind}/{name}' under resource group '{}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
                self.target.group.as_deref().unwrap_or("<null>")
            ),
        )
    }

    /// A loud answer to what Azure has and this simulator has not.
    pub(super) fn not_simulated(&self) -> ArmError {
        tracing::warn!(method = %self.method, path = self.target.path, "not simulated");
        ArmError::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotSimulated",
            format!("The simulated Azure does not know {} {}.", self.method, self.target.path),
        )
    }
}

/// Where the client thinks it is talking to, which is where links in answers must lead.
fn base(azure: &Azure, uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (uri.scheme_str(), uri.authority(), host) {
        (Some(scheme), Some(authority), _) => format!("{scheme}://{authority}"),
        (_, _, Some(host)) => {
            let scheme =
                headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok()).unwrap_or("http");
            format!("{scheme}://{host}")
        }
        (_, _, None) => azure.url.clone(),
    }
}
