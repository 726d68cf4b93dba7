//! What a plan tells beside what changes.

use jiff::SignedDuration;
use serde_json::json;
use shared::policy_change::ChangePlan;

use super::{apart, plan, set};
use crate::jit_list::more_machines;

fn said<'a>(plan: &'a ChangePlan, vm: &str) -> &'a [String] {
    let item = plan.items.iter().find(|item| item.vm.name().as_str() == vm);
    &item.expect("it was planned").warnings
}

#[tokio::test]
async fn whoever_enables_it_is_told_of_a_rule_that_lets_everybody_in_all_the_same() {
    let app = tests::TestApp::start_in(|world| {
        apart(world);
        more_machines(world);
    })
    .await;
    let ada = app.sign_in("admin").await;
    let plan = plan(&app, &ada, &["ssh-1", "bare-1", "open-1", "web-1"], &set(&[22, 3389])).await;
    let [words] = said(&plan, "ssh-1") else { panic!("{plan:?}") };
    assert!(words.contains("Rule “Allow-ssh” (priority 310)"), "{words}");
    assert!(words.contains("closes nothing that such a rule opens"), "{words}");
    let [words] = said(&plan, "open-1") else { panic!("{plan:?}") };
    assert!(words.contains("lets anybody reach port 3389 without a request"), "{words}");
    assert!(said(&plan, "bare-1").is_empty() && said(&plan, "web-1").is_empty(), "{plan:?}");
}

#[tokio::test]
async fn whoever_disables_it_is_told_what_closes_by_that() {
    let app = tests::TestApp::start_in(apart).await;
    app.opened_by("operator", &app.wish("web-1", 3389)).await;
    let ada = app.sign_in("admin").await;
    let told = app
        .until(SignedDuration::from_secs(10), async || {
            let plan = plan(&app, &ada, &["web-1", "app-1"], &json!("disable")).await;
            assert!(said(&plan, "app-1").is_empty(), "{plan:?}");
            said(&plan, "web-1").first().cloned()
        })
        .await;
    assert_eq!(told, "Port 3389 is open through just-in-time access for somebody; that closes.");
}
