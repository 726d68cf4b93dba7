//! The two modules that the site comes in.

/// A part of the site that is downloaded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// What a first visit downloads: to find a machine and connect to it.
    Connect,
    /// Everything else.
    Office,
}

impl Module {
    /// Which module shows the page at `path`. The service sends that one, and the page leaves the
    /// other for it.
    pub fn of(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let first = segments.next();
        let (second, last) = (segments.next(), segments.next_back());
        match (first, second, last) {
            (None, ..) | (Some("vms"), None, _) | (Some("vms"), _, Some("connect")) => Self::Connect,
            _ => Self::Office,
        }
    }

    /// The folder that its files are in.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Office => "office",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_a_machine_and_connecting_to_it_is_one_module() {
        for path in ["/", "", "/vms", "/vms/", "/vms/1/rg/vm-1/connect", "/vms/1/rg/connect/connect"] {
            assert_eq!(Module::of(path), Module::Connect, "{path}");
        }
    }

    #[test]
    fn everything_else_is_the_other() {
        for path in ["/about", "/sessions", "/for/1", "/jit", "/vms/1/rg/connect/activity", "/vms/1", "/x"] {
            assert_eq!(Module::of(path), Module::Office, "{path}");
        }
    }
}
