//! nginx in front of the service, as the installation guide sets it up.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;
use url::Url;

use crate::process::{Process, program};

/// An nginx that passes everything on to a service.
#[derive(Debug)]
pub struct Nginx {
    address: SocketAddr,
    _process: Process,
    folder: TempDir,
}

/// The name of the file with the certificate, and of that with its key.
const CERTIFICATE: [&str; 2] = ["certificate.pem", "key.pem"];

impl Nginx {
    /// Starts one in front of the service at `upstream`.
    pub async fn before(upstream: &Url) -> Self {
        Self::before_all(&[upstream.authority()]).await
    }

    /// Starts one that speaks TLS, as `localhost`, and so do the addresses that the service tells.
    pub async fn with_tls_before(upstream: &Url) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.expect("a certificate can be made");
        let texts = [made.cert.pem(), made.signing_key.serialize_pem()];
        for (name, text) in CERTIFICATE.iter().zip(texts) {
            fs::write(folder.path().join(name), text).expect("a new folder takes files");
        }
        let [certificate, key] = CERTIFICATE.map(|name| folder.path().join(name).display().to_string());
        let inside = upstream.authority();
        let tls = format!(
            "ssl_certificate {certificate}; ssl_certificate_key {key};
             sub_filter 'http://{inside}' 'https://localhost:$server_port';
             sub_filter_types application/json; sub_filter_once off;"
        );
        Self::start(&[upstream.authority()], folder, "ssl", &tls).await
    }

    /// Starts one in front of several instances of it, which take turns.
    pub async fn before_all(upstreams: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
        Self::start(upstreams, folder, "", "").await
    }

    async fn start(upstreams: &[&str], folder: TempDir, how: &str, tls: &str) -> Self {
        let servers: String =
            upstreams.iter().flat_map(|server| ["server ", server, " max_fails=0; "]).collect();
        let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let address = probe.local_addr().expect("it is bound");
        drop(probe);
        let config = folder.path().join("nginx.conf");
        let here = folder.path().display();
        let settings = format!(
            r#"
            daemon off;
            pid {here}/pid;
            error_log stderr notice;
            events {{}}
            http {{
                access_log off;
                client_body_temp_path {here}/body;
                proxy_temp_path {here}/proxy;
                fastcgi_temp_path {here}/fastcgi;
                uwsgi_temp_path {here}/uwsgi;
                scgi_temp_path {here}/scgi;
                upstream postern {{ {servers} }}
                server {{
                    listen {address} {how};
                    {tls}
                    location / {{
                        proxy_pass http://postern;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        proxy_buffering off;
                    }}
                }}
            }}
            "#
        );
        fs::write(&config, settings).expect("a new folder takes files");
        let mut command = Command::new(program(&["nginx"]));
        command.arg("-e").arg("stderr").arg("-p").arg(folder.path()).arg("-c").arg(&config);
        let process = Process::start(&mut command);
        process.says(|line| line.contains("start worker process ").then_some(())).await;
        Self { address, _process: process, folder }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The file with the certificate that it shows, if it speaks TLS.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join(CERTIFICATE[0])
    }

    /// The address of a page behind it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
