//! The API document: what programs are written against.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::TestApp;

/// Says that the document as it is now is the one to keep.
const BLESS: &str = "POSTERN_BLESS";

#[tokio::test]
async fn the_document_is_the_one_that_is_checked_in() {
    let app = TestApp::start().await;
    let answer = app.visitor().get("/api/openapi.json").await;
    let served: Value = answer.json();
    let text = format!("{}\n", serde_json::to_string_pretty(&served).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(text.lines()).position(|(kept, served)| kept != served);
    assert!(
        kept == text,
        "the API has changed, first in line {}; if that is wanted, run this test with {BLESS}=1 and commit docs/openapi.json",
        differs.map_or(kept.lines().count(), |line| line) + 1
    );
}

#[tokio::test]
async fn every_address_of_the_document_exists_and_none_is_open_to_strangers() {
    let app = TestApp::start().await;
    let document: Value = app.visitor().get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 8, "{:?}", paths.keys());
    for (path, operations) in paths {
        let path = path
            .replace("{subscription}", "11111111-1111-4111-8111-111111111111")
            .replace("{group}", "web-rg")
            .replace("{name}", "web-1")
            .replace("{id}", "00000000-0000-0000-0000-000000000007");
        assert!(!path.contains('{'), "{path}");
        for method in operations.as_object().unwrap().keys() {
            let answer = match method.as_str() {
                "get" => app.visitor().get(&path).await,
                "post" => app.visitor().post(&path, &serde_json::json!({})).await,
                "put" => {
                    app.visitor().change(&path, ("if-none-match", "*"), Some(&serde_json::json!({}))).await
                }
                "delete" => app.visitor().delete(&path).await,
                other => panic!("a method that this test does not know: {other}"),
            };
            // Whoever was given a link need not be signed in, and has it in the body.
            let expected = match path.rsplit('/').next() {
                Some("visit" | "enter" | "redeem") => [400, 403],
                Some("rdp" | "events" | "close") if path.contains("/handoffs/") => [403, 403],
                _ => [401, 401],
            };
            assert!(expected.contains(&answer.problem().status), "{method} {path}");
        }
    }
}
