use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, date_time_ymd,
};

use super::*;

/// Of 1024 bits, which nothing here makes any more. It is for nothing else.
const SHORT_KEY: &str = include_str!("short_key.pem");

/// A certificate for files, its issuer's, and its key, all in PEM.
pub struct Made {
    pub leaf: String,
    pub issuer: String,
    pub key: String,
}

/// A certificate that is good from 2026 to 2027, for `uses`.
pub fn made(uses: Vec<ExtendedKeyUsagePurpose>, key: &KeyPair) -> Made {
    made_until(2027, uses, key)
}

fn made_until(year: i32, uses: Vec<ExtendedKeyUsagePurpose>, key: &KeyPair) -> Made {
    made_between(2026, year, uses, key)
}

/// A certificate that is good from the beginning of one year to that of another.
pub fn made_between(from: i32, until: i32, uses: Vec<ExtendedKeyUsagePurpose>, key: &KeyPair) -> Made {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Contoso");
    params.distinguished_name.push(DnType::CommonName, "Contoso IT");
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params.extended_key_usages = uses;
    let leaf = params.signed_by(key, &Issuer::new(authority, authority_key)).unwrap();
    Made { leaf: leaf.pem(), issuer: authority_certificate.pem(), key: key.serialize_pem() }
}

/// A key that a certificate for files may have.
pub fn rsa() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

fn read(parts: &[&str]) -> Result<Publishers, PublisherError> {
    Publishers::from_pem(&parts.concat().into())
}

/// A time at which everything here is good unless it says otherwise.
fn summer() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// Who signs in the summer of 2026.
fn in_summer(parts: &[&str]) -> Arc<Publisher> {
    read(parts).unwrap().at(summer()).expect("it is good then").clone()
}

