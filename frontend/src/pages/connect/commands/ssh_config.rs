//! A piece of a configuration file for OpenSSH, and what else one tells an SSH client.

use shared::port::Port;
use shared::resource_id::VmId;

use super::azure::KEY;
use super::{is_host, is_user};

/// An entry for `~/.ssh/config`. The machine's key is remembered under a name of its own: another
/// machine may have the address by tomorrow.
pub fn entry(host: &str, user: Option<&str>, port: Port, vm: &VmId) -> Option<String> {
    if !is_host(host) {
        return None;
    }
    let user = user.filter(|user| is_user(user)).map(|user| format!("  User {user}\n")).unwrap_or_default();
    let (alias, number) = (alias(vm), fingerprint(vm));
    Some(format!(
        "Host {alias}\n  HostName {host}\n  Port {port}\n{user}  IdentityFile \"{KEY}\"\n  IdentitiesOnly yes\n  HostKeyAlias postern-{number}\n  ServerAliveInterval 30\n"
    ))
}

/// `ssh` with a key of one's own.
pub fn with_key(host: &str, user: Option<&str>, port: Port) -> Option<String> {
    super::ssh(host, user, port).map(|line| line.replacen("ssh ", &format!("ssh -i \"{KEY}\" "), 1))
}

/// The command line of `PuTTY`; its `plink` takes the same.
pub fn putty(host: &str, user: Option<&str>, port: Port) -> Option<String> {
    let user = user.filter(|user| is_user(user)).map(|user| format!("{user}@")).unwrap_or_default();
    is_host(host).then(|| format!("putty -ssh -P {port} {user}{host}"))
}

/// What the machine is called in the file: its name, as far as no shell reads it.
pub fn alias(vm: &VmId) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
    format!("postern-{}", vm.name().as_str().chars().map(kept).collect::<String>())
}

/// A number that tells machines apart (FNV-1a), for ids that differ in case alone the same.
fn fingerprint(vm: &VmId) -> u64 {
    let folded = shared::text::folded(&vm.to_string());
    folded
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::connect::samples;

    fn vm() -> VmId {
        samples::details().vm.id
    }

    #[test]
    fn an_entry_is_what_openssh_understands() {
        let entry = entry("2001:db8::1", Some("azureuser"), Port::try_from(2222).unwrap(), &vm()).unwrap();
        let file = std::env::temp_dir().join(format!("postern-ssh-config-{}", std::process::id()));
        std::fs::write(&file, &entry).unwrap();
        let ssh = std::process::Command::new("ssh").arg("-G").arg("-F").arg(&file).arg(alias(&vm())).output();
        std::fs::remove_file(&file).unwrap();
        let ssh = ssh.expect("OpenSSH's client is here");
        let told = String::from_utf8(ssh.stdout).unwrap();
        assert!(ssh.status.success(), "{told}");
        let lines: Vec<&str> = told.lines().collect();
        for expected in [
            "hostname 2001:db8::1",
            "port 2222",
            "user azureuser",
            "identitiesonly yes",
            "serveraliveinterval 30",
        ] {
            assert!(lines.contains(&expected), "{expected} is not in {told}");
        }
        assert!(told.contains("hostkeyalias postern-") && told.contains("identityfile path-to-private-key"));
        assert!(lines.contains(&"stricthostkeychecking ask"), "a new key is still asked about");
    }

    #[test]
    fn two_machines_do_not_share_a_key() {
        let other: VmId = vm().to_string().replace("virtualMachines/", "virtualMachines/x").parse().unwrap();
        assert_ne!(fingerprint(&vm()), fingerprint(&other));
        let shouted: VmId = vm().to_string().to_uppercase().parse().unwrap();
        assert_eq!(fingerprint(&vm()), fingerprint(&shouted));
    }

    #[test]
    fn what_a_client_would_take_for_more_than_a_name_is_left_out() {
        let bad = entry("198.51.100.4", Some("a\nProxyCommand x"), Port::SSH, &vm()).unwrap();
        assert!(!bad.contains("ProxyCommand") && !bad.contains("User"));
        assert_eq!(entry("-oProxyCommand=x", None, Port::SSH, &vm()), None);
        assert_eq!(putty("a b", None, Port::SSH), None);
        assert_eq!(with_key("a;b", None, Port::SSH), None);
    }

    #[test]
    fn each_client_is_told_in_its_own_way() {
        let port = Port::try_from(2222).unwrap();
        assert_eq!(putty("198.51.100.4", Some("a"), port).unwrap(), "putty -ssh -P 2222 a@198.51.100.4");
        assert_eq!(
            with_key("198.51.100.4", Some("a"), port).unwrap(),
            "ssh -i \"path-to-private-key\" -p 2222 a@198.51.100.4"
        );
    }
}
