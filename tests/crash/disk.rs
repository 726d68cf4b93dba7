//! The disk is full, or cannot be written: nothing is opened, the answer says so, and once there
//! is space again all is well.

use futures_util::future::join_all;
use http::StatusCode;
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::json;
use shared::access::CreatedAccess;
use shared::problem::ProblemKind;
use tests::app::{Installed, Visitor};
use tests::database::Kind;
use tests::process::Process;

use super::PROGRAM;
use super::truth;

/// Failing again and again is what these tests are about.
const SETTINGS: &str = "[limits]\nchanges_per_minute = 1000\n";

/// Asks for everything that changes something, and is told each time that nothing was done.
async fn nothing_can_be_done(installed: &Installed, olga: &Visitor) {
    let before = installed.azure.requests().len();
    let wish = installed.wish("web-1", 3389);
    for (path, body) in [
        ("/api/access-requests".to_owned(), wish),
        (format!("{}/start", installed.vm_path("off-1")), json!({})),
    ] {
        let problem = olga.post(&path, &body).await.problem();
        assert_eq!(problem.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {problem:?}");
        assert_eq!(problem.kind, ProblemKind::NotOnRecord, "{path}: {problem:?}");
        assert!(problem.detail.contains("othing was"), "{problem:?}");
    }
    assert!(installed.initiates().is_empty());
    let calls = installed.azure.requests();
    assert!(
        calls[before..]
            .iter()
            .all(|call| call.method == http::Method::GET || call.path.contains("ResourceGraph")),
        "{calls:?}"
    );
}

/// Opens a port, and waits until it is open.
async fn all_is_well(installed: &Installed, process: &Process, olga: &Visitor) {
    let wish = installed.wish("web-1", 3389);
    let answer = olga.post("/api/access-requests", &wish).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}\n{}", answer.text(), process.log());
    let request = answer.json::<CreatedAccess>().items.remove(0);
    assert_eq!(installed.initiates().len(), 1);
    assert_eq!(installed.store.entries().about(request.id).await.unwrap().len(), 2);
    let again = join_all((0..8).map(|_| olga.post("/api/access-requests", &wish))).await;
    let refused = again.iter().all(|answer| answer.status == StatusCode::CONFLICT);
    assert!(refused, "{again:?}\n{}", process.log());
    truth::settled(installed).await;
    assert_eq!(truth::check(installed, 0).await.opened, 1);
}

/// How large a file may become that the process writes; the kernel refuses the rest, as it does
/// on a disk that is full.
fn let_files_grow_to(process: &Process, bytes: Option<u64>) {
    let limit = Rlimit { current: bytes, maximum: None };
    prlimit(Some(process.pid()), Resource::Fsize, limit).expect("the process is ours");
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_opened_until_there_is_space_again() {
    let installed = Installed::new(PROGRAM, Kind::Sqlite, SETTINGS, |_| ()).await;
    let process = installed.serve().await;
    let olga = installed.sign_in("operator").await;
    let_files_grow_to(&process, Some(0));
    // More often than the service has connections to its database: each of them must recover.
    for _ in 0..8 {
        nothing_can_be_done(&installed, &olga).await;
    }
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK, "what can be read is still there");
    let_files_grow_to(&process, None);
    all_is_well(&installed, &process, &olga).await;
}

/// A server that takes no changes any more, as one does that has become the standby of another.
#[tokio::test]
async fn on_a_server_that_takes_no_changes_nothing_is_opened_until_it_does_again() {
    let installed = Installed::new(PROGRAM, Kind::Postgres, SETTINGS, |_| ()).await;
    let process = installed.serve().await;
    let olga = installed.sign_in("operator").await;
    installed.database.take_no_changes(true).await;
    for _ in 0..8 {
        nothing_can_be_done(&installed, &olga).await;
    }
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK, "what can be read is still there");
    installed.database.take_no_changes(false).await;
    all_is_well(&installed, &process, &olga).await;
}

/// A file that the service may read and not write.
#[tokio::test]
async fn with_a_file_that_cannot_be_written_nothing_is_opened_until_it_can() {
    let installed = Installed::new(PROGRAM, Kind::Sqlite, SETTINGS, |_| ()).await;
    let process = installed.serve().await;
    let olga = installed.sign_in("operator").await;
    process.kill();

    installed.configure(&format!("{SETTINGS}[store]\nurl = \"{}?mode=ro\"\n", installed.database.url()));
    let process = installed.serve().await;
    nothing_can_be_done(&installed, &olga).await;
    assert_eq!(olga.get("/api/session").await.status, StatusCode::OK, "what can be read is still there");
    process.kill();

    installed.configure(SETTINGS);
    let process = installed.serve().await;
    all_is_well(&installed, &process, &olga).await;
}
