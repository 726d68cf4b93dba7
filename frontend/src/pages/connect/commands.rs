//! What people paste into a terminal or the Run box.
//!
//! A shell reads this before any client does, so nothing is put in but what no shell gives a
//! meaning to: a name or address that Azure tells, and a user name of plain characters.

pub mod azure;
pub mod ssh_config;

use std::net::IpAddr;

use shared::port::Port;

use crate::page::escaped;

/// `ssh user@host`, with `-p` unless the port is the usual one. An IPv6 address takes no brackets
/// here. Without a user name that is safe to paste, the client takes the local one.
pub fn ssh(host: &str, user: Option<&str>, port: Port) -> Option<String> {
    if !is_host(host) {
        return None;
    }
    let port = if port == Port::SSH { String::new() } else { format!("-p {port} ") };
    let user = user.filter(|user| is_user(user)).map(|user| format!("{user}@")).unwrap_or_default();
    Some(format!("ssh {port}{user}{host}"))
}

/// `mstsc /v:host:port`, which starts Remote Desktop on Windows.
pub fn mstsc(host: &str, port: Port) -> Option<String> {
    address(host, port).map(|address| format!("mstsc /v:{address}"))
}

/// An address that opens Remote Desktop on macOS, iOS and Android; Windows and Linux know none.
pub fn rdp_uri(host: &str, user: Option<&str>, port: Port) -> Option<String> {
    let target = escaped(&address(host, port)?);
    let user = user.filter(|user| is_user(user)).map(|user| format!("&username=s:{}", escaped(user)));
    let user = user.unwrap_or_default();
    Some(format!("rdp://full%20address=s:{target}{user}&prompt%20for%20credentials%20on%20client=i:1"))
}

/// `host:port`, as Remote Desktop clients take it.
pub fn address(host: &str, port: Port) -> Option<String> {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => Some(format!("[{address}]:{port}")),
        Ok(IpAddr::V4(_)) | Err(_) => is_host(host).then(|| format!("{host}:{port}")),
    }
}

/// Whether `user` can stand in a command line: no shell gives these characters a meaning, and it
/// cannot be taken for an option.
pub fn is_user(user: &str) -> bool {
    (1..=256).contains(&user.len())
        && !user.starts_with('-')
        && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte))
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= 253 && host.split('.').all(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: u16) -> Port {
        Port::try_from(number).unwrap()
    }

    #[test]
    fn ssh_names_the_port_only_if_it_is_not_the_usual_one() {
        assert_eq!(ssh("198.51.100.4", Some("azureuser"), Port::SSH).unwrap(), "ssh azureuser@198.51.100.4");
        assert_eq!(ssh("vm.example.com", Some("a.b"), port(2222)).unwrap(), "ssh -p 2222 a.b@vm.example.com");
    }

    #[test]
    fn ssh_takes_an_ipv6_address_bare_and_mstsc_in_brackets() {
        assert_eq!(ssh("2001:db8::1", Some("root"), Port::SSH).unwrap(), "ssh root@2001:db8::1");
        assert_eq!(mstsc("2001:db8::1", Port::RDP).unwrap(), "mstsc /v:[2001:db8::1]:3389");
        assert_eq!(mstsc("198.51.100.4", port(3390)).unwrap(), "mstsc /v:198.51.100.4:3390");
    }

    #[test]
    fn an_address_for_remote_desktop_holds_nothing_that_would_add_to_it() {
        assert_eq!(
            rdp_uri("vm.example.com", Some("a@b.c"), Port::RDP).unwrap(),
            "rdp://full%20address=s:vm.example.com%3A3389&username=s:a%40b.c&prompt%20for%20credentials%20on%20client=i:1"
        );
        let ipv6 = rdp_uri("2001:db8::1", Some("a&drivestoredirect=s:*"), Port::RDP).unwrap();
        assert!(ipv6.contains("%5B2001%3Adb8%3A%3A1%5D%3A3389&prompt"), "{ipv6}");
        assert_eq!(rdp_uri("a&b", None, Port::RDP), None);
    }

    #[test]
    fn a_user_name_that_a_shell_would_read_is_left_out() {
        for user in ["-oProxyCommand=calc", "a b", "a;id", "$(id)", "CORP\\anna", "", "ü"] {
            assert_eq!(ssh("198.51.100.4", Some(user), Port::SSH).unwrap(), "ssh 198.51.100.4", "{user:?}");
        }
        assert_eq!(ssh("198.51.100.4", None, Port::SSH).unwrap(), "ssh 198.51.100.4");
    }

    #[test]
    fn a_host_that_is_none_gives_no_command() {
        for host in ["-oProxyCommand=x", "a b", "a;b", "", "a..b", "fe80::1%eth0", "höst", "[::1]"] {
            assert_eq!(ssh(host, Some("root"), Port::SSH), None, "{host:?}");
            assert_eq!(mstsc(host, Port::RDP), None, "{host:?}");
        }
    }
}
