//! The product with a make-believe Azure inside: everything in one command.

mod states;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::map_request;
use backend::azure::cloud::Cloud;
use backend::azure::credential::CredentialSettings;
use backend::clock::Clock;
use backend::config::{
    AccessSettings, AzureSettings, BastionSettings, ComplianceSettings, Config, HandoffsSettings,
    IdentitySettings, InventorySettings, JitSettings, LimitSettings, LogFormat, LogSettings, NotifySettings,
    RdpSettings, RemediationSettings, ReportsSettings, ServerSettings, SessionSettings, SignInSettings,
    StoreSettings,
};
use backend::jit::{Patience, SourceSetting};
use backend::rules::Rules;
use backend::session::{ForwardedHeader, Lifetime, SealingKey};
use backend::state::AppState;
use backend::{app, log, server};
use clap::Parser;
use jiff::SignedDuration;
use simulator::dataplane::{self, DataPlane};
use simulator::{Settings, Simulator, World};
use tokio::net::TcpListener;
use url::Url;

/// Postern with a make-believe Azure inside: everything in one command.
///
/// Prints where the page is, as whom to sign in, and which machines have a real port on this
/// computer. Nobody needs a password, so it listens to this computer alone. Nothing is kept.
#[derive(Debug, Parser)]
#[command(name = "postern-demo", version)]
struct Demo {
    /// The port to listen on; 0 for a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

const RULES: &str = include_str!("../../../demo/access.toml");

#[tokio::main]
async fn main() -> ExitCode {
    match Demo::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("postern-demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Demo {
    async fn run(self) -> anyhow::Result<()> {
        log::start(&LogSettings {
            format: LogFormat::Text,
            filter: "warn,backend=info,postern_demo=info".to_owned(),
        });
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}; is another demo running? --port takes another one")
        })?;
        let listen = listener.local_addr()?;
        let azure = Simulator::start(World::demo(), Settings::default()).await?;
        let doors = open_doors(&azure).await;
        let reachable = doors.as_ref().map(|doors| put_on_this_computer(&azure, doors)).unwrap_or_default();

        let public_url: Url = format!("http://{listen}").parse()?;
        let config = config(&azure, listen, public_url.clone())?;
        let rules: Rules = RULES.parse()?;
        let state = AppState::start(config, rules, Clock::system()).await?;
        let peers = Arc::new(azure.world().peers.clone());
        let states = states::page(&azure.world())?;
        let app = app(state.clone(), &public_url).merge(states).layer(map_request(move |request| {
            let peers = peers.clone();
            async move { seen_from_the_internet(request, &peers) }
        }));

        greet(&public_url, &azure, &reachable);
        server::serve(listener, app, state, server::interrupted()).await;
        Ok(())
    }
}

/// In the make-believe world, clients on this computer have an address on the Internet; the
/// simulated machines see them under it, and so must Postern.
fn seen_from_the_internet(
    mut request: Request,
    peers: &std::collections::BTreeMap<IpAddr, IpAddr>,
) -> Request {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let address = peers.get(&peer.ip()).copied().unwrap_or(peer.ip());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, peer.port())));
    }
    request
}

async fn open_doors(azure: &Simulator) -> Option<DataPlane> {
    match azure.open_ports(dataplane::Settings::default()).await {
        Ok(doors) => Some(doors),
        Err(unavailable) => {
            tracing::warn!("the machines' ports are not there to connect to: {unavailable}");
            None
        }
    }
}

