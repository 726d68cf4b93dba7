use serde_json::{Value, json};

use super::stand_in::{StandIn, TENANT, key};
use super::*;
use crate::clock::Hand;
use crate::session::Identity;

fn clock() -> (Clock, Hand) {
    Clock::by_hand(Timestamp::from_second(1_893_488_400).unwrap())
}

async fn redeem(provider: &Provider) -> Result<Identity, ProviderError> {
    let secrets = Secrets { nonce: "nonce".to_owned(), verifier: "verifier".repeat(8) };
    provider.redeem("code".to_owned(), secrets).await.map(|vouched| vouched.identity)
}

fn is_distrusted(redeemed: &Result<Identity, ProviderError>) -> bool {
    matches!(redeemed, Err(ProviderError::BadToken(_)))
}

#[tokio::test]
async fn a_person_of_entra_is_an_object_of_the_tenant() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    let identity = redeem(&stand_in.provider(&clock)).await.unwrap();
    assert_eq!((identity.key.realm.as_str(), identity.key.subject.as_str()), (TENANT, "olga-object"));
    assert_eq!(identity.person.name, "Olga");
    assert_eq!(identity.person.username, "olga@contoso.com");
    assert_eq!(
        (identity.roles, identity.groups),
        (vec!["Operator".into()], vec!["5b1c".into(), "77aa".into()])
    );
    assert_eq!((identity.sid.as_deref(), identity.login_hint.as_deref()), (Some("s-1"), Some("hint")));
    stand_in.says(|says| {
        assert_eq!(says.asked["client_secret"], "secret");
        assert_eq!(says.asked["code"], "code");
        assert_eq!(says.asked["redirect_uri"], "https://postern.contoso.com/auth/callback");
    });
}

#[tokio::test]
async fn a_person_of_any_other_provider_is_its_subject() {
    let (clock, _) = clock();
    let stand_in = StandIn::start("/realms/main", clock.now()).await;
    for claim in ["tid", "oid", "preferred_username", "groups", "nbf"] {
        stand_in.claims(claim, None);
    }
    stand_in.claims("roles", Some(json!("Operator")));
    stand_in.claims("email", Some(json!("olga@contoso.com")));
    let provider = stand_in.provider(&clock);
    let unverified = redeem(&provider).await.unwrap();
    assert_eq!(unverified.key.realm, stand_in.issuer().as_str());
    assert_eq!(
        (unverified.key.subject.as_str(), unverified.person.username.as_str()),
        ("pairwise", "pairwise")
    );
    assert_eq!((unverified.roles, unverified.groups), (vec!["Operator".into()], Vec::<String>::new()));
    stand_in.claims("email_verified", Some(json!(true)));
    assert_eq!(redeem(&provider).await.unwrap().person.username, "olga@contoso.com");
}

#[tokio::test]
async fn a_provider_is_asked_for_what_it_keeps_out_of_its_tokens() {
    let (clock, _) = clock();
    let stand_in = StandIn::start("/realms/main", clock.now()).await;
    let told = json!({
        "sub": "pairwise", "name": "Olga O.", "preferred_username": "olga@contoso.com", "roles": ["Auditor"],
        "groups": ["5b1c"],
    });
    stand_in.says(|says| says.user_info = Some(told));
    let provider = stand_in.provider(&clock);
    redeem(&provider).await.unwrap();
    assert_eq!(stand_in.says(|says| says.asked_about), 0, "the token says it all");

    for claim in ["name", "preferred_username", "groups"] {
        stand_in.claims(claim, None);
    }
    let identity = redeem(&provider).await.unwrap();
    assert_eq!(identity.person.username, "olga@contoso.com");
    assert_eq!(identity.person.name, "Olga O.");
    assert_eq!(identity.key.subject, "pairwise");
    assert_eq!(identity.groups, ["5b1c"]);
    assert_eq!(identity.roles, ["Operator"], "what the token says goes first");
}

#[tokio::test]
async fn what_a_provider_tells_of_somebody_else_or_not_at_all_lets_nobody_in() {
    let (clock, _) = clock();
    let stand_in = StandIn::start("/realms/main", clock.now()).await;
    stand_in.claims("preferred_username", None);
    stand_in.says(|says| says.user_info = Some(json!({ "sub": "admin", "preferred_username": "admin" })));
    let provider = stand_in.provider(&clock);
    let redeemed = redeem(&provider).await;
    assert!(is_distrusted(&redeemed), "{redeemed:?}");
    for nonsense in [json!({}), json!([]), Value::Null] {
        stand_in.says(|says| says.user_info = Some(nonsense.clone()));
        let redeemed = redeem(&provider).await;
        assert!(matches!(redeemed, Err(ProviderError::BadAnswer(_))), "{nonsense}: {redeemed:?}");
    }
}

#[tokio::test]
async fn entra_is_not_asked_since_its_endpoint_is_another_service() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    stand_in.claims("preferred_username", None);
    stand_in.says(|says| says.user_info = Some(json!({ "sub": "pairwise", "preferred_username": "other" })));
    assert_eq!(redeem(&stand_in.provider(&clock)).await.unwrap().person.username, "olga-object");
    assert_eq!(stand_in.says(|says| says.asked_about), 0);
}

