//! The authorization endpoint: choosing an account and going back with a code.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use url::Url;

use super::{
    discovery,
    error::EntraError,
    page,
    sessions::{Code, Grant},
    wanted::Wanted,
};
use crate::{
    azure::Azure,
    world::{App, Person, World},
};

/// The cookie of Entra's own session in the browser.
const COOKIE: &str = "ESTSAUTH";

/// No grant is refused here, so that this one is called otherwise than by the token endpoint.
const NO_CONSENT: u32 = 65001;

type Parameters = HashMap<String, String>;

/// `GET /{tenant}/oauth2/v2.0/authorize`
pub(super) async fn show(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    Query(parameters): Query<Parameters>,
) -> Response {
    let world = azure.world();
    let session =
        cookie(&headers).and_then(|cookie| Some((cookie.clone(), azure.sessions.signed_in(&cookie)?)));
    let signed_in = session.as_ref().and_then(|(_, person)| world.person(person));
    let request = match AuthorizeRequest::check(&azure, &world, &tenant, &parameters) {
        Ok(request) => request,
        Err(refusal) => return refusal.respond(azure.clock.now()),
    };
    let prompt = parameters.get("prompt").map_or("", String::as_str);
    let steps_up = request.wanted.steps_up;
    let hinted = parameters.get("login_hint").and_then(|hint| world.person(hint));
    let is_other = |person: &Person| hinted.is_some_and(|hinted| hinted.object_id != person.object_id);
    match (prompt, signed_in) {
        ("none", None) => request.refuse(
            &EntraError::new(
                "login_required",
                50058,
                "A silent sign-in request was sent but no user is signed in. The cookies used to represent the user's session were not sent in the request to Azure AD.",
            ),
            azure.clock.now(),
        ),
        ("none", Some(_)) if steps_up => request.refuse(
            &EntraError::new("interaction_required", 50076, "You must use multi-factor authentication to access the resource."),
            azure.clock.now(),
        ),
        ("none" | "", Some(person)) if !is_other(person) && !steps_up => {
            let cookie = session.as_ref().map(|(cookie, _)| cookie.clone()).unwrap_or_default();
            request.finish(&azure, person, &cookie)
        }
        _ => page::picker(&world, request.app, &parameters, signed_in, hinted, azure.clock.now()),
    }
}

