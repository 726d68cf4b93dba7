//! A mail server that speaks SMTP by the book: STARTTLS before anything else of use, a password before
//! mail, every line ended by CRLF, and no step out of turn.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Who may send mail.
const PASSWORD: &str = "postern-s3cret";

/// A mail that was taken.
#[derive(Debug, Clone)]
pub struct Mail {
    /// From whom, as the server was told.
    pub from: String,
    /// To whom, as the server was told.
    pub to: Vec<String>,
    /// Headers and text, with the dots taken out again that SMTP puts in.
    pub content: String,
}

#[derive(Debug, Default)]
struct Inner {
    mails: Vec<Mail>,
    busy: usize,
    wrongs: Vec<String>,
}

/// The server. It takes mail for everybody but `nobody@…`.
pub struct SmtpServer {
    inner: Arc<Mutex<Inner>>,
    port: u16,
    folder: TempDir,
}

impl SmtpServer {
    /// Says so many times that it has no time now, and takes what comes after.
    pub async fn start(busy: usize) -> Self {
        let folder = TempDir::new().expect("there is room");
        let acceptor = TlsAcceptor::from(Arc::new(certified(&folder)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has free ports");
        let port = listener.local_addr().expect("it is bound").port();
        let inner = Arc::new(Mutex::new(Inner { busy, ..Inner::default() }));
        let kept = inner.clone();
        tokio::spawn(async move {
            while let Ok((plain, _)) = listener.accept().await {
                let (inner, acceptor) = (kept.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let mut plain = Talk::new(plain, inner.clone(), false);
                    plain.say("220 localhost ESMTP").await;
                    if plain.run().await {
                        let Ok(sealed) = acceptor.accept(plain.stream).await else { return };
                        Talk::new(sealed, inner, true).run().await;
                    }
                });
            }
        });
        Self { inner, port, folder }
    }

    /// The settings that have mail sent through it, to these addresses.
    pub fn settings(&self, on: &str, to: &str) -> String {
        format!("{}[notify.security]\non = [{on}]\nmail_to = [{to}]\n", self.smtp_settings(PASSWORD))
    }

    /// The settings of the server itself, with this password.
    pub fn smtp_settings(&self, password: &str) -> String {
        let (port, ca) = (self.port, self.authority());
        format!(
            "[smtp]\nhost = \"localhost\"\nport = {port}\nca_file = \"{}\"\nfrom = \"Postern <postern@contoso.com>\"\nuser = \"postern\"\npassword = \"{password}\"\n",
            ca.display()
        )
    }

    /// What it took.
    pub fn mails(&self) -> Vec<Mail> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).mails.clone()
    }

    /// What was said to it against the rules of SMTP.
    pub fn wrongs(&self) -> Vec<String> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).wrongs.clone()
    }

    fn authority(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }
}

/// A certificate for `localhost`, from a root that stands in a file.
fn certified(folder: &TempDir) -> ServerConfig {
    let key = || KeyPair::generate().expect("keys can be made");
    let params = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut params = CertificateParams::new(names).expect("they are names");
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1));
        params
    };
    let (mut root, root_key) = (params(&[]), key());
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = root.self_signed(&root_key).expect("it is complete").pem();
    fs::write(folder.path().join("root.pem"), pem).expect("there is room");
    let leaf_key = key();
    let leaf = params(&["localhost"]).signed_by(&leaf_key, &Issuer::new(root, root_key));
    let leaf = leaf.expect("it is complete");
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
    let config = config.expect("there are versions").with_no_client_auth();
    config.with_single_cert(vec![leaf.der().clone()], key).expect("they belong together")
}

/// One connection.
struct Talk<S> {
    stream: S,
    inner: Arc<Mutex<Inner>>,
    sealed: bool,
    greeted: bool,
    known: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    fn new(stream: S, inner: Arc<Mutex<Inner>>, sealed: bool) -> Self {
        Self { stream, inner, sealed, greeted: false, known: false, from: None, to: Vec::new() }
    }

    async fn say(&mut self, line: &str) {
        // Whoever hung up does not hear it.
        drop(self.stream.write_all(format!("{line}\r\n").as_bytes()).await);
    }

    /// A line without its end; nothing once the other side hung up.
    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\n") {
            line.push(self.stream.read_u8().await.ok()?);
        }
        if !line.ends_with(b"\r\n") || line[..line.len() - 2].contains(&b'\r') || line.len() > 1000 {
            self.wrong(format!("a line that is none: {}", line.escape_ascii()));
        }
        line.truncate(line.len().saturating_sub(2));
        Some(String::from_utf8_lossy(&line).into_owned())
    }

    fn wrong(&self, what: String) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).wrongs.push(what);
    }

    fn is_busy(&self) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = inner.busy > 0;
        inner.busy = inner.busy.saturating_sub(1);
        busy
    }

    /// Goes on until the other side leaves, or, which it tells, wants to begin TLS.
    async fn run(&mut self) -> bool {
        while let Some(line) = self.line().await {
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    self.greeted = true;
                    let more = if self.sealed { "AUTH PLAIN" } else { "STARTTLS" };
                    self.say(&format!("250-localhost\r\n250-8BITMIME\r\n250 {more}")).await;
                }
                "STARTTLS" if self.greeted && !self.sealed => {
                    self.say("220 go ahead").await;
                    return true;
                }
                "QUIT" => {
                    self.say("221 bye").await;
                    return false;
                }
                "NOOP" => self.say("250 ok").await,
                _ if !self.sealed => self.refuse("530 first STARTTLS", &line).await,
                "AUTH" if self.greeted => self.auth(&line).await,
                "MAIL" if self.known && self.from.is_none() => {
                    self.from = Some(address(&line));
                    self.say("250 ok").await;
                }
                "RCPT" if self.from.is_some() => self.recipient(address(&line)).await,
                "DATA" if !self.to.is_empty() => self.data().await,
                _ => self.refuse("503 not now", &line).await,
            }
        }
        false
    }

    async fn refuse(&mut self, answer: &str, line: &str) {
        self.wrong(line.to_owned());
        self.say(answer).await;
    }

    async fn auth(&mut self, line: &str) {
        let expected = BASE64_STANDARD.encode(format!("\0postern\0{PASSWORD}"));
        self.known = line == format!("AUTH PLAIN {expected}");
        self.say(if self.known { "235 welcome" } else { "535 5.7.8 who are you?" }).await;
    }

    async fn recipient(&mut self, to: String) {
        if to.starts_with("nobody@") {
            self.say("550 5.1.1 there is no such person").await;
        } else if self.is_busy() {
            self.say("451 4.3.2 come back later").await;
        } else {
            self.to.push(to);
            self.say("250 ok").await;
        }
    }

    async fn data(&mut self) {
        self.say("354 end with a dot").await;
        let mut content = String::new();
        while let Some(line) = self.line().await {
            if line == "." {
                let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
                let mail = Mail { from, to, content };
                self.inner.lock().unwrap_or_else(PoisonError::into_inner).mails.push(mail);
                return self.say("250 taken").await;
            }
            content.push_str(line.strip_prefix('.').unwrap_or(&line));
            content.push('\n');
        }
    }
}

fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
