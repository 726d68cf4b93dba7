//! Whom nobody is asked to write to, and about what.

use super::*;

#[tokio::test]
async fn only_machines_that_one_may_comply_on_are_asked_about() {
    let app = TestApp::start_in(owned).await;
    let lara = app.sign_in("laboratory").await;
    let told = ask(&app, &lara, &["ssh-1", "vault-1"], "preview").await;
    assert_eq!((told.messages.len(), told.left_out.len()), (0, 2), "{told:?}");
    assert!(told.left_out.iter().all(|left| left.why.contains("no access rule lets you")), "{told:?}");
    for who in ["operator", "reader", "stranger"] {
        let visitor = app.sign_in(who).await;
        let wanted = json!({ "vms": [app.vm("ssh-1")], "way": "preview" });
        let problem = visitor.post(PATH, &wanted).await.problem();
        assert_eq!(problem.status, 403, "{who}: {problem:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_what_to_do_and_on_record() {
    let app = TestApp::start_in(owned).await;
    let ada = app.sign_in("admin").await;
    let vm = app.vm("ssh-1");
    for (wanted, status, field, says) in [
        (json!({ "vms": [], "way": "preview" }), 400, "vms", "one to a thousand"),
        (json!({ "vms": [vm], "way": "pigeon" }), 400, "way", "preview"),
        (json!({ "vms": ["x"], "way": "mail" }), 400, "vms", "virtual machine"),
        (json!({ "vms": [vm], "way": "mail", "surprise": 1 }), 400, "surprise", "surprise"),
        (json!({ "vms": [vm], "way": "mail" }), 422, "way", "[smtp]"),
        (json!({ "vms": [vm], "way": "webhook", "webhook": "x" }), 422, "webhook", "copy the messages"),
        (json!({ "vms": [vm], "way": "preview", "webhook": "x" }), 422, "webhook", "only where the way"),
    ] {
        let problem = ada.post(PATH, &wanted).await.problem();
        assert_eq!(problem.status, status, "{wanted}: {problem:?}");
        let text = format!("{problem:?}");
        assert!(text.contains(field) && text.contains(says), "{wanted}: {problem:?}");
    }
    let trail = app.store.entries().before(i64::MAX, 50).await.expect("the trail can be read");
    let refused = trail.iter().filter(|entry| entry.content.body["wanted"] == "ask_owners").count();
    assert_eq!(refused, 2, "by mail, and by a webhook");
}

#[tokio::test]
async fn a_tag_reaches_no_header_and_no_stranger() {
    let server = SmtpServer::start(0).await;
    let tags = [
        ("ssh-1", "ines@contoso.com\r\nBcc: eve@example.com"),
        ("rdp-1", "eve@example.com"),
        ("open-1", "Eve <eve@example.com>"),
    ];
    let app = TestApp::start_set_in(&server.smtp_settings("postern-s3cret"), |world| {
        with_policy(world);
        for (vm, tag) in tags {
            own(world, vm, tag);
        }
        own(world, "naked-1", "desk@contoso.com");
    })
    .await;
    let ada = app.sign_in("admin").await;
    let told = ask(&app, &ada, &["ssh-1", "rdp-1", "open-1"], "mail").await;
    assert_eq!(told.messages.len(), 3, "{told:?}");
    for message in &told.messages {
        assert_eq!(message.outcome, RemediationOutcome::NotSent, "{message:?}");
        assert!(message.no_mail.is_some() && message.to.is_empty(), "{message:?}");
        assert!(!message.text.lines().any(|line| line.starts_with("Bcc")), "{}", message.text);
    }
    all_told(&app, SECOND).await;
    assert_eq!((server.mails().len(), on_record(&app).await.len()), (0, 0));
}
