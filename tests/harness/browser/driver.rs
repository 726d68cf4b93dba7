//! chromedriver and the browser it starts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use url::{ParseError, Url};

use crate::process::{Process, program};

/// What every browser is started with.
pub const SWITCHES: [&str; 8] = [
    // Chromium refuses to run as root otherwise, as containers do.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A chromedriver, and a folder for all that its browser writes.
#[derive(Debug)]
pub struct Driver {
    address: String,
    downloads: PathBuf,
    folder: TempDir,
    _process: Process,
}

impl Driver {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let downloads = folder.path().join("downloads");
        fs::create_dir(&downloads).expect("a new folder takes another");
        let (process, port) = driver().await;
        Self { address: format!("http://127.0.0.1:{port}"), downloads, folder, _process: process }
    }

    /// Opens a browser that nobody has used before.
    pub async fn new_session(&self) -> Client {
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": program(&["chromium", "google-chrome", "google-chrome-stable", "chrome"]),
                "args": self.arguments(),
                "prefs": {
                    "download.default_directory": &self.downloads,
                    "download.prompt_for_download": false,
                    // Judges files by asking its makers about them.
                    "safebrowsing.enabled": false,
                },
            },
        });
        let serde_json::Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .expect("chromedriver opens a browser")
    }

    pub fn downloads(&self) -> &Path {
        &self.downloads
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = [
            "--headless=new",
            // A window without tabs and a bar for addresses, which nobody sees and which are pages
            // themselves: a third of what a short visit costs.
            "--app=data:,",
            "--window-size=1280,900",
            "--lang=en-GB",
            // `computedRole` and `computedName`: what assistive technology is told of an element.
            "--enable-blink-features=ComputedAccessibilityInfo",
        ]
        .map(str::to_owned)
        .into();
        arguments.extend(SWITCHES.map(str::to_owned));
        arguments.push(format!("--user-data-dir={}", self.folder.path().join("profile").display()));
        arguments
    }
}

/// Starts chromedriver, and tells at which port it listens. It takes a free one of IPv6 and gives up
/// if that of IPv4 is not free too; so it is started anew then.
async fn driver() -> (Process, u16) {
    let start = || Process::start(process::Command::new(program(&["chromedriver"])).arg("--port=0"));
    let port = |line: &str| {
        let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    };
    for _ in 0..3 {
        let process = start();
        if let Some(port) = process.says_or_ends(port).await {
            return (process, port);
        }
    }
    let process = start();
    let port = process.says(port).await;
    (process, port)
}

/// A command that chromedriver has beyond the standard.
#[derive(Debug)]
pub struct Command {
    /// Below the session.
    pub path: &'static str,
    pub body: serde_json::Value,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
