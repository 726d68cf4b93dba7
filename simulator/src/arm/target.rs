//! What a Resource Manager path points at.

/// A path, taken apart. Fixed words compare without regard to case; names keep theirs.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The whole path, decoded.
    pub(crate) path: String,
    pub(crate) subscription: Option<String>,
    pub(crate) group: Option<String>,
    /// What stands before the last `/providers/`: a scope, or the resource that an extension extends.
    pub(crate) scope: String,
    /// The provider after the last `/providers/`, in lower case.
    pub(crate) namespace: Option<String>,
    /// The segments after the provider.
    pub(crate) rest: Vec<String>,
    lower: Vec<String>,
}

impl Target {
    pub(crate) fn parse(path: &str) -> Self {
        let path = decode(path);
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let value_of = |label: &str, at: usize| {
            let is_there = segments.get(at).is_some_and(|segment| segment.eq_ignore_ascii_case(label));
            segments.get(at + 1).filter(|_| is_there).map(|value| (*value).to_owned())
        };
        let subscription = value_of("subscriptions", 0);
        let group = value_of("resourceGroups", 2).filter(|_| subscription.is_some());
        let providers = segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"));
        let (scope, namespace, rest) = match providers {
            Some(at) => (
                segments[..at].to_vec(),
                segments.get(at + 1).map(|namespace| namespace.to_ascii_lowercase()),
                segments.get(at + 2..).unwrap_or_default().iter().map(|rest| (*rest).to_owned()).collect(),
            ),
            None => (segments.clone(), None, Vec::new()),
        };
        let rest: Vec<String> = rest;
        Self {
            scope: format!("/{}", scope.join("/")),
            lower: rest.iter().map(|segment| segment.to_ascii_lowercase()).collect(),
            path: format!("/{}", segments.join("/")),
            subscription,
            group,
            namespace,
            rest,
        }
    }

    /// The segments after the provider in lower case, to match on.
    pub(crate) fn lower(&self) -> Vec<&str> {
        self.lower.iter().map(String::as_str).collect()
    }

    /// The resource type this path is about, such as `virtualMachines`, as it was spelt.
    pub(crate) fn kind(&self) -> &str {
        match &self.rest[..] {
            // `locations/{location}/{kind}`, as operations and just-in-time policies have it.
            [locations, _, kind, ..] if locations.eq_ignore_ascii_case("locations") => kind,
            [kind, ..] => kind,
            [] => "",
        }
    }

    /// The id of the resource that the first two segments after the provider name.
    pub(crate) fn resource(&self) -> String {
        self.below_provider(2)
    }

    /// The path up to so many segments after the provider.
    pub(crate) fn below_provider(&self, segments: usize) -> String {
        let rest = self.rest.iter().skip(segments).map(|segment| segment.len() + 1);
        self.path[..self.path.len() - rest.sum::<usize>()].to_owned()
    }

    /// The subscription's or the group's id, whichever the path has.
    pub(crate) fn container(&self) -> String {
        match (&self.subscription, &self.group) {
            (Some(subscription), Some(group)) => {
                format!("/subscriptions/{subscription}/resourceGroups/{group}")
            }
            (Some(subscription), None) => format!("/subscriptions/{subscription}"),
            (None, _) => "/".to_owned(),
        }
    }
}

fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let plain = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *byte == b'%');
        decoded.push(plain.unwrap_or(*byte));
        at += if plain.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart_whatever_its_casing() {
        let target = Target::parse(
            "/SUBSCRIPTIONS/1/resourcegroups/My%20Group/PROVIDERS/microsoft.compute/VirtualMachines/web/start",
        );
        assert_eq!(target.subscription.as_deref(), Some("1"));
        assert_eq!(target.group.as_deref(), Some("My Group"));
        assert_eq!(target.namespace.as_deref(), Some("microsoft.compute"));
        assert_eq!(target.lower(), ["virtualmachines", "web", "start"]);
        assert_eq!(
            target.resource(),
            "/SUBSCRIPTIONS/1/resourcegroups/My Group/PROVIDERS/microsoft.compute/VirtualMachines/web"
        );
    }

    #[test]
    fn an_extension_keeps_what_it_extends() {
        let target = Target::parse(
            "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web/providers/Microsoft.Security/assessments/x",
        );
        assert!(target.scope.ends_with("/virtualMachines/web"));
        assert_eq!(target.namespace.as_deref(), Some("microsoft.security"));
        assert_eq!(target.kind(), "assessments");
    }
}
