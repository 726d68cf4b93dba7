//! The list of machines.

use simulator::{Fault, Trouble};
use tests::TestApp;

#[tokio::test]
async fn the_list_is_searched_and_narrowed_and_the_address_follows() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/vms", async |page| {
        page.says("9 virtual machines").await;
        page.find("searchbox", "Search to filter items").fill("office").await;
        page.says("1 virtual machine").await;
        page.arrives_at("/vms?q=office").await;
        page.link("office-1").click().await;
        page.heading("office-1 | Connect").appears().await;
    })
    .await;
}

#[tokio::test]
async fn nothing_found_is_told_with_the_way_back() {
    let app = TestApp::start().await;
    app.visit_as("operator", "/vms?q=nothing-of-the-kind", async |page| {
        page.says("No virtual machine matches these filters.").await;
        page.link("Reset filters").inside("group", "Filters").click().await;
        page.link("web-1").appears().await;
    })
    .await;
}

#[tokio::test]
async fn somebody_without_any_rule_is_told_whom_to_ask() {
    let app = TestApp::start().await;
    app.visit_as("stranger", "/vms", async |page| {
        page.says("No virtual machines to display.").await;
        page.says("Ask whoever runs Postern").await;
    })
    .await;
}

#[tokio::test]
async fn a_subscription_that_refuses_is_named_and_hides_no_other() {
    let app = TestApp::start().await;
    let laboratory = "/subscriptions/22222222-2222-4222-8222-222222222222/providers/Microsoft.Security/";
    app.azure.fail_next(Fault::always(Trouble::Forbidden).on(laboratory));
    app.visit_as("operator", "/vms", async |page| {
        page.says("Laboratory could not be read in full").await;
        page.link("web-1").appears().await;
    })
    .await;
}
