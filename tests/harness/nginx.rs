//! nginx in front of the service, as the installation guide sets it up.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;

use tempfile::TempDir;
use url::Url;

use crate::process::{Process, program};

/// An nginx that passes everything on to a service.
#[derive(Debug)]
pub struct Nginx {
    address: SocketAddr,
    _process: Process,
    _folder: TempDir,
}

impl Nginx {
    /// Starts one in front of the service at `upstream`.
    pub async fn before(upstream: &Url) -> Self {
        Self::before_all(&[upstream.authority()]).await
    }

    /// Starts one in front of several instances of it, which take turns.
    pub async fn before_all(upstreams: &[&str]) -> Self {
        let servers: String =
            upstreams.iter().flat_map(|server| ["server ", server, " max_fails=0; "]).collect();
        let folder = tempfile::tempdir().expect("the temporary folder takes a folder");
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
                    listen {address};
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
        Self { address, _process: process, _folder: folder }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a page behind it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
