//! The harness itself: what a visit can see, and what it leaves behind when it fails.

use std::fs;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tests::browser::{evidence_of, visit};
use url::Url;

/// A folder with one page in it, as a site.
fn site(page: &str) -> (tempfile::TempDir, Url) {
    let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
    let page = format!("<!doctype html><title>A page</title>{page}");
    fs::write(folder.path().join("page.html"), page).expect("a new folder takes files");
    let url = Url::from_directory_path(folder.path()).expect("the folder's path is absolute");
    (folder, url)
}

#[tokio::test]
async fn things_are_found_by_what_they_are_called() {
    let page = "<label for=why>Reason</label><input id=why aria-describedby=no><p id=no>say why</p>
                <button hidden>Send</button><button aria-label='Send it'>go</button>";
    let (_folder, site) = site(page);
    visit(&site, async |page| {
        page.goto("page.html").await;
        page.field("Reason").fill("INC1").await;
        assert_eq!(page.field("Reason").value().await, "INC1");
        page.field("Reason").is_described_as("say why").await;
        assert!(!page.button("Send").is_there().await);
        page.button("Send *").click().await;
        assert_eq!(page.focus().await, ("button".to_owned(), "Send it".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn what_the_browser_saves_can_be_read() {
    let (_folder, site) = site("<a download=a.rdp href='data:application/x-rdp,hello'>Save</a>");
    visit(&site, async |page| {
        page.goto("page.html").await;
        page.link("Save").click().await;
        assert_eq!(page.downloaded("a.rdp").await, b"hello");
    })
    .await;
}

#[tokio::test]
async fn a_visit_that_fails_leaves_evidence() {
    async fn failing(site: &Url) {
        visit(site, async |page| {
            page.goto("page.html").await;
            panic!("on purpose");
        })
        .await;
    }
    let (_folder, site) = site("<h1>Look here</h1>");
    let failure = AssertUnwindSafe(failing(&site)).catch_unwind().await.unwrap_err();
    assert_eq!(failure.downcast_ref::<&str>(), Some(&"on purpose"));
    let folder = evidence_of("browser.visits.a_visit_that_fails_leaves_evidence.failing");
    assert!(fs::read_to_string(folder.join("page.html")).unwrap().contains("Look here"));
    assert!(fs::read(folder.join("page.png")).unwrap().starts_with(b"\x89PNG"));
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_page_that_complains_on_its_console_fails_the_visit() {
    async fn complaining(site: &Url) {
        visit(site, async |page| {
            page.goto("page.html").await;
        })
        .await;
    }
    let (_folder, site) = site("<script>nobody.knows()</script>");
    let failure = AssertUnwindSafe(complaining(&site)).catch_unwind().await.unwrap_err();
    assert!(failure.downcast_ref::<String>().unwrap().contains("nobody is not defined"));
    fs::remove_dir_all(evidence_of(
        "browser.visits.a_page_that_complains_on_its_console_fails_the_visit.complaining",
    ))
    .unwrap();
}
