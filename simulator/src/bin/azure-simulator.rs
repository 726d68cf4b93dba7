//! The simulated Azure as a program of its own, for other clients than Postern.

use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use simulator::{Settings, Simulator, World};
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "\
A make-believe Azure: Microsoft Entra ID, Azure Resource Manager and Resource Graph over HTTP.

Usage: azure-simulator [OPTIONS]

Options:
  --world <FILE|NAME>    a world file, or `contoso`, `demo` (contoso at Azure's pace) or `empty`
                         [default: contoso]
  --generate <VMS,SUBS>  a world of so many machines in so many subscriptions instead
  --listen <ADDRESS>     where to listen; port 0 takes a free one  [default: 127.0.0.1:9090]
  --public-url <URL>     how clients reach it, if not at that address
  --help                 this text

It prints the environment for a client and serves until it is interrupted.
";

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            tracing::error!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let Some(wanted) = arguments().map_err(|error| format!("{error}; see --help"))? else {
        return say(HELP);
    };
    let world = wanted.world()?;
    let settings = Settings { listen: wanted.listen, public_url: wanted.public_url, ..Settings::default() };
    let listen = settings.listen;
    let simulator = Simulator::start(world, settings)
        .await
        .map_err(|error| format!("cannot listen at {listen}: {error}"))?;
    say(&environment(&simulator))?;
    interrupted().await.map_err(|error| format!("cannot wait for signals: {error}"))?;
    simulator.shutdown();
    Ok(())
}

struct Arguments {
    world: String,
    generate: Option<(usize, usize)>,
    listen: SocketAddr,
    public_url: Option<String>,
}

impl Arguments {
    fn world(&self) -> Result<World, String> {
        match (self.generate, self.world.as_str()) {
            (Some((vms, subscriptions)), _) => Ok(World::generated(vms, subscriptions)),
            (None, "contoso") => Ok(World::contoso()),
            (None, "demo") => Ok(World::demo()),
            (None, "empty") => Ok(World::empty()),
            (None, file) => World::from_file(&PathBuf::from(file)).map_err(|error| error.to_string()),
        }
    }
}

/// What was asked for; nothing if it was help.
fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut wanted = Arguments {
        world: "contoso".to_owned(),
        generate: None,
        listen: SocketAddr::from(([127, 0, 0, 1], 9090)),
        public_url: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("world") => wanted.world = parser.value()?.string()?,
            Long("generate") => wanted.generate = Some(parser.value()?.parse_with(two_numbers)?),
            Long("listen") => wanted.listen = parser.value()?.parse()?,
            Long("public-url") => wanted.public_url = Some(parser.value()?.string()?),
            Long("help") | Short('h') => return Ok(None),
            Long(_) | Short(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(Some(wanted))
}

fn two_numbers(text: &str) -> Result<(usize, usize), String> {
    let numbers = text
        .split_once(',')
        .and_then(|(vms, subscriptions)| Some((vms.parse().ok()?, subscriptions.parse().ok()?)));
    numbers.ok_or_else(|| "expected two numbers, such as 1000,10".to_owned())
}

/// What a client needs to know, as lines for a shell.
fn environment(simulator: &Simulator) -> String {
    let url = simulator.url();
    let world = simulator.world();
    let mut lines = vec![
        "# The Azure SDKs want an https authority: put something before this that terminates TLS and pass"
            .to_owned(),
        "# its address as --public-url, or give them a transport that rewrites the address.".to_owned(),
        format!("export AZURE_AUTHORITY_HOST={url}/"),
        format!("export AZURE_TENANT_ID={}", world.tenant.id),
        format!("export ARM_ENDPOINT={url}"),
    ];
    if let Some(app) = world.apps.first() {
        lines.push(format!("export AZURE_CLIENT_ID={}", app.client_id));
        lines.extend(app.secret.as_ref().map(|secret| format!("export AZURE_CLIENT_SECRET={secret}")));
    }
    lines.push(format!("# {} machines in {} subscriptions", world.vms.len(), world.subscriptions.len()));
    lines.join("\n") + "\n"
}

fn say(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write: {error}"))
}

/// Waits for SIGINT or SIGTERM.
async fn interrupted() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
