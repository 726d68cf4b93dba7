//! The handle to a running Azure.

use std::{io, net::SocketAddr, sync::Arc};

use axum::Router;
use jiff::Timestamp;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    azure::Azure,
    clock::Clock,
    dataplane::{self, DataPlane, Gate},
    fault::{Fault, Faults},
    gate, jit,
    request_log::Received,
    server,
    world::{SecurityRule, World},
};

/// How to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    pub clock: Clock,
    /// Where clients reach this server, if not at the address it listens at: behind something
    /// that terminates TLS, say. Issuers and links are made of it.
    pub public_url: Option<String>,
}

impl Default for Settings {
    /// A free port of the loopback address, and the machine's clock.
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)), clock: Clock::real(), public_url: None }
    }
}

/// A running Azure. It stops when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    azure: Azure,
    address: SocketAddr,
    server: JoinHandle<std::convert::Infallible>,
}

impl Simulator {
    /// Starts to listen; when this returns, calls are answered.
    pub async fn start(world: World, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let url = settings.public_url.unwrap_or_else(|| format!("http://{address}"));
        let azure = Azure::new(url.trim_end_matches('/').to_owned(), world, settings.clock);
        let server = tokio::spawn(server::serve(listener, server::router(azure.clone())));
        Ok(Self { azure, address, server })
    }

    /// Where everything is: Entra under `{url}/{tenant}/…`, Resource Manager beside it. No slash at the end.
    pub fn url(&self) -> &str {
        &self.azure.url
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The OpenID issuer, below which the configuration is found.
    pub fn issuer(&self) -> String {
        format!("{}/{}/v2.0", self.azure.url, self.world().tenant.id)
    }

    /// The server without its socket, for calls within the process.
    pub fn router(&self) -> Router {
        server::router(self.azure.clone())
    }

    /// The world, to look at or to change. Drop the guard before the next call: it holds the server up.
    pub fn world(&self) -> impl std::ops::DerefMut<Target = World> + '_ {
        self.azure.world()
    }

    pub fn clock(&self) -> &Clock {
        &self.azure.clock
    }

    pub fn now(&self) -> Timestamp {
        self.azure.clock.now()
    }

    /// The calls that reached Resource Manager, oldest first. Sign-ins and tokens are not among them.
    pub fn requests(&self) -> Vec<Received> {
        self.azure.log.all()
    }

    /// The calls that reached Entra, oldest first; paths only, for what they carry is secret.
    pub fn entra_requests(&self) -> Vec<Received> {
        self.azure.sign_ins.all()
    }

    /// Begins both logs anew.
    pub fn forget_requests(&self) {
        self.azure.log.clear();
        self.azure.sign_ins.clear();
    }

    /// Lets a fault befall a call to come.
    pub fn fail_next(&self, fault: Fault) {
        self.azure.faults.add(fault);
    }

    pub fn faults(&self) -> &Faults {
        &self.azure.faults
    }

    /// Signs tokens with a new key from now on; the old ones stay published.
    pub fn rotate_keys(&self) {
        self.azure.keys.rotate();
    }

    /// Every refresh token that was ever given out, to look for where none must be.
    pub fn refresh_tokens(&self) -> Vec<String> {
        self.azure.sessions.refresh_tokens()
    }

    /// Ends the sessions of a person and revokes their refresh tokens.
    pub fn revoke_sessions(&self, username: &str) {
        let object_id = self.world().person(username).map(|person| person.object_id.clone());
        if let Some(object_id) = object_id {
            self.azure.sessions.revoke(&object_id, self.now());
        }
    }

    /// An access token for Resource Manager, as the app with this name or client id would get one.
    pub fn token_for_app(&self, app: &str) -> Option<String> {
        self.azure.token_for_app(app)
    }

    /// An access token for Resource Manager that acts for a person, as Postern would get one.
    pub fn token_for_person(&self, username: &str) -> Option<String> {
        self.azure.token_for_person(username)
    }

    /// An access token for the API of the world's first app, as a program gets one in which this
    /// person has signed in.
    pub fn token_for_api(&self, username: &str, scope: &str) -> Option<String> {
        self.azure.token_for_api(username, scope)
    }

    /// A token with any claims, signed as all others are.
    pub fn sign(&self, claims: &serde_json::Value) -> String {
        self.azure.keys.sign(claims)
    }

    /// Whether a TCP connection from this public address to a port of the machine would go through now.
    pub fn admits(&self, vm: &str, port: u16, source: std::net::IpAddr) -> bool {
        let now = self.now();
        let world = self.world();
        world.vm(vm).is_some_and(|vm| gate::admits(&world, vm, port, source, now))
    }

    /// Who gets through to a machine now, for a [`DataPlane`] of one's own.
    pub fn gate(&self) -> Arc<dyn Gate> {
        Arc::new(self.azure.clone())
    }

    /// Opens the ports of all machines as TCP listeners on loopback addresses.
    pub async fn open_ports(
        &self,
        settings: dataplane::Settings,
    ) -> Result<DataPlane, dataplane::Unavailable> {
        let endpoints = gate::endpoints(&self.world());
        DataPlane::start(settings, self.gate(), endpoints).await
    }

    /// The rules of a security group at this moment, those of just-in-time among them.
    pub fn rules(&self, nsg: &str) -> Vec<SecurityRule> {
        let now = self.now();
        let world = self.world();
        let group = world.nsgs.get(nsg).or_else(|| world.nsgs.named(nsg));
        group.map(|group| jit::rules_at(&world, group, now)).unwrap_or_default()
    }

    /// Stops listening and drops all connections.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}
