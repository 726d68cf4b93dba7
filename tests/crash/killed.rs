//! The process is killed at any moment, again and again. Nothing is lost, nothing opened twice,
//! and what is on record is true.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::access::{RequestId, Status};
use simulator::{Fault, Trouble};
use tests::app::{Installed, Visitor};
use tests::database::Kind;
use tests::on_both_databases;

use super::PROGRAM;
use super::chance::Chance;
use super::truth::{self, Sums};

on_both_databases![what_is_on_record_is_true_however_often_the_process_is_killed];

/// How often the process is killed in one story.
const KILLS: u64 = 10;

/// How many stories there are, unless `POSTERN_CRASH_STORIES` says so.
const STORIES: u64 = 4;

/// How many of them go on at a time: they mostly wait.
const AT_ONCE: usize = 4;

/// Who asks.
const PEOPLE: [&str; 2] = ["operator", "other"];

/// How many of them ask for something at a time.
const CROWD: usize = 6;

/// How long a moment to kill the process at is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// Azure is given little time, so that the tests need not wait either.
const SETTINGS: &str = r#"
[azure]
patience = "6s"
[jit]
close = "remove-rule"
[limits]
calls_per_minute = 100000
changes_per_minute = 100000
grants_per_minute = 100000
grants_per_hour = 100000
grants_per_day = 100000
"#;

async fn what_is_on_record_is_true_however_often_the_process_is_killed(on: Kind) {
    let stories = number("POSTERN_CRASH_STORIES").unwrap_or(STORIES);
    let first = number("POSTERN_CRASH_SEED").unwrap_or(1);
    let began = Instant::now();
    let mut seeds = first..first + stories;
    let mut running: FuturesUnordered<_> = seeds.by_ref().take(AT_ONCE).map(|seed| story(on, seed)).collect();
    let mut sums = Sums::default();
    while let Some(told) = running.next().await {
        sums += told;
        running.extend(seeds.next().map(|seed| story(on, seed)));
    }
    eprintln!("{on:?}: killed {} times in {:?}: {sums:?}", KILLS * stories, began.elapsed());
    assert!(
        sums.opened > 0 && sums.closed > 0 && sums.left_behind > 0,
        "the kills came at no bad moment: {sums:?}"
    );
}

/// One installation whose process is killed again and again, and then left alone.
async fn story(on: Kind, seed: u64) -> Sums {
    let mut chance = Chance::new(seed);
    let installed = Installed::new(PROGRAM, on, SETTINGS, |world| {
        world.behaviour.initiate_delay = SignedDuration::from_millis(300);
        world.behaviour.start_delay = SignedDuration::from_millis(300);
        let role = world.roles.iter_mut().find(|role| role.name == "Postern").expect("it is there");
        role.actions.push("Microsoft.Network/networkSecurityGroups/securityRules/delete".to_owned());
    })
    .await;
    let process = installed.serve().await;
    let people = [installed.sign_in(PEOPLE[0]).await, installed.sign_in(PEOPLE[1]).await];
    process.kill();
    let mut sums = Sums::default();
    let mut asked_for = 0;
    let mut moments = tokio::time::interval(Duration::from_millis(2));
    for _ in 0..KILLS {
        if chance.below(5) == 0 {
            // Before it is ready, perhaps while it looks after what others left behind.
            let process = installed.start();
            tokio::time::timeout(chance.millis(400), std::future::pending::<()>()).await.unwrap_err();
            process.kill();
            continue;
        }
        let process = installed.serve().await;
        for _ in 0..CROWD {
            installed.azure.fail_next(trouble(&mut chance).on("/initiate"));
            installed.azure.fail_next(trouble(&mut chance).method(Method::DELETE));
        }
        let mut open = open_by_username(&installed).await;
        let mut wishes = Vec::new();
        for _ in 0..CROWD {
            asked_for += 1;
            let who = chance.index(people.len());
            let mine = open.get_mut(PEOPLE[who]).and_then(Vec::pop).filter(|_| chance.below(3) > 0);
            let wish = match mine {
                Some(id) => (format!("/api/access-requests/{id}/close"), json!({})),
                None => wish(&installed, &mut chance, asked_for),
            };
            wishes.push((&people[who], wish));
        }
        let asked = wishes.iter().map(|(who, wish)| ask(who, wish));
        // Some kills come before Azure is asked for anything, some in the midst, some long after.
        let before = installed.initiates().len();
        let calls = chance.index(CROWD);
        let moment = async {
            while installed.initiates().len() < before + calls {
                moments.tick().await;
            }
            _ = tokio::time::timeout(chance.millis(600), std::future::pending::<()>()).await;
        };
        let kill = async {
            // Of those who ask, some may be refused: the moment may never come.
            _ = tokio::time::timeout(PATIENCE, moment).await;
            process.kill();
        };
        let (answers, ()) = tokio::join!(join_all(asked), kill);
        sums.answered += answers.into_iter().filter(|answered| *answered).count() as u64;
        installed.azure.faults().clear();
    }
    sums.left_behind = truth::left_behind(&installed).await;
    let _process = installed.serve().await;
    truth::settled(&installed).await;
    sums += truth::check(&installed, seed).await;
    sums
}

