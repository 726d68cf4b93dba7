//! The token endpoint.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use simulator::World;

use super::{
    super::client::{Answer, Azure},
    sign_in::{Browser, CALLBACK},
};

const VERIFIER: &str = "0123456789012345678901234567890123456789012";
const ARM: &str = "https://management.azure.com/user_impersonation";

async fn token(azure: &Azure, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}/{}/oauth2/v2.0/token", azure.simulator.url(), World::TENANT_ID);
    let mut all: HashMap<&str, &str> =
        HashMap::from([("client_id", World::CLIENT_ID), ("client_secret", World::CLIENT_SECRET)]);
    all.extend(form.iter().copied());
    Answer::of(azure.http.post(url).form(&all)).await
}

async fn redeem(azure: &Azure, code: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    form.extend(more);
    token(azure, &form).await
}

async fn code(azure: &Azure) -> String {
    Browser::new(azure).pick("operator@contoso.com", &Browser::parameters(&[])).await["code"].clone()
}

fn claims(token: &Value) -> Value {
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

fn error(answer: &Answer) -> (u16, &str, u64) {
    (
        answer.status.as_u16(),
        answer.body["error"].as_str().unwrap(),
        answer.body["error_codes"][0].as_u64().unwrap(),
    )
}

#[tokio::test]
async fn a_code_gives_who_it_is_a_token_for_azure_and_a_way_to_renew_it() {
    let azure = Azure::contoso().await;
    let answer = redeem(&azure, &code(&azure).await, &[]).await;
    assert_eq!(answer.status, 200);

    let id = claims(&answer.body["id_token"]);
    assert_eq!(id["iss"], azure.simulator.issuer());
    assert_eq!((&id["aud"], &id["nonce"]), (&World::CLIENT_ID.into(), &"the-nonce".into()));
    assert_eq!(
        (&id["preferred_username"], &id["roles"][0]),
        (&"operator@contoso.com".into(), &"Operator".into())
    );
    assert_ne!(id["sub"], id["oid"], "the subject is pairwise");

    let access = claims(&answer.body["access_token"]);
    assert_eq!(
        (&access["aud"], &access["scp"]),
        (&"https://management.azure.com".into(), &"user_impersonation".into())
    );
    assert_eq!(access["upn"], "operator@contoso.com");

    let renewed = token(
        &azure,
        &[("grant_type", "refresh_token"), ("refresh_token", answer.body["refresh_token"].as_str().unwrap())],
    )
    .await;
    assert_eq!(renewed.status, 200);
    assert_eq!(claims(&renewed.body["access_token"])["upn"], "operator@contoso.com");
}

#[tokio::test]
async fn a_code_works_once_in_time_at_the_same_place_with_the_right_verifier() {
    let azure = Azure::contoso().await;
    let first = code(&azure).await;
    assert_eq!(
        error(&redeem(&azure, &first, &[("code_verifier", "wrong")]).await),
        (400, "invalid_grant", 501_481)
    );
    assert_eq!(
        error(&redeem(&azure, &first, &[("redirect_uri", "http://localhost/auth/callback")]).await),
        (400, "invalid_grant", 500_112)
    );
    assert_eq!(redeem(&azure, &first, &[]).await.status, 200);
    assert_eq!(error(&redeem(&azure, &first, &[]).await), (400, "invalid_grant", 54005));

    let late = code(&azure).await;
    azure.wait(600);
    assert_eq!(error(&redeem(&azure, &late, &[]).await), (400, "invalid_grant", 70008));
    assert_eq!(error(&redeem(&azure, "made-up", &[]).await), (400, "invalid_grant", 9_002_313));
}

#[tokio::test]
async fn one_token_is_for_one_resource() {
    let azure = Azure::contoso().await;
    let both = format!("{ARM} https://graph.microsoft.com/User.Read");
    let answer = redeem(&azure, &code(&azure).await, &[("scope", &both)]).await;
    assert_eq!(error(&answer), (400, "invalid_request", 28000));
}

#[tokio::test]
async fn an_app_proves_itself_by_its_secret() {
    let azure = Azure::contoso().await;
    let scope = ("scope", "https://management.azure.com/.default");
    let grant = ("grant_type", "client_credentials");

    let answer = token(&azure, &[grant, scope]).await;
    assert_eq!(answer.body["expires_in"], 3599);
    let access = claims(&answer.body["access_token"]);
    assert_eq!((&access["appid"], &access["idtyp"]), (&World::CLIENT_ID.into(), &"app".into()));
    assert_eq!(access.get("upn"), None);

    assert_eq!(
        error(&token(&azure, &[grant, scope, ("client_secret", "wrong")]).await),
        (401, "invalid_client", 7_000_215)
    );
    assert_eq!(
        error(&token(&azure, &[grant, scope, ("client_secret", "")]).await),
        (401, "invalid_client", 7_000_218)
    );
    assert_eq!(
        error(&token(&azure, &[grant, scope, ("client_id", "unknown")]).await),
        (400, "unauthorized_client", 700_016)
    );
    assert_eq!(error(&token(&azure, &[grant, ("scope", ARM)]).await), (400, "invalid_scope", 1_002_012));
    let unknown = ("scope", "https://unknown.example/.default");
    assert_eq!(error(&token(&azure, &[grant, unknown]).await), (400, "invalid_resource", 500_011));
}

#[tokio::test]
async fn errors_have_entras_shape() {
    let azure = Azure::contoso().await;
    let answer = token(&azure, &[("grant_type", "password")]).await;
    let description = answer.body["error_description"].as_str().unwrap();
    assert!(
        description.starts_with("AADSTS70003: ") && description.ends_with("Timestamp: 2030-01-01 12:00:00Z")
    );
    assert!(description.contains("Trace ID: ") && description.contains("Correlation ID: "));
    assert_eq!(answer.body["timestamp"], "2030-01-01 12:00:00Z");

    let url = format!("{}/{}/oauth2/v2.0/token", azure.simulator.url(), "fabrikam.com");
    let elsewhere = Answer::of(azure.http.post(url).form(&[("grant_type", "client_credentials")])).await;
    assert_eq!(error(&elsewhere), (400, "invalid_request", 90002));
}

#[tokio::test]
async fn who_lost_their_account_or_session_cannot_renew() {
    let azure = Azure::contoso().await;
    let answer = redeem(&azure, &code(&azure).await, &[]).await;
    let refresh_token = answer.body["refresh_token"].as_str().unwrap();
    let renew = async || {
        error_code(&token(&azure, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await)
    };

    azure.simulator.world().person_mut("operator@contoso.com").unwrap().enabled = false;
    assert_eq!(renew().await, Some(50057));
    azure.simulator.world().person_mut("operator@contoso.com").unwrap().enabled = true;
    assert_eq!(renew().await, None);
    azure.simulator.revoke_sessions("operator@contoso.com");
    assert_eq!(renew().await, Some(50173));
}

fn error_code(answer: &Answer) -> Option<u64> {
    answer.body["error_codes"][0].as_u64()
}

#[tokio::test]
async fn a_claims_challenge_is_met_only_by_signing_in_again() {
    let azure = Azure::contoso().await;
    let claims_wanted = r#"{"access_token":{"acrs":{"essential":true,"value":"p1"}}}"#;
    let answer = redeem(&azure, &code(&azure).await, &[]).await;
    let refresh_token = answer.body["refresh_token"].as_str().unwrap();
    let silent = token(
        &azure,
        &[("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("claims", claims_wanted)],
    )
    .await;
    assert_eq!(error(&silent), (400, "interaction_required", 50076));
    assert!(silent.body["claims"].as_str().unwrap().contains("acrs"));

    let parameters = Browser::parameters(&[("claims", claims_wanted)]);
    let back = Browser::new(&azure).pick("operator@contoso.com", &parameters).await;
    let answer = redeem(&azure, &back["code"], &[("claims", claims_wanted)]).await;
    assert_eq!(claims(&answer.body["access_token"])["acrs"][0], "p1");
}

#[tokio::test]
async fn a_token_is_refused_for_what_the_app_cannot_ask_for() {
    let azure = Azure::contoso().await;
    let answer = redeem(&azure, &code(&azure).await, &[]).await;
    let refresh_token = answer.body["refresh_token"].as_str().unwrap();
    let renew = async |more: (&str, &str)| {
        token(&azure, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token), more]).await
    };
    let own = |scope: &str| format!("api://{}/{scope}", World::CLIENT_ID);
    let never_exposed = own("never-exposed");
    for (name, value, expected) in [
        ("scope", never_exposed.as_str(), ("invalid_scope", 70011)),
        ("scope", "https://management.azure.com/whatever", ("invalid_scope", 70011)),
        ("scope", "https://graph.microsoft.com/Mail.Read", ("invalid_grant", 65001)),
        ("claims", "garbage", ("invalid_request", 90023)),
        ("claims", "[1,2]", ("invalid_request", 90023)),
        ("claims", r#"{"access_token":{"acrs":5}}"#, ("invalid_request", 90023)),
    ] {
        let refused = renew((name, value)).await;
        assert_eq!(error(&refused), (400, expected.0, expected.1), "{name}={value}");
    }
    let graph = "https://graph.microsoft.com/.default".to_owned();
    for (scope, granted) in [(own(".default"), "access"), (graph, "User.Read")] {
        let given = renew(("scope", &scope)).await;
        assert_eq!(claims(&given.body["access_token"])["scp"], granted);
    }
}

#[tokio::test]
async fn the_published_keys_grow_when_they_are_rotated() {
    let azure = Azure::contoso().await;
    let url = format!("{}/{}/v2.0/.well-known/openid-configuration", azure.simulator.url(), World::TENANT_ID);
    let configuration = Answer::of(azure.http.get(url)).await.body;
    assert_eq!(configuration["issuer"], azure.simulator.issuer());
    let keys = async || {
        let answer = Answer::of(azure.http.get(configuration["jwks_uri"].as_str().unwrap())).await;
        answer.body["keys"].as_array().unwrap().len()
    };
    assert_eq!(keys().await, 1);
    azure.simulator.rotate_keys();
    assert_eq!(keys().await, 2);
}

#[tokio::test]
async fn the_hosts_own_identity_needs_the_header_of_its_service() {
    let azure = Azure::contoso().await;
    let url = format!(
        "{}/metadata/identity/oauth2/token?resource=https://management.azure.com/",
        azure.simulator.url()
    );
    assert_eq!(Answer::of(azure.http.get(&url)).await.status, 400);
    let answer = Answer::of(azure.http.get(&url).header("Metadata", "true")).await;
    let expires_on = answer.body["expires_on"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(expires_on, azure.now().as_second() + 3599);
}
