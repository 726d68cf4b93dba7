//! What stands in a PKCS #12 file (RFC 7292).
//!
//! Read are files whose parts are encrypted with AES (PBES2) and whose whole is protected by a MAC
//! with SHA-2, which is how OpenSSL makes them since version 3. RC2, triple DES and SHA-1 are not
//! supported anywhere in this program, and not for a key that people trust files by.

use cms::content_info::ContentInfo;
use cms::encrypted_data::EncryptedData;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_DATA, ID_ENCRYPTED_DATA};
use const_oid::db::rfc5912::{ID_SHA_256, ID_SHA_384, ID_SHA_512};
use der::asn1::{ContextSpecific, OctetString};
use der::{Any, Decode, Encode, Sequence};
use hmac::digest::KeyInit;
use hmac::{Mac, SimpleHmac};
use pkcs5::EncryptionScheme;
use pkcs12::cert_type::CertBag;
use pkcs12::kdf::{Pkcs12KeyType, derive_key_utf8};
use pkcs12::mac_data::MacData;
use pkcs12::pfx::Pfx;
use pkcs12::safe_bag::SafeContents;
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// Which of the things in a file is a certificate, and which are keys.
const CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
const ENCRYPTED_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");

/// More rounds than anybody asks for: a file is not to keep us busy.
const MOST_ROUNDS: u32 = 10_000_000;

/// The certificates in a file, and its keys as PKCS #8 has them.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) certificates: Vec<Vec<u8>>,
    pub(super) keys: Vec<Vec<u8>>,
}

/// Why a file gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not PKCS #12, or damaged.
    Malformed,
    /// The password is another.
    Password,
    /// It is protected by what is not supported.
    Legacy,
}

#[derive(Sequence)]
struct EncryptedKey {
    algorithm: AlgorithmIdentifierOwned,
    data: OctetString,
}

/// Reads a file.
pub(super) fn read(file: &[u8], password: &str) -> Result<Contents, Unreadable> {
    let pfx = Pfx::from_der(file).map_err(malformed)?;
    let safes = data(&pfx.auth_safe)?;
    verify(pfx.mac_data.as_ref().ok_or(Unreadable::Legacy)?, &safes, password)?;
    let mut contents = Contents::default();
    for safe in Vec::<ContentInfo>::from_der(&safes).map_err(malformed)? {
        let bags = match safe.content_type {
            ID_DATA => data(&safe)?,
            ID_ENCRYPTED_DATA => {
                let content: EncryptedData = safe.content.decode_as().map_err(malformed)?;
                let info = content.enc_content_info;
                let encrypted = info.encrypted_content.ok_or(Unreadable::Malformed)?;
                decrypted(&info.content_enc_alg, encrypted.as_bytes(), password)?
            }
            _ => return Err(Unreadable::Legacy),
        };
        for bag in SafeContents::from_der(&bags).map_err(malformed)? {
            match bag.bag_id {
                CERTIFICATE => {
                    let bag = ContextSpecific::<CertBag>::from_der(&bag.bag_value).map_err(malformed)?;
                    contents.certificates.push(bag.value.cert_value.as_bytes().to_vec());
                }
                KEY => {
                    let key = ContextSpecific::<Any>::from_der(&bag.bag_value).map_err(malformed)?;
                    contents.keys.push(key.value.to_der().map_err(malformed)?);
                }
                ENCRYPTED_KEY => {
                    let key =
                        ContextSpecific::<EncryptedKey>::from_der(&bag.bag_value).map_err(malformed)?.value;
                    contents.keys.push(decrypted(&key.algorithm, key.data.as_bytes(), password)?);
                }
                // Secrets, revocation lists and the like are nothing to sign with.
                _ => {}
            }
        }
    }
    Ok(contents)
}

fn data(info: &ContentInfo) -> Result<Vec<u8>, Unreadable> {
    if info.content_type != ID_DATA {
        return Err(Unreadable::Legacy);
    }
    let octets: OctetString = info.content.decode_as().map_err(malformed)?;
    Ok(octets.into_bytes())
}

/// Whether the file is whole and the password its own.
fn verify(mac: &MacData, message: &[u8], password: &str) -> Result<(), Unreadable> {
    match mac.mac.algorithm.oid {
        ID_SHA_256 => check::<Sha256>(mac, message, password, 32),
        ID_SHA_384 => check::<Sha384>(mac, message, password, 48),
        ID_SHA_512 => check::<Sha512>(mac, message, password, 64),
        _ => Err(Unreadable::Legacy),
    }
}

fn check<D>(mac: &MacData, message: &[u8], password: &str, length: usize) -> Result<(), Unreadable>
where
    D: sha2::Digest + hmac::digest::FixedOutputReset + hmac::digest::core_api::BlockSizeUser,
{
    if u32::try_from(mac.iterations).map_or(true, |rounds| rounds > MOST_ROUNDS) {
        return Err(Unreadable::Malformed);
    }
    let salt = mac.mac_salt.as_bytes();
    let key = derive_key_utf8::<D>(password, salt, Pkcs12KeyType::Mac, mac.iterations, length);
    let key = key.map_err(|_| Unreadable::Password)?;
    let mut hmac = <SimpleHmac<D> as KeyInit>::new_from_slice(&key).map_err(|_| Unreadable::Malformed)?;
    hmac.update(message);
    hmac.verify_slice(mac.mac.digest.as_bytes()).map_err(|_| Unreadable::Password)
}

fn decrypted(
    algorithm: &AlgorithmIdentifierOwned,
    encrypted: &[u8],
    password: &str,
) -> Result<Vec<u8>, Unreadable> {
    let algorithm = algorithm.to_der().map_err(malformed)?;
    let algorithm = x509_cert::spki::AlgorithmIdentifierRef::from_der(&algorithm).map_err(malformed)?;
    let scheme = EncryptionScheme::try_from(algorithm).map_err(|_| Unreadable::Legacy)?;
    let rounds = scheme.pbes2().and_then(|pbes2| pbes2.kdf.pbkdf2()).map(|pbkdf2| pbkdf2.iteration_count);
    match rounds {
        None => Err(Unreadable::Legacy),
        Some(rounds) if rounds > MOST_ROUNDS => Err(Unreadable::Malformed),
        // The MAC has been right by now, so the password is.
        Some(_) => scheme.decrypt(password, encrypted).map_err(|_| Unreadable::Legacy),
    }
}

fn malformed(_: der::Error) -> Unreadable {
    Unreadable::Malformed
}