#[tokio::test]
async fn a_token_that_was_not_made_for_this_sign_in_is_not_believed() {
    let (clock, _) = clock();
    let now = clock.now().as_second();
    for (claim, value) in [
        ("nonce", Some(json!("other"))),
        ("nonce", None),
        ("aud", Some(json!("other"))),
        ("aud", Some(json!(["postern", "other"]))),
        ("aud", None),
        ("iss", Some(json!("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"))),
        ("tid", Some(json!("99999999-2222-3333-4444-555555555555"))),
        ("tid", None),
        ("oid", None),
        ("oid", Some(json!(""))),
        ("exp", Some(json!(now))),
        ("exp", Some(json!(now - 3600))),
        ("nbf", Some(json!(now + 61))),
    ] {
        let stand_in = StandIn::entra(clock.now()).await;
        stand_in.claims(claim, value.clone());
        let redeemed = redeem(&stand_in.provider(&clock)).await;
        assert!(is_distrusted(&redeemed), "{claim} {value:?}: {redeemed:?}");
    }
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_sign_is_not_believed() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    let provider = stand_in.provider(&clock);
    let published = stand_in.says(|says| says.signs_with.1.clone());
    let stranger = key();
    for (alg, kid, key) in [
        ("RS256", "k1", &stranger),
        ("RS256", "k2", &stranger),
        ("none", "k1", &published),
        ("HS256", "k1", &published),
        ("HS256", "secret", &published),
        ("RS512", "k1", &published),
    ] {
        stand_in.says(|says| (says.alg, says.signs_with) = (alg, (kid, key.clone())));
        let redeemed = redeem(&provider).await;
        assert!(is_distrusted(&redeemed), "{alg} {kid}: {redeemed:?}");
    }
    stand_in.says(|says| (says.alg, says.signs_with) = ("RS256", ("k1", published)));
    redeem(&provider).await.unwrap();
}

#[tokio::test]
async fn a_token_a_minute_early_is_believed() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    stand_in.claims("nbf", Some(json!(clock.now().as_second() + 60)));
    redeem(&stand_in.provider(&clock)).await.unwrap();
}

#[tokio::test]
async fn a_new_key_is_asked_for_once_a_minute_at_most() {
    let (clock, hand) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    let provider = stand_in.provider(&clock);
    redeem(&provider).await.unwrap();
    redeem(&provider).await.unwrap();
    assert_eq!(stand_in.says(|says| says.discoveries), 1, "the provider is asked once");

    let rotate = |kid| {
        let new = key();
        stand_in.says(|says| {
            says.published = vec![(kid, new.clone())];
            says.signs_with = (kid, new);
        });
    };
    rotate("k2");
    redeem(&provider).await.unwrap();
    assert_eq!(stand_in.says(|says| says.discoveries), 2);
    rotate("k3");
    assert!(is_distrusted(&redeem(&provider).await), "it was asked again just now");
    hand.advance(SignedDuration::from_mins(1));
    redeem(&provider).await.unwrap();
    assert_eq!(stand_in.says(|says| says.discoveries), 3);

    stand_in.says(|says| says.signs_with.0 = "made up");
    for _ in 0..5 {
        assert!(is_distrusted(&redeem(&provider).await));
    }
    assert_eq!(stand_in.says(|says| says.discoveries), 3);
}

#[tokio::test]
async fn a_provider_that_goes_by_another_name_is_not_believed() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    stand_in.says(|says| says.named = says.named.replace("/v2.0", "/v2.0/"));
    assert!(matches!(redeem(&stand_in.provider(&clock)).await, Err(ProviderError::BadAnswer(_))));
}

#[tokio::test]
async fn a_provider_that_says_no_is_quoted_and_its_tokens_are_not() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    let provider = stand_in.provider(&clock);
    let answer = json!({ "error": "invalid_client", "error_description": "AADSTS7000222: expired" });
    stand_in.says(|says| says.refusal = Some((::http::StatusCode::UNAUTHORIZED, answer)));
    let refused = redeem(&provider).await.unwrap_err();
    assert!(refused.to_string().contains("AADSTS7000222"), "{refused}");
    let answer = json!({ "access_token": "hunter2", "token_type": 7 });
    stand_in.says(|says| says.refusal = Some((::http::StatusCode::OK, answer)));
    let broken = redeem(&provider).await.unwrap_err();
    assert!(matches!(broken, ProviderError::BadAnswer(_)));
    assert!(!format!("{broken:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_again_next_time() {
    let (clock, _) = clock();
    let stand_in = StandIn::entra(clock.now()).await;
    let away: Issuer = format!("http://127.0.0.1:1/{TENANT}/v2.0").parse().unwrap();
    let settings = SignInSettings { issuer: away, ..stand_in.settings() };
    let callback = "https://postern.contoso.com/auth/callback".parse().unwrap();
    let mut provider = Provider::new(settings, callback, stand_in::http(), clock);
    assert!(matches!(redeem(&provider).await, Err(ProviderError::Unreachable(_))));
    provider.issuer = stand_in.issuer();
    redeem(&provider).await.unwrap();
}
