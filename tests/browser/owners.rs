//! Owners are asked to protect their machines, as whoever reviews them sees it.

use jiff::SignedDuration;
use simulator::world::{NewNic, NewNsg, NewVm, World};
use tests::TestApp;
use tests::receiver::Receiver;
use tests::smtp::SmtpServer;

/// Machines of two owners that are open to everybody, and one of nobody.
fn unprotected(world: &mut World) {
    for (name, owner) in [
        ("ssh-1", "ines@contoso.com"),
        ("ssh-2", "plant-operations"),
        ("ssh-3", "ines@contoso.com"),
        ("ssh-4", ""),
    ] {
        let rule = toml::from_str(
            "name = \"Allow-22\"\npriority = 310\naccess = \"Allow\"\nports = [\"22\"]\nsources = [\"*\"]",
        );
        let nsg = NewNsg {
            name: format!("{name}-nsg"),
            subscription: Some("Production".to_owned()),
            group: "more-rg".to_owned(),
            location: "westeurope".to_owned(),
            rules: vec![rule.expect("it is a rule")],
        };
        world.add_nsg(nsg).expect("there is no other of that name");
        let nic = NewNic { nsg: Some(format!("{name}-nsg")), ..NewNic::default() };
        let mut vm = NewVm::linux(name).subscription("Production").group("more-rg").nics(vec![nic]);
        if !owner.is_empty() {
            vm.tags.insert("owner".to_owned(), owner.to_owned());
        }
        world.add_vm(vm).expect("there is no other of that name");
    }
}

#[tokio::test]
async fn owners_are_asked_by_mail_and_webhook_and_a_message_opens_their_machines() {
    let (server, receiver) = (SmtpServer::start(0).await, Receiver::start(&[]).await);
    let settings =
        format!("{}{}", server.smtp_settings("postern-s3cret"), receiver.settings("\"remediation\""));
    let app = TestApp::start_set_in(&settings, unprotected).await;
    app.visit_as("admin", "/compliance?state=all&live=exposed", async |page| {
        for name in ["ssh-1", "ssh-2", "ssh-3", "ssh-4"] {
            page.find("checkbox", &format!("Select {name}")).click().await;
        }
        page.button("Ask owners").click().await;
        page.arrives_at("/compliance/ask").await;
        page.heading("ines@contoso.com").appears().await;
        page.heading("plant-operations").appears().await;
        page.heading("Without an owner").appears().await;
        page.says("2 VMs · to ines@contoso.com").await;
        page.says("[remediation.owners]").await;
        page.says("Please protect 2 virtual machines with just-in-time access").await;
        page.is_fine_at_any_size("compliance-ask").await;

        page.button("Copy message").inside("region", "plant-operations").click().await;
        page.says("Copied message").await;
        page.button("Send by mail").inside("region", "ines@contoso.com").click().await;
        page.says("On its way to ines@contoso.com, about 2 VMs").await;
        page.button("Send to tickets").inside("region", "Without an owner").click().await;
        page.says("On its way to tickets, about 1 VM").await;
        page.is_fine_at_any_size("compliance-asked").await;
        app.until(SignedDuration::from_secs(1), async || {
            (server.mails().len() == 1 && receiver.calls().len() == 1).then_some(())
        })
        .await;
        assert_eq!(receiver.calls()[0].json()["owner"], serde_json::Value::Null);
        assert_eq!(server.mails()[0].to, ["ines@contoso.com"]);
    })
    .await;

    let ada = app.sign_in("admin").await;
    let wanted = serde_json::json!({ "vms": [app.vm("ssh-1"), app.vm("ssh-3")], "way": "preview" });
    let told: shared::compliance::Remediation =
        ada.post("/api/compliance/remediation-requests", &wanted).await.json();
    let path = told.messages[0].link.strip_prefix(app.site().as_str()).expect("it leads here").to_owned();
    app.visit_as("admin", &format!("/{path}"), async |page| {
        page.button("Enable JIT on 2 VMs").appears().await;
        assert!(page.find("checkbox", "Select ssh-1").is_checked().await);
        assert!(page.find("checkbox", "Select ssh-3").is_checked().await);
        page.arrives_at("/compliance?state=all&owner=ines%40contoso.com").await;
        page.button("Clear selection").click().await;
        page.goto("/compliance?state=all&owner=-&choose=all").await;
        page.button("Enable JIT on 2 VMs").appears().await;
        page.find("checkbox", "Select ssh-4").appears().await;
        assert!(page.find("checkbox", "Select open-1").is_checked().await);
        assert!(!page.find("checkbox", "Select bare-1").is_checked().await);
    })
    .await;
}

#[tokio::test]
async fn without_mail_and_webhook_there_is_the_text_and_nothing_chosen_is_told() {
    let app = TestApp::start_in(unprotected).await;
    app.visit_as("admin", "/compliance/ask", async |page| {
        page.says("No virtual machine is chosen.").await;
        page.is_fine_at_any_size("compliance-ask-none").await;
        page.goto("/compliance?state=all&q=ssh-1").await;
        page.find("checkbox", "Select ssh-1").click().await;
        page.button("Ask owners").click().await;
        page.says("Postern’s settings have no mail server").await;
        page.button("Copy message").appears().await;
        assert!(!page.button("Send by mail").is_there().await);
    })
    .await;
}