#[test]
fn a_certificate_its_chain_and_its_key_are_read_in_any_order() {
    let Made { leaf, issuer, key } = made(vec![ExtendedKeyUsagePurpose::CodeSigning], &rsa());
    for parts in [[&leaf, &issuer, &key], [&key, &issuer, &leaf], [&issuer, &leaf, &key]] {
        let publisher = in_summer(&parts.map(String::as_str));
        let about = publisher.about();
        assert_eq!(about.name, "Contoso IT");
        assert_eq!((about.sha256.len(), about.sha1.len()), (64, 40));
        assert_eq!(about.not_after, "2027-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(publisher.chain.len(), 2);
    }
}

#[tokio::test]
async fn a_certificate_that_is_there_twice_is_taken_once() {
    let Made { leaf, issuer, key } = made(vec![], &rsa());
    let publisher = in_summer(&[&leaf, &issuer, &leaf, &key, &issuer]);
    assert_eq!(publisher.chain.len(), 2);
    publisher.sign(b"a file").await.unwrap();
}

#[tokio::test]
async fn of_several_for_the_key_the_fit_one_that_ends_last_signs_wherever_it_stands() {
    let key = rsa();
    let old = made(vec![], &key);
    let new = made_until(2028, vec![ExtendedKeyUsagePurpose::CodeSigning], &key);
    let unfit = made_until(2029, vec![ExtendedKeyUsagePurpose::ClientAuth], &key);
    for several in [[&old, &new, &unfit], [&unfit, &new, &old], [&new, &unfit, &old]] {
        let mut parts = several.map(|made| made.leaf.as_str()).to_vec();
        parts.push(&old.key);
        let publisher = in_summer(&parts);
        assert_eq!(publisher.chain.len(), 1, "no others of the same key");
        assert_eq!(publisher.about().not_after, "2028-01-01T00:00:00Z".parse().unwrap());
        publisher.sign(b"a file").await.unwrap();
    }
}

#[test]
fn a_certificate_for_something_else_or_for_another_key_is_refused() {
    use ExtendedKeyUsagePurpose::{ClientAuth, EmailProtection, Other, ServerAuth};
    let key = rsa();
    let refused = made(vec![ClientAuth, EmailProtection], &key);
    assert!(matches!(read(&[&refused.leaf, &refused.key]), Err(PublisherError::OtherUse)));
    for uses in [vec![], vec![ServerAuth], vec![ClientAuth, Other(vec![1, 3, 6, 1, 4, 1, 311, 54, 1, 1])]] {
        let fine = made(uses, &key);
        read(&[&fine.leaf, &fine.key]).unwrap();
    }
    let (one, other) = (made(vec![], &key), made(vec![], &rsa()));
    assert!(matches!(read(&[&one.leaf, &other.key]), Err(PublisherError::OtherKey)));
}

#[test]
fn what_is_missing_or_of_another_kind_is_named() {
    let Made { leaf, key, .. } = made(vec![], &rsa());
    assert!(matches!(read(&[&leaf]), Err(PublisherError::Key(_))));
    assert!(matches!(read(&[&key]), Err(PublisherError::Certificate(_))));
    assert!(matches!(read(&["no PEM"]), Err(PublisherError::Certificate(_))));
    assert!(matches!(read(&[&leaf, SHORT_KEY]), Err(PublisherError::ShortKey)));
    let broken = leaf.replace("MII", "MIJ");
    assert!(matches!(read(&[&broken, &key]), Err(PublisherError::Certificate(_))));
    let elliptic = made(vec![], &KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    assert!(matches!(read(&[&elliptic.leaf, &elliptic.key]), Err(PublisherError::Key(_))));
}

#[test]
fn a_pem_that_breaks_off_or_is_damaged_is_told_without_its_text() {
    let Made { leaf, key, .. } = made(vec![], &rsa());
    let says = |parts: &[&str]| read(parts).unwrap_err().to_string();
    assert_eq!(
        says(&[&leaf, &key[..200]]),
        "it cannot be read as PEM: it breaks off before `-----END PRIVATE KEY-----`"
    );
    assert_eq!(
        says(&[&key, &leaf.replacen("CERTIFICATE-----", "CERTIFICATE", 1)]),
        "it cannot be read as PEM: a line with `-----BEGIN` does not end in five hyphens"
    );
    assert_eq!(
        says(&[&leaf.replace("MII", "M!I"), &key]),
        "it cannot be read as PEM: what stands between `BEGIN` and `END` is not base64"
    );
}

#[test]
fn a_publisher_that_is_printed_does_not_show_its_key() {
    let Made { leaf, key, .. } = made(vec![], &rsa());
    let printed = format!("{:?}", read(&[&leaf, &key]).unwrap());
    assert!(printed.contains("Contoso IT") && !printed.contains("Key"), "{printed}");
}

/// A publisher whose signatures cannot be put together.
pub fn broken_publisher() -> Publisher {
    let Made { leaf, key, .. } = made(vec![], &rsa());
    let mut publishers = read(&[&leaf, &key]).unwrap();
    let mut publisher = Arc::into_inner(publishers.fit.remove(0)).expect("nobody else has it");
    publisher.chain.push(b"no certificate".to_vec());
    publisher
}

/// All that a publisher needs, in PEM.
pub fn made_publisher() -> String {
    let Made { leaf, issuer, key } = made(vec![ExtendedKeyUsagePurpose::CodeSigning], &rsa());
    [leaf, issuer, key].concat()
}

/// What OpenSSL makes of a certificate and its key with these options, or nothing where it cannot.
fn pfx(made: &Made, options: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (pem, pfx) = (folder.path().join("a.pem"), folder.path().join("a.pfx"));
    std::fs::write(&pem, format!("{}{}", made.key, made.leaf)).unwrap();
    let mut command = std::process::Command::new("openssl");
    command.args(["pkcs12", "-export", "-passout", "pass:Pa55 wörd"]).args(options);
    let made = command.arg("-in").arg(pem).arg("-out").arg(&pfx).output().ok()?.status.success();
    made.then(|| std::fs::read(pfx).unwrap())
}

#[test]
fn a_pkcs_12_file_is_read_if_it_is_safely_protected_and_the_password_is_its_own() {
    let made = made(vec![], &rsa());
    let read = |options: &[&str], password: &str| {
        let file = pfx(&made, options).expect("OpenSSL makes it");
        Publishers::from_pfx(&file, &password.into())
    };
    let publisher = read(&[], "Pa55 wörd").unwrap().at(summer()).unwrap().about();
    assert_eq!(publisher.name, "Contoso IT");
    assert!(matches!(read(&[], "another"), Err(PublisherError::Password)));
    for legacy in
        [&["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"][..], &["-macalg", "SHA1"], &["-nomac"]]
    {
        let error = read(legacy, "Pa55 wörd").unwrap_err();
        assert!(matches!(error, PublisherError::Legacy), "{legacy:?}: {error}");
        assert!(error.to_string().contains("openssl pkcs12 -legacy -in old.pfx"), "{error}");
    }
    let whole = pfx(&made, &[]).unwrap();
    let read = |file: &[u8]| Publishers::from_pfx(file, &"Pa55 wörd".into());
    assert!(matches!(read(&whole[..whole.len() / 2]), Err(PublisherError::Pfx)));
    assert!(matches!(read(b"no file"), Err(PublisherError::Pfx)));
    let mut changed = whole.clone();
    changed[200] ^= 1;
    assert!(read(&changed).is_err());
}
