//! Files signed with what is not in a PEM file: OpenSSL judges them as it does the others.

use shared::access::AccessRequest;
use shared::problem::ProblemKind;
use shared::session::Session;
use tests::TestApp;
use tests::app::{Visitor, minutes};
use tests::trust::Trust;

use crate::signature::{holds, line};

async fn file(olga: &Visitor, request: &AccessRequest) -> String {
    olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text()
}

#[tokio::test]
async fn a_file_is_signed_with_what_openssl_puts_into_pkcs_12() {
    let trust = Trust::anew();
    for options in [&[][..], &["-keypbe", "AES-128-CBC", "-certpbe", "NONE", "-macalg", "SHA512"]] {
        let app = TestApp::start_set(&trust.pfx_settings(options)).await;
        let olga = app.sign_in("operator").await;
        let request = olga.open("web-1", 3389).await;
        assert!(holds(&trust, &file(&olga, &request).await).await, "{options:?}");
    }
}

/// The product before an Azure whose vault has a certificate.
async fn with_vault(trust: &Trust) -> TestApp {
    let app = TestApp::start_in(|world| trust.into_vault(world, "Contoso Vault", (2020, 2090), "v1")).await;
    let settings = trust.vault_settings(app.azure.url());
    app.restart_set(&settings, []).await.0
}

async fn publisher(olga: &Visitor) -> Option<String> {
    let session: Session = olga.get("/api/session").await.json();
    session.rdp_publisher.map(|publisher| publisher.name)
}

#[tokio::test]
async fn a_file_is_signed_in_the_vault_whose_key_nobody_sees() {
    let trust = Trust::anew();
    let app = with_vault(&trust).await;
    let olga = app.sign_in("operator").await;
    assert_eq!(publisher(&olga).await.as_deref(), Some("Contoso Vault"));
    assert!(!olga.get("/api/session").await.json::<Session>().cannot_sign);
    let request = olga.open("web-1", 3389).await;
    let signed = file(&olga, &request).await;
    assert!(holds(&trust, &signed).await, "{signed}");
    let scope = line(&signed, "signscope").expect("it is signed").trim_start_matches("signscope:s:");
    for name in scope.split(',') {
        let covered = line(&signed, name).expect("what is covered is there");
        let changed = signed.replace(&format!("{covered}\r\n"), &format!("{covered}1\r\n"));
        assert!(!holds(&trust, &changed).await, "{name}");
    }
}

#[tokio::test]
async fn a_new_version_in_the_vault_takes_over() {
    let trust = Trust::anew();
    let app = with_vault(&trust).await;
    trust.into_vault(&mut app.azure.world(), "Contoso Vault 2", (2020, 2090), "v2");
    app.wait(minutes(61));
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    assert!(holds(&trust, &file(&olga, &request).await).await);
    assert_eq!(publisher(&olga).await.as_deref(), Some("Contoso Vault 2"));
}

#[tokio::test]
async fn no_unsigned_file_is_handed_out_while_the_vault_does_not_sign() {
    let trust = Trust::anew();
    let app = with_vault(&trust).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let path = format!("/api/access-requests/{}/rdp", request.id);
    let refused = async |why: &str| {
        let problem = olga.get(&path).await.problem();
        assert_eq!((problem.status, problem.kind), (503, ProblemKind::NotSigned), "{why}");
        assert!(
            problem.detail.contains("is open") && problem.detail.contains("203.0.113.80:3389"),
            "{problem:?}"
        );
    };
    for trouble in [429, 500, 503] {
        app.azure.world().vault.trouble = Some(trouble);
        refused(&trouble.to_string()).await;
    }
    app.azure.world().vault.trouble = None;
    app.azure.world().vault.certificates[0].enabled = false;
    refused("a disabled key").await;
    app.azure.world().vault.certificates[0].enabled = true;
    let permissions = std::mem::take(&mut app.azure.world().vault.permissions);
    refused("no permission").await;
    app.azure.world().vault.permissions = permissions;
    assert!(holds(&trust, &file(&olga, &request).await).await, "it signs again");
}

#[tokio::test]
async fn a_vault_that_is_silent_at_the_start_keeps_nobody_from_starting() {
    let trust = Trust::anew();
    let app = TestApp::start_in(|world| {
        trust.into_vault(world, "Contoso Vault", (2020, 2090), "v1");
        world.vault.trouble = Some(503);
    })
    .await;
    let settings = trust.vault_settings(app.azure.url());
    let (app, _) = app.restart_set(&settings, []).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let problem = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.problem();
    assert_eq!(problem.kind, ProblemKind::NotSigned);
    assert!(problem.detail.contains("tell whoever runs Postern"), "{problem:?}");
    let session: Session = olga.get("/api/session").await.json();
    assert!(session.cannot_sign && session.rdp_publisher.is_none(), "nobody is told that files are unsigned");
    app.azure.world().vault.trouble = None;
    app.wait(minutes(1));
    assert!(holds(&trust, &file(&olga, &request).await).await);
    let session: Session = olga.get("/api/session").await.json();
    assert!(!session.cannot_sign && session.rdp_publisher.is_some());
}
