//! Bodies that cannot be read.

use serde_json::{Value, json};
use shared::problem::ProblemKind;
use tests::TestApp;

use super::{THERE, path, prepared, sam, secret};

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_a_secret_in_it_is_not_told_back() {
    let app = TestApp::start().await;
    let handed = prepared(&app).await;
    let sam = sam(&app).await;
    let secret = secret(&handed);
    let bodies: [(&str, Value); 6] = [
        ("redeem", json!({ "secret": secret })),
        ("redeem", json!({ "secret": secret, "address": "here" })),
        ("redeem", json!({ "secret": secret, "address": THERE, "source": "*" })),
        ("visit", json!({ "secret": [secret] })),
        ("enter", json!({ "secret": secret, "code": 12 })),
        ("enter", json!([secret])),
    ];
    for (what, body) in bodies {
        let answer = sam.post(&path(&handed, what), &body).await;
        assert_eq!(answer.problem().kind, ProblemKind::Malformed, "{what} {body}");
        assert!(!answer.text().contains(secret), "{}", answer.text());
    }
    assert!(app.initiates().is_empty());
}
