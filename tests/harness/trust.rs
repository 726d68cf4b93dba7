//! A publisher of `.rdp` files, and a root that clients trust.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    PKCS_RSA_SHA256, date_time_ymd,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use simulator::World;
use simulator::world::VaultCertificate;
use tempfile::TempDir;

use crate::process::program;

/// A root that a client would trust, and what a publisher has from it, by way of an authority
/// between them.
pub struct Trust {
    folder: TempDir,
    thumbprint: String,
    issuing_pem: String,
    issuing: Issuer<'static, KeyPair>,
}

impl Trust {
    /// One of its own for each test.
    pub fn anew() -> Self {
        let key = || KeyPair::generate_for(&PKCS_RSA_SHA256).expect("keys can be made");
        let authority = |name: &str| {
            let mut params = params(name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params
        };
        let (root, root_key) = (authority("Contoso Root"), key());
        let root_pem = root.self_signed(&root_key).expect("it is complete").pem();
        let (issuing, issuing_key) = (authority("Contoso Issuing"), key());
        let issuing_pem =
            issuing.signed_by(&issuing_key, &Issuer::new(root, root_key)).expect("it is complete").pem();
        let issuing = Issuer::new(issuing, issuing_key);
        let (leaf_pem, leaf_key) = publisher("Contoso IT", (2020, 2090), &issuing);
        let folder = TempDir::new().expect("there is room");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("there is room");
        write("root.pem", &root_pem);
        write("leaf.pem", &leaf_pem);
        write("publisher.pem", &[issuing_pem.as_str(), &leaf_pem, &leaf_key].concat());
        let thumbprint = thumbprint(&folder.path().join("leaf.pem"));
        Self { folder, thumbprint, issuing_pem, issuing }
    }

    /// The settings that have files signed by it.
    pub fn settings(&self) -> String {
        format!("[rdp]\npem_file = \"{}\"\n", self.folder().join("publisher.pem").display())
    }

    /// Lets the publisher sign with these, each good for some years, and with nothing else. They are
    /// read from the file that the settings name.
    pub fn renew(&self, certificates: &[(&str, (i32, i32))]) {
        let made = certificates.iter().map(|(name, years)| {
            let (certificate, key) = publisher(name, *years, &self.issuing);
            certificate + &key
        });
        let text = made.collect::<String>() + &self.issuing_pem;
        let (new, file) = (self.folder().join("new.pem"), self.folder().join("publisher.pem"));
        fs::write(&new, text).and_then(|()| fs::rename(new, file)).expect("there is room");
    }

    /// Puts a certificate into the vault of the simulated Azure, under the name `rdp`, and those that
    /// lead from it to the root into a file. Postern may use it.
    pub fn into_vault(&self, world: &mut World, name: &str, years: (i32, i32), version: &str) {
        let (certificate, key) = publisher(name, years, &self.issuing);
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("it is a certificate");
        let key = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).expect("it is a key");
        let made = VaultCertificate::new("rdp", version, der.to_vec(), key.secret_pkcs8_der());
        world.vault.certificates.push(made.expect("it is an RSA key"));
        fs::write(self.folder().join("chain.pem"), &self.issuing_pem).expect("there is room");
        let postern = world.apps[0].object_id.clone();
        world.vault.permissions =
            ["certificates/get", "keys/sign"].map(|what| (postern.clone(), what.to_owned())).to_vec();
    }

    /// The settings that have files signed in the vault of the Azure at `url`.
    pub fn vault_settings(&self, url: &str) -> String {
        let chain = self.folder().join("chain.pem");
        format!(
            "[rdp]\nkey_vault_certificate = \"{url}/certificates/rdp\"\nchain_file = \"{}\"\n",
            chain.display()
        )
    }

    /// Has OpenSSL put the publisher's key and certificates into a PKCS #12 file, with `options`. Its
    /// password is `Pa55 wörd`.
    pub fn pfx_settings(&self, options: &[&str]) -> String {
        let (pem, pfx) = (self.folder().join("publisher.pem"), self.folder().join("publisher.pfx"));
        let mut command = Command::new(program(&["openssl"]));
        command.args(["pkcs12", "-export", "-passout", "pass:Pa55 wörd"]).args(options);
        command.arg("-in").arg(pem).arg("-out").arg(&pfx);
        assert!(command.status().expect("it starts").success());
        format!("[rdp]\npfx_file = \"{}\"\npfx_password = \"Pa55 wörd\"\n", pfx.display())
    }

    /// Where the certificate of the root is kept.
    pub fn root(&self) -> PathBuf {
        self.folder().join("root.pem")
    }

    /// A folder for what has to do with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The SHA-256 of the publisher's certificate, in capital hexadecimal digits.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
}

fn thumbprint(certificate: &Path) -> String {
    let mut command = Command::new(program(&["openssl"]));
    command.args(["x509", "-noout", "-fingerprint", "-sha256", "-in"]).arg(certificate);
    let output = command.output().expect("it starts");
    let text = String::from_utf8(output.stdout).expect("it speaks ASCII");
    text.trim().rsplit('=').next().unwrap_or_default().replace(':', "")
}

/// A certificate for files, and its key.
fn publisher(name: &str, (from, until): (i32, i32), by: &Issuer<'static, KeyPair>) -> (String, String) {
    let mut leaf = params(name);
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::CodeSigning];
    (leaf.not_before, leaf.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).expect("keys can be made");
    (leaf.signed_by(&key, by).expect("it is complete").pem(), key.serialize_pem())
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no name is none too many");
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1));
    params
}
