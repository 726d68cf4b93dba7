//! Apps that prove themselves by a signed token instead of a secret, and tokens exchanged for others.

use std::collections::HashMap;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use simulator::{World, world::Federated};

use super::{
    super::client::{Answer, Azure},
    sign_in::{Browser, CALLBACK},
};

const ARM: (&str, &str) = ("scope", "https://management.azure.com/.default");

async fn token(azure: &Azure, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}/{}/oauth2/v2.0/token", azure.simulator.url(), World::TENANT_ID);
    let mut all: HashMap<&str, &str> = HashMap::from([("client_id", World::CLIENT_ID)]);
    all.extend(form.iter().copied());
    Answer::of(azure.http.post(url).form(&all)).await
}

async fn by_assertion(azure: &Azure, assertion: &str) -> Answer {
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    token(azure, &[("grant_type", "client_credentials"), ARM, kind, ("client_assertion", assertion)]).await
}

fn error_code(answer: &Answer) -> Option<u64> {
    answer.body["error_codes"][0].as_u64()
}

/// An assertion for Postern's app, signed with this key.
fn assertion(azure: &Azure, key: &RsaKeyPair, claims: &Value) -> String {
    let mut all = json!({
        "iss": World::CLIENT_ID,
        "sub": World::CLIENT_ID,
        "aud": format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", World::TENANT_ID),
        "exp": azure.now().as_second() + 600,
    });
    all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let content = format!("{}.{}", encode(json!({ "alg": "RS256", "typ": "JWT" })), encode(all));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), content.as_bytes(), &mut signature).unwrap();
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn an_assertion_counts_if_the_apps_own_key_signed_it() {
    let azure = Azure::contoso().await;
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let good = assertion(&azure, &key, &json!({}));
    assert_eq!(error_code(&by_assertion(&azure, &good).await), Some(700_027), "the key is not registered");

    let public = STANDARD.encode(key.public_key().as_ref());
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{public}\n-----END RSA PUBLIC KEY-----\n");
    azure.simulator.world().app_mut("Postern").unwrap().certificates.push(pem);

    assert_eq!(by_assertion(&azure, &good).await.status, 200);
    let expired = assertion(&azure, &key, &json!({ "exp": azure.now().as_second() - 1 }));
    assert_eq!(error_code(&by_assertion(&azure, &expired).await), Some(700_024));
    let elsewhere = assertion(&azure, &key, &json!({ "aud": "https://example.com/token" }));
    assert_eq!(error_code(&by_assertion(&azure, &elsewhere).await), Some(50013));
}

#[tokio::test]
async fn a_trusted_issuers_token_stands_for_the_secret() {
    let azure = Azure::contoso().await;
    let trusted = Federated { issuer: "https://issuer.example".to_owned(), subject: "postern".to_owned() };
    azure.simulator.world().app_mut("Postern").unwrap().federated.push(trusted);
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let of = |issuer: &str, subject: &str, audience: &str| {
        assertion(&azure, &key, &json!({ "iss": issuer, "sub": subject, "aud": audience }))
    };
    let exchange = "api://AzureADTokenExchange";

    assert_eq!(by_assertion(&azure, &of("https://issuer.example", "postern", exchange)).await.status, 200);
    for (issuer, subject, audience, code) in [
        ("https://other.example", "postern", exchange, 700_211),
        ("https://issuer.example", "other", exchange, 700_213),
        ("https://issuer.example", "postern", "api://other", 700_212),
    ] {
        assert_eq!(error_code(&by_assertion(&azure, &of(issuer, subject, audience)).await), Some(code));
    }
}

#[tokio::test]
async fn a_token_for_the_app_becomes_one_that_acts_for_the_same_person_at_azure() {
    let azure = Azure::contoso().await;
    let own = format!("openid api://{}/access", World::CLIENT_ID);
    let code =
        Browser::new(&azure).pick("operator@contoso.com", &Browser::parameters(&[("scope", &own)])).await;
    let secret = ("client_secret", World::CLIENT_SECRET);
    let redemption = [
        ("grant_type", "authorization_code"),
        ("code", &code["code"]),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "0123456789012345678901234567890123456789012"),
        secret,
    ];
    let for_app = token(&azure, &redemption).await.body["access_token"].as_str().unwrap().to_owned();
    let exchange = async |assertion: &str| {
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        token(
            &azure,
            &[grant, ("assertion", assertion), ("requested_token_use", "on_behalf_of"), ARM, secret],
        )
        .await
    };

    let for_azure = exchange(&for_app).await;
    assert_eq!(for_azure.status, 200);
    let for_azure = for_azure.body["access_token"].as_str().unwrap();
    let request = azure.http.get(format!("{}/subscriptions?api-version=2022-12-01", azure.simulator.url()));
    let seen = Answer::of(request.bearer_auth(for_azure)).await;
    assert_eq!(seen.body["value"].as_array().unwrap().len(), 2, "what the operator sees");
    assert_eq!(error_code(&exchange(for_azure).await), Some(50013), "it is not meant for the app");
}
