//! Building just-in-time policies and the requests they remember.

use http::StatusCode;
use jiff::Timestamp;

use super::events;
use crate::{
    resource_id,
    world::{
        Grant, Guarded, NewDeed, NewPolicy, NewPort, NewRequest, Policy, PortRule, Request, RequestedMachine,
        Sources, Vm, World, WorldError,
    },
};

impl World {
    /// Adds machines to the policy of that name beside them, which is made if there is none.
    pub fn add_policy(&mut self, new: &NewPolicy) -> Result<(), WorldError> {
        let whose = || format!("policy `{}`", new.name);
        let ports = new
            .ports
            .iter()
            .map(|port| rule(port).map_err(|problem| WorldError::Invalid { whose: whose(), problem }));
        let ports = ports.collect::<Result<Vec<_>, _>>()?;
        for name in &new.vms {
            let vm = self.vm(name).ok_or_else(|| WorldError::Unknown {
                whose: whose(),
                kind: "the machine",
                name: name.clone(),
            })?;
            let id = policy_id(vm, &new.name);
            let guarded = Guarded {
                id: vm.id.clone(),
                ports: ports.clone(),
                public_ip_address: None,
                since: Timestamp::UNIX_EPOCH,
            };
            let mut policy = self.policies.get(&id).cloned().unwrap_or_else(|| Policy {
                id,
                location: vm.location.clone(),
                kind: Some("Basic".to_owned()),
                machines: Vec::new(),
                requests: Vec::new(),
                saved_at: Timestamp::UNIX_EPOCH,
                behaviour: new.behaviour,
            });
            policy.machines.push(guarded);
            self.put_policy(policy);
        }
        Ok(())
    }

    /// Remembers a request made before the world began.
    pub fn add_past_request(&mut self, new: &NewRequest) -> Result<(), WorldError> {
        let known = self.vm(&new.vm).is_some_and(|vm| self.policies_of(&vm.id).next().is_some());
        if !known {
            return Err(WorldError::Unknown {
                whose: "a past request".to_owned(),
                kind: "the machine with a policy",
                name: new.vm.clone(),
            });
        }
        self.past.push(new.clone());
        Ok(())
    }
}

/// Writes a past request into the machine's policy.
pub(in crate::world) fn past_request(world: &mut World, new: &NewRequest, now: Timestamp) {
    let Some(vm) = world.vm(&new.vm).map(|vm| vm.id.clone()) else { return };
    let Some(policy) = world.policies_of(&vm).next().map(|policy| policy.id.clone()) else { return };
    let started_at = now - new.ago;
    let rule_id =
        crate::stable::uuid(&format!("{vm} {started_at} {}", new.port)).simple().to_string().to_uppercase();
    let grant = Grant {
        number: new.port,
        protocol: "TCP".to_owned(),
        sources: Sources::One(new.source.clone()),
        ready_at: started_at + world.behaviour.initiate_delay,
        ends_at: started_at + new.lasting,
        cut: None,
        priority: 100,
        rule_id,
        mapped_port: None,
    };
    let request = Request {
        started_at,
        requestor: new.by.clone(),
        justification: new.reason.clone(),
        machines: vec![RequestedMachine { id: vm, ports: vec![grant] }],
    };
    if let Some(policy) = world.policy_mut(&policy) {
        policy.requests.push(request);
        policy.requests.sort_by_key(|request| request.started_at);
    }
    let accepted = StatusCode::ACCEPTED;
    events::log(world, &policy, NewDeed::Initiate, &new.by, &new.source, started_at, accepted);
    world.log_rules(&policy, Timestamp::UNIX_EPOCH);
}

fn rule(new: &NewPort) -> Result<PortRule, String> {
    let longest = crate::time::duration(&new.longest)
        .ok_or_else(|| format!("`{}` is no ISO 8601 duration", new.longest))?;
    Ok(PortRule {
        number: new.number,
        protocol: new.protocol.clone(),
        sources: new.source.clone(),
        longest_text: new.longest.clone(),
        longest,
    })
}

/// Policies live in the machine's resource group and region.
fn policy_id(vm: &Vm, name: &str) -> String {
    let subscription = resource_id::subscription(&vm.id).unwrap_or_default();
    let group = resource_id::group(&vm.id).unwrap_or_default();
    format!(
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/locations/{}/jitNetworkAccessPolicies/{name}",
        vm.location
    )
}