/// What goes wrong with a call that opens or closes a port, or how long it takes, before or after.
fn trouble(chance: &mut Chance) -> Fault {
    let time = SignedDuration::try_from(chance.millis(500)).unwrap();
    let trouble = match chance.below(6) {
        0 | 1 => Trouble::Slow(time),
        2 | 3 => Trouble::LateAnswer(time),
        4 => Trouble::ActThenCutOff,
        _ => Trouble::CutOff,
    };
    Fault::next(trouble)
}

/// What is open, by the beginning of the name of those who opened it.
async fn open_by_username(installed: &Installed) -> HashMap<String, Vec<RequestId>> {
    let mut open: HashMap<String, Vec<RequestId>> = HashMap::new();
    for record in installed.store.requests().unfinished().await.expect("the store can be read") {
        let request = record.request;
        if matches!(request.status, Status::Open { .. }) {
            let name = request.requested_by.username.split('@').next().unwrap_or_default().to_owned();
            open.entry(name).or_default().push(request.id);
        }
    }
    open
}

/// Path and body of what somebody asks for, from an address of its own: that nothing was opened is
/// only believed where the network rules keep the address out, too.
fn wish(installed: &Installed, chance: &mut Chance, number: usize) -> (String, Value) {
    const MACHINES: [(&str, u16); 5] =
        [("web-1", 3389), ("shut-1", 3389), ("off-1", 3389), ("app-1", 22), ("lab-1", 22)];
    if chance.below(8) == 0 {
        return (format!("{}/start", installed.vm_path("off-1")), json!({}));
    }
    let (vm, port) = MACHINES[chance.index(MACHINES.len())];
    let mut wish = installed.wish(vm, port);
    wish["source"] = format!("192.0.2.{}", 1 + number).into();
    if chance.below(3) == 0 {
        let (vm, port) = MACHINES[chance.index(MACHINES.len())];
        let more = installed.wish(vm, port)["vms"][0].clone();
        if more != wish["vms"][0] {
            wish["vms"].as_array_mut().unwrap().push(more);
        }
    }
    ("/api/access-requests".to_owned(), wish)
}

/// Whether there was an answer.
async fn ask(who: &Visitor, (path, body): &(String, Value)) -> bool {
    let Some(mut answer) = who.try_to_post(path, body).await else { return false };
    if answer.status == 409 && !answer.problem().replaces.is_empty() {
        let mut accepting = body.clone();
        accepting["replaces"] = json!(answer.problem().replaces);
        let Some(second) = who.try_to_post(path, &accepting).await else { return false };
        answer = second;
    }
    let status = answer.status;
    assert!(!status.is_server_error() || status == 502 || status == 503, "{status} {}", answer.text());
    true
}

#[expect(clippy::disallowed_methods, reason = "tests have no settings")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}
