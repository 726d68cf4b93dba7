//! What Postern's identity needs at Azure, and nothing beside.

use serde_json::{Value, json};
use shared::access::Technique;
use shared::verb::Verb;
use uuid::Uuid;

use crate::azure::policy;
use crate::config::IdentityMode;
use crate::rules::Rules;

/// Something that the identity must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The action, as role definitions name it.
    pub action: &'static str,
    /// What does not work without it.
    pub otherwise: &'static str,
}

const TO_LOOK: [Need; 12] = [
    Need {
        action: "Microsoft.Security/locations/jitNetworkAccessPolicies/read",
        otherwise: "no JIT policy can be read",
    },
    Need { action: "Microsoft.Security/pricings/read", otherwise: "the Defender plan cannot be told" },
    Need {
        action: "Microsoft.Security/assessments/read",
        otherwise: "it cannot be told that a security policy switched JIT off",
    },
    Need { action: "Microsoft.Compute/virtualMachines/read", otherwise: "no machine can be seen" },
    Need {
        action: "Microsoft.Compute/virtualMachines/instanceView/read",
        otherwise: "it cannot be told whether a machine runs",
    },
    Need { action: "Microsoft.Network/networkInterfaces/read", otherwise: "addresses cannot be told" },
    Need {
        action: "Microsoft.Network/publicIPAddresses/read",
        otherwise: "public addresses cannot be told, and JIT requests fail",
    },
    Need {
        action: "Microsoft.Network/networkSecurityGroups/read",
        otherwise: "it cannot be told what blocks the way",
    },
    Need {
        action: "Microsoft.Network/virtualNetworks/subnets/read",
        otherwise: "the rules of a subnet are not seen",
    },
    Need {
        action: "Microsoft.Network/virtualNetworks/read",
        otherwise: "it cannot be told which subnets have no security group, and no Bastion in a peered network is found",
    },
    Need {
        action: "Microsoft.Network/azureFirewalls/read",
        otherwise: "it cannot be told that a firewall policy keeps JIT from opening anything",
    },
    Need {
        action: "Microsoft.Resources/subscriptions/resourceGroups/read",
        otherwise: "permissions cannot be checked",
    },
];

const TO_AUDIT: Need = Need {
    action: crate::azure::activity::READ,
    otherwise: "what was done outside Postern cannot be told to those whom access rules let audit",
};

const TO_COMPLY: [Need; 4] = [
    Need {
        action: policy::READ_STATES,
        otherwise: "what Azure Policy makes of machines cannot be told to those whom access rules let comply",
    },
    Need {
        action: policy::READ_ASSIGNMENTS,
        otherwise: "it cannot be told where the policy for just-in-time access is assigned",
    },
    Need { action: policy::SCAN, otherwise: "nobody can have Azure Policy look at machines anew" },
    Need {
        action: "Microsoft.PolicyInsights/asyncOperationResults/read",
        otherwise: "it cannot be followed whether Azure Policy is done with that",
    },
];

const TO_ASSIGN: [Need; 2] = [
    Need {
        action: policy::WRITE_ASSIGNMENTS,
        otherwise: "the policy for just-in-time access cannot be assigned, which access rules allow",
    },
    Need {
        action: policy::DELETE_ASSIGNMENTS,
        otherwise: "an assignment that Postern made cannot be removed",
    },
];

const TO_OPEN: Need = Need {
    action: "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
    otherwise: "no port can be opened",
};

const TO_START: [Need; 2] = [
    Need {
        action: "Microsoft.Compute/virtualMachines/start/action",
        otherwise: "no machine can be started, which access rules allow",
    },
    Need {
        action: "Microsoft.Compute/locations/operations/read",
        otherwise: "it cannot be followed whether a machine starts",
    },
];

const TO_FIND_BASTIONS: Need = Need {
    action: "Microsoft.Network/bastionHosts/read",
    otherwise: "nobody gets in through a Bastion, which access rules allow",
};

const TO_SHARE_LINKS: [Need; 4] = [
    Need {
        action: "Microsoft.Network/bastionHosts/createShareableLinks/action",
        otherwise: "no shareable link can be made, which access rules allow",
    },
    Need {
        action: "Microsoft.Network/bastionHosts/getShareableLinks/action",
        otherwise: "no shareable link can be shown, or be known to be gone",
    },
    Need {
        action: "Microsoft.Network/bastionHosts/deleteShareableLinks/action",
        otherwise: "a shareable link would stay when access ends",
    },
    Need {
        action: "Microsoft.Network/locations/operationResults/read",
        otherwise: "it cannot be followed whether a shareable link is made or deleted",
    },
];

