//! Two replicas on one PostgreSQL behind nginx, as the installation guide sets them up.

use jiff::SignedDuration;
use shared::access::{AccessRequest, Status};
use shared::page::Page;
use shared::session::Session;
use tests::app::{HOME, Installed, Visitor};
use tests::database::Kind;

use super::PROGRAM;
use super::truth;

/// Azure is given little time, so that the test need not wait either.
const SETTINGS: &str = "[azure]\npatience = \"6s\"\n[limits]\ngrants_per_hour = 2\n";

#[tokio::test]
async fn killing_either_of_two_behind_nginx_loses_neither_sessions_nor_requests_nor_limits() {
    let mut installed = Installed::new(PROGRAM, Kind::Postgres, SETTINGS, |world| {
        world.behaviour.initiate_delay = SignedDuration::from_millis(300);
    })
    .await;
    let (_nginx, [here, there]) = installed.put_behind_nginx(SETTINGS).await;
    let (one, other) = (installed.serve_at(here).await, installed.serve_at(there).await);
    let olga = installed.sign_in("operator").await;

    olga.open("web-1", 3389).await;
    one.kill();
    all_is_well(&installed, &olga, &[("web-1", 3389)]).await;

    let one = installed.serve_at(here).await;
    olga.open("app-1", 22).await;
    other.kill();
    all_is_well(&installed, &olga, &[("web-1", 3389), ("app-1", 22)]).await;

    let other = installed.serve_at(there).await;
    for _ in 0..4 {
        let refused = olga.post("/api/access-requests", &installed.wish("inner-1", 3389)).await;
        assert_eq!(refused.status, 429, "both count together: {}", refused.text());
    }
    drop((one, other));
    truth::check(&installed, 0).await;
    assert_eq!(installed.initiates().len(), 2, "nothing is asked for twice");
}

/// Whoever is signed in still is, and everything that they opened is open.
async fn all_is_well(installed: &Installed, olga: &Visitor, opened: &[(&str, u16)]) {
    truth::settled(installed).await;
    // nginx has each of the two asked in turn, and finds out which is gone.
    for _ in 0..4 {
        let session: Session = olga.get("/api/session").await.json();
        assert_eq!(session.person.username, "operator@contoso.com");
        let mine: Page<AccessRequest> = olga.get("/api/access-requests?mine=true").await.json();
        assert_eq!(mine.items.len(), opened.len());
        assert!(mine.items.iter().all(|request| matches!(request.status, Status::Open { .. })), "{mine:?}");
    }
    for (vm, port) in opened {
        assert!(installed.azure.admits(vm, *port, HOME), "{vm} {port}");
    }
}
