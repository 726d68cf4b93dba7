use super::*;

const FOR_A_GROUP: &str = "[[rule]]\nname = \"Night watch\"\nto = { groups = [\"5b1c\"] }\non = [\"tag:env=lab\"]\nmay = [\"see\"]\n";

#[tokio::test]
async fn too_many_groups_keep_nobody_out_where_no_rule_is_for_a_group() {
    let mut street = Street::new().await;
    street.provider.claims("groups", None);
    street.provider.claims("_claim_names", Some(json!({ "groups": "src1" })));
    assert_eq!(street.sign_in().await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn too_many_groups_keep_somebody_out_where_they_count_and_cannot_be_had() {
    for (claim, value) in [("_claim_names", json!({ "groups": "src1" })), ("hasgroups", json!(true))] {
        let mut street = Street::with(IdentityMode::Service, FOR_A_GROUP.parse().unwrap()).await;
        street.provider.claims("groups", None);
        street.provider.claims(claim, Some(value));
        let response = street.sign_in().await;
        assert_eq!(response.status(), StatusCode::BAD_GATEWAY, "{claim}");
        assert!(text(response).await.contains("more groups than fit into a sign-in"), "{claim}");
        assert_eq!(street.ask("GET", "/whoami").await.status(), StatusCode::UNAUTHORIZED, "{claim}");
    }
}

#[tokio::test]
async fn whoever_cannot_be_acted_for_is_not_let_in_where_that_is_the_point() {
    let mut street = Street::with(IdentityMode::Delegated, Rules::default()).await;
    let asked = street.set_out("/auth/login").await;
    assert!(asked["claims"].contains("cp1"), "{asked:?}");
    let response = street.sign_in().await;
    assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
    assert!(text(response).await.contains("user_impersonation"));
    assert_eq!(street.ask("GET", "/whoami").await.status(), StatusCode::UNAUTHORIZED);
}
