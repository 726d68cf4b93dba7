//! The service, as `main` puts it together, but with a clock that is wound by hand.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{self, Next};
use backend::clock::Clock;
use backend::config::Config;
use backend::rules::Rules;
use backend::server;
use backend::state::AppState;
use simulator::{Simulator, World};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use toml::Table;
use url::Url;

use super::HOME;
use super::calls::Calls;

/// Who may do what in `world.toml`.
pub const RULES: &str = include_str!("rules.toml");

/// The name of the file with the settings.
pub const SETTINGS: &str = "postern.toml";

/// The same after a restart, so that sessions last.
const SEALING_KEY: &str = "dGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE=";

/// Where the service is found, whether it runs or not.
#[derive(Debug)]
pub struct Door {
    listener: std::net::TcpListener,
    site: Url,
    setting: Setting,
}

/// Who may do what, and where people come from.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub rules: &'static str,
    pub home: IpAddr,
}

impl Setting {
    /// Of `world.toml`.
    pub const TESTS: Self = Self { rules: RULES, home: HOME };
    /// Of the demo: in its world this computer is on the Internet under this address.
    pub const DEMO: Self = Self {
        rules: include_str!("../../../backend/demo/access.toml"),
        home: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
    };
}

/// A service that runs, on threads of its own so that it can be stopped in the middle of
/// everything.
#[derive(Debug)]
pub struct Service {
    router: Router,
    runtime: Option<Runtime>,
}

impl Door {
    /// A free port of the loopback address. Browsers reach it at `site`, or else right there.
    pub fn open(site: Option<Url>, setting: Setting) -> Self {
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        listener.set_nonblocking(true).expect("it is a socket");
        let address = listener.local_addr().expect("it is bound");
        let listens_at = || format!("http://{address}").parse().expect("it is a URL");
        Self { listener, site: site.unwrap_or_else(listens_at), setting }
    }

    pub fn site(&self) -> &Url {
        &self.site
    }
}

impl Service {
    pub async fn start(folder: &Path, door: &Door, clock: Clock) -> Self {
        let runtime =
            Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads can be had");
        let config = settings(folder);
        let Setting { rules, home } = door.setting;
        let handle = runtime.handle().clone();
        let starting = tokio::task::spawn_blocking(move || handle.block_on(compose(config, rules, clock)));
        let router = starting.await.expect("the service starts");
        let served = router.clone().layer(middleware::from_fn(move |mut request: Request, next: Next| {
            // Whoever connects from this computer stands for somebody at home.
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(home, 50_000)));
            next.run(request)
        }));
        let listener = door.listener.try_clone().expect("it is a socket");
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("it does not block");
            server::accept(listener, served, server::Patience::default(), std::future::pending()).await;
        });
        Self { router, runtime: Some(runtime) }
    }

    pub fn calls(&self) -> Calls {
        let runtime = self.runtime.as_ref().expect("it runs until it is dropped").handle().clone();
        Calls::InProcess { router: self.router.clone(), runtime }
    }
}

impl Service {
    /// Stops it, whatever it is doing.
    pub fn kill(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What `main` does once it has its settings.
async fn compose(config: Config, rules: &str, clock: Clock) -> Router {
    let rules: Rules = rules.parse().expect("the access rules of the tests are sound");
    let public_url = config.server.public_url.clone();
    let state = AppState::start(config, rules, clock).await.expect("the service starts");
    backend::app(state, &public_url)
}

/// The settings in a folder, as `main` reads them.
pub fn settings(folder: &Path) -> Config {
    Config::load(Some(folder.join(SETTINGS))).expect("the settings of the tests are sound")
}

/// Writes settings as an operator would. What stands in `more` comes on top.
pub fn write_settings(azure: &Simulator, folder: &Path, site: &Url, store: &str, more: &str) {
    let (url, tenant) = (azure.url(), azure.world().tenant.id.clone());
    let (client_id, secret) = (World::CLIENT_ID, World::CLIENT_SECRET);
    let settings = format!(
        r#"
        [server]
        public_url = "{site}"

        [azure]
        cloud = "custom"
        tenant = "{tenant}"
        custom = {{ authority = "{url}", arm = "{url}", arm_scope = "https://management.azure.com/.default", graph = "{url}", graph_scope = "https://graph.microsoft.com/.default" }}
        credential = {{ kind = "client_secret", client_id = "{client_id}", secret = "{secret}" }}

        [sign_in]
        client_id = "{client_id}"
        client_secret = "{secret}"

        [session]
        key = "{SEALING_KEY}"
        idle = "4h"
        absolute = "8h"

        [store]
        url = "{store}"

        [access]
        rules = "not read: they are in `rules.toml`"
        "#,
    );
    let mut settings: Table = settings.parse().expect("the settings of the tests are TOML");
    for (section, more) in more.parse::<Table>().expect("the settings of a test are TOML") {
        let more = more.as_table().expect("settings stand in sections").clone();
        match settings.entry(&section).or_insert_with(|| Table::new().into()) {
            toml::Value::Table(usual) => usual.extend(more),
            other => panic!("{section} is {other}"),
        }
    }
    fs::write(folder.join(SETTINGS), settings.to_string()).expect("the folder takes files");
}
