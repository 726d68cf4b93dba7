//! Another OpenID provider than the simulated Entra: a certified one, from npm.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use url::Url;

use crate::process::{Process, program};

/// A provider that knows one client, `postern`, and lets one person in without asking.
#[derive(Debug)]
pub struct Provider {
    issuer: Url,
    process: Process,
}

/// Where it tells who somebody is.
#[derive(Debug, Clone, Copy)]
pub enum Tells {
    /// In the ID token, as most providers do.
    InToken,
    /// At its userinfo endpoint, as the standard would have it.
    WhenAsked,
}

impl Tells {
    fn as_str(self) -> &'static str {
        match self {
            Self::InToken => "in-token",
            Self::WhenAsked => "when-asked",
        }
    }
}

impl Provider {
    /// Starts one that sends browsers back to `redirect_uri` and lives in the time of `now`.
    pub async fn start(redirect_uri: &str, client_secret: &str, now: Timestamp, tells: Tells) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        #[expect(clippy::disallowed_methods, reason = "the other program can only be told how far off it is")]
        let ahead = now.duration_since(Timestamp::now()).as_millis();
        let mut command = Command::new(program(&["node"]));
        command
            .arg(root.join("harness/provider.mjs"))
            .args([redirect_uri, client_secret])
            .arg(ahead.to_string())
            .arg(tells.as_str());
        let process = Process::start(&mut command);
        let issuer = process.says(|line| line.strip_prefix("issuer ").map(str::to_owned)).await;
        Self { issuer: issuer.parse().expect("an issuer is a URL"), process }
    }

    /// What it calls itself.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str().trim_end_matches('/')
    }

    /// What a browser does with the address it was sent to, until it is sent elsewhere.
    pub async fn visit(&self, address: &str) -> Url {
        let browser =
            reqwest::Client::builder().redirect(Policy::none()).build().expect("a client can be had");
        let mut cookies = BTreeMap::new();
        let mut address: Url = address.parse().expect("browsers are sent to URLs");
        while address.origin() == self.issuer.origin() {
            let sent: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = browser.get(address.clone()).header(COOKIE, sent.join("; ")).send().await;
            let answer = answer.expect("the provider answers");
            for set in answer.headers().get_all(SET_COOKIE) {
                let pair = set.to_str().expect("cookies are ASCII").split(';').next().unwrap_or_default();
                if let Some((name, value)) = pair.split_once('=') {
                    cookies.insert(name.to_owned(), value.to_owned());
                }
            }
            let Some(next) = answer.headers().get(LOCATION).and_then(|next| next.to_str().ok()) else {
                panic!("{address} led nowhere: {}\n{}", answer.status(), self.process.log());
            };
            address = address.join(next).expect("redirects lead to URLs");
        }
        address
    }
}