const TO_CONFIGURE: [Need; 3] = [
    Need {
        action: "Microsoft.Security/locations/jitNetworkAccessPolicies/write",
        otherwise: "just-in-time access cannot be set up or edited, which access rules allow",
    },
    Need {
        action: "Microsoft.Security/locations/jitNetworkAccessPolicies/delete",
        otherwise: "just-in-time access cannot be disabled where a machine has a policy of its own",
    },
    Need {
        action: "Microsoft.Compute/virtualMachines/write",
        otherwise: "Azure lets nobody name a machine in a policy who may not change it",
    },
];

const TO_ENABLE_DEFENDER: Need = Need {
    action: "Microsoft.Security/pricings/write",
    otherwise: "no Defender plan can be switched on, which access rules allow",
};

const TO_CLOSE: Need = Need {
    action: "Microsoft.Network/networkSecurityGroups/securityRules/delete",
    otherwise: "no access can be closed early, as jit.close wants it",
};

/// Things that whoever got hold of the identity could do, and Postern never does.
const NEVER: [(&str, &str); 5] = [
    ("Microsoft.Authorization/roleAssignments/write", "give itself and others any right"),
    ("Microsoft.Compute/virtualMachines/runCommand/action", "run commands on the machines"),
    ("Microsoft.Compute/virtualMachines/delete", "delete machines"),
    ("Microsoft.Network/networkSecurityGroups/write", "change network rules past JIT"),
    ("Microsoft.KeyVault/vaults/write", "change key vaults"),
];

/// What somebody must be able to do at Azure to have everything done that `rules` allow.
fn changes(rules: &Rules, close: Option<Technique>) -> Vec<Need> {
    let starts = rules.iter().any(|rule| rule.may.contains(&Verb::Start));
    let links = rules.iter().any(|rule| rule.source.shareable_links);
    let close = (close == Some(Technique::RemoveRule)).then_some(TO_CLOSE);
    let start = TO_START.into_iter().filter(|_| starts);
    let share = TO_SHARE_LINKS.into_iter().filter(|_| links);
    let configures = rules.iter().any(|rule| rule.may.contains(&Verb::Configure));
    let configure = TO_CONFIGURE.into_iter().filter(|_| configures);
    let enables = rules.iter().any(|rule| rule.may.contains(&Verb::EnableDefender));
    let enable = enables.then_some(TO_ENABLE_DEFENDER);
    let comply = rules.iter().any(|rule| rule.may.contains(&Verb::Comply));
    let assign = TO_ASSIGN.into_iter().filter(|_| comply);
    let changes = [TO_OPEN].into_iter().chain(close).chain(start).chain(share).chain(configure);
    changes.chain(enable).chain(assign).collect()
}

/// What Postern's identity must be able to do for what `rules` let people do. Where people are
/// acted for, it only looks.
pub fn needs(rules: &Rules, mode: IdentityMode, close: Option<Technique>) -> Vec<Need> {
    let changes = match mode {
        IdentityMode::Service => changes(rules, close),
        IdentityMode::Delegated => Vec::new(),
    };
    let bastions = rules.iter().any(|rule| rule.source.bastion);
    let find = bastions.then_some(TO_FIND_BASTIONS);
    let audit = rules.iter().any(|rule| rule.may.contains(&Verb::Audit)).then_some(TO_AUDIT);
    let complies = rules.iter().any(|rule| rule.may.contains(&Verb::Comply));
    let comply = TO_COMPLY.into_iter().filter(|_| complies);
    TO_LOOK.into_iter().chain(find).chain(audit).chain(comply).chain(changes).collect()
}

/// What the identity could do and never does.
pub fn never(mode: IdentityMode) -> Vec<(&'static str, &'static str)> {
    let own = match mode {
        IdentityMode::Service => None,
        IdentityMode::Delegated => Some((TO_OPEN.action, "open ports in its own name")),
    };
    NEVER.into_iter().chain(own).collect()
}

/// The definition of a custom role with just that, for `az role definition create`.
pub fn custom_role(
    rules: &Rules,
    mode: IdentityMode,
    close: Option<Technique>,
    subscriptions: &[Uuid],
) -> Value {
    let actions: Vec<&str> = needs(rules, mode, close).into_iter().map(|need| need.action).collect();
    let scopes: Vec<String> = subscriptions.iter().map(|id| format!("/subscriptions/{id}")).collect();
    json!({
        "Name": "Postern",
        "Description": match mode {
            IdentityMode::Service => "Request just-in-time access to virtual machines, and see what that needs.",
            IdentityMode::Delegated => "See virtual machines and their just-in-time access.",
        },
        "IsCustom": true,
        "Actions": actions,
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": scopes,
    })
}
