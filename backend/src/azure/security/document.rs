//! A JIT policy as it is sent back: whole, with everything in it that is not understood here.
//!
//! Azure replaces a policy by what it is sent, so that what was left out is gone
//! (<https://github.com/MicrosoftDocs/azure-docs/issues/36343>).

mod entry;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::configuration::Version;
use shared::policy::{JitPolicy, PortRule};
use shared::port::{Port, Protocol};
use shared::resource_id::VmId;
use shared::source::Source;
use shared::text::folded;
use uuid::Uuid;

use super::wire::{WirePort, WireRequest, WireVm};
use super::{PolicyId, PolicyRequest, PolicyVm, Security, in_subscription, path};
use crate::azure::arm::{ArmError, Reply};
use crate::azure::wire::Tolerant;

pub use entry::PolicyEntry;

/// A JIT policy, entry by entry as Azure has it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    id: PolicyId,
    kind: Option<Value>,
    machines: Vec<Value>,
    /// What was asked of it lately. It is never sent back.
    requests: Vec<PolicyRequest>,
}

impl Security {
    /// Reads a JIT policy to change it. One that does not exist is one without machines.
    pub async fn document(&self, id: &PolicyId) -> Result<PolicyDocument, ArmError> {
        match self.0.get::<WireDocument>(&path(id, "")).await {
            Ok(wire) => Ok(wire.read_from(id.clone())),
            Err(ArmError::NotFound) => Ok(PolicyDocument::absent(id.clone())),
            Err(error) => Err(error),
        }
    }

    /// Lists the JIT policies of a subscription, to see what stands in them. To change one, read it
    /// by itself.
    pub async fn documents(&self, subscription: Uuid) -> Result<Vec<PolicyDocument>, ArmError> {
        let path = in_subscription(subscription);
        let listed: Vec<WireListed> = self.0.list(&path).await?;
        let read = |WireListed { id, kind, properties }| WireDocument { kind, properties }.read_from(id);
        Ok(listed.into_iter().map(read).collect())
    }

    /// Puts `document` in the place of the policy it was read from, or deletes that if no machine is
    /// left. `name` is our name for the call.
    ///
    /// Azure has no condition to tie this to, so that nobody may have changed the policy since: it is
    /// sent once and at once, and whatever fails is to be looked at again.
    pub async fn replace(&self, document: &PolicyDocument, name: Uuid) -> Result<Option<String>, ArmError> {
        let path = path(&document.id, "");
        let Some(body) = document.body() else {
            let Reply { correlation_id, .. } = self.0.delete_seen(&path, name).await?;
            return Ok(correlation_id);
        };
        Ok(self.0.replace(&path, name, &body).await?.correlation_id)
    }
}

impl PolicyDocument {
    /// A policy that does not exist.
    pub fn absent(id: PolicyId) -> Self {
        Self { id, kind: None, machines: Vec::new(), requests: Vec::new() }
    }

    /// The policy's id.
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// All of it as Azure is sent it; nothing if it names no machine, and is to be deleted.
    pub fn body(&self) -> Option<Value> {
        // The history of requests is Azure's; leaving it out leaves it alone.
        (!self.machines.is_empty()).then(|| {
            json!({
                "kind": self.kind.clone().unwrap_or_else(|| json!("Basic")),
                "properties": { "virtualMachines": self.machines },
            })
        })
    }

    /// Whether every machine in it is one of those; of one whose id cannot be read nobody knows.
    pub fn names_only(&self, those: impl Fn(&VmId) -> bool) -> bool {
        self.machines.iter().all(|entry| id_of(entry).is_some_and(|vm| those(&vm)))
    }

    /// What it says of a machine, if it names it: of its ports those of which all is understood.
    pub fn of(&self, vm: &VmId) -> Option<PolicyVm> {
        let entry = &self.machines[self.position(vm)?];
        let ports = understood_of(entry);
        let read = WireVm::deserialize(entry).ok().map(PolicyVm::from);
        let firewall_address = read.and_then(|read| read.firewall_address);
        Some(PolicyVm { vm: vm.clone(), ports, firewall_address })
    }

    /// What it says of a machine's ports and is not understood here, as Azure has it: it stays,
    /// unless the whole machine, or a port of that number, is changed.
    pub fn unread(&self, vm: &VmId) -> Vec<String> {
        self.position(vm).map(|at| unread_of(&self.machines[at])).unwrap_or_default()
    }

    /// The machines that it names and whose ids can be read, in Azure's order.
    pub fn machines(&self) -> impl Iterator<Item = VmId> {
        self.machines.iter().filter_map(id_of)
    }

    /// Names what it says of a machine: that it says nothing, too.
    pub fn version(&self, vm: &VmId) -> Version {
        let mut hash = Sha256::new();
        if let Some(at) = self.position(vm) {
            hash.update(folded(&self.id.to_string()));
            // Azure may list the ports in another order the next time.
            let mut ports: Vec<String> = ports_of(&self.machines[at]).iter().map(Value::to_string).collect();
            ports.sort_unstable();
            for port in ports {
                hash.update([0]);
                hash.update(port);
            }
        }
        let digest = hash.finalize();
        let name =
            u128::from_be_bytes(digest[..Version::LENGTH / 2].try_into().expect("it is half of the hash"));
        let name = format!("{name:032x}");
        name.parse().expect("it is as many digits as a version has")
    }

