//! Building assignments of Azure Policy.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, json};

use crate::{
    time,
    world::{
        Assignable, DEFINITIONS, Effect, Exemption, INITIATIVES, JUST_IN_TIME, NewExemption,
        NewPolicyAssignment, NewVerdict, PolicyAssignment, World, WorldError,
    },
};

impl World {
    /// Assigns a policy or an initiative when the world begins.
    pub fn add_policy_assignment(&mut self, new: &NewPolicyAssignment) -> Result<(), WorldError> {
        let whose = format!("the policy assignment `{}`", new.name);
        for scope in new.not_scopes.iter().chain([&new.on]) {
            self.scope_called(&whose, scope)?;
        }
        if assignable(&new.definition).is_none() {
            return Err(WorldError::Unknown {
                whose,
                kind: "the policy or initiative",
                name: new.definition.clone(),
            });
        }
        if let Some(effect) = new.effect.as_deref().filter(|effect| Effect::parse(effect).is_none()) {
            let problem = format!("the policy has no effect `{effect}`");
            return Err(WorldError::Invalid { whose, problem });
        }
        self.past_assignments.push(new.clone());
        Ok(())
    }
}

impl World {
    /// Holds an assignment not against a machine.
    pub fn add_exemption(&mut self, new: &NewExemption) -> Result<(), WorldError> {
        let unknown = |kind, name: &str| WorldError::Unknown {
            whose: "an exemption".to_owned(),
            kind,
            name: name.to_owned(),
        };
        if !self.past_assignments.iter().any(|known| known.name == new.assignment) {
            return Err(unknown("the policy assignment", &new.assignment));
        }
        if self.vm(&new.vm).is_none() {
            return Err(unknown("the machine", &new.vm));
        }
        self.past_exemptions.push(new.clone());
        Ok(())
    }

    /// Lets Defender say something of a machine until it looked again.
    pub fn add_past_verdict(&mut self, new: &NewVerdict) -> Result<(), WorldError> {
        let unknown = || WorldError::Unknown {
            whose: "a past verdict".to_owned(),
            kind: "the machine",
            name: new.vm.clone(),
        };
        let id = self.vm(&new.vm).ok_or_else(unknown)?.id.clone();
        self.defender.said_before(&id, new.until, new.said.clone());
        Ok(())
    }
}

/// Makes an assignment that was checked before.
pub(in crate::world) fn past_assignment(world: &mut World, new: &NewPolicyAssignment, now: Timestamp) {
    let (Ok(scope), Some(what)) = (world.scope_called("", &new.on), assignable(&new.definition)) else {
        return;
    };
    let not_scopes = new.not_scopes.iter().filter_map(|scope| world.scope_called("", scope).ok()).collect();
    let about = what.parts().into_iter().find(|part| part.definition == &JUST_IN_TIME);
    let effect = about.zip(new.effect.as_ref());
    let metadata = json!({ "assignedBy": "Azure portal", "createdOn": time::ticks(now - new.ago) });
    world.policy_assignments.insert(PolicyAssignment {
        id: format!("{scope}/providers/Microsoft.Authorization/policyAssignments/{}", new.name),
        name: new.name.clone(),
        scope,
        display_name: new.display_name.clone(),
        description: None,
        what,
        definition: what.id(),
        parameters: effect
            .into_iter()
            .map(|(part, effect)| (part.parameter().to_owned(), effect.as_str().into()))
            .collect::<BTreeMap<_, _>>(),
        enforcement: "Default".to_owned(),
        not_scopes,
        messages: Vec::new(),
        metadata: metadata.as_object().cloned().unwrap_or_else(Map::new),
        saved_at: now - new.ago,
    });
}

/// Makes an exemption that was checked before.
pub(in crate::world) fn past_exemption(world: &mut World, new: &NewExemption, now: Timestamp) {
    let Some(scope) = world.vm(&new.vm).map(|vm| vm.id.clone()) else { return };
    let named = world.policy_assignments.iter().filter(|assignment| assignment.name == new.assignment);
    let until = new.lasting.map(|lasting| now + lasting);
    let exempt =
        named.map(|assignment| Exemption { assignment: assignment.id.clone(), scope: scope.clone(), until });
    let exempt: Vec<Exemption> = exempt.collect();
    world.exemptions.extend(exempt);
}

fn assignable(name: &str) -> Option<Assignable> {
    let definition = DEFINITIONS.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
    let initiative = INITIATIVES.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
    definition.map(Assignable::Definition).or(initiative.map(Assignable::Initiative))
}
