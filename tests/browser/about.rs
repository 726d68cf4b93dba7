//! In whose name files are handed out.

use tests::TestApp;
use tests::trust::Trust;

#[tokio::test]
async fn unsigned_files_are_said_to_be_that_with_what_windows_will_say() {
    let app = TestApp::start().await;
    app.visit_as("operator", &app.connect_path("web-1"), async |page| {
        page.says("Not signed: Windows will warn of an unknown publisher.").await;
        page.link("More about that").click().await;
        page.heading("About Postern").appears().await;
        page.says("rdp.pem_file").await;
    })
    .await;
}

#[tokio::test]
async fn administrators_find_what_makes_windows_trust_signed_files() {
    let trust = Trust::anew();
    let app = TestApp::start_set(&trust.settings()).await;
    app.visit_as("operator", "/about", async |page| {
        page.says("are signed by Contoso IT").await;
        let thumbprint = trust.thumbprint();
        page.says(thumbprint).await;
        page.says(&format!("value=\"sha256:{thumbprint}\"")).await;
        page.button("Copy SHA-256 thumbprint").appears().await;
    })
    .await;
}
