//! Owners are asked to protect their machines: by mail, by webhook, or with a text to be copied.

mod refused;
mod weekly;

use backend::audit::{Action, Event, Outcome};
use backend::store::EntryKind;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use shared::activity::{ActivityPage, ActivityStatus, Operation};
use shared::compliance::{Remediation, RemediationMessage, RemediationOutcome, chosen_in};
use simulator::World;
use tests::TestApp;
use tests::app::Visitor;
use tests::receiver::{Call, Mood, Receiver};
use tests::smtp::{Mail, SmtpServer};

use super::{own, with_policy};
const PATH: &str = "/api/compliance/remediation-requests";
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// `ssh-1` of Ines and `open-1` of the plant, whom the settings know; `rdp-1` of nobody.
fn owned(world: &mut World) {
    with_policy(world);
    own(world, "open-1", "Plant operations");
}

const OWNERS: &str = "[remediation.owners]\n\"plant operations\" = \"plant@contoso.com\"\n";

async fn ask(app: &TestApp, who: &Visitor, vms: &[&str], way: &str) -> Remediation {
    let vms: Vec<_> = vms.iter().map(|name| app.vm(name)).collect();
    let mut wanted = json!({ "vms": vms, "way": way });
    if way == "webhook" {
        wanted["webhook"] = json!("tickets");
    }
    let answer = who.post(PATH, &wanted).await;
    let expected = if way == "preview" { StatusCode::OK } else { StatusCode::ACCEPTED };
    assert_eq!(answer.status, expected, "{}", answer.text());
    answer.json()
}

fn of<'a>(told: &'a Remediation, owner: Option<&str>) -> &'a RemediationMessage {
    let mut messages = told.messages.iter().filter(|message| message.owner.as_deref() == owner);
    messages.next().unwrap_or_else(|| panic!("{owner:?} is not asked: {told:#?}"))
}

/// What the trail has of asking owners, oldest first: the target, to whom, and what came of it.
async fn on_record(app: &TestApp) -> Vec<(String, String, Option<Outcome>)> {
    let mut trail = app.store.entries().before(i64::MAX, 200).await.expect("the trail can be read");
    trail.reverse();
    let outcome = |attempt| {
        let entry = trail.iter().find(|entry| entry.content.kind == EntryKind::Outcome(attempt))?;
        serde_json::from_value(entry.content.body.clone()).ok()
    };
    let asked = trail.iter().filter_map(|entry| {
        let EntryKind::Intent(attempt) = entry.content.kind else { return None };
        let action = serde_json::from_value(entry.content.body.clone()).ok()?;
        let Action::AskOwner { target, to, .. } = action else { return None };
        Some((target, to, outcome(attempt)))
    });
    asked.collect()
}

/// Lets time pass until nothing is left to be told.
async fn all_told(app: &TestApp, step: SignedDuration) {
    app.until(step, async || {
        let left = app.store.outbox().count().await.expect("the store answers");
        let open = on_record(app).await.iter().any(|(_, _, outcome)| outcome.is_none());
        (left == 0 && !open).then_some(())
    })
    .await;
}

async fn mails(app: &TestApp, server: &SmtpServer, count: usize) -> Vec<Mail> {
    app.until(SECOND, async || Some(server.mails()).filter(|mails| mails.len() >= count)).await
}

async fn calls(app: &TestApp, receiver: &Receiver, count: usize) -> Vec<Call> {
    app.until(SECOND * 5, async || Some(receiver.calls()).filter(|calls| calls.len() >= count)).await
}

