//! OpenSSL as the judge of signed `.rdp` files: it shares no code with what signs them.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use shared::access::CreatedAccess;
use shared::session::Session;
use tests::TestApp;
use tests::app::Visitor;
use tests::process::{program, run};
use tests::trust::Trust;

/// Whether OpenSSL takes the signature of a file, built anew from the file's own text.
pub async fn holds(trust: &Trust, file: &str) -> bool {
    holds_at(trust, file, TestApp::beginning()).await
}

/// The same at another time than that at which tests begin.
async fn holds_at(trust: &Trust, file: &str, when: Timestamp) -> bool {
    let value = |name: &str| line(file, name)?.split_once(":s:").map(|(_, value)| value.to_owned());
    let (Some(scope), Some(signature)) = (value("signscope"), value("signature")) else { return false };
    let covered: Option<Vec<&str>> = scope.split(',').map(|name| line(file, name)).collect();
    let Some(covered) = covered else { return false };
    let text = format!("{}\r\nsignscope:s:{scope}\r\n\0", covered.join("\r\n"));
    let message: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let signature = STANDARD.decode(signature).expect("it is base64");
    let at = |name: &str| trust.folder().join(name);
    fs::write(at("message"), message).expect("there is room");
    fs::write(at("signature"), &signature[12..]).expect("there is room");
    let mut command = Command::new(program(&["openssl"]));
    command.args(["cms", "-verify", "-inform", "DER", "-binary", "-purpose", "any", "-out", "/dev/null"]);
    command.arg("-in").arg(at("signature")).arg("-content").arg(at("message"));
    command.args(["-attime", &when.as_second().to_string()]);
    command.arg("-CAfile").arg(trust.root());
    run(command).await.status.success()
}

/// The first line with this key, as a client reads files.
pub fn line<'a>(file: &'a str, name: &str) -> Option<&'a str> {
    file.split("\r\n").find(|line| line.split(':').next().is_some_and(|key| key.eq_ignore_ascii_case(name)))
}

async fn signed_file(trust: &Trust) -> String {
    let app = TestApp::start_set(&trust.settings()).await;
    let olga = app.sign_in("operator").await;
    let session: Session = olga.get("/api/session").await.json();
    assert_eq!(session.rdp_publisher.expect("there is one").name, "Contoso IT");
    let mut wish = app.wish("web-1", 3389);
    wish["redirections"] = vec!["clipboard"].into();
    let created: CreatedAccess = olga.post("/api/access-requests", &wish).await.json();
    olga.get(&format!("/api/access-requests/{}/rdp", created.items[0].id)).await.text()
}

#[tokio::test]
async fn a_signed_file_is_taken_by_whoever_trusts_the_root_and_by_nobody_else() {
    let (trust, stranger) = (Trust::anew(), Trust::anew());
    let file = signed_file(&trust).await;
    assert!(holds(&trust, &file).await, "{file}");
    fs::copy(stranger.root(), trust.root()).expect("there is room");
    assert!(!holds(&trust, &file).await, "another root");
}

#[tokio::test]
async fn no_line_that_is_covered_can_be_changed_moved_or_left_out() {
    let trust = Trust::anew();
    let file = signed_file(&trust).await;
    let scope = line(&file, "signscope").expect("it is signed").trim_start_matches("signscope:s:");
    let covered: Vec<&str> = scope.split(',').collect();
    assert!(covered.len() > 20, "{scope}");
    for name in &covered {
        let line = line(&file, name).expect("what is covered is there");
        let (key, _) = line.split_once(':').expect("it has a key");
        let without = file.replace(&format!("{line}\r\n"), "");
        let changed = file.replace(&format!("{line}\r\n"), &format!("{line}1\r\n"));
        let doubled = format!("{key}:s:evil\r\n{file}");
        let shorter = file.replace(
            scope,
            &covered.iter().filter(|other| *other != name).copied().collect::<Vec<_>>().join(","),
        );
        for (what, tampered) in
            [("left out", without), ("changed", changed), ("doubled", doubled), ("uncovered", shorter)]
        {
            assert_ne!(tampered, file);
            assert!(!holds(&trust, &tampered).await, "{name} {what}");
        }
    }
    for (shared, other) in
        [("redirectclipboard:i:1", "redirectclipboard:i:0"), ("redirectprinters:i:0", "redirectprinters:i:1")]
    {
        assert!(!holds(&trust, &file.replace(shared, other)).await, "{other} was not asked for");
    }
    let other_user = file.replace("\r\nusername:s:", "\r\nusername:s:x");
    assert!(holds(&trust, &other_user).await, "a user name is not covered");
}

#[tokio::test]
async fn a_file_is_not_signed_with_a_certificate_whose_time_is_over() {
    let trust = Trust::anew();
    let app = TestApp::start_set(&trust.settings()).await;
    let century = SignedDuration::from_hours(24 * 365 * 80);
    app.wait(century);
    let olga = app.sign_in("operator").await;
    let session: Session = olga.get("/api/session").await.json();
    assert_eq!(session.rdp_publisher, None);
    let request = olga.open("web-1", 3389).await;
    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(file.contains("full address") && !file.contains("signature"), "{file}");
}

#[tokio::test]
async fn a_renewal_takes_over_by_itself_and_without_a_restart() {
    let trust = Trust::anew();
    let app = TestApp::start_set(&trust.settings()).await;
    let olga = app.sign_in("operator").await;
    let request = olga.open("web-1", 3389).await;
    let path = format!("/api/access-requests/{}/rdp", request.id);
    let before = olga.get(&path).await.text();
    // While the service runs, of 2030: one for now, and one for the year after.
    trust.renew(&[("Contoso IT 2030", (2030, 2031)), ("Contoso IT 2031", (2031, 2032))]);
    let publisher = async |olga: &Visitor| {
        let session: Session = olga.get("/api/session").await.json();
        session.rdp_publisher.expect("there is one").name
    };
    assert_eq!(publisher(&olga).await, "Contoso IT 2030");
    let after = olga.get(&path).await.text();
    assert!(holds(&trust, &before).await && holds(&trust, &after).await);
    assert_ne!(line(&before, "signature"), line(&after, "signature"));

    app.wait(SignedDuration::from_hours(24 * 370));
    let olga = app.sign_in("operator").await;
    assert_eq!(publisher(&olga).await, "Contoso IT 2031");
    let request = olga.open("web-1", 3389).await;
    let file = olga.get(&format!("/api/access-requests/{}/rdp", request.id)).await.text();
    assert!(holds_at(&trust, &file, app.clock().now()).await, "{file}");
    assert!(!holds(&trust, &file).await, "a year before");
}
