//! How compliance went over time.

use jiff::SignedDuration;
use shared::compliance::ComplianceHistory;
use tests::TestApp;
use tests::app::Visitor;

use super::{page, with_policy};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn history(who: &Visitor, query: &str) -> ComplianceHistory {
    who.get(&format!("/api/compliance/history?{query}")).await.json()
}

#[tokio::test]
async fn a_day_is_written_down_when_somebody_looks_and_once_a_day_when_nobody_does() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let now = page(&ada, "").await;
    let told = history(&ada, "").await;
    let [today] = &told.items[..] else { panic!("{told:?}") };
    assert_eq!((today.counts, told.partial), (now.counts, false));
    assert!(today.day.to_string().ends_with("T00:00:00Z"), "{today:?}");
    app.wait(DAY);
    app.until(SignedDuration::from_secs(30), async || {
        let kept = app.store.compliance_days().of("", app.now() - DAY).await.expect("they can be read");
        (!kept.is_empty()).then_some(())
    })
    .await;
    let ada = app.sign_in("admin").await;
    let told = history(&ada, "days=7").await;
    assert_eq!(told.items.len(), 2, "{told:?}");
    assert_eq!(history(&ada, "days=1").await.items.len(), 1);
}

#[tokio::test]
async fn each_assignment_has_its_own_and_others_see_nothing_of_it() {
    let app = TestApp::start_in(with_policy).await;
    let ada = app.sign_in("admin").await;
    let whole = history(&ada, "").await;
    let [assignment] = &whole.assignments[..] else { panic!("{whole:?}") };
    let of_one = history(&ada, &format!("assignment={}", assignment.id.to_uppercase())).await;
    assert_eq!(of_one.items[0].counts.covered(), whole.items[0].counts.covered());
    assert!(history(&ada, "assignment=/x").await.items.is_empty());
    let lara = app.sign_in("laboratory").await;
    assert_eq!(history(&lara, "").await.items[0].counts.covered(), 0, "hers are not covered");
    assert!(history(&lara, &format!("assignment={}", assignment.id)).await.items.is_empty());
    for days in ["0", "731", "x"] {
        let problem = ada.get(&format!("/api/compliance/history?days={days}")).await.problem();
        assert_eq!(problem.status, 400, "{days}");
    }
}
