//! What a key vault holds, and who may do what with it.

use std::sync::Arc;

use aws_lc_rs::{
    digest::{Digest, SHA256},
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};

/// A key vault.
#[derive(Debug, Clone, Default)]
pub struct Vault {
    /// In the order in which they were put in: of a name, the last is the newest.
    pub certificates: Vec<VaultCertificate>,
    /// Who may do what: an object id, and such as `keys/sign`.
    pub permissions: Vec<(String, String)>,
    /// The status with which it answers everything, if something is wrong with it.
    pub trouble: Option<u16>,
    /// How often it has signed something.
    pub signatures: u32,
}

/// A certificate and its key, in one version.
#[derive(Debug, Clone)]
pub struct VaultCertificate {
    pub name: String,
    pub version: String,
    /// As X.509 has it.
    pub der: Vec<u8>,
    pub enabled: bool,
    key: Arc<RsaKeyPair>,
}

impl Vault {
    /// The certificate of that name in this version, or in its newest.
    pub fn find(&self, name: &str, version: Option<&str>) -> Option<&VaultCertificate> {
        let mut newest_first = self.certificates.iter().rev();
        newest_first.find(|one| {
            one.name.eq_ignore_ascii_case(name) && version.is_none_or(|version| one.version == version)
        })
    }

    /// Whether somebody may do this.
    pub fn allows(&self, object_id: &str, operation: &str) -> bool {
        self.permissions.iter().any(|(who, what)| who == object_id && what == operation)
    }
}

impl VaultCertificate {
    /// One with an RSA key in PKCS #8; `None` if that is no such key.
    pub fn new(name: &str, version: &str, der: Vec<u8>, pkcs8: &[u8]) -> Option<Self> {
        let key = Arc::new(RsaKeyPair::from_pkcs8(pkcs8).ok()?);
        Some(Self { name: name.to_owned(), version: version.to_owned(), der, enabled: true, key })
    }

    /// An RSA signature over a SHA-256 digest.
    pub(crate) fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let digest = Digest::import_less_safe(digest, &SHA256).ok()?;
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign_digest(&RSA_PKCS1_SHA256, &digest, &mut signature).ok()?;
        Some(signature)
    }
}
