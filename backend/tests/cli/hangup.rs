//! SIGHUP: the running service reads its access rules again, and what it signs files with.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const RULE: &str = r#"
[[rule]]
name = "One"
to = { users = ["a@contoso.com"] }
on = ["tag:env=test"]
may = ["see"]
"#;

/// The service, which is stopped in the end.
struct Service {
    child: Child,
    lines: Receiver<String>,
}

impl Service {
    fn start(folder: &std::path::Path) -> Self {
        let settings = format!(
            r#"
            [server]
            listen = "127.0.0.1:0"
            public_url = "http://127.0.0.1:8080"
            [azure]
            cloud = "custom"
            tenant = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
            custom = {{ authority = "http://127.0.0.1:9", arm = "http://127.0.0.1:9" }}
            credential = {{ kind = "client_secret", client_id = "x", secret = "x" }}
            [sign_in]
            client_id = "x"
            client_secret = "x"
            [session]
            key = "dGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE="
            [store]
            url = "sqlite:{0}/postern.db"
            [access]
            rules = "{0}/access.toml"
            [rdp]
            pem_file = "{0}/rdp.pem"
            [log]
            format = "json"
            "#,
            folder.display()
        );
        fs::write(folder.join("postern.toml"), settings).expect("the folder takes files");
        fs::write(folder.join("rdp.pem"), publisher()).expect("the folder takes files");
        let mut child = Command::new(env!("CARGO_BIN_EXE_postern"))
            .args(["serve", "--config"])
            .arg(folder.join("postern.toml"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("it was built for this test");
        let log = child.stderr.take().expect("it was asked for");
        let (say, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(log).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
        });
        Self { child, lines }
    }

    /// The next line of its log with this in it.
    fn says(&self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30)).expect("it says so in time");
            if line.contains(words) {
                return line;
            }
        }
    }

    fn hang_up(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A certificate and its key, as a publisher of files has them.
fn publisher() -> String {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("keys can be made");
    let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("it is complete");
    certificate.pem() + &key.serialize_pem()
}

/// The hash of the file, as a line of the log tells it.
fn hash(line: &str) -> Option<&str> {
    line.split(r#""sha256":""#).nth(1)?.get(..64)
}

#[test]
fn a_good_file_is_taken_over_and_a_bad_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("access.toml");
    fs::write(&rules, RULE).unwrap();
    let service = Service::start(folder.path());
    let first = service.says("these access rules are in force");
    assert!(first.contains(r#""rules":1"#) && hash(&first).is_some(), "{first}");
    service.says("Postern is ready");

    fs::write(&rules, format!("{RULE}{}", RULE.replace("One", "Two"))).unwrap();
    service.hang_up();
    let second = service.says("these access rules are in force");
    assert!(second.contains(r#""rules":2"#), "{second}");

    fs::write(&rules, RULE.replace("see", "sea")).unwrap();
    service.hang_up();
    let third = service.says("the old ones hold");
    assert!(third.contains("access.toml, line 6") && third.contains("sea"), "{third}");

    fs::write(&rules, RULE).unwrap();
    service.hang_up();
    let fourth = service.says("these access rules are in force");
    assert_eq!(hash(&fourth), hash(&first));
}

#[test]
fn what_files_are_signed_with_is_read_again_unless_it_is_no_good() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.toml"), RULE).unwrap();
    let service = Service::start(folder.path());
    let first = service.says("Remote Desktop files are signed");
    service.says("Postern is ready");

    let renewal = folder.path().join("rdp.pem");
    fs::write(&renewal, "half a file").unwrap();
    service.hang_up();
    let kept = service.says("they are signed as before");
    assert!(kept.contains("rdp.pem_file") && kept.contains("no certificate"), "{kept}");

    fs::write(&renewal, publisher()).unwrap();
    service.hang_up();
    let second = service.says("Remote Desktop files are signed");
    assert!(hash(&second).is_some());
    assert_ne!(hash(&second), hash(&first));
}
