//! The modules that the site comes in.

/// A part of the site that is downloaded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// The Connect page, which links in tickets lead to.
    Connect,
    /// What those work with who set things up and look after them.
    Admin,
    /// Requests: those for many machines at once, and those that were.
    Records,
    /// What a review looks at: who is not protected yet, and what a month was like.
    Review,
    /// Everything else.
    Office,
}

impl Module {
    /// Which module shows the page at `path`. The service sends that one, and the page leaves the
    /// others for it.
    pub fn of(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        match (segments.next(), segments.nth(2), segments.next()) {
            (Some("vms"), Some(_), Some("connect")) => Self::Connect,
            (Some("requests" | "audit"), ..) | (Some("vms"), Some(_), Some("activity")) => Self::Records,
            (Some("compliance" | "reports"), ..) => Self::Review,
            (Some("jit"), ..) if path.trim_end_matches('/').ends_with("/request") => Self::Records,
            (Some("jit"), ..) | (Some("vms"), Some(_), Some("configuration")) => Self::Admin,
            _ => Self::Office,
        }
    }
}

/// Whether the page at `path` stands alone, without the frame of the others: what somebody prepared
/// for whoever has its address, signed in or not.
pub fn stands_alone(path: &str) -> bool {
    path.split('/').find(|segment| !segment.is_empty()) == Some("for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_is_one_module() {
        for path in ["/vms/1/rg/vm-1/connect", "/vms/1/rg/connect/connect"] {
            assert_eq!(Module::of(path), Module::Connect, "{path}");
        }
    }

    #[test]
    fn setting_up_is_another() {
        for path in ["/vms/1/rg/vm-1/configuration", "/vms/1/rg/connect/configuration", "/jit", "/jit/policy"]
        {
            assert_eq!(Module::of(path), Module::Admin, "{path}");
        }
    }

    #[test]
    fn looking_back_is_a_third() {
        for path in [
            "/requests",
            "/requests/1",
            "/jit/request",
            "/jit/request/",
            "/audit",
            "/vms/1/rg/connect/activity",
        ] {
            assert_eq!(Module::of(path), Module::Records, "{path}");
        }
    }

    #[test]
    fn reviewing_is_a_fourth() {
        for path in ["/compliance", "/compliance/ask", "/reports", "/reports/"] {
            assert_eq!(Module::of(path), Module::Review, "{path}");
        }
    }

    #[test]
    fn what_was_prepared_for_somebody_stands_alone() {
        for (path, alone) in
            [("/for/1", true), ("/for", true), ("/", false), ("/forms", false), ("/vms/for", false)]
        {
            assert_eq!(stands_alone(path), alone, "{path}");
        }
    }

    #[test]
    fn everything_else_is_the_last() {
        for path in ["/vms", "/vms/", "/vms/1/rg/connect", "/about", "/sessions", "/for/1", "/vms/1", "/x"] {
            assert_eq!(Module::of(path), Module::Office, "{path}");
        }
    }
}
