//! Changes of JIT policies as text.

use jiff::Timestamp;
use serde_json::json;
use shared::code::Code;
use shared::policy_change::NewPolicyChange;

use super::Api;
use super::access::{in_subscription, named};
use super::remark::{Mark, line, remarks};
use super::shell::{az_plain, az_sending, curl, quoted, token};
use super::term::{BICEP, POWERSHELL, Term};
use crate::azure::security::{PolicyDocument, policy_path};

/// A policy as a change would leave it.
#[derive(Debug)]
pub struct Rewritten {
    /// All of it.
    pub document: PolicyDocument,
    /// Whether whoever asks may see every machine that it names.
    pub is_seen: bool,
}

/// What would be written, policy by policy. `new` is the change of those machines that it can be
/// made on, and `left_out` says of the others why not.
pub fn of_policies(
    new: &NewPolicyChange,
    rewritten: &[Rewritten],
    left_out: &[String],
    as_of: Timestamp,
    api: &Api,
) -> Code {
    let past = format!(
        "Asks Azure itself, as whoever is signed in there. Azure takes a policy as a whole: every machine in it stands here as it was at {as_of:.0}, and what was changed since is undone."
    );
    let right = "Takes the rights Microsoft.Security/locations/jitNetworkAccessPolicies/write and Microsoft.Compute/virtualMachines/write.";
    let mut left_out = left_out.to_vec();
    let asked = [
        vec![
            "Asks Postern, by whose rules and on whose record it goes. The versions say what was seen: a machine that was changed since is left as it is.".to_owned(),
            token(api),
        ],
        left_out.clone(),
    ]
    .concat();
    if rewritten.is_empty() {
        let words = if left_out.is_empty() {
            "There is nothing to do: everything is like that already."
        } else {
            "There is nothing to do on the others: they are like that already."
        };
        left_out.push(words.to_owned());
    }
    for policy in rewritten.iter().filter(|policy| !policy.is_seen) {
        left_out.push(format!(
            "{} is left out: it names machines that you may not see, and could only be replaced with them. Postern can change it without.",
            policy.document.id()
        ));
    }
    let begin = |mark: Mark, how: &str| {
        let sentences = [vec![past.clone(), format!("{right} {how}")], left_out.clone()].concat();
        remarks(mark, &sentences)
    };
    let whole: Vec<&PolicyDocument> =
        rewritten.iter().filter(|policy| policy.is_seen).map(|policy| &policy.document).collect();
    Code {
        powershell: begin(Mark::Hash, "For the module Az.Security, after Connect-AzAccount.")
            + &powershell(&whole),
        az: begin(Mark::Hash, "For a POSIX shell, after az login.")
            + &whole.iter().map(|one| az(one)).collect::<String>(),
        curl: match rewritten {
            [] => remarks(Mark::Hash, &left_out),
            _ => remarks(Mark::Hash, &asked) + &curl(api, "/api/jit/policies", &json!(new).into()),
        },
        bicep: bicep(&whole, &begin),
    }
}

fn az(document: &PolicyDocument) -> String {
    let path = policy_path(document.id());
    match document.body() {
        Some(body) => az_sending("put", &path, &body.into()),
        None => az_plain("delete", &path),
    }
}

fn powershell(documents: &[&PolicyDocument]) -> String {
    let mut context = None;
    documents.iter().map(|document| in_subscription(&mut context, document.id()) + &set(document)).collect()
}

fn set(document: &PolicyDocument) -> String {
    let named = named(document.id());
    let Some(body) = document.body().map(Term::from) else {
        return format!("Remove-AzJitNetworkAccessPolicy {named}\n");
    };
    let kind = body.clone().take("kind").unwrap_or(Term::Null);
    let machines = body.take("properties").and_then(|all| all.take("virtualMachines"));
    format!(
        "Set-AzJitNetworkAccessPolicy {named} -Kind {} -VirtualMachine {}\n",
        kind.written(&POWERSHELL, 0),
        machines.unwrap_or(Term::Null).written(&POWERSHELL, 0)
    )
}

/// One file for each resource group: that is what is deployed to.
fn bicep(documents: &[&PolicyDocument], begin: &dyn Fn(Mark, &str) -> String) -> Vec<String> {
    let mut files: Vec<Vec<&PolicyDocument>> = Vec::new();
    for document in documents {
        let group = |one: &PolicyDocument| (one.id().subscription(), one.id().resource_group().clone());
        match files.iter_mut().find(|file| group(file[0]) == group(document)) {
            Some(file) => file.push(document),
            None => files.push(vec![document]),
        }
    }
    let file = |file: Vec<&PolicyDocument>| {
        let id = file[0].id();
        let deploy = format!(
            "az deployment group create --subscription {} --resource-group {} --template-file jit.bicep",
            id.subscription(),
            quoted(id.resource_group().as_str())
        );
        let resources = (1..).zip(file).map(|(index, document)| resource(document, index));
        line(Mark::Slashes, &deploy)
            + &begin(Mark::Slashes, "Deployed by the line above, saved as jit.bicep.")
            + &resources.collect::<String>()
    };
    files.into_iter().map(file).collect()
}

fn resource(document: &PolicyDocument, index: u32) -> String {
    let id = document.id();
    let Some(body) = document.body() else {
        let sentence =
            format!("{id} would name no machine any more. Bicep deletes nothing: delete it otherwise.");
        return remarks(Mark::Slashes, &[sentence]);
    };
    let name = format!("{}/{}", id.location(), id.name());
    let mut fields = vec![("name".to_owned(), Term::Text(name))];
    if let Term::Record(body) = body.into() {
        fields.extend(body);
    }
    format!(
        "resource jit{index} 'Microsoft.Security/locations/jitNetworkAccessPolicies@2020-01-01' = {}\n",
        Term::Record(fields).written(&BICEP, 0)
    )
}