    /// Whether it says this of a machine, beside what is not understood of it and stays.
    pub fn says(&self, vm: &VmId, wanted: Option<&JitPolicy>) -> bool {
        match (self.of(vm), wanted) {
            (None, None) => true,
            (Some(standing), Some(wanted)) => {
                standing.ports.ports.len() == wanted.ports.len()
                    && wanted.ports.iter().all(|rule| standing.ports.ports.contains(rule))
            }
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Lets it say this of a machine. What it says of others, of ports that stay as they are, and of
    /// ports that are not understood and not `wanted` otherwise, is left as Azure had it.
    pub fn set(&mut self, vm: &VmId, wanted: Option<&JitPolicy>) {
        match (self.position(vm), wanted) {
            (Some(at), None) => {
                self.machines.remove(at);
            }
            (Some(at), Some(wanted)) => {
                let ports = merged(ports_of(&self.machines[at]), wanted);
                self.machines[at]["ports"] = ports;
            }
            (None, Some(wanted)) => {
                self.machines.push(json!({ "id": vm, "ports": merged(&[], wanted) }));
            }
            (None, None) => {}
        }
    }

    fn position(&self, vm: &VmId) -> Option<usize> {
        self.machines.iter().position(|entry| id_of(entry).as_ref() == Some(vm))
    }
}

fn id_of(entry: &Value) -> Option<VmId> {
    entry.get("id")?.as_str()?.parse().ok()
}

fn ports_of(entry: &Value) -> &[Value] {
    entry.get("ports").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The rule for a port, if all of it is understood.
fn understood(port: &Value) -> Option<PortRule> {
    WirePort::deserialize(port).ok()?.whole()
}

/// What is said of a machine's ports, as far as all of a port is understood.
fn understood_of(entry: &Value) -> JitPolicy {
    JitPolicy { ports: ports_of(entry).iter().filter_map(understood).collect() }
}

/// What is not, as Azure has it.
fn unread_of(entry: &Value) -> Vec<String> {
    match entry.get("ports") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(ports)) => {
            ports.iter().filter(|port| understood(port).is_none()).map(Value::to_string).collect()
        }
        Some(other) => vec![other.to_string()],
    }
}

/// The ports as they are to be, as they were where they stay, and those that nobody here understands.
fn merged(standing: &[Value], wanted: &JitPolicy) -> Value {
    let ports = wanted.ports.iter().map(|rule| {
        let same = standing.iter().find(|port| understood(port).as_ref() == Some(rule));
        same.cloned().unwrap_or_else(|| json!(NewPort::from(rule)))
    });
    let is_wanted = |port: &Value| {
        let number = port.get("number").and_then(|number| Port::deserialize(number).ok());
        number.is_some_and(|number| wanted.rule_for(number).is_some())
    };
    let unread = standing.iter().filter(|port| understood(port).is_none() && !is_wanted(port));
    ports.chain(unread.cloned()).collect()
}

/// A document in a list. Not flattened, since raw values cannot be read through that.
#[derive(Deserialize)]
struct WireListed {
    id: PolicyId,
    #[serde(default)]
    kind: Option<Value>,
    #[serde(default)]
    properties: WireDocumentProperties,
}

#[derive(Deserialize)]
struct WireDocument {
    #[serde(default)]
    kind: Option<Value>,
    #[serde(default)]
    properties: WireDocumentProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDocumentProperties {
    #[serde(default, deserialize_with = "or_none")]
    virtual_machines: Vec<Value>,
    #[serde(default)]
    requests: Tolerant<WireRequest>,
}

impl WireDocument {
    fn read_from(self, id: PolicyId) -> PolicyDocument {
        let WireDocumentProperties { virtual_machines: machines, requests } = self.properties;
        let requests = requests.0.into_iter().flat_map(WireRequest::into_requests).collect();
        PolicyDocument { id, kind: self.kind, machines, requests }
    }
}

fn or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// One rule as Azure spells it: one source in one field, several in another.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewPort<'a> {
    number: Port,
    protocol: Protocol,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_source_address_prefix: Option<&'a Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_source_address_prefixes: Option<&'a [Source]>,
    max_request_access_duration: String,
}

impl<'a> From<&'a PortRule> for NewPort<'a> {
    fn from(rule: &'a PortRule) -> Self {
        let (one, several) = match &rule.sources[..] {
            [one] => (Some(one), None),
            several => (None, Some(several)),
        };
        Self {
            number: rule.port,
            protocol: rule.protocol,
            allowed_source_address_prefix: one,
            allowed_source_address_prefixes: several,
            max_request_access_duration: rule.longest.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
