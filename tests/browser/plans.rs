//! The Defender plan that a subscription lacks, and the button that switches it on.

use http::Method;
use simulator::world::Plan;
use simulator::{Fault, Trouble};
use tests::TestApp;
use tests::browser::Page;

const LACKING: &str = "Something is to be done in 1 subscription*";
const ENABLE: &str = "Switch Plan 2 on for Contoso Sandbox…";
const QUESTION: &str = "Switch Defender for Servers Plan 2 on?";

fn plan(app: &TestApp) -> Plan {
    app.azure.world().subscription("Contoso Sandbox").expect("the demo has it").plan
}

async fn really(page: &Page) {
    page.button(ENABLE).click().await;
    page.button("Switch Plan 2 on").inside("dialog", QUESTION).click().await;
}

#[tokio::test]
async fn a_plan_is_switched_on_after_a_question_that_says_what_it_means() {
    let app = TestApp::start_demo().await;
    app.visit_as("admin", "/jit", async |page| {
        page.find("summary", LACKING).click().await;
        page.says("Contoso Sandbox has no plan of Microsoft Defender for Servers").await;
        page.is_fine_at_any_size("plan-lacking").await;

        page.button(ENABLE).click().await;
        page.says("It costs money: Azure bills Contoso Sandbox for every server and hour.").await;
        page.says("not only the 1 virtual machine that you see here").await;
        page.says("The first 30 days are free of charge").await;
        page.link("Microsoft's price list").inside("dialog", QUESTION).appears().await;
        page.is_fine_at_any_size("plan-question").await;
        page.button("Cancel").inside("dialog", QUESTION).click().await;
        assert_eq!(plan(&app), Plan::Free);

        really(page).await;
        page.says(
            "Contoso Sandbox has Microsoft Defender for Servers Plan 2, free of charge for another 30 days.",
        )
        .await;
        page.stops_saying("Something is to be done in 1 subscription").await;
        page.is_fine_at_any_size("plan-done").await;
    })
    .await;
    assert_eq!(plan(&app), Plan::P2);
}

#[tokio::test]
async fn what_azure_refuses_is_told_and_can_be_tried_again() {
    let app = TestApp::start_demo().await;
    app.visit_as("admin", "/jit", async |page| {
        page.find("summary", LACKING).click().await;
        app.azure.fail_next(Fault::next(Trouble::Forbidden).method(Method::PUT).on("/pricings/"));
        really(page).await;
        page.says("its identity lacks Microsoft.Security/pricings/write").await;
        page.is_fine_at_any_size("plan-refused").await;
        really(page).await;
        page.says("Contoso Sandbox has Microsoft Defender for Servers Plan 2").await;
        page.stops_saying("its identity lacks").await;
    })
    .await;
    assert_eq!(plan(&app), Plan::P2);
}

#[tokio::test]
async fn whoever_may_not_is_told_the_step_and_offered_no_button() {
    let app = TestApp::start_demo().await;
    app.visit_as("auditor", "/jit", async |page| {
        page.find("summary", LACKING).click().await;
        page.says("In the Azure portal open Microsoft Defender for Cloud").await;
        assert!(!page.button(ENABLE).is_there().await);
    })
    .await;
}
