//! What can be wrong with a certificate for `.rdp` files, or its key.

use crate::azure::key_vault::VaultError;

/// The certificate for `.rdp` files or its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PublisherError {
    /// There is no such file, or it may not be read.
    #[error("it cannot be read")]
    File(#[source] std::io::Error),
    /// It breaks off, or is not PEM.
    #[error("it cannot be read as PEM: {0}")]
    Pem(String),
    /// There is no certificate, or one that cannot be read.
    #[error("it holds no certificate that can be read")]
    Certificate(#[source] anyhow::Error),
    /// There is no key, or one of another kind.
    #[error("it holds no RSA key that can be read; Windows takes no other kind")]
    Key(#[source] anyhow::Error),
    /// A key is shorter than what Windows and public authorities still take.
    #[error("the RSA key in it is too short; it must have at least 2048 bits")]
    ShortKey,
    /// No certificate belongs to a key.
    #[error("no certificate in it belongs to a key that is in it")]
    OtherKey,
    /// The certificate is for something else.
    #[error(
        "the certificate in it is not for signing `.rdp` files: its extended key usage must be left out, or name code signing (1.3.6.1.5.5.7.3.3), server authentication (1.3.6.1.5.5.7.3.1) or RDP signing (1.3.6.1.4.1.311.54.1.1)"
    )]
    OtherUse,
    /// It is not PKCS #12, or damaged.
    #[error("it cannot be read as PKCS #12")]
    Pfx,
    /// The password is another.
    #[error("the password (`rdp.pfx_password`) is not that of the file, or the file is damaged")]
    Password,
    /// It is protected as files were long ago, or not at all.
    #[error(
        "it is protected by what is not safe any more (RC2, triple DES or SHA-1), or by nothing; make a new one of it with AES: openssl pkcs12 -legacy -in old.pfx -nodes | openssl pkcs12 -export -out new.pfx"
    )]
    Legacy,
    /// The vault gave no certificate.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// It all fits, and no signature comes of it.
    #[error("Remote Desktop files cannot be signed with what it holds")]
    Unfit(#[from] SigningError),
}

/// The key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The key is not fit for it.
    #[error("the key for `.rdp` files did not sign")]
    Key,
    /// What was signed could not be put together.
    #[error("the signature of an `.rdp` file could not be put together")]
    Encoding(#[from] der::Error),
    /// The vault gave no signature.
    #[error(transparent)]
    Vault(#[from] VaultError),
}