#[tokio::test]
async fn a_preview_has_one_message_for_each_owner_and_changes_nothing() {
    let app = TestApp::start_in(owned).await;
    let ada = app.sign_in("admin").await;
    let before = app.store.entries().head().await.expect("the trail can be read").seq;

    let told = ask(&app, &ada, &["ssh-1", "rdp-1", "open-1", "web-1", "ssh-1"], "preview").await;

    let owners: Vec<Option<&str>> = told.messages.iter().map(|message| message.owner.as_deref()).collect();
    assert_eq!(owners, [Some("ines@contoso.com"), Some("Plant operations"), None]);
    let ines = of(&told, Some("ines@contoso.com"));
    assert_eq!(ines.subject, "Please protect a virtual machine with just-in-time access");
    assert_eq!(ines.vms, [app.vm("ssh-1")]);
    for part in
        ["ssh-1: port 22 is open, high severity.", "Allow-ssh", "Resource group more-rg", "Enable JIT"]
    {
        assert!(ines.text.contains(part), "{part} is missing: {}", ines.text);
    }
    assert!(ines.text.contains("Asked for by Ada Administrator (admin@contoso.com)"), "{}", ines.text);
    assert!(ines.text.contains(&ines.link) && ines.link.starts_with(app.site().as_str()), "{}", ines.link);
    let choice = ines.link.split_once("choose=").expect("it chooses").1;
    assert_eq!(chosen_in(choice), [app.vm("ssh-1")]);
    let past = &of(&told, Some("Plant operations")).text;
    assert!(past.contains("a rule leads past it") && past.contains("delete that rule"), "{past}");
    let [left] = &told.left_out[..] else { panic!("{:?}", told.left_out) };
    assert_eq!((&left.vm, left.why.contains("protects it by now")), (&app.vm("web-1"), true));
    assert_eq!((told.mail, told.webhooks.len(), told.owner_tag.as_str()), (false, 0, "owner"));
    assert!(told.messages.iter().all(|message| message.outcome == RemediationOutcome::Preview));
    assert!(ines.no_mail.as_deref().is_some_and(|why| why.contains("[smtp]")), "{ines:?}");
    assert_eq!(app.store.entries().head().await.expect("the trail can be read").seq, before);
}

