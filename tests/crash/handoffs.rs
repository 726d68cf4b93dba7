//! What was prepared, when the process is killed in the middle of opening it, and what its log says.

use http::Method;
use http::header::CONTENT_TYPE;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::handoff::{HandoffState, PreparedHandoff};
use tests::app::{HOME, Installed, Visitor};
use tests::database::Kind;

use super::PROGRAM;
use super::truth;

/// Azure is given little time, and the log holds all that there is.
const SETTINGS: &str = "[azure]\npatience = \"6s\"\n[log]\nfilter = \"trace\"\n";

async fn prepare(who: &Visitor, wish: &Value) -> PreparedHandoff {
    who.post("/api/handoffs", wish).await.json()
}

#[tokio::test]
async fn a_kill_in_the_middle_loses_nothing_and_leaves_no_link_that_works_again_and_no_secret_in_the_log() {
    let installed = Installed::new(PROGRAM, Kind::Sqlite, SETTINGS, |world| {
        world.behaviour.initiate_delay = SignedDuration::from_secs(1);
    })
    .await;
    let process = installed.serve().await;
    let (hedy, ada) = (installed.sign_in("helpdesk").await, installed.sign_in("admin").await);
    let sam = installed.sign_in("stranger").await;
    let vm = installed.wish("web-1", 3389)["vms"][0]["vm"].clone();
    let wish = json!({
        "vm": vm, "ports": [3389], "duration": "PT1H", "requested_for": "stranger@contoso.com", "reason": "INC1",
    });
    let handed = prepare(&hedy, &wish).await;
    let mut for_guest = wish.clone();
    for_guest["guest"] = json!(true);
    let guest = prepare(&ada, &for_guest).await;
    let secret = |prepared: &PreparedHandoff| prepared.link.split_once('#').expect("it has one").1.to_owned();
    let path =
        |prepared: &PreparedHandoff, what: &str| format!("/api/handoffs/{}/{what}", prepared.handoff.id);

    sam.get(&format!("/for/{}", handed.handoff.id.0.simple())).await;
    sam.post(&path(&handed, "visit"), &json!({ "secret": secret(&handed) })).await;
    let code = guest.code.clone().expect("it is for a guest");
    let odd_codes = [json!("ZZZZ-ZZZZ"), json!("ZZZZ"), json!([code])];
    for odd in odd_codes {
        let knock = json!({ "secret": secret(&guest), "code": odd });
        assert!(!sam.post(&path(&guest, "enter"), &knock).await.status.is_success(), "{odd}");
    }
    // Cut off in the middle, so that no field of it is known for what it is.
    let broken = format!("{{\"secret\":\"{}", secret(&guest));
    let request = sam.request(&Method::POST, &path(&guest, "visit")).header(CONTENT_TYPE, "application/json");
    assert_eq!(sam.send(request.body(broken.into()).expect("it is a request")).await.status, 400);
    let entered = sam.post(&path(&guest, "enter"), &json!({ "secret": secret(&guest), "code": code })).await;
    assert_eq!(entered.status, 204, "{}", entered.text());
    let redemption = json!({ "secret": secret(&handed), "address": HOME });
    let redeem = path(&handed, "redeem");
    let mut moments = tokio::time::interval(std::time::Duration::from_millis(2));
    let kill = async {
        while installed.initiates().is_empty() {
            moments.tick().await;
        }
        let log = process.log();
        process.kill();
        log
    };
    let (_, log) = tokio::join!(sam.try_to_post(&redeem, &redemption), kill);
    assert!(log.contains("/redeem") && log.contains("TRACE"), "the log says what happens");
    for told in [secret(&handed), secret(&guest), code.clone(), code.replace('-', "")] {
        assert!(!log.contains(&told), "{told} stands in the log");
    }

    let kept = installed.store.handoffs().get(handed.handoff.id).await.unwrap().unwrap();
    assert!(matches!(kept.handoff.state, HandoffState::Redeemed { .. }), "{kept:?}");
    let _process = installed.serve().await;
    assert_eq!(sam.post(&redeem, &redemption).await.status, 409, "it is used up");
    truth::settled(&installed).await;
    truth::check(&installed, 0).await;
    assert_eq!(installed.initiates().len(), 1);
}
