//! Setting just-in-time access up, changing and removing it, one machine at a time.

mod editors;
mod faults;
mod story;
mod wrong;

use serde_json::{Value, json};
use shared::configuration::{JitConfiguration, Version};
use tests::TestApp;
use tests::app::{Answer, Visitor};

fn path(app: &TestApp, vm: &str) -> String {
    format!("{}/jit-policy", app.vm_path(vm))
}

pub async fn read(app: &TestApp, by: &Visitor, vm: &str) -> JitConfiguration {
    by.get(&path(app, vm)).await.json()
}

/// One port, for anybody, three hours.
fn port(number: u16) -> Value {
    json!({ "port": number, "protocol": "*", "sources": ["*"], "longest": "PT3H" })
}

pub fn ports(numbers: &[u16]) -> Value {
    json!({ "ports": numbers.iter().map(|number| port(*number)).collect::<Vec<_>>() })
}

pub async fn set(app: &TestApp, by: &Visitor, vm: &str, version: &Version, policy: &Value) -> Answer {
    by.change(&path(app, vm), ("if-match", &format!("\"{version}\"")), Some(policy)).await
}

async fn remove(app: &TestApp, by: &Visitor, vm: &str, version: &Version) -> Answer {
    by.change(&path(app, vm), ("if-match", &format!("\"{version}\"")), None::<&Value>).await
}

/// The ports that Azure has for a machine, whoever set them.
fn at_azure(app: &TestApp, vm: &str) -> Vec<u16> {
    let id = app.vm(vm).to_string();
    let world = app.azure.world();
    let mut ports: Vec<u16> = world
        .policies_of(&id)
        .filter_map(|policy| policy.machine(&id))
        .flat_map(|machine| machine.ports.iter().map(|port| port.number))
        .collect();
    ports.sort_unstable();
    ports
}

/// How often policies were written or deleted.
fn writes(app: &TestApp) -> usize {
    let written = |call: &simulator::Received| {
        (call.method == http::Method::PUT || call.method == http::Method::DELETE)
            && call.path.contains("/jitNetworkAccessPolicies/")
    };
    app.azure.requests().iter().filter(|call| written(call)).count()
}