/// `POST` of the account picker: the same parameters, and who.
pub(super) async fn picked(
    State(azure): State<Azure>,
    Path(tenant): Path<String>,
    Form(parameters): Form<Parameters>,
) -> Response {
    let world = azure.world();
    let request = match AuthorizeRequest::check(&azure, &world, &tenant, &parameters) {
        Ok(request) => request,
        Err(refusal) => return refusal.respond(azure.clock.now()),
    };
    let account = parameters.get("account").map_or("", String::as_str);
    let Some(person) = world.person(account) else {
        let error = EntraError::invalid_request(
            50034,
            format!("The user account {account} does not exist in the {} directory.", world.tenant.name),
        );
        return page::error(&error, azure.clock.now());
    };
    let cookie = azure.sessions.sign_in(&person.object_id);
    let mut response = request.finish(&azure, person, &cookie);
    let value = format!("{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// The value of Entra's cookie.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// A request whose app and redirect URI are known, so that errors can go back to the app.
struct AuthorizeRequest<'request> {
    app: &'request App,
    redirect_uri: Url,
    wanted: Wanted,
    parameters: &'request Parameters,
}

/// Where an error is told: to the person if the app cannot be trusted with it.
enum Refusal {
    Page(EntraError),
    Back(Box<(Url, EntraError, Option<String>)>),
}

impl Refusal {
    fn respond(self, now: Timestamp) -> Response {
        match self {
            Self::Page(error) => page::error(&error, now),
            Self::Back(back) => {
                let (redirect_uri, error, state) = *back;
                redirect_error(redirect_uri, &error, state.as_deref(), now)
            }
        }
    }
}

impl<'request> AuthorizeRequest<'request> {
    fn check(
        azure: &Azure,
        world: &'request World,
        tenant: &str,
        parameters: &'request Parameters,
    ) -> Result<Self, Refusal> {
        let get = |name: &str| parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let require = |name: &str| get(name).ok_or_else(|| Refusal::Page(EntraError::missing(name)));
        discovery::check_tenant(world, tenant).map_err(Refusal::Page)?;
        let client_id = require("client_id")?;
        let app = world.apps.iter().find(|app| app.client_id.eq_ignore_ascii_case(client_id));
        let app = app.ok_or_else(|| Refusal::Page(EntraError::unknown_app(client_id, &world.tenant.name)))?;
        let wanted = require("redirect_uri")?;
        let redirect_uri = registered(app, wanted).ok_or_else(|| {
            Refusal::Page(EntraError::invalid_request(
                50011,
                format!(
                    "The redirect URI '{wanted}' specified in the request does not match the redirect URIs configured for the application '{client_id}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal."
                ),
            ))
        })?;
        let back =
            |error| Refusal::Back(Box::new((redirect_uri.clone(), error, get("state").map(str::to_owned))));
        let supported = |name: &str, known: &[&str], code, fallback| match get(name).unwrap_or(fallback) {
            value if known.contains(&value) => Ok(()),
            value => Err(back(EntraError::invalid_request(
                code,
                format!("'{value}' is not a supported value of '{name}' when requesting a token."),
            ))),
        };
        supported("response_type", &["code"], 70005, "")?;
        supported("response_mode", &["query"], 70007, "query")?;
        supported("prompt", &["", "none", "login", "select_account", "consent"], 90023, "")?;
        supported("code_challenge_method", &["S256", "plain"], 50149, "plain")?;
        if get("code_challenge").is_some_and(|challenge| !(43..=128).contains(&challenge.len())) {
            return Err(back(EntraError::invalid_request(
                501_491,
                "Invalid size of Code_Challenge parameter.",
            )));
        }
        let scope = get("scope").ok_or_else(|| back(EntraError::missing("scope")))?;
        // Several resources may be consented to at once; only a token is for one.
        for part in scope.split_whitespace() {
            super::scope::Scope::parse(azure, app, &world.tenant.name, part).map_err(|mut error| {
                if error.code == NO_CONSENT {
                    error.error = "consent_required";
                }
                back(error)
            })?;
        }
        let wanted = Wanted::parse(get("claims")).map_err(back)?;
        Ok(Self { app, redirect_uri, wanted, parameters })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn refuse(&self, error: &EntraError, now: Timestamp) -> Response {
        redirect_error(self.redirect_uri.clone(), error, self.get("state"), now)
    }

    /// Back to the app with a code.
    fn finish(&self, azure: &Azure, person: &Person, session: &str) -> Response {
        let now = azure.clock.now();
        if !person.enabled {
            return page::error(&EntraError::invalid_request(50057, "The user account is disabled."), now);
        }
        if self.app.assignment_required && person.app_roles.is_empty() {
            let message = format!(
                "Your administrator has configured the application {} ('{}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
                self.app.name, self.app.client_id, person.username
            );
            return self.refuse(&EntraError::new("interaction_required", 50105, message), now);
        }
        let hashed = self.get("code_challenge_method") == Some("S256");
        let code = azure.sessions.give_code(Code {
            grant: Grant {
                client_id: self.app.client_id.clone(),
                person: person.object_id.clone(),
                session: crate::stable::uuid(session).to_string(),
                scope: self.get("scope").unwrap_or_default().to_owned(),
                signed_in_at: now,
                stepped_up: self.wanted.steps_up,
            },
            redirect_uri: self.get("redirect_uri").unwrap_or_default().to_owned(),
            nonce: self.get("nonce").map(str::to_owned),
            challenge: self.get("code_challenge").map(|challenge| (challenge.to_owned(), hashed)),
            issued_at: now,
        });
        let mut location = self.redirect_uri.clone();
        location.query_pairs_mut().append_pair("code", &code);
        if let Some(state) = self.get("state") {
            location.query_pairs_mut().append_pair("state", state);
        }
        location.query_pairs_mut().append_pair("session_state", &crate::stable::uuid(session).to_string());
        redirect(&location)
    }
}

/// The redirect URI if the app registered it; on loopback addresses any port will do.
fn registered(app: &App, wanted: &str) -> Option<Url> {
    let url = Url::parse(wanted).ok()?;
    let without_port = |url: &Url| {
        let mut url = url.clone();
        let is_loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        // Fails only for URLs without a host.
        _ = is_loopback.then(|| url.set_port(None));
        url
    };
    let is_known = app.redirect_uris.iter().any(|known| {
        known == wanted || Url::parse(known).is_ok_and(|known| without_port(&known) == without_port(&url))
    });
    is_known.then_some(url)
}

fn redirect_error(mut location: Url, error: &EntraError, state: Option<&str>, now: Timestamp) -> Response {
    location
        .query_pairs_mut()
        .append_pair("error", error.error)
        .append_pair("error_description", &error.description(now));
    if let Some(state) = state {
        location.query_pairs_mut().append_pair("state", state);
    }
    redirect(&location)
}

fn redirect(location: &Url) -> Response {
    (
        StatusCode::FOUND,
        [(header::LOCATION, location.as_str()), (header::CACHE_CONTROL, "no-store, no-cache")],
    )
        .into_response()
}
