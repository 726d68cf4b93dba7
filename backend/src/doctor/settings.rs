//! The settings and the access rules, as far as they can be judged by themselves.

use crate::config::{IdentityMode, IdentitySettings, ServerSettings, SignInSettings, is_loopback};
use crate::doctor::Finding;
use crate::rules::Rules;

/// Whether the address of a client will be the right one: ports are opened for it.
pub fn server(server: &ServerSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let everybody = server.trusted_proxies.iter().find(|range| range.prefix_len() == 0);
    let behind_a_proxy = !is_loopback(&server.public_url);
    findings.push(if let Some(range) = everybody {
        Finding::wrong(
            format!("`server.trusted_proxies` trusts everybody ({range}): anybody can claim any address, and have a port opened for it."),
            "Name the addresses of your own proxies only.",
        )
    } else if behind_a_proxy && server.trusted_proxies.is_empty() {
        Finding::wrong(
            format!("{} is https, which a proxy has to speak for Postern, but `server.trusted_proxies` names none: ports would be opened for the proxy's address.", server.public_url),
            "Set `server.trusted_proxies` to the address that your proxy connects from.",
        )
    } else if server.trusted_proxies.is_empty() {
        Finding::fine("No proxy is believed about the address of a client.")
    } else {
        let proxies: Vec<String> = server.trusted_proxies.iter().map(ToString::to_string).collect();
        Finding::fine(format!("The address of a client is taken from {}.", proxies.join(", ")))
    });
    if behind_a_proxy && !server.listen.ip().is_loopback() {
        findings.push(Finding::doubtful(
            format!("Postern listens on {}, without TLS, for more than this machine.", server.listen),
            "Let only the proxy reach that port, or set `server.listen` to a loopback address.",
        ));
    }
    findings
}

/// Whether the access rules let more happen than their author may have meant.
pub fn rules(rules: &Rules) -> Vec<Finding> {
    let all: Vec<_> = rules.iter().collect();
    if all.is_empty() {
        return vec![Finding::doubtful(
            "There are no access rules: nobody may do anything.",
            "Write at least one [[rule]]; docs/access-rules.md shows how.",
        )];
    }
    let mut findings = vec![Finding::fine(format!(
        "{} access rule{} can be read.",
        all.len(),
        if all.len() == 1 { "" } else { "s" }
    ))];
    for rule in all {
        let name = &rule.name;
        if rule.source.anywhere {
            findings.push(Finding::doubtful(
                format!("Rule “{name}” lets people open a port to the whole Internet."),
                "Leave `source.anywhere` out unless that is what you want.",
            ));
        } else if rule.source.widest < 24 {
            findings.push(Finding::doubtful(
                format!(
                    "Rule “{name}” lets people open a port to any range of up to /{}.",
                    rule.source.widest
                ),
                "Name the ranges you mean in `source.networks`, and leave `source.widest` at 32.",
            ));
        }
        if !rule.reason.required {
            findings.push(Finding::doubtful(
                format!("Rule “{name}” does not ask for a reason."),
                "Set `reason.required`, so that the audit trail says why.",
            ));
        }
    }
    findings
}

/// In whose name Azure is asked, and what that takes beside what can be tried from here.
pub fn identity(identity: IdentitySettings, sign_in: &SignInSettings, rules: &Rules) -> Vec<Finding> {
    let mut findings = vec![match identity.mode {
        IdentityMode::Service => Finding::fine(
            "Azure is asked in Postern's own name: beside the access rules, the rights of its identity count.",
        ),
        IdentityMode::Delegated => Finding::fine(
            "Azure is asked in the name of whoever asks: beside the access rules, their own rights count. Whether the app registration has the permission user_impersonation shows when somebody signs in.",
        ),
    }];
    if identity.mode == IdentityMode::Delegated && sign_in.client_secret.is_none() {
        findings.push(Finding::doubtful(
            "Postern is to act for people, but proves itself to the sign-in provider by nothing: whoever gets hold of a refresh token can use it.",
            "Create a client secret in the app registration, and set `sign_in.client_secret_file`.",
        ));
    }
    if let Some(scope) = &sign_in.api_scope {
        findings.push(Finding::fine(format!(
            "Programs may call the API with access tokens that have the scope {scope}."
        )));
    }
    if rules.name_groups() && sign_in.issuer.tenant().is_some() {
        let permission = match identity.mode {
            IdentityMode::Service => "its identity has the permission GroupMember.Read.All",
            IdentityMode::Delegated => "its app registration has the permission User.Read",
        };
        findings.push(Finding::fine(format!(
            "An access rule is for a group. Whoever belongs to more than 200 groups is let in only if {permission} of Microsoft Graph."
        )));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;
    use crate::session::ForwardedHeader;

    fn verdicts(public_url: &str, listen: &str, trusted: &[&str]) -> Vec<Verdict> {
        let settings = ServerSettings {
            listen: listen.parse().unwrap(),
            public_url: public_url.parse().unwrap(),
            trusted_proxies: trusted.iter().map(|range| range.parse().unwrap()).collect(),
            forwarded_header: ForwardedHeader::default(),
            answer_within: ServerSettings::ANSWER_WITHIN,
            metrics: None,
        };
        server(&settings).into_iter().map(|finding| finding.verdict).collect()
    }

    #[test]
    fn a_proxy_that_is_not_named_is_found_before_it_costs_a_wrong_grant() {
        use Verdict::{Doubtful, Fine, Wrong};
        let site = "https://postern.contoso.com";
        assert_eq!(verdicts(site, "127.0.0.1:8080", &[]), [Wrong]);
        assert_eq!(verdicts(site, "127.0.0.1:8080", &["127.0.0.1/32"]), [Fine]);
        assert_eq!(verdicts(site, "127.0.0.1:8080", &["10.0.0.4/32", "0.0.0.0/0"]), [Wrong]);
        assert_eq!(verdicts(site, "[::]:8080", &["10.0.0.4/32"]), [Fine, Doubtful]);
        assert_eq!(verdicts("http://127.0.0.1:8080", "127.0.0.1:8080", &[]), [Fine]);
    }

    #[test]
    fn a_rule_that_is_wider_than_most_is_pointed_out() {
        let text = |source: &str, reason: &str| {
            format!(
                "[[rule]]\nname = \"All\"\nto = {{ roles = [\"Operator\"] }}\non = [\"tag:env=lab\"]\nmay = [\"request\"]\nlongest = \"PT1H\"\nsource = {source}\nreason = {reason}\n"
            )
        };
        let says = |source: &str, reason: &str| {
            let found = rules(&text(source, reason).parse().unwrap());
            found
                .into_iter()
                .filter(|one| one.verdict == Verdict::Doubtful)
                .map(|one| one.says)
                .collect::<Vec<_>>()
        };
        assert_eq!(says("{ widest = 32 }", "{ required = true }"), Vec::<String>::new());
        assert!(
            says("{ widest = 32, anywhere = true }", "{ required = true }")[0].contains("whole Internet")
        );
        assert!(says("{ widest = 16 }", "{ required = true }")[0].contains("/16"));
        assert!(says("{ widest = 32 }", "{}")[0].contains("reason"));
        assert_eq!(rules(&Rules::default())[0].verdict, Verdict::Doubtful);
    }
}