fn config(azure: &Simulator, listen: SocketAddr, public_url: Url) -> anyhow::Result<Config> {
    let (tenant, url) = (World::TENANT_ID, azure.url());
    Ok(Config {
        server: ServerSettings {
            listen,
            public_url,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            answer_within: ServerSettings::ANSWER_WITHIN,
            metrics: None,
        },
        azure: AzureSettings {
            cloud: Cloud {
                authority: url.parse()?,
                arm: url.parse()?,
                // What a token is for is a name; the simulated Azure goes by that of the real one.
                arm_scope: Cloud::public().arm_scope,
                graph: Some(url.parse()?),
                graph_scope: Cloud::public().graph_scope,
                portal: None,
                vault_domain: None,
                vault_scope: Cloud::public().vault_scope,
            },
            tenant: Some(tenant.parse()?),
            credential: CredentialSettings::ClientSecret {
                tenant: tenant.to_owned(),
                client_id: World::CLIENT_ID.to_owned(),
                secret: World::CLIENT_SECRET.into(),
            },
            patience: Patience::default(),
            policy_sources: SourceSetting::Learn,
        },
        sign_in: SignInSettings {
            issuer: azure.issuer().parse()?,
            client_id: World::CLIENT_ID.to_owned(),
            client_secret: Some(World::CLIENT_SECRET.into()),
            scopes: vec!["profile".to_owned()],
            api_scope: None,
        },
        identity: IdentitySettings::default(),
        bastion: BastionSettings { shareable_links: true },
        session: SessionSettings {
            key: SealingKey::generate(),
            previous_key: None,
            lifetime: Lifetime {
                idle: SignedDuration::from_hours(1),
                absolute: SignedDuration::from_hours(8),
            },
        },
        // The make-believe Azure forgets everything too when the demo ends.
        store: StoreSettings { url: "sqlite::memory:".into(), audit_kept: None },
        access: AccessSettings { rules: "demo/access.toml".into() },
        inventory: InventorySettings { max_age: SignedDuration::from_mins(1) },
        jit: JitSettings::default(),
        limits: LimitSettings::default(),
        handoffs: HandoffsSettings::default(),
        compliance: ComplianceSettings::default(),
        reports: ReportsSettings::default(),
        notify: NotifySettings::default(),
        remediation: RemediationSettings::default(),
        rdp: RdpSettings::default(),
        log: LogSettings { format: LogFormat::Text, filter: String::new() },
    })
}

/// Gives two machines the addresses of their doors on this computer, so that what their Connect
/// pages hand out really leads there. All others keep addresses that lead nowhere.
fn put_on_this_computer(azure: &Simulator, doors: &DataPlane) -> Vec<(&'static str, SocketAddr)> {
    let mut world = azure.world();
    let mut reachable = Vec::new();
    for (name, port) in [("jump-01", 3389), ("jump-02", 22)] {
        let door = world.vm(name).and_then(|vm| Some((doors.listen_address(&vm.id, port)?, vm.name.clone())));
        let public_ip =
            world.public_ips.iter_mut().find(|public_ip| public_ip.id.contains(&format!("/{name}-ip")));
        // A door at another port than the machine's own is no use to a client that is told the port.
        if let (Some((door, _)), Some(public_ip)) = (door, public_ip)
            && door.port() == port
        {
            public_ip.address = Some(door.ip());
            public_ip.fqdn = None;
            reachable.push((name, door));
        }
    }
    reachable
}

#[expect(clippy::print_stdout, reason = "this is what whoever types `make demo` is looking for")]
fn greet(public_url: &Url, azure: &Simulator, reachable: &[(&str, SocketAddr)]) {
    println!("\n  Postern is at {public_url}  (Ctrl+C stops it)\n");
    println!("  Azure is made up, at {}. Sign in as \"Operator\";", azure.url());
    println!("  a reason for access is a ticket number, such as INC0012345.");
    println!("  {public_url}demo lists a machine for each state of the Connect page.\n");
    for (name, door) in reachable {
        println!("  {name} has a real port on this computer, {door}, that lets you in while access is open.");
    }
    if reachable.is_empty() {
        println!("  The machines have no ports on this computer, so there is nothing to connect to.");
    }
    println!();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_says_what_it_is() {
        Demo::command().debug_assert();
        let help = Demo::try_parse_from(["postern-demo", "--help"]).unwrap_err();
        assert_eq!(help.kind(), clap::error::ErrorKind::DisplayHelp);
        assert!(Demo::try_parse_from(["postern-demo", "--prot", "1"]).is_err());
        assert_eq!(Demo::try_parse_from(["postern-demo", "--port", "0"]).unwrap().port, 0);
        assert_eq!(Demo::try_parse_from(["postern-demo"]).unwrap().port, 8080);
    }
}
