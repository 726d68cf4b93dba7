//! An OpenID Connect provider for tests, which says what it is told to, true or not.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Issuer, Provider};
use crate::clock::Clock;
use crate::config::SignInSettings;

pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";

/// The provider.
#[derive(Clone)]
pub struct StandIn {
    issuer: String,
    says: Arc<Mutex<Says>>,
}

/// What it says.
pub struct Says {
    /// The keys that it publishes.
    pub published: Vec<(&'static str, Arc<KeyPair>)>,
    /// The key that it signs with, and what it calls that.
    pub signs_with: (&'static str, Arc<KeyPair>),
    /// The algorithm that it names in the token, and uses if it can.
    pub alg: &'static str,
    /// What is in the token.
    pub claims: Value,
    /// What the token endpoint answers instead of a token.
    pub refusal: Option<(StatusCode, Value)>,
    /// The issuer that it names in its own description.
    pub named: String,
    /// How often it was asked for that description.
    pub discoveries: u32,
    /// What it tells of a person who is asked about; it has no such place if there is nothing.
    pub user_info: Option<Value>,
    /// How often it was asked about a person.
    pub asked_about: u32,
    /// What the token endpoint was last asked.
    pub asked: HashMap<String, String>,
}

/// The key it starts with. Making one takes a while, and a key is not changed by use.
static FIRST_KEY: LazyLock<Arc<KeyPair>> = LazyLock::new(key);

/// A new key.
pub fn key() -> Arc<KeyPair> {
    Arc::new(KeyPair::generate(KeySize::Rsa2048).unwrap())
}

impl StandIn {
    /// One whose issuer ends with `path`, and which tells of Olga.
    pub async fn start(path: &str, now: Timestamp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = format!("{url}{path}");
        let key = FIRST_KEY.clone();
        let says = Says {
            published: vec![("k1", key.clone())],
            signs_with: ("k1", key),
            alg: "RS256",
            claims: json!({
                "iss": issuer, "aud": "postern", "sub": "pairwise", "nonce": "nonce",
                "iat": now.as_second(), "nbf": now.as_second(), "exp": now.as_second() + 3600,
                "tid": TENANT, "oid": "olga-object", "sid": "s-1", "login_hint": "hint",
                "name": "Olga", "preferred_username": "olga@contoso.com",
                "roles": ["Operator"], "groups": ["5b1c", "77aa"],
            }),
            refusal: None,
            named: issuer.clone(),
            discoveries: 0,
            user_info: None,
            asked_about: 0,
            asked: HashMap::new(),
        };
        let stand_in = Self { issuer, says: Arc::new(Mutex::new(says)) };
        let router = Router::new()
            .route(&format!("{path}/.well-known/openid-configuration"), get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(stand_in.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        stand_in
    }

    /// A tenant of Microsoft Entra ID.
    pub async fn entra(now: Timestamp) -> Self {
        Self::start(&format!("/{TENANT}/v2.0"), now).await
    }

    pub fn issuer(&self) -> Issuer {
        self.issuer.parse().unwrap()
    }

    pub fn settings(&self) -> SignInSettings {
        SignInSettings {
            issuer: self.issuer(),
            client_id: "postern".to_owned(),
            client_secret: Some("secret".into()),
            scopes: vec!["profile".to_owned()],
            api_scope: None,
        }
    }

    pub fn provider(&self, clock: &Clock) -> Provider {
        let callback = "https://postern.contoso.com/auth/callback".parse().unwrap();
        Provider::new(self.settings(), callback, http(), clock.clone())
    }

    /// Looks at what it says, or has it say something else.
    pub fn says<T>(&self, with: impl FnOnce(&mut Says) -> T) -> T {
        with(&mut self.says.lock().unwrap())
    }

    /// Puts `value` into the token, or takes the claim out.
    pub fn claims(&self, name: &str, value: Option<Value>) {
        self.says(|says| match value {
            Some(value) => says.claims[name] = value,
            None => drop(says.claims.as_object_mut().unwrap().remove(name)),
        });
    }
}

pub fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn describe(State(stand_in): State<StandIn>) -> Json<Value> {
    let url = stand_in.issuer().as_str()[..].split('/').take(3).collect::<Vec<_>>().join("/");
    stand_in.says(|says| {
        says.discoveries += 1;
        let mut description = json!({
            "issuer": says.named,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "end_session_endpoint": format!("{url}/logout"),
            "jwks_uri": format!("{url}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256", "RS512", "HS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        });
        if says.user_info.is_some() {
            description["userinfo_endpoint"] = json!(format!("{url}/userinfo"));
        }
        Json(description)
    })
}

async fn keys(State(stand_in): State<StandIn>) -> Json<Value> {
    stand_in.says(|says| {
        let keys = says.published.iter().map(|(kid, key)| {
            let public = key.public_key();
            let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
            json!({
                "kty": "RSA", "use": "sig", "kid": kid,
                "n": text(public.modulus().big_endian_without_leading_zero()),
                "e": text(public.exponent().big_endian_without_leading_zero()),
            })
        });
        Json(json!({ "keys": keys.collect::<Vec<_>>() }))
    })
}

async fn user_info(State(stand_in): State<StandIn>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    stand_in.says(|says| {
        says.asked_about += 1;
        let may = headers.get(AUTHORIZATION).is_some_and(|token| token == "Bearer a");
        let answer = says.user_info.clone().filter(|_| may);
        answer.map_or((StatusCode::UNAUTHORIZED, Json(Value::Null)), |told| (StatusCode::OK, Json(told)))
    })
}

async fn token(
    State(stand_in): State<StandIn>,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    stand_in.says(|says| {
        says.asked = form;
        if let Some((status, answer)) = &says.refusal {
            return (*status, Json(answer.clone()));
        }
        let answer = json!({ "token_type": "Bearer", "access_token": "a", "expires_in": 3600, "id_token": says.token() });
        (StatusCode::OK, Json(answer))
    })
}

impl Says {
    fn token(&self) -> String {
        let (kid, key) = &self.signs_with;
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "typ": "JWT", "alg": self.alg, "kid": kid });
        let signed = format!("{}.{}", part(&header), part(&self.claims));
        let rsa = |padding| {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(padding, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
            signature
        };
        let mac = |secret: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes()).as_ref().to_vec()
        };
        let signature = match self.alg {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "RS512" => rsa(&RSA_PKCS1_SHA512),
            "HS256" if *kid == "secret" => mac(b"secret"),
            "HS256" => mac(key.public_key().as_der().unwrap().as_ref()),
            _ => Vec::new(),
        };
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}
