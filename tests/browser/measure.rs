//! How quick a long list and the Connect page are, in a real browser, and what Lighthouse says of that.
//! `make bench` runs this; nothing here passes or fails by how long something took.

use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;
use simulator::world::{NewNic, NewVm, World};
use tests::TestApp;
use tests::app::Visitor;
use tests::browser::{Network, Page, lighthouse};

/// How many machines stand in the tab: the least and the most that are held side by side.
const SIZES: [usize; 2] = [100, 10_000];

fn with(number: usize) -> impl FnOnce(&mut World) {
    move |world| {
        for number in 0..number {
            let nic = NewNic { nsg: Some("web-nsg".to_owned()), ..NewNic::default() };
            let vm = NewVm::linux(&format!("many-{number:05}")).subscription("Production").group("web-rg");
            world.add_vm(vm.nics(vec![nic])).expect("there is no other of that name");
        }
    }
}

/// Milliseconds from the beginning of the visit until the first row is there.
async fn first_rows(page: &Page) -> f64 {
    page.goto("/jit?tab=not-configured").await;
    page.run(
        "window.seen = null;
         const look = () => {
           if (document.querySelector('.jit__row')) window.seen = performance.now();
           else requestAnimationFrame(look);
         };
         look();",
    )
    .await;
    page.link("bare-1").appears().await;
    number(&page.run("return window.seen").await)
}

/// Milliseconds from a key until the browser has painted what it wrote, the median and the longest of
/// twenty keys, with time for answers between them.
async fn typing(page: &Page) -> (f64, f64) {
    page.run(
        "window.keys = [];
         const box = document.querySelector('input[placeholder^=Search]');
         const next = (left) => {
           if (left === 0) { window.typed = true; return; }
           const begun = performance.now();
           box.value += left % 5 === 0 ? ' ' : String(left % 2);
           box.dispatchEvent(new Event('input', { bubbles: true }));
           requestAnimationFrame(() => setTimeout(() => {
             window.keys.push(performance.now() - begun);
             setTimeout(() => next(left - 1), 120);
           }));
         };
         window.typed = false;
         next(20);",
    )
    .await;
    page.until("return window.typed === true").await;
    let mut keys: Vec<f64> = page
        .run("return window.keys")
        .await
        .as_array()
        .map_or(Vec::new(), |keys| keys.iter().map(number).collect());
    keys.sort_unstable_by(f64::total_cmp);
    (keys[keys.len() / 2], keys[keys.len() - 1])
}

/// Lets time pass, as slowly as the simulated Azure needs it, until the service has its list.
async fn until_listed(app: &TestApp, ada: &Visitor) {
    let passing = async {
        let mut steps = tokio::time::interval(Duration::from_millis(100));
        loop {
            steps.tick().await;
            app.wait(SignedDuration::from_secs(1));
        }
    };
    let listed = async { while ada.get("/api/jit").await.status != StatusCode::OK {} };
    tokio::select! {
        () = listed => {}
        () = passing => {}
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("it is a number")
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn a_long_list_of_just_in_time_access() {
    for size in SIZES {
        let app = TestApp::start_in(with(size)).await;
        let ada = app.sign_in("admin").await;
        // The service's own list is there before the browser is.
        until_listed(&app, &ada).await;
        app.visit_as("admin", "/jit", async |page| {
            let cold = first_rows(page).await;
            let mut warm: Vec<f64> = Vec::new();
            for _ in 0..5 {
                warm.push(first_rows(page).await);
            }
            warm.sort_unstable_by(f64::total_cmp);
            let (median, longest) = typing(page).await;
            eprintln!(
                "{size} machines: first rows after {cold:.0} ms, then {:.0} ms (median of 5); a key is painted after {median:.1} ms (median of 20), {longest:.1} ms at most",
                warm[2]
            );
        })
        .await;
    }
}

/// Milliseconds from the beginning of a visit until the one click to the file can be made.
async fn to_the_click(page: &Page, link: &str) -> f64 {
    page.goto(link).await;
    page.run(
        "window.ready = null;
         const look = () => {
           const button = [...document.querySelectorAll('button')].find(
             (button) => button.textContent.includes('Request and download') && !button.disabled);
           if (button) window.ready = performance.now();
           else requestAnimationFrame(look);
         };
         look();",
    )
    .await;
    page.button("Request and download").appears().await;
    page.until("return window.ready !== null").await;
    number(&page.run("return window.ready").await)
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn a_link_to_a_connect_page() {
    let app = TestApp::start().await;
    let link = format!("{}?reason=INC0012345%20look%20at%20the%20disk", app.connect_path("web-1"));
    app.visit_as("operator", "/about", async |page| {
        let mut warm: Vec<f64> = Vec::new();
        for _ in 0..5 {
            warm.push(to_the_click(page, &link).await);
        }
        warm.sort_unstable_by(f64::total_cmp);
        page.set_network(Network::Slow).await;
        let slow = to_the_click(page, &link).await;
        page.set_network(Network::There).await;
        eprintln!(
            "from a link to the one click that leads to the file: {:.0} ms (median of 5), {slow:.0} ms with nothing cached over 400 ms and 60 kB/s",
            warm[2]
        );
    })
    .await;
}

#[tokio::test]
#[ignore = "`make bench` measures"]
async fn what_lighthouse_says_of_the_connect_page() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    let page = app.site().join(&app.connect_path("web-1")).expect("it is a path");
    for preset in ["desktop", "mobile"] {
        for (what, points, lacking) in lighthouse(&page, &olga.cookies(), preset).await {
            eprintln!("Lighthouse, {preset}, {what}: {points:.0} {lacking:?}");
        }
    }
}
