//! What Azure Policy has built in: the policy about just-in-time, one beside it, and initiatives that
//! hold both.

use crate::resource_id;

/// A policy that is built in. All of them here look for an assessment of Defender's.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    pub name: &'static str,
    pub display_name: &'static str,
    pub description: &'static str,
    pub version: &'static str,
    /// The assessment that must say `Healthy` or `NotApplicable`.
    pub assessment: &'static str,
}

/// An initiative that is built in.
#[derive(Debug, PartialEq, Eq)]
pub struct Initiative {
    pub name: &'static str,
    pub display_name: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub version: &'static str,
    pub members: &'static [Member],
}

/// A policy in an initiative.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    pub definition: &'static Definition,
    /// `policyDefinitionReferenceId`.
    pub reference: &'static str,
    /// The parameter of the initiative that is this policy's effect.
    pub parameter: &'static str,
    /// The control that it is a part of.
    pub group: &'static str,
}

/// “Management ports … should be protected with just-in-time network access control”.
pub static JUST_IN_TIME: Definition = Definition {
    name: "b0f33259-77d7-4c9e-aac6-3aabcfae693c",
    display_name: "Management ports of virtual machines should be protected with just-in-time network access control",
    description: "Possible network Just In Time (JIT) access will be monitored by Azure Security Center as recommendations",
    version: "3.0.0",
    assessment: "805651bc-6ecd-4c73-9b55-97a19d0582d0",
};

/// One beside it, so that whoever asks for the states of one policy must say which.
pub static PORTS_CLOSED: Definition = Definition {
    name: "22730e10-96f6-4aac-ad84-9383d35b5917",
    display_name: "Management ports should be closed on your virtual machines",
    description: "Open remote management ports are exposing your VM to a high level of risk from Internet-based attacks.",
    version: "3.0.0",
    assessment: "bc303248-3d14-44c2-96a0-55f5c326b5fe",
};

pub static DEFINITIONS: [&Definition; 2] = [&JUST_IN_TIME, &PORTS_CLOSED];

/// The one that Defender for Cloud assigns by itself.
pub static BENCHMARK: Initiative = Initiative {
    name: "1f3afdf9-d0c9-4c3d-847f-89da613e70a8",
    display_name: "Microsoft cloud security benchmark",
    description: "The Microsoft cloud security benchmark initiative represents the policies and controls implementing security recommendations defined in Microsoft cloud security benchmark.",
    category: "Security Center",
    version: "57.56.0",
    members: &[
        Member {
            definition: &JUST_IN_TIME,
            reference: "jitNetworkAccessMonitoring",
            parameter: "jitNetworkAccessMonitoringEffect",
            group: "Azure_Security_Benchmark_v3.0_NS-3",
        },
        Member {
            definition: &PORTS_CLOSED,
            reference: "restrictAccessToManagementPortsMonitoring",
            parameter: "restrictAccessToManagementPortsMonitoringEffect",
            group: "Azure_Security_Benchmark_v3.0_NS-3",
        },
    ],
};

/// One of the many about regulations.
pub static NIST: Initiative = Initiative {
    name: "179d1daa-458f-4e47-8086-2a68d0d6c38f",
    display_name: "NIST SP 800-53 Rev. 5",
    description: "National Institute of Standards and Technology (NIST) SP 800-53 Rev. 5 provides a standardized approach for assessing, monitoring and authorizing cloud computing products and services to manage information security risk.",
    category: "Regulatory Compliance",
    version: "14.14.0",
    members: &[Member {
        definition: &JUST_IN_TIME,
        reference: "b0f33259-77d7-4c9e-aac6-3aabcfae693c",
        parameter: "effect-b0f33259-77d7-4c9e-aac6-3aabcfae693c",
        group: "NIST_SP_800-53_R5_SC-7",
    }],
};

pub static INITIATIVES: [&Initiative; 2] = [&BENCHMARK, &NIST];

/// What can be assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignable {
    Definition(&'static Definition),
    Initiative(&'static Initiative),
}

/// One policy of what was assigned.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub definition: &'static Definition,
    /// How the initiative refers to it, if it is in one.
    pub member: Option<&'static Member>,
}

impl Assignable {
    /// What has this resource id.
    pub fn find(id: &str) -> Option<Self> {
        let known = |kind: &str, name: &str| {
            resource_id::same(id, &format!("/providers/Microsoft.Authorization/{kind}/{name}"))
        };
        let definition = DEFINITIONS.into_iter().find(|known_one| known("policyDefinitions", known_one.name));
        let initiative =
            INITIATIVES.into_iter().find(|known_one| known("policySetDefinitions", known_one.name));
        definition.map(Self::Definition).or(initiative.map(Self::Initiative))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Definition(definition) => definition.name,
            Self::Initiative(initiative) => initiative.name,
        }
    }

    pub fn version(self) -> &'static str {
        match self {
            Self::Definition(definition) => definition.version,
            Self::Initiative(initiative) => initiative.version,
        }
    }

    pub fn id(self) -> String {
        match self {
            Self::Definition(definition) => definition.id(),
            Self::Initiative(initiative) => initiative.id(),
        }
    }

    pub fn parts(self) -> Vec<Part> {
        match self {
            Self::Definition(definition) => vec![Part { definition, member: None }],
            Self::Initiative(initiative) => initiative
                .members
                .iter()
                .map(|member| Part { definition: member.definition, member: Some(member) })
                .collect(),
        }
    }
}

impl Part {
    /// The parameter of the assignment that is this policy's effect.
    pub fn parameter(self) -> &'static str {
        self.member.map_or("effect", |member| member.parameter)
    }
}

impl Definition {
    pub fn id(&self) -> String {
        format!("/providers/Microsoft.Authorization/policyDefinitions/{}", self.name)
    }
}

impl Initiative {
    pub fn id(&self) -> String {
        format!("/providers/Microsoft.Authorization/policySetDefinitions/{}", self.name)
    }
}