#[tokio::test]
async fn mail_goes_to_each_owner_is_tried_again_and_stands_in_the_trail_before_and_after() {
    let server = SmtpServer::start(1).await;
    let settings = format!("{}{OWNERS}", server.smtp_settings("postern-s3cret"));
    let app = TestApp::start_set_in(&settings, owned).await;
    let ada = app.sign_in("admin").await;

    let told = ask(&app, &ada, &["ssh-1", "rdp-1", "open-1"], "mail").await;

    let outcome = |owner| of(&told, owner).outcome;
    assert_eq!(outcome(Some("ines@contoso.com")), RemediationOutcome::Accepted);
    assert_eq!(outcome(Some("Plant operations")), RemediationOutcome::Accepted);
    assert_eq!(of(&told, Some("Plant operations")).to, ["plant@contoso.com"]);
    assert_eq!(outcome(None), RemediationOutcome::NotSent);
    assert!(of(&told, None).no_mail.as_deref().is_some_and(|why| why.contains("Nobody is named")));
    let record = on_record(&app).await;
    assert_eq!(record.len(), 2, "it stands there before anything is sent: {record:?}");

    let mails = mails(&app, &server, 2).await;
    all_told(&app, SECOND).await;

    let mut to: Vec<&str> = mails.iter().flat_map(|mail| &mail.to).map(String::as_str).collect();
    to.sort_unstable();
    assert_eq!(to, ["ines@contoso.com", "plant@contoso.com"]);
    for mail in &mails {
        for line in [
            "Subject: Please protect a virtual machine with just-in-time access\n",
            "Auto-Submitted: auto-generated\n",
        ] {
            assert!(mail.content.contains(line), "{}", mail.content);
        }
    }
    assert_eq!(server.wrongs(), Vec::<String>::new());
    for (target, to, outcome) in on_record(&app).await {
        assert_eq!(target, "mail to owners");
        assert!(matches!(outcome, Some(Outcome::Done { .. })), "{to}: {outcome:?}");
    }
    let seen: ActivityPage = ada.get("/api/activity?operation=ask").await.json();
    let rows: Vec<_> = seen.items.iter().map(|row| (row.operation, row.status)).collect();
    assert_eq!(rows, [(Operation::Ask, ActivityStatus::Succeeded); 2]);
    assert!(
        seen.items.iter().any(|row| row.requested_for.as_deref() == Some("plant@contoso.com")),
        "{seen:?}"
    );
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_on_record_as_failed() {
    let server = SmtpServer::start(0).await;
    let app = TestApp::start_set_in(&server.smtp_settings("postern-s3cret"), |world| {
        with_policy(world);
        own(world, "ssh-1", "nobody@contoso.com");
    })
    .await;
    ask(&app, &app.sign_in("admin").await, &["ssh-1"], "mail").await;
    all_told(&app, SECOND).await;
    let [(_, to, Some(Outcome::Failed { reason }))] = &on_record(&app).await[..] else {
        panic!("it is not on record")
    };
    assert_eq!(to, "nobody@contoso.com");
    assert!(reason.contains("could not be delivered"), "{reason}");
    assert_eq!(server.mails().len(), 0);
}

#[tokio::test]
async fn a_webhook_is_told_owner_by_owner_signed_and_again_where_it_fails_at_first() {
    let receiver = Receiver::start(&[Mood::Status(StatusCode::INTERNAL_SERVER_ERROR)]).await;
    let app = TestApp::start_set_in(&receiver.settings("\"remediation\", \"grant\""), owned).await;
    let ada = app.sign_in("admin").await;
    let told = ask(&app, &ada, &["ssh-1", "rdp-1"], "webhook").await;
    assert!(told.messages.iter().all(|message| message.outcome == RemediationOutcome::Accepted), "{told:?}");

    let calls = calls(&app, &receiver, 3).await;
    all_told(&app, SECOND).await;

    assert_eq!(receiver.calls().len(), 3, "what was taken is not told again");
    let failed = calls[0].header("postern-id");
    assert_eq!(calls.iter().filter(|call| call.header("postern-id") == failed).count(), 2);
    let ines = calls.iter().map(Call::json).find(|body| body["owner"] == "ines@contoso.com");
    let ines = ines.expect("she is told of");
    assert_eq!((&ines["event"], &ines["total"]), (&json!("remediation"), &json!(1)));
    assert_eq!(ines["by"]["username"], "admin@contoso.com");
    assert_eq!(ines["machines"][0]["id"], json!(app.vm("ssh-1")));
    assert_eq!(ines["machines"][0]["open_ports"], json!([22]));
    assert_eq!(ines["machines"][0]["severity"], "high");
    assert_eq!(
        (&ines["subject"], &ines["text"]),
        (&json!(told.messages[0].subject), &json!(told.messages[0].text))
    );
    for call in &calls {
        let signed = call.header("postern-signature");
        let time = signed.strip_prefix("t=").and_then(|rest| rest.split(',').next()).expect("it says when");
        let time = jiff::Timestamp::from_second(time.parse().expect("it is a number")).expect("it is a time");
        let expected = backend::notify::signature(&"0123456789abcdef".into(), time, &call.body);
        assert_eq!(signed, expected);
    }
    for (target, to, outcome) in on_record(&app).await {
        assert_eq!((target.as_str(), to.as_str()), ("tickets", ""));
        assert!(matches!(outcome, Some(Outcome::Done { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn what_nobody_takes_is_given_up_on_record() {
    let receiver = Receiver::start(&[Mood::Status(StatusCode::NOT_FOUND); 200]).await;
    let app = TestApp::start_set_in(&receiver.settings("\"remediation\""), owned).await;
    ask(&app, &app.sign_in("admin").await, &["ssh-1"], "webhook").await;
    calls(&app, &receiver, 1).await;
    all_told(&app, tests::app::minutes(30)).await;
    let [(_, _, Some(Outcome::Failed { reason }))] = &on_record(&app).await[..] else {
        panic!("it is not on record")
    };
    assert!(reason.contains("404"), "{reason}");
}

#[tokio::test]
async fn a_machine_that_was_protected_meanwhile_is_left_out_and_nobody_is_asked() {
    let server = SmtpServer::start(0).await;
    let app = TestApp::start_set_in(&server.smtp_settings("postern-s3cret"), owned).await;
    let ada = app.sign_in("admin").await;
    assert_eq!(ask(&app, &ada, &["ssh-1"], "preview").await.messages.len(), 1);
    let shut = |world: &mut World| {
        let group = world.nsgs.iter_mut().find(|group| group.id.ends_with("/ssh-nsg"));
        group.expect("it is there").rules.retain(|rule| rule.name != "Allow-ssh");
    };
    shut(&mut app.azure.world());
    app.wait(tests::app::minutes(2));

    let told = app.while_time_passes(ask(&app, &ada, &["ssh-1"], "mail")).await;

    assert_eq!(told.messages.len(), 0, "{told:?}");
    assert!(told.left_out[0].why.contains("No rule opens a management port"), "{told:?}");
    assert_eq!(on_record(&app).await.len(), 0);
}
