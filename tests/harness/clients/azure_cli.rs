//! The Azure CLI, signed in at the simulated Azure.

use std::fs;
use std::path::Path;
use std::process::Output;

use jiff::Timestamp;
use simulator::{Simulator, World};
use url::Url;

use super::Shell;
use crate::nginx::Nginx;
use crate::process::program;

/// A shell with the Azure CLI in it, which knows no other cloud than the simulated one.
#[derive(Debug)]
pub struct AzureCli {
    shell: Shell,
    /// The CLI sends no secret to anything that does not speak TLS.
    _front: Nginx,
}

impl AzureCli {
    /// Signs in as Postern's own application, in a shell in which it is `now`.
    pub async fn sign_in(azure: &Simulator, now: Timestamp) -> Self {
        let inside: Url = azure.url().parse().expect("it has an address");
        let front = Nginx::with_tls_before(&inside).await;
        let outside = format!("https://localhost:{}", front.address().port());
        let shell = Shell::at(now);
        let home = shell.folder().join("azure");
        fs::create_dir(&home).expect("there is room");
        let cloud = format!(
            "[simulated]\nendpoint_active_directory = {outside}\nendpoint_resource_manager = {outside}\nendpoint_management = {outside}\nendpoint_active_directory_resource_id = https://management.azure.com/\nendpoint_active_directory_graph_resource_id = https://graph.microsoft.com/\nendpoint_microsoft_graph_resource_id = https://graph.microsoft.com/\n"
        );
        fs::write(home.join("clouds.config"), cloud).expect("there is room");
        let settings = "[cloud]\nname = simulated\n[core]\ncollect_telemetry = no\ninstance_discovery = no\nencrypt_token_cache = no\n";
        fs::write(home.join("config"), settings).expect("there is room");
        let script = format!(
            "export AZURE_CONFIG_DIR='{}' REQUESTS_CA_BUNDLE='{}'\nexec '{}' \"$@\"",
            home.display(),
            front.certificate().display(),
            installed().display()
        );
        shell.put("az", &script);
        let cli = Self { shell, _front: front };
        let (id, secret, tenant) = (World::CLIENT_ID, World::CLIENT_SECRET, World::TENANT_ID);
        let login =
            format!("az login --service-principal --username {id} --password {secret} --tenant {tenant}");
        let output = cli.run(&login);
        assert!(output.status.success(), "{output:?}");
        cli
    }

    /// Runs a text.
    pub fn run(&self, text: &str) -> Output {
        // The server that it talks to runs on this thread.
        tokio::task::block_in_place(|| self.shell.run(text, &[]))
    }
}

/// The one that `make test` installs, or else one that is there.
fn installed() -> std::path::PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/az");
    if ours.exists() { ours } else { program(&["az"]) }
}
