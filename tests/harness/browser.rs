//! The page in a real browser: headless Chromium, driven over `WebDriver`.

mod driver;
mod evidence;
mod find;
mod keyboard;
mod lighthouse;
mod look;
mod outside;

use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::time::Duration;

use fantoccini::Client;
use fantoccini::error::CmdError;
use futures_util::FutureExt;
use serde_json::json;
use url::Url;

pub use evidence::folder_of as evidence_of;
pub(crate) use evidence::name_of;
pub use fantoccini::key::Key;
pub use find::{Find, Usable};
pub use lighthouse::lighthouse;
pub use look::Scheme;
pub use outside::{Heard, Network};

use driver::Driver;

/// How long a page may take to show what is expected of it.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(30);

/// A page in a browser of its own.
#[derive(Debug)]
pub struct Page {
    client: Client,
    site: Url,
    driver: Driver,
}

/// Visits the site at `site` with a new browser, which is closed whatever comes of the visit.
///
/// If the visit fails, or the page complained on its console, a screenshot, the console and the
/// page as it stood are kept, and the test says where.
pub async fn visit<V>(site: &Url, visit: V)
where
    V: AsyncFnOnce(&Page),
{
    visit_named(&evidence::name_of::<V>(), site, visit).await;
}

/// The same, for a test that is not known by the closure.
pub(crate) async fn visit_named(test: &str, site: &Url, visit: impl AsyncFnOnce(&Page)) {
    let driver = Driver::start().await;
    let client = driver.new_session().await;
    let page = Page { client, site: site.clone(), driver };
    let visited = AssertUnwindSafe(async {
        visit(&page).await;
        let complaints = evidence::complaints(&page).await;
        assert!(complaints.is_empty(), "the page complained on its console:\n{}", complaints.join("\n"));
    });
    let outcome = visited.catch_unwind().await;
    if outcome.is_err() {
        evidence::keep(&page, test).await;
    }
    let closed = page.client.close().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    closed.expect("the browser closes");
}

impl Page {
    /// Goes to a path of the site, as by typing it into the address bar.
    pub async fn goto(&self, path: &str) {
        let url = self.site.join(path).expect("tests go to paths of the site");
        self.client.goto(url.as_str()).await.expect("the browser goes where it is told");
    }

    /// Path and query of the address bar.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("a page has an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// Waits until the address bar shows this path and query.
    pub async fn arrives_at(&self, path: &str) {
        let Some(()) = self.eventually(async || (self.path().await == path).then_some(())).await else {
            panic!("the browser is at {}, not at {path}", self.path().await);
        };
    }

    /// Waits until path and query of the address bar are as wished, and returns them.
    pub async fn path_that(&self, is_right: impl Fn(&str) -> bool) -> String {
        let path = self.eventually(async || Some(self.path().await).filter(|path| is_right(path))).await;
        match path {
            Some(path) => path,
            None => panic!("the browser is at {}", self.path().await),
        }
    }

    /// Waits until the page can be seen to say `text`, whatever stands around it.
    pub async fn says(&self, text: &str) {
        let Some(()) = self.eventually(async || self.visible_text().await.contains(text).then_some(())).await
        else {
            panic!("the page does not say “{text}”. It says:\n{}", self.visible_text().await);
        };
    }

    /// Waits until the page does not say `text` any more.
    pub async fn stops_saying(&self, text: &str) {
        let gone = self.eventually(async || (!self.visible_text().await.contains(text)).then_some(())).await;
        assert!(gone.is_some(), "the page still says “{text}”");
    }

    /// All text that can be seen, with white space made single.
    pub async fn visible_text(&self) -> String {
        let text = self.run("return document.body?.innerText ?? ''").await;
        text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits until the browser has saved a file of that name, and returns what is in it.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.downloads().join(name);
        let file = self.eventually(async || fs::read(&path).ok()).await;
        file.unwrap_or_else(|| panic!("no file {name} was saved; there is {:?}", names_in(self.downloads())))
    }

    /// Where the browser saves files.
    pub fn downloads(&self) -> &Path {
        self.driver.downloads()
    }

    /// Runs a script in the page and returns what it does.
    pub async fn run(&self, script: &str) -> serde_json::Value {
        match self.client.execute(script, Vec::new()).await {
            Ok(value) => value,
            // A page that is being left has nothing to say.
            Err(error) if is_in_passing(&error) => json!(null),
            Err(error) => panic!("a script failed: {error}"),
        }
    }

    /// Waits until a script says `true`.
    pub async fn until(&self, script: &str) {
        let said = self.eventually(async || (self.run(script).await == json!(true)).then_some(())).await;
        assert!(said.is_some(), "“{script}” does not come true");
    }

    /// Looks again and again until there is something to see, for as long as a page may take.
    async fn eventually<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
        let mut glances = tokio::time::interval(GLANCE);
        let seen = async {
            loop {
                glances.tick().await;
                if let Some(seen) = look().await {
                    return seen;
                }
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.ok()
    }
}

/// Whether an error only says that the page changed under the command.
fn is_in_passing(error: &CmdError) -> bool {
    use fantoccini::error::ErrorStatus as E;
    match error {
        CmdError::Standard(error) => {
            matches!(
                error.error,
                E::StaleElementReference
                    | E::ElementClickIntercepted
                    | E::ElementNotInteractable
                    | E::DetachedShadowRoot
            ) || error.message.contains("document unloaded")
        }
        _ => false,
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
