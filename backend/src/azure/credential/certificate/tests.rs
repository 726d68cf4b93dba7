use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::*;

/// A certificate and its key, fresh for each test. Nobody looks into the certificate.
struct Identity {
    certificate: Vec<u8>,
    key: KeyPair,
}

impl Identity {
    fn new() -> Self {
        Self { certificate: b"a certificate".to_vec(), key: KeyPair::generate(KeySize::Rsa2048).unwrap() }
    }

    fn pem(&self) -> String {
        let key = AsDer::<Pkcs8V1Der>::as_der(&self.key).unwrap();
        pem("CERTIFICATE", &self.certificate) + &pem("PRIVATE KEY", key.as_ref())
    }

    fn public_key(&self) -> DecodingKey {
        let key = AsDer::<PublicKeyX509Der>::as_der(self.key.public_key()).unwrap();
        DecodingKey::from_rsa_pem(pem("PUBLIC KEY", key.as_ref()).as_bytes()).unwrap()
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let lines: Vec<String> =
        STANDARD.encode(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[derive(Deserialize)]
struct Read {
    iss: String,
    sub: String,
    exp: i64,
}

#[test]
fn an_assertion_is_signed_with_the_key_and_names_the_certificate() {
    let (clock, _hand) = Clock::by_hand("2030-01-01T09:00:00Z".parse().unwrap());
    let audience = "https://login.example/t/oauth2/v2.0/token";
    let identity = Identity::new();
    let pem = SecretString::from(identity.pem());
    let assertion = CertificateAssertion::new(&pem, "app", audience.to_owned(), clock.clone()).unwrap();
    let signed = assertion.sign().unwrap();

    let header = decode_header(&signed).unwrap();
    assert_eq!(header.alg, Algorithm::PS256);
    assert_eq!(
        header.x5t_s256.as_deref(),
        Some(URL_SAFE_NO_PAD.encode(digest(&SHA256, &identity.certificate)).as_str())
    );
    let mut validation = Validation::new(Algorithm::PS256);
    validation.set_audience(&[audience]);
    validation.validate_exp = false;
    let claims: Read = decode(&signed, &identity.public_key(), &validation).unwrap().claims;
    assert_eq!((claims.iss.as_str(), claims.sub.as_str()), ("app", "app"));
    assert_eq!(claims.exp, clock.now().as_second() + 300);
}

#[test]
fn a_certificate_without_its_key_is_refused_in_words() {
    let only_certificate = pem("CERTIFICATE", b"a certificate");
    let error = |pem: &str| {
        let (clock, _hand) = Clock::by_hand(jiff::Timestamp::UNIX_EPOCH);
        CertificateAssertion::new(&SecretString::from(pem), "app", String::new(), clock)
            .unwrap_err()
            .to_string()
    };
    assert!(error(&only_certificate).contains("no RSA key"));
    assert!(error("").contains("no certificate"));
}
