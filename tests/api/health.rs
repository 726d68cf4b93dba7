//! Signs of life.

use http::StatusCode;
use simulator::{Fault, Trouble};
use tests::TestApp;

#[tokio::test]
async fn alive_and_ready_without_a_session() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.visitor().get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn ready_even_while_azure_is_away() {
    let app = TestApp::start().await;
    app.azure.fail_next(Fault::always(Trouble::CutOff));
    assert_eq!(app.visitor().get("/readyz").await.status, StatusCode::OK);
}
